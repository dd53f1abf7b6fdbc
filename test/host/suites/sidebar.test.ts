import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import { createHistoryFeed, type HistoryHost, showHistory } from '../../../src/editor/sidebar/sidebar.ts';
import { NO_SUMMARY } from '../../../src/editor/sidebar/snapshot.ts';

const START = Date.parse('2026-03-11T09:00:00Z');

function extension(): vscode.Extension<TimecardApi> {
  const found = vscode.extensions.getExtension<TimecardApi>('timecard.timecard-for-jira');
  assert.ok(found, 'The extension is not there');
  return found;
}

const finished = newRecord({
  id: 'host-test',
  timeIn: START,
  timeOut: START + 3_600_000,
  zone: 'UTC',
  now: START,
  issueKey: 'DEMO-7',
  notes: '<img src=x onerror=alert(1)>',
  source: 'manual',
});

const sums = { count: 1, seconds: 3_600, loggedSeconds: 0 };

const nothing = { dispose: () => undefined };
const noActions = {
  syncAll: () => undefined,
  syncOne: () => undefined,
  syncMany: () => undefined,
  issueMany: () => undefined,
  removeMany: () => undefined,
  cancelSync: () => undefined,
  undo: () => undefined,
};

const noEditing = {
  beginEdit: () => undefined,
  check: () => undefined,
  save: () => undefined,
  suggest: () => undefined,
};

/** A feed over one record. */
function feedOfOne() {
  return createHistoryFeed({
    extensionUri: extension().extensionUri,
    clock: { now: () => START, zone: () => 'UTC' },
    branch: { current: () => ({ branch: null, issueKey: null, why: '' }), onDidChange: () => nothing },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    settings: { weekStart: () => 1 },
    many: () => noActions,
    editing: () => noEditing,
    ready: Promise.resolve({
      store: { onDidChange: () => nothing, onNotice: () => nothing },
      reports: { summary: async () => ({ ...NO_SUMMARY, waiting: 1 }) },
      connections: { list: async () => [], isSignedIn: async () => true, test: async () => ({ ok: true }) },
      issues: { refresh: async () => undefined },
      recordList: {
        newest: async () => undefined,
        outline: async () => ({ ...sums, groups: [{ ...sums, key: '2026-03-11', issue: undefined }], weeks: [] }),
        rows: async (_, slices) =>
          slices.map((slice) => ({ slice, records: [finished], issues: new Map(), overlapping: new Set<string>() })),
        ids: async () => [],
        place: async () => undefined,
        projects: async () => [],
      },
      syncLog: { page: async () => ({ total: 0, attempts: [] }) },
      sync: { progress: undefined, onDidChangeProgress: () => nothing },
    }),
  });
}

/** Collects what is posted into a real webview, and what comes out of it. */
function listeningTo(panel: vscode.WebviewPanel) {
  const sent: unknown[] = [];
  const received: unknown[] = [];
  const waits: (() => void)[] = [];
  const tell = (): void => {
    for (const wait of waits.splice(0)) wait();
  };
  const webview = new Proxy(panel.webview, {
    get(target, name) {
      if (name === 'postMessage') {
        return (message: unknown) => {
          sent.push(message);
          tell();
          return target.postMessage(message);
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  panel.webview.onDidReceiveMessage((message: unknown) => {
    received.push(message);
    tell();
  });
  const host: HistoryHost = {
    webview,
    get visible() {
      return panel.visible;
    },
    onDidDispose: panel.onDidDispose,
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waits.push(resolve));
  };
  return { host, sent, received, until };
}

describe('the sidebar', () => {
  it('has a view that opens', async () => {
    await extension().activate();
    await vscode.commands.executeCommand('timecard.history.focus');
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  describe('page', () => {
    let panel: vscode.WebviewPanel;

    beforeEach(() => {
      panel = vscode.window.createWebviewPanel('timecard.test', 'Test', vscode.ViewColumn.One, {});
    });

    afterEach(() => panel.dispose());

    it('loads in a real webview under its policy, says it is ready, and gets one full snapshot and its records', async () => {
      const { host, sent, received, until } = listeningTo(panel);
      const feed = feedOfOne();
      showHistory(host, feed, extension().extensionUri);
      const messages = sent as { type: string; list: { rows: { records: { id: string }[] }[] } }[];
      const records = () => messages.filter(({ type }) => type === 'list').flatMap(({ list }) => list.rows);
      await until(() => records().length > 0);
      const types = (received as { type: string }[]).map(({ type }) => type);
      assert.equal(types[0], 'ready');
      assert.ok(
        types.slice(1).every((type) => type === 'look'),
        types.join(),
      );
      assert.equal(messages.filter(({ type }) => type === 'snapshot').length, 1);
      assert.equal(records()[0]?.records[0]?.id, 'host-test');
      feed.dispose();
    });

    it('may load from the bundle’s folder alone, and names nothing that is not there', async () => {
      const { host } = listeningTo(panel);
      const feed = feedOfOne();
      showHistory(host, feed, extension().extensionUri);
      const folder = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'webview');
      assert.deepEqual(
        panel.webview.options.localResourceRoots?.map((uri) => uri.toString()),
        [folder.toString()],
      );
      assert.equal(panel.webview.options.enableCommandUris ?? false, false);
      assert.match(panel.webview.html, /default-src 'none'/);
      for (const name of ['view.js', 'view.css', 'codicon.css']) {
        assert.ok(panel.webview.html.includes(`/dist/webview/${name}`), `${name} is not on the page`);
        await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, name));
      }
      feed.dispose();
    });

    it('shows the number of waiting records as a badge', async () => {
      const { host, until } = listeningTo(panel);
      let badge: vscode.ViewBadge | undefined;
      let told: () => void = () => undefined;
      const shown = new Promise<void>((resolve) => {
        told = resolve;
      });
      const feed = feedOfOne();
      const withBadge: HistoryHost = {
        ...host,
        get visible() {
          return panel.visible;
        },
        get badge() {
          return badge;
        },
        set badge(next) {
          badge = next;
          told();
        },
      };
      showHistory(withBadge, feed, extension().extensionUri);
      await shown;
      assert.deepEqual(badge, { value: 1, tooltip: '1 record waits for Jira' });
      await until(() => true);
      feed.dispose();
    });
  });
});
