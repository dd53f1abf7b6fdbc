import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryFeed } from '../../../src/editor/sidebar/historyFeed.ts';
import type { HistoryHost } from '../../../src/editor/sidebar/sidebar.ts';
import { Emitter } from './viewSupport.ts';

/** A tab as VS Code keeps it. */
class Panel {
  readonly gone = new Emitter<void>();
  readonly changed = new Emitter<object>();
  readonly webview = {};
  iconPath: unknown;
  visible = true;
  reveals = 0;
  isOpen = true;
  readonly onDidDispose = this.gone.on;
  readonly onDidChangeViewState = this.changed.on;
  constructor(
    readonly viewType: string,
    readonly title: string,
  ) {}
  reveal(): void {
    this.reveals += 1;
  }
  dispose(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.gone.fire();
  }
}

type Restore = (panel: Panel) => Promise<void>;
const editor = vi.hoisted(() => {
  return { panels: [] as unknown[], restore: new Map<string, unknown>(), unregistered: 0 };
});

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return {
    ...stub,
    ViewColumn: { Active: -1 },
    Uri: { ...stub.Uri, joinPath: (base: object, ...parts: string[]) => [String(base), ...parts].join('/') },
    window: {
      ...stub.window,
      createWebviewPanel: (type: string, title: string) => {
        const panel = new Panel(type, title);
        editor.panels.push(panel);
        return panel;
      },
      registerWebviewPanelSerializer: (type: string, serializer: { deserializeWebviewPanel: Restore }) => {
        editor.restore.set(type, serializer.deserializeWebviewPanel);
        return {
          dispose: () => {
            editor.unregistered += 1;
          },
        };
      },
    },
  };
});
const { HISTORY_TAB, HistoryTab } = await import('../../../src/editor/sidebar/historyTab.ts');

function setUp() {
  editor.panels.length = 0;
  editor.unregistered = 0;
  const feeds: { disposed: number }[] = [];
  const shown: { host: HistoryHost; feed: HistoryFeed }[] = [];
  const tab = new HistoryTab({
    extensionUri: { toString: () => '/ext' } as never,
    createFeed: () => {
      const made = {
        disposed: 0,
        dispose() {
          made.disposed += 1;
        },
      };
      feeds.push(made);
      return made as unknown as HistoryFeed;
    },
    show: (host, feed) => void shown.push({ host, feed }),
  });
  const restore = (panel: Panel) => (editor.restore.get(HISTORY_TAB) as Restore)(panel);
  const panels = () => editor.panels as Panel[];
  return { tab, feeds, shown, restore, panels };
}

describe('the history in an editor tab', () => {
  beforeEach(() => editor.restore.clear());

  it('is opened once and then brought to the front', () => {
    const { tab, panels, shown } = setUp();
    expect(tab.isVisible).toBe(false);
    const feed = tab.open();
    expect(tab.open()).toBe(feed);
    expect(panels()).toMatchObject([{ viewType: 'timecard.historyTab', title: 'Timecard history', reveals: 1 }]);
    expect(panels()[0]?.iconPath).toEqual({
      light: '/ext/media/history-light.svg',
      dark: '/ext/media/history-dark.svg',
    });
    expect(shown).toHaveLength(1);
    expect(shown[0]?.host.place).toBe('editor');
    expect(tab.isVisible).toBe(true);
  });

  it('tells the page’s feed when it is hidden and shown', () => {
    const { tab, panels, shown } = setUp();
    tab.open();
    const changes: boolean[] = [];
    const { host } = shown[0] ?? {};
    host?.onDidChangeVisibility?.(() => changes.push(host.visible));
    const [panel] = panels();
    for (const visible of [false, true]) {
      if (panel !== undefined) panel.visible = visible;
      panel?.changed.fire({});
    }
    expect(changes).toEqual([false, true]);
  });

  it('is made anew after it was closed, and the old feed has ended', () => {
    const { tab, panels, feeds } = setUp();
    tab.open();
    panels()[0]?.dispose();
    expect(feeds.map(({ disposed }) => disposed)).toEqual([1]);
    expect(tab.isVisible).toBe(false);
    tab.open();
    expect(panels()).toHaveLength(2);
    expect(feeds.map(({ disposed }) => disposed)).toEqual([1, 0]);
  });

  it('comes back after a reload', async () => {
    const { tab, restore, shown, panels } = setUp();
    const panel = new Panel(HISTORY_TAB, 'Timecard history');
    await restore(panel);
    expect(shown).toHaveLength(1);
    tab.open();
    expect(panel.reveals).toBe(1);
    expect(panels()).toEqual([]);
  });

  it('stays one when the one of the last session is looked at late', async () => {
    const { tab, restore, panels, feeds } = setUp();
    tab.open();
    const late = new Panel(HISTORY_TAB, 'Timecard history');
    await restore(late);
    expect(late.isOpen).toBe(false);
    expect(panels()[0]).toMatchObject({ isOpen: true, reveals: 1 });
    expect(feeds).toHaveLength(1);
  });

  it('leaves nothing behind but the tab, which VS Code brings back', () => {
    const { tab, panels, feeds } = setUp();
    tab.open();
    tab.dispose();
    expect(editor.unregistered).toBe(1);
    expect(feeds.map(({ disposed }) => disposed)).toEqual([1]);
    expect(panels()[0]?.isOpen).toBe(true);
  });
});
