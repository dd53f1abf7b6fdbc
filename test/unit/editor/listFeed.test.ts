import { describe, expect, it } from 'vitest';
import type { ListQuery, Outline } from '../../../src/app/recordList.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import { ListFeed } from '../../../src/editor/sidebar/listFeed.ts';
import type { SyncProgress } from '../../../src/editor/sidebar/row.ts';
import { EVERYTHING, type ListUpdate, type Slice } from '../../../src/protocol/list.ts';
import { deferred } from './viewSupport.ts';

const START = Date.parse('2026-03-11T15:00:00Z');
const TODAY: Slice = { group: '2026-03-11', from: 0, count: 50 };

function recordOf(id: string) {
  const span = { timeIn: START - 60_000, timeOut: START, zone: 'UTC', now: START };
  return newRecord({ id, ...span, issueKey: 'DEMO-1', notes: '', source: 'manual' });
}

function outlineOf(count: number): Outline {
  const sums = { count, seconds: 60.0004 * count, loggedSeconds: 0 };
  return { ...sums, groups: [{ ...sums, key: TODAY.group, issue: undefined }], weeks: [] };
}

function stage() {
  const world = {
    ids: ['a', 'b'],
    open: true,
    seen: true,
    progress: undefined as SyncProgress | undefined,
    outlines: [] as ListQuery[],
    rowReads: 0,
    outlineGate: Promise.resolve(),
    signals: [] as (AbortSignal | undefined)[],
    newest: undefined as Outline | undefined,
    error: undefined as Error | undefined,
  };
  const updates: ListUpdate[] = [];
  const failures: unknown[] = [];
  const looked: string[][] = [];
  let version = 0;
  const feed = new ListFeed({
    list: () =>
      world.open
        ? {
            newest: async () => world.newest,
            outline: async (query, signal) => {
              world.outlines.push(query);
              world.signals.push(signal);
              await world.outlineGate;
              if (signal?.aborted === true) throw new TimecardError('cancelled', 'ended');
              if (world.error !== undefined) throw world.error;
              return outlineOf(world.ids.length);
            },
            rows: async (_, slices) => {
              world.rowReads += 1;
              return slices.map((slice) => ({
                slice,
                records: world.ids.map(recordOf),
                issues: new Map(),
                overlapping: new Set(),
              }));
            },
            ids: async () => world.ids.map((id) => ({ id, ms: 60_000 })),
            place: async (_, id) => (world.ids.includes(id) ? { group: TODAY.group, index: 0 } : undefined),
            projects: async () => ['DEMO'],
          }
        : undefined,
    context: () => ({ connections: [], signIn: { state: 'none' }, progress: world.progress, t: (text) => text }),
    zone: () => 'UTC',
    nextVersion: () => {
      version += 1;
      return version;
    },
    isSeen: () => world.seen,
    looked: (records) => void looked.push(records.map(({ id }) => id)),
    post: (update) => updates.push(update),
    failed: (error) => failures.push(error),
  });
  /** Everything that was begun has come to its end. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { world, updates, failures, looked, feed, settled };
}

describe('the list of a page', () => {
  it('begins with an outline and the rows that are looked at, in whole seconds', async () => {
    const { feed, updates, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    expect(updates).toHaveLength(1);
    expect(updates[0]).toMatchObject({
      choice: EVERYTHING,
      outline: { count: 2, seconds: 120, groups: [{ key: TODAY.group, count: 2, seconds: 120 }], projects: ['DEMO'] },
      rows: [{ group: TODAY.group, from: 0, records: [{ id: 'a', day: '2026-03-11', state: 'pending' }, { id: 'b' }] }],
    });
  });

  it('tells which records are looked at', async () => {
    const { feed, looked, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    expect(looked).toEqual([['a', 'b']]);
  });

  it('sends the newest rows at once to a page that cannot know yet what to ask for', async () => {
    const { feed, updates, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [] });
    await settled();
    expect(updates[0]?.rows).toMatchObject([{ group: TODAY.group, from: 0, records: [{ id: 'a' }, { id: 'b' }] }]);
  });

  it('reads only rows while somebody scrolls, and sends no outline twice', async () => {
    const { feed, world, updates, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    feed.look({ choice: EVERYTHING, slices: [{ ...TODAY, from: 50 }] });
    await settled();
    expect(world.outlines).toHaveLength(1);
    expect(updates.map(({ outline, stale }) => [outline === null, stale])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('says that other rows are out of date when records changed, and sends the outline when it did', async () => {
    const { feed, world, updates, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    feed.changed('records');
    await settled();
    world.ids = ['a', 'b', 'c'];
    feed.changed('records');
    await settled();
    expect(updates.slice(1).map(({ outline, stale }) => [outline?.count, stale])).toEqual([
      [undefined, true],
      [3, true],
    ]);
    expect(updates.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it('shows the rows of a sync without summing anything up anew', async () => {
    const { feed, world, updates, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    world.progress = { done: 0, total: 1, recordIds: new Set(['b']) };
    feed.changed('rows');
    await settled();
    expect(world.outlines).toHaveLength(1);
    expect(updates.at(-1)?.rows[0]?.records.map(({ state }) => state)).toEqual(['pending', 'queued']);
  });

  it('asks what the user chose, and nothing for what they left open', async () => {
    const { feed, world, settled } = stage();
    const filtered = { text: '  stand up ', issueKey: 'demo-1', project: 'demo', from: '2026-03-01', to: '' };
    feed.look({ choice: { ...EVERYTHING, ...filtered, grouping: 'issue', state: 'waiting' }, slices: [] });
    await settled();
    expect(world.outlines).toEqual([
      {
        grouping: 'issue',
        filter: {
          text: 'stand up',
          issueKey: 'DEMO-1',
          project: 'DEMO',
          fromDay: '2026-03-01',
          states: ['pending', 'failed', 'unknown'],
        },
      },
    ]);
  });

  it('ends a search that nobody waits for any more, and answers the newer one', async () => {
    const { feed, world, updates, failures, settled } = stage();
    const gate = deferred<void>();
    world.outlineGate = gate.promise;
    feed.look({ choice: { ...EVERYTHING, text: 'a' }, slices: [TODAY] });
    await settled();
    feed.look({ choice: { ...EVERYTHING, text: 'ab' }, slices: [TODAY] });
    expect(world.signals[0]?.aborted).toBe(true);
    gate.resolve();
    await settled();
    expect(updates.map(({ choice }) => choice.text)).toEqual(['ab']);
    expect(failures).toEqual([]);
  });

  it('reads nothing while it is not seen or the database is not open, and all once it is', async () => {
    const { feed, world, updates, settled } = stage();
    world.open = false;
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    world.open = true;
    world.seen = false;
    feed.changed('records');
    await settled();
    expect(world.outlines).toEqual([]);
    world.seen = true;
    feed.changed('records');
    await settled();
    expect(updates).toHaveLength(1);
    expect(updates[0]?.outline?.count).toBe(2);
  });

  it('gives a page that was loaded anew everything again, once it says what it looks at', async () => {
    const { feed, updates, settled } = stage();
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    feed.pageLoaded(undefined);
    feed.changed('records');
    await settled();
    expect(updates).toHaveLength(1);
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    expect(updates.at(-1)?.outline?.count).toBe(2);
  });

  it('tells what failed, and tries again on the next change', async () => {
    const { feed, world, updates, failures, settled } = stage();
    world.error = new TimecardError('storageDamaged', 'broken');
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    expect(failures).toHaveLength(1);
    world.error = undefined;
    feed.changed('records');
    await settled();
    expect(updates.at(-1)?.outline?.count).toBe(2);
  });

  it('does not keep an outline that records changed under while it was read', async () => {
    const { feed, world, updates, settled } = stage();
    const gate = deferred<void>();
    world.outlineGate = gate.promise;
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    feed.changed('records');
    gate.resolve();
    await settled();
    expect(world.outlines).toHaveLength(2);
    expect(updates.at(-1)?.stale).toBe(true);
  });

  it('shows a page that waits the newest records while the rest is summed up', async () => {
    const { feed, world, updates, settled } = stage();
    const gate = deferred<void>();
    world.outlineGate = gate.promise;
    world.newest = outlineOf(1);
    feed.look({ choice: EVERYTHING, slices: [] });
    await settled();
    expect(updates).toMatchObject([{ outline: { more: true, count: 1 }, rows: [{ group: TODAY.group }] }]);
    gate.resolve();
    await settled();
    await expect.poll(() => updates.length).toBe(2);
    expect(updates[1]?.outline).toMatchObject({ count: 2, projects: ['DEMO'] });
    expect(updates[1]?.outline?.more).toBeUndefined();
    // What is known as a whole is shown as a whole.
    feed.look({ choice: EVERYTHING, slices: [] });
    await settled();
    expect(updates.at(-1)?.outline).toBeNull();
  });

  it('shows all at once to a page that goes back to where it was', async () => {
    const { feed, world, updates, settled } = stage();
    world.newest = outlineOf(1);
    feed.look({ choice: EVERYTHING, slices: [TODAY] });
    await settled();
    expect(updates).toMatchObject([{ outline: { count: 2 } }]);
  });

  it('finds records and places', async () => {
    const { feed } = stage();
    feed.look({ choice: EVERYTHING, slices: [] });
    expect(await feed.ids([TODAY])).toEqual([
      { id: 'a', ms: 60_000 },
      { id: 'b', ms: 60_000 },
    ]);
    expect(await feed.place('a')).toEqual({ group: TODAY.group, index: 0 });
    expect(await feed.place('gone')).toBeNull();
  });
});
