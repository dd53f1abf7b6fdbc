import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionTest } from '../../../src/app/connections.ts';
import type { RecordList } from '../../../src/app/recordList.ts';
import type { Summary } from '../../../src/app/reports.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Connection } from '../../../src/core/records.ts';
import type { StoreNotice } from '../../../src/core/storePorts.ts';
import { COMMAND_IDS } from '../../../src/editor/commands/ids.ts';
import { HistoryFeed, type SidebarServices } from '../../../src/editor/sidebar/historyFeed.ts';
import type { SyncProgress } from '../../../src/editor/sidebar/row.ts';
import { NO_SUMMARY } from '../../../src/editor/sidebar/snapshot.ts';
import { EVERYTHING } from '../../../src/protocol/list.ts';
import { WHOLE_LOG } from '../../../src/protocol/log.ts';
import type { FromView, Snapshot, ToView } from '../../../src/protocol/messages.ts';
import { deferred, Emitter, runningSince, site } from './viewSupport.ts';

const START = Date.parse('2026-03-11T15:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

const DAY = '2026-03-11';

/** A list of one day. */
function listOf(world: { records: number; listReads: number; outlines: number }): SidebarServices['recordList'] {
  const records = () =>
    Array.from({ length: world.records }, (_, index) => {
      const seed = { id: `r${index}`, timeIn: START - 60_000, timeOut: START, zone: 'UTC', now: START, issueKey: null };
      return newRecord({ ...seed, notes: '', source: 'manual' });
    });
  const sums = () => ({ count: world.records, seconds: 60 * world.records, loggedSeconds: 0 });
  const rows: RecordList['rows'] = async (_, slices) => {
    world.listReads += 1;
    return slices.map((slice) => ({ slice, records: records(), issues: new Map(), overlapping: new Set<string>() }));
  };
  return {
    newest: async () => undefined,
    outline: async () => {
      world.outlines += 1;
      return { ...sums(), groups: [{ ...sums(), key: DAY, issue: undefined }], weeks: [] };
    },
    rows,
    ids: async () => [],
    place: async () => undefined,
    projects: async () => [],
  };
}

/** What the page says when it has loaded. */
async function load(feed: HistoryFeed): Promise<void> {
  await feed.receive({ type: 'ready' });
  await feed.receive({ type: 'look', choice: EVERYTHING, slices: [{ group: DAY, from: 0, count: 100 }] });
}

/** Everything the feed depends on, changeable by a test. */
function stage() {
  const changed = new Emitter<void>();
  const notice = new Emitter<StoreNotice>();
  const progressed = new Emitter<void>();
  const branchChanged = new Emitter<void>();
  const secretsChanged = new Emitter<void>();
  const world = {
    summary: NO_SUMMARY as Summary,
    records: 3,
    readError: undefined as Error | undefined,
    commandError: undefined as Error | undefined,
    progress: undefined as SyncProgress | undefined,
    connections: [] as Connection[],
    signedIn: false,
    tests: new Map<string, ConnectionTest>(),
    page: (async () => ({ total: 0, attempts: [] })) as SidebarServices['syncLog']['page'],
    userEnded: false,
    reopened: 0,
    listReads: 0,
    outlines: 0,
    summaries: 0,
    /** Answers wait for this. */
    gate: Promise.resolve(),
    visible: true,
  };
  const refreshed: string[][] = [];
  const services: SidebarServices = {
    store: { onDidChange: changed.on, onNotice: notice.on },
    reports: {
      summary: async () => {
        world.summaries += 1;
        await world.gate;
        if (world.readError !== undefined) throw world.readError;
        return world.summary;
      },
    },
    connections: {
      list: async () => world.connections,
      isSignedIn: async () => world.signedIn,
      test: async (id) => world.tests.get(id) ?? { ok: true },
    },
    issues: { refresh: async (issues) => void refreshed.push(issues.map(({ key }) => key)) },
    recordList: listOf(world),
    syncLog: { page: async (filter, page, size) => world.page(filter, page, size) },
    sync: {
      get progress() {
        return world.progress;
      },
      onDidChangeProgress: progressed.on,
    },
  };
  const actions: FromView[] = [];
  const doing = (message: FromView) => void actions.push(message);
  const many = {
    syncAll: doing,
    syncOne: doing,
    syncMany: doing,
    issueMany: doing,
    removeMany: doing,
    cancelSync: doing,
    undo: doing,
  };
  const ready = deferred<SidebarServices>();
  const commands: unknown[][] = [];
  const posted: ToView[] = [];
  const waiting: number[] = [];
  const told: [string, string][] = [];
  const tells: ((message: ToView) => boolean)[] = [];
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const feed = new HistoryFeed({
    clock: { now: () => Date.now(), zone: () => 'UTC' },
    branch: { current: () => ({ branch: null, issueKey: 'PROJ-7', why: '' }), onDidChange: branchChanged.on },
    log,
    t: (message) => message,
    locale: 'en',
    texts: { clockIn: 'Clock in' },
    settings: { weekStart: () => 1 },
    many: (tell) => {
      tells.push(tell);
      return many;
    },
    editing: () => ({ beginEdit: doing, check: doing, save: doing, suggest: doing }),
    ready: ready.promise,
    changes: [secretsChanged.on],
    run: async (...command) => {
      commands.push(command);
      if (world.commandError !== undefined) throw world.commandError;
    },
    notify: (text, tone) => void told.push([tone, text]),
    explain: (error) => (world.userEnded ? undefined : String(error)),
    reopen: async () => {
      world.reopened += 1;
      if (world.readError !== undefined) throw world.readError;
      return services;
    },
  });
  const surface = {
    isVisible: () => world.visible,
    post: (message: ToView) => void posted.push(message),
    showWaiting: (count: number) => void waiting.push(count),
  };
  const settle = (ms = 100): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const snapshots = (): Snapshot[] =>
    posted.flatMap((message) => (message.type === 'snapshot' ? [message.snapshot] : []));
  /** States of the records in the page's list. */
  const listed = (): string[] | undefined =>
    posted
      .flatMap((message) => (message.type === 'list' ? [message.list] : []))
      .at(-1)
      ?.rows[0]?.records.map(({ state }) => state);
  /** The usual beginning: loaded, shown, and the page has its first snapshot. */
  const open = async () => {
    ready.resolve(services);
    const attached = feed.attach(surface);
    await settle();
    await load(feed);
    await settle();
    return attached;
  };
  const emitters = { changed, notice, progressed, branchChanged, secretsChanged };
  return {
    feed,
    world,
    services,
    ready,
    surface,
    commands,
    actions,
    posted,
    waiting,
    told,
    tell: (message: ToView) => tells.at(-1)?.(message),
    refreshed,
    log,
    settle,
    snapshots,
    listed,
    open,
    ...emitters,
  };
}

describe('issues on the screen', () => {
  it('are refreshed when they are shown, and not while nobody sees them', async () => {
    const { open, world, changed, settle, refreshed, feed } = stage();
    const seed = { id: 'r', timeIn: START, timeOut: null, zone: 'UTC', now: START, issueKey: 'DEMO-7' };
    world.summary = { ...NO_SUMMARY, running: newRecord({ ...seed, notes: '', source: 'timer' }) };
    await open();
    expect(refreshed).toContainEqual(['DEMO-7']);
    const before = refreshed.length;
    world.visible = false;
    feed.visibilityChanged();
    changed.fire();
    await settle();
    expect(refreshed).toHaveLength(before);
    feed.dispose();
  });
});

describe('a page that loads', () => {
  it('gets nothing before it says ready, then one full snapshot', async () => {
    const { ready, services, feed, surface, settle, posted, snapshots, listed } = stage();
    ready.resolve(services);
    feed.attach(surface);
    await settle();
    expect(posted).toEqual([]);
    await load(feed);
    await settle();
    expect(snapshots()).toHaveLength(1);
    expect(listed()).toHaveLength(3);
    expect(snapshots()[0]?.branchKey).toBe('PROJ-7');
    expect(snapshots()[0]?.texts).toEqual({ clockIn: 'Clock in' });
  });

  it('gets its list with the snapshot, both read before it asked', async () => {
    const { ready, services, feed, surface, settle, posted, world } = stage();
    ready.resolve(services);
    feed.attach(surface);
    await settle();
    const read = { summaries: world.summaries, rows: world.listReads, outlines: world.outlines };
    void feed.receive({ type: 'ready', look: { choice: EVERYTHING, slices: [] } });
    expect(posted).toMatchObject([
      { type: 'snapshot', list: { choice: EVERYTHING, outline: { count: 3 }, rows: [{ group: DAY }] } },
    ]);
    await settle(1_000);
    expect({ summaries: world.summaries, rows: world.listReads, outlines: world.outlines }).toEqual(read);
    expect(posted).toHaveLength(1);
  });

  it('gets what has changed since that was read', async () => {
    const { ready, services, feed, surface, settle, posted, world, changed } = stage();
    ready.resolve(services);
    feed.attach(surface);
    await settle();
    world.records = 4;
    changed.fire();
    await feed.receive({ type: 'ready', look: { choice: EVERYTHING, slices: [] } });
    await settle();
    const counts = posted.flatMap((message) => {
      const list = message.type === 'list' || message.type === 'snapshot' ? message.list : undefined;
      return list?.outline == null ? [] : [list.outline.count];
    });
    expect(counts).toEqual([4]);
  });

  it('gets what is true now when what was read is old', async () => {
    const { ready, services, feed, surface, settle, world, snapshots } = stage();
    ready.resolve(services);
    feed.attach(surface);
    await settle();
    const before = world.summaries;
    await settle(10_000);
    await feed.receive({ type: 'ready', look: { choice: EVERYTHING, slices: [] } });
    await settle();
    expect(world.summaries).toBe(before + 1);
    expect(snapshots()).toHaveLength(1);
  });

  it('is not given the beginning of a list that it does not look at', async () => {
    const { ready, services, feed, surface, settle, posted } = stage();
    ready.resolve(services);
    feed.attach(surface);
    await settle();
    const choice = { ...EVERYTHING, state: 'failed' as const };
    await feed.receive({ type: 'ready', look: { choice, slices: [] } });
    await settle();
    expect(posted.map((message) => ('list' in message ? message.list?.choice : undefined))).toEqual([
      undefined,
      choice,
    ]);
  });

  it('that comes back finds read what it last looked at', async () => {
    const { feed, world, open, settle, posted } = stage();
    await open();
    const choice = { ...EVERYTHING, state: 'failed' as const };
    await feed.receive({ type: 'look', choice, slices: [] });
    await settle();
    world.visible = false;
    feed.visibilityChanged();
    world.visible = true;
    feed.visibilityChanged();
    await settle();
    posted.length = 0;
    void feed.receive({ type: 'ready', look: { choice, slices: [] } });
    expect(posted).toMatchObject([{ type: 'snapshot', list: { choice } }]);
  });

  it('waits for the database', async () => {
    const { ready, services, feed, surface, settle, posted, snapshots } = stage();
    feed.attach(surface);
    await load(feed);
    await settle();
    expect(posted).toEqual([]);
    ready.resolve(services);
    await settle();
    expect(snapshots()).toHaveLength(1);
  });

  it('never gets an empty history because it became ready while the badge was read', async () => {
    const { ready, services, feed, surface, settle, snapshots, world, listed } = stage();
    const gate = deferred<void>();
    world.gate = gate.promise;
    ready.resolve(services);
    feed.attach(surface);
    await settle();
    await load(feed);
    gate.resolve();
    await settle();
    expect(snapshots()).toHaveLength(1);
    expect(listed()).toHaveLength(3);
  });

  it('is told when the database cannot be opened, and gets the history once it can', async () => {
    const { ready, feed, surface, settle, snapshots, world, branchChanged, listed } = stage();
    feed.attach(surface);
    await load(feed);
    world.readError = new TimecardError('storageReadOnly', 'The file cannot be read.');
    ready.reject(world.readError);
    await settle();
    expect(snapshots().at(-1)).toMatchObject({ notice: 'The file cannot be read.', running: null });
    world.readError = undefined;
    branchChanged.fire();
    await settle();
    expect(snapshots().at(-1)).toMatchObject({ notice: null });
    expect(listed()).toHaveLength(3);
  });

  it('gets a higher version each time it is loaded', async () => {
    const { feed, open, settle, snapshots } = stage();
    await open();
    await load(feed);
    await settle();
    const versions = snapshots().map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(versions).toHaveLength(2);
  });
});

describe('a change', () => {
  it('of any kind brings a snapshot, and a burst of them brings one', async () => {
    const stageOf = stage();
    const { open, settle, snapshots } = stageOf;
    await open();
    for (const name of ['changed', 'progressed', 'branchChanged', 'secretsChanged'] as const) {
      const before = snapshots().length;
      for (let count = 0; count < 20; count += 1) stageOf[name].fire();
      await settle();
      expect(snapshots()).toHaveLength(before + 1);
    }
  });

  it('shows progress and who is connected', async () => {
    const { open, settle, snapshots, world, progressed, listed } = stage();
    await open();
    world.progress = { done: 1, total: 4, recordIds: new Set(['r0']) };
    world.connections = [site('a')];
    progressed.fire();
    await settle();
    expect(snapshots().at(-1)).toMatchObject({ sync: { done: 1, total: 4 }, connection: { state: 'signedOut' } });
    expect(listed()).toEqual(['queued', 'local', 'local']);
  });

  it('of the database that matters is shown until it is over', async () => {
    const { open, settle, snapshots, notice } = stage();
    await open();
    notice.fire({ kind: 'unsaved', message: 'The disk is full.' });
    await settle();
    expect(snapshots().at(-1)?.notice).toBe('The disk is full.');
    notice.fire({ kind: 'saved', message: 'Saved.' });
    await settle();
    expect(snapshots().at(-1)?.notice).toBeNull();
  });

  it('that cannot be read keeps the last history in view and says why', async () => {
    const { open, settle, snapshots, world, changed, listed } = stage();
    await open();
    world.readError = new TimecardError('storageDamaged', 'The file is damaged.');
    changed.fire();
    await settle();
    expect(snapshots().at(-1)?.notice).toBe('The file is damaged.');
    expect(listed()).toHaveLength(3);
  });

  it('while hidden posts nothing and reads no history, but counts what waits', async () => {
    const { feed, open, settle, posted, world, changed, waiting } = stage();
    await open();
    world.visible = false;
    feed.visibilityChanged();
    const before = { posted: posted.length, reads: world.listReads };
    world.summary = { ...NO_SUMMARY, waiting: 4 };
    changed.fire();
    await settle();
    expect({ posted: posted.length, reads: world.listReads }).toEqual(before);
    expect(waiting.at(-1)).toBe(4);
  });

  it('while hidden is in the snapshot after the page came back and loaded', async () => {
    const { feed, open, settle, snapshots, world, listed } = stage();
    await open();
    world.visible = false;
    feed.visibilityChanged();
    world.records = 5;
    world.visible = true;
    feed.visibilityChanged();
    await settle();
    expect(snapshots()).toHaveLength(1);
    await load(feed);
    await settle();
    expect(snapshots()).toHaveLength(2);
    expect(listed()).toHaveLength(5);
  });
});

describe('totals', () => {
  it('are sent anew on every minute of a running record while they are seen', async () => {
    const { feed, open, settle, snapshots, world } = stage();
    world.summary = { ...NO_SUMMARY, running: runningSince(START) };
    await open();
    const before = snapshots().length;
    await settle(3 * 60_000);
    expect(snapshots().length - before).toBe(3);
    world.visible = false;
    feed.visibilityChanged();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('cost nothing while nothing runs', async () => {
    const { open } = stage();
    await open();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('messages from the page', () => {
  it.each<[FromView, unknown[] | undefined]>([
    [{ type: 'clockIn' }, ['timecard.clockIn']],
    [{ type: 'clockOut' }, ['timecard.clockOut']],
    [{ type: 'pause' }, ['timecard.pause']],
    [{ type: 'resume' }, ['timecard.resume']],
    [{ type: 'openIssue', id: 'x' }, ['timecard.openIssue', 'x']],
    [{ type: 'openLink', id: 'x' }, ['timecard.openLink', 'x']],
    [{ type: 'remove', id: 'x' }, ['timecard.deleteRecord', 'x']],
    [{ type: 'resolve', id: 'x', keep: 'jira' }, ['timecard.resolveConflict', 'x', 'jira']],
    [{ type: 'switchIssue' }, ['timecard.switchIssue']],
    [{ type: 'editNotes' }, ['timecard.editNotes']],
    [{ type: 'connect' }, ['timecard.connect']],
    [{ type: 'manage' }, ['timecard.manageConnections']],
    [
      { type: 'exportLog', choice: { ...WHOLE_LOG, status: 'failed', issueKey: 'demo-7' } },
      ['timecard.exportSyncLog', { status: 'failed', issueKey: 'DEMO-7' }],
    ],
    [{ type: 'addRecord' }, ['timecard.addRecord']],
    [{ type: 'ready' }, undefined],
  ])('%o runs its command', async (message, command) => {
    const { feed, commands } = stage();
    await feed.receive(message);
    expect(commands).toEqual(command === undefined ? [] : [command]);
    if (command !== undefined) expect(COMMAND_IDS).toContain(command[0]);
  });

  it.each<FromView>([
    { type: 'syncAll' },
    { type: 'syncOne', id: 'x' },
    { type: 'syncMany', ids: ['x', 'y'] },
    { type: 'issueMany', ids: ['x', 'y'] },
    { type: 'removeMany', ids: ['x', 'y'] },
    { type: 'cancelSync' },
    { type: 'undo' },
    { type: 'beginEdit', request: 1, id: 'x' },
    { type: 'check', request: 1, id: 'x', typed: { timeIn: '9:15' } },
    { type: 'save', request: 1, id: 'x', typed: { notes: '' }, began: { notes: 'a' } },
    { type: 'suggest', request: 1, text: '' },
  ])('%o is done', async (message) => {
    const { feed, actions } = stage();
    await feed.receive(message);
    expect(actions).toEqual([message]);
  });

  it.each([
    undefined,
    null,
    'clockIn',
    {},
    { type: 'toString' },
    { type: '__proto__' },
    { type: 'syncOne' },
    { type: 'syncOne', id: '' },
    { type: 'syncOne', id: 7 },
    { type: 'syncOne', id: 'x'.repeat(101) },
    { type: 'resolve', id: 'x', keep: 'both' },
    { type: 'openIssue', url: 'https://evil.example' },
  ])('drops %j and says so in the log', async (message) => {
    const { feed, commands, log } = stage();
    await feed.receive(message);
    expect(commands).toEqual([]);
    expect(log.warn).toHaveBeenCalledOnce();
  });

  it('passes on no more than the protocol knows', async () => {
    const { feed, commands } = stage();
    await feed.receive({ type: 'remove', id: 'x', url: 'https://evil.example' });
    expect(commands).toEqual([['timecard.deleteRecord', 'x']]);
  });

  it('are answered when they fail, and stay silent when the user cancelled', async () => {
    const { feed, open, world, told } = stage();
    await open();
    world.commandError = new Error('No such record.');
    await feed.receive({ type: 'remove', id: 'x' });
    expect(told).toEqual([['error', 'Error: No such record.']]);
    world.userEnded = true;
    await feed.receive({ type: 'remove', id: 'x' });
    expect(told).toHaveLength(1);
  });
});

describe('what came of an action', () => {
  it('is shown as well as read out, an error by the editor alone; nothing of it while nobody sees the view', async () => {
    const { open, told, posted, tell, world } = stage();
    await open();
    expect(tell({ type: 'said', text: 'Undone', tone: 'info' })).toBe(true);
    expect(posted.at(-1)).toEqual({ type: 'said', text: 'Undone', tone: 'info' });
    const before = posted.length;
    expect(tell({ type: 'said', text: 'The disk is full.', tone: 'error' })).toBe(true);
    expect(posted).toHaveLength(before);
    world.visible = false;
    expect(tell({ type: 'said', text: 'Undone', tone: 'info' })).toBe(false);
    expect(told).toEqual([
      ['info', 'Undone'],
      ['error', 'The disk is full.'],
    ]);
  });
});

describe('the sync log', () => {
  const question: FromView = { type: 'log', request: 5, choice: WHOLE_LOG, page: 0, size: 50, watch: true };
  const totals = (posted: readonly ToView[]) =>
    posted.flatMap((message) => (message.type === 'logged' ? [message.total] : []));

  it('is answered, and again when it has grown, until it is left or the page loads anew', async () => {
    const { feed, open, world, changed, settle, posted } = stage();
    await open();
    await feed.receive(question);
    world.page = async () => ({ total: 1, attempts: [] });
    changed.fire();
    await settle(500);
    expect(totals(posted)).toEqual([0, 1]);
    await feed.receive({ type: 'leaveLog' });
    world.page = async () => ({ total: 2, attempts: [] });
    changed.fire();
    await settle(500);
    await feed.receive(question);
    await load(feed);
    world.page = async () => ({ total: 3, attempts: [] });
    changed.fire();
    await settle(500);
    expect(totals(posted)).toEqual([0, 1, 2]);
    feed.dispose();
  });

  it('is opened by others as soon as the page is there, and once', async () => {
    const { feed, open, posted, settle } = stage();
    const tabs = () => posted.filter(({ type }) => type === 'showTab');
    feed.showTab('log', 'r1');
    expect(posted).toEqual([]);
    await open();
    expect(tabs()).toEqual([{ type: 'showTab', tab: 'log', recordId: 'r1' }]);
    await load(feed);
    await settle();
    expect(tabs()).toHaveLength(1);
    feed.showTab('records');
    expect(tabs().at(-1)).toEqual({ type: 'showTab', tab: 'records' });
    feed.dispose();
  });
});

describe('trying again', () => {
  const troubled = (id: string) => site(id, { lastProblem: { reason: 'network', message: 'No answer.' } });

  it('asks the sites that something is wrong with, and sends what waits when one answers', async () => {
    const { feed, open, world, commands } = stage();
    const tested: string[] = [];
    world.tests.get = (id) => {
      tested.push(id);
      return { ok: true };
    };
    world.connections = [troubled('a'), site('b'), { ...troubled('c'), isActive: false }];
    world.summary = { ...NO_SUMMARY, waiting: 2 };
    await open();
    await feed.receive({ type: 'tryAgain' });
    expect(tested).toEqual(['a']);
    expect(commands).toEqual([['timecard.sync']]);
  });

  it('says why when no site answers, and sends nothing', async () => {
    const { feed, open, world, commands, told } = stage();
    world.connections = [troubled('a')];
    world.tests.set('a', { ok: false, message: 'Still no answer.' });
    world.summary = { ...NO_SUMMARY, waiting: 2 };
    await open();
    await feed.receive({ type: 'tryAgain' });
    expect(told).toEqual([['error', 'Still no answer.']]);
    expect(commands).toEqual([]);
  });

  it('does not start a sync when nothing waits', async () => {
    const { feed, open, world, commands } = stage();
    world.connections = [troubled('a')];
    await open();
    await feed.receive({ type: 'tryAgain' });
    expect(commands).toEqual([]);
  });
});

describe('an end', () => {
  it('of the view stops what was for it', async () => {
    const { open, posted, changed, settle } = stage();
    const attached = await open();
    attached.dispose();
    const before = posted.length;
    changed.fire();
    await settle();
    expect(posted).toHaveLength(before);
  });

  it('of an old view does not touch the one that replaced it', async () => {
    const { feed, open, surface, posted, settle, snapshots } = stage();
    const old = await open();
    feed.attach({ ...surface });
    old.dispose();
    const before = { all: posted.length, snapshots: snapshots().length };
    await load(feed);
    await settle();
    expect(posted.length).toBeGreaterThan(before.all);
    expect(snapshots()).toHaveLength(before.snapshots + 1);
  });

  it('of the feed leaves nothing behind', async () => {
    const { feed, open, world, changed, notice, progressed, branchChanged, secretsChanged } = stage();
    world.summary = { ...NO_SUMMARY, running: runningSince(START) };
    await open();
    changed.fire();
    feed.dispose();
    expect(vi.getTimerCount()).toBe(0);
    for (const emitter of [changed, notice, progressed, branchChanged, secretsChanged]) {
      expect(emitter.listeners.size).toBe(0);
    }
  });
});
