import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import type { HistoryFeed } from '../../../src/editor/sidebar/historyFeed.ts';
import type { HistoryHost } from '../../../src/editor/sidebar/sidebar.ts';
import { EVERYTHING } from '../../../src/protocol/list.ts';
import type { ToView } from '../../../src/protocol/messages.ts';
import { Office } from '../app/office.ts';
import { liveView, OpenLog } from './liveView.ts';
import { Emitter } from './viewSupport.ts';

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return {
    ...stub,
    Uri: { ...stub.Uri, joinPath: (base: object, ...parts: string[]) => [String(base), ...parts].join('/') },
  };
});
const { showHistory } = await import('../../../src/editor/sidebar/sidebar.ts');

let office: Office;
let log: OpenLog;
beforeEach(async () => {
  log = new OpenLog();
  office = await Office.open('cloud', { log });
});
afterEach(() => office.close());

const LOOK = { type: 'look', choice: EVERYTHING, slices: [] };

/** A webview as VS Code keeps it: touching one that is gone throws. */
function webviewHost() {
  const messages = new Emitter<unknown>();
  const gone = new Emitter<void>();
  const visibility = new Emitter<void>();
  const world = { isGone: false, visible: true, postError: undefined as Error | undefined };
  const posted: unknown[] = [];
  const alive = <T>(value: T): T => {
    if (world.isGone) throw new Error('Webview is disposed');
    return value;
  };
  const webview = {
    options: undefined as unknown,
    html: '',
    cspSource: 'https://self',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: messages.on,
    postMessage: async (message: unknown) => {
      alive(undefined);
      if (world.postError !== undefined) throw world.postError;
      posted.push(message);
      return true;
    },
  };
  const host = {
    webview,
    get visible() {
      return alive(world.visible);
    },
    onDidDispose: gone.on,
    onDidChangeVisibility: visibility.on,
  };
  const close = (): void => {
    world.isGone = true;
    gone.fire();
  };
  return { host: host as unknown as HistoryHost, webview, world, posted, messages, gone, visibility, close };
}

const open = (feed: HistoryFeed) => {
  const view = webviewHost();
  showHistory(view.host, feed, { toString: () => '/ext' } as never);
  return view;
};

type View = ReturnType<typeof open>;

function talk({ messages }: View): void {
  messages.fire({ type: 'ready' });
  messages.fire(LOOK);
}

function listenersOf({ messages, gone, visibility }: View): number {
  return messages.listeners.size + gone.listeners.size + visibility.listeners.size;
}

describe('a webview of the history', () => {
  it('may run scripts, load from the bundle’s folder alone and link to no command', async () => {
    const { makeFeed } = await liveView(office, log);
    const { webview } = open(makeFeed());
    expect(webview.options).toEqual({
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: ['/ext/dist/webview'],
    });
    expect(webview.html).not.toMatch(/unsafe-|<style|\sstyle=|\son[a-z]+=/u);
    const nonces = [...webview.html.matchAll(/nonce[-=]"?([0-9a-f]+)/gu)].map(([, nonce]) => nonce);
    expect(new Set(nonces).size).toBe(1);
    expect(nonces[0]).toMatch(/^[0-9a-f]{32}$/u);
    expect(open(makeFeed()).webview.html).not.toContain(nonces[0]);
  });

  it('leaves no listener behind, however often it is opened and closed', async () => {
    const { makeFeed, branchChanged, services, settled } = await liveView(office, log);
    const listeners = () => [branchChanged.listeners.size, Reflect.get(services.sync, 'listeners').size];
    const before = listeners();
    const shared = makeFeed();
    for (let n = 0; n < 100; n += 1) {
      const own = makeFeed();
      const views = [open(own), open(shared)];
      for (const view of views) talk(view);
      if (n % 10 === 0) await settled();
      for (const view of views) view.close();
      own.dispose();
      expect(views.map(listenersOf)).toEqual([0, 0]);
    }
    shared.dispose();
    await settled();
    expect(listeners()).toEqual(before);
    expect(log.errors).toEqual([]);
  }, 30_000);

  it('may go in the middle of an answer', async () => {
    const { makeFeed, settled } = await liveView(office, log);
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    await office.finished('PROJ-1');
    for (const turns of [0, 1, 2, 5, 10, 20]) {
      const feed = makeFeed();
      const view = open(feed);
      view.messages.fire({ type: 'ready' });
      view.messages.fire(LOOK);
      view.messages.fire({ type: 'find', request: 1, id: 'x' });
      for (let n = 0; n < turns; n += 1) await new Promise((resolve) => setImmediate(resolve));
      view.close();
      await settled();
      const count = view.posted.length;
      await office.finished('PROJ-1', 1, 5 + turns * 2);
      await settled();
      expect(view.posted).toHaveLength(count);
      feed.dispose();
    }
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(log.errors).toEqual([]);
  }, 20_000);

  it('that a message does not get to is no reason to fail', async () => {
    const { makeFeed, settled } = await liveView(office, log);
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const feed = makeFeed();
    const view = open(feed);
    view.world.postError = new Error('Gone');
    view.messages.fire({ type: 'ready' });
    await settled();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(log.lines.at(-1)).toContain('Gone');
    feed.dispose();
  });
});

describe('a list that cannot be read', () => {
  it('is told in the view, tried again once, and the word is taken back when it can be read', async () => {
    const { feed, services, posted, settled } = await liveView(office, log);
    const rows = vi.spyOn(services.recordList, 'rows');
    rows.mockRejectedValue(new TimecardError('storageBusy', 'The file is busy.'));
    const notices = () =>
      posted.flatMap((message: ToView) => (message.type === 'snapshot' ? [message.snapshot.notice] : []));
    await feed.receive(LOOK);
    await settled();
    await settled();
    expect(notices().at(-1)).toBe('The file is busy.');
    const tries = rows.mock.calls.length;
    expect(tries).toBeLessThan(5);
    await settled();
    expect(rows.mock.calls.length).toBe(tries);
    rows.mockRestore();
    await office.finished('PROJ-1');
    await settled();
    await settled();
    expect(notices().at(-1)).toBeNull();
    expect(posted.filter(({ type }) => type === 'list').length).toBeGreaterThan(0);
    feed.dispose();
  });
});
