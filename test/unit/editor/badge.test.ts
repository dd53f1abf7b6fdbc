import { describe, expect, it, vi } from 'vitest';
import type { HistoryFeed, Surface } from '../../../src/editor/sidebar/historyFeed.ts';

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return { ...stub, Uri: { ...stub.Uri, joinPath: (...parts: readonly unknown[]) => parts.join('/') } };
});
const { showHistory } = await import('../../../src/editor/sidebar/sidebar.ts');

const nothing = { dispose: () => undefined };
const CALM = { failed: 0, unknown: 0, conflict: 0 };

/** The history on a view that notes each badge it is given. */
function shownHistory() {
  const badges: unknown[] = [];
  const surfaces: Surface[] = [];
  const feed = {
    attach: (surface: Surface) => {
      surfaces.push(surface);
      return nothing;
    },
  };
  const webview = { onDidReceiveMessage: () => nothing, asWebviewUri: String, cspSource: 'test' };
  let shown: { readonly value: number; readonly tooltip: string } | undefined;
  const host = {
    webview: webview as never,
    visible: true,
    onDidDispose: () => nothing,
    get badge() {
      return shown;
    },
    set badge(next) {
      shown = next;
      badges.push(next);
    },
  };
  showHistory(host, feed as unknown as HistoryFeed, '/ext' as never);
  const [surface] = surfaces;
  if (surface === undefined) throw new Error('The history is not on a view.');
  return { badges, showWaiting: surface.showWaiting };
}

describe('the badge of waiting records', () => {
  it.each([
    ['one failed', { ...CALM, failed: 1 }, '3 records wait for Jira (1 failed)'],
    ['a reply was lost', { ...CALM, unknown: 2 }, '3 records wait for Jira (2 to check)'],
    ['one was changed in Jira', { ...CALM, conflict: 1 }, '3 records wait for Jira · 1 changed in Jira'],
  ])('has new words when %s and the number stays', (_, of, tooltip) => {
    const { badges, showWaiting } = shownHistory();
    showWaiting(3, CALM);
    showWaiting(3, of);
    showWaiting(3, CALM);
    const plain = { value: 3, tooltip: '3 records wait for Jira' };
    expect(badges).toEqual([plain, { value: 3, tooltip }, plain]);
  });

  it('has new words when as many failed as are to be checked then', () => {
    const { badges, showWaiting } = shownHistory();
    showWaiting(1, { ...CALM, failed: 1 });
    showWaiting(1, { ...CALM, unknown: 1 });
    expect(badges).toEqual([
      { value: 1, tooltip: '1 record waits for Jira (1 failed)' },
      { value: 1, tooltip: '1 record waits for Jira (1 to check)' },
    ]);
  });

  it('is left alone while it says what is true, and goes with the last record', () => {
    const { badges, showWaiting } = shownHistory();
    showWaiting(2, CALM);
    showWaiting(2, { ...CALM });
    showWaiting(0, CALM);
    showWaiting(0, CALM);
    expect(badges).toEqual([{ value: 2, tooltip: '2 records wait for Jira' }, undefined]);
  });
});
