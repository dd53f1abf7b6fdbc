import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reports } from '../../../src/app/reports.ts';
import { dayOf } from '../../../src/core/days.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { LapseClock, openWindow, type Window } from './office.ts';

const MINUTE = 60_000;

let folder: string;
let clock: LapseClock;
let window: Window;

/** Sets the clock to a moment; tests say what time it is in UTC. */
function setTime(iso: string): void {
  clock.ahead = Date.parse(iso) - Date.now();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timecard-clock-'));
  clock = new LapseClock();
  // Around midnight a record would be split.
  setTime('2026-11-23T09:00:00Z');
  window = await openWindow({ folder, clock });
});
afterEach(async () => {
  await window.store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the record that is meant', () => {
  const both = async () => {
    const first = await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    clock.ahead += 30 * MINUTE;
    const second = await window.timeClock.clockIn({ issueKey: 'PROJ-2' });
    clock.ahead += 30 * MINUTE;
    return { first, second };
  };
  const notesOf = async () => (await window.records.list()).map(({ issueKey, notes }) => [issueKey, notes]);

  it('is the only one that is changed or ended, and the user hears what runs instead', async () => {
    const { first, second } = await both();
    const before = await window.records.list();
    const { timeClock } = window;
    const recordId = first.id;
    for (const refused of [
      timeClock.clockOut({ recordId }),
      timeClock.amendRunning({ issueKey: 'PROJ-3', recordId }),
      timeClock.clockIn({ issueKey: 'PROJ-3', recordId }),
      timeClock.clockIn({ issueKey: 'PROJ-3', recordId: null }),
    ])
      await expect(refused).rejects.toThrow('The timer went on to PROJ-2. Nothing was changed.');
    expect(await window.records.list()).toEqual(before);
    expect(await timeClock.amendRunning({ issueKey: 'PROJ-3', recordId: second.id })).toMatchObject({
      issueKey: 'PROJ-3',
    });
    await timeClock.clockIn({ issueKey: 'PROJ-4', recordId: second.id });
    await timeClock.clockOut();
    await expect(timeClock.clockIn({ issueKey: 'PROJ-3', recordId })).rejects.toThrow(/was stopped meanwhile/);
    await timeClock.clockIn({ issueKey: 'PROJ-5', recordId: null });
  });

  it('gets the notes that were typed for it after it ended, and is not ended twice', async () => {
    const { first, second } = await both();
    const late = await window.timeClock.clockOutWith(first, 'What I did');
    expect(late).toMatchObject({ running: { id: second.id }, areKept: true });
    expect(await notesOf()).toEqual([
      ['PROJ-2', ''],
      ['PROJ-1', 'What I did'],
    ]);
    expect((await window.timeClock.current())?.id).toBe(second.id);
    expect(await window.timeClock.note(first, 'Something else')).toMatchObject({ areKept: false });
    expect(await window.timeClock.note(second, 'Mine')).toBeUndefined();
    expect(await window.timeClock.clockOutWith(second, 'All mine')).toBeUndefined();
    expect(await notesOf()).toEqual([
      ['PROJ-2', 'All mine'],
      ['PROJ-1', 'What I did'],
    ]);
    await window.records.remove(first.id);
    expect(await window.timeClock.note(first, '')).toEqual({ running: undefined, areKept: false });
  });

  it('is followed by another only once, however many windows notice the same checkout', async () => {
    const first = await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    clock.ahead += 30 * MINUTE;
    const other = await openWindow({ folder, clock });
    const follow = { issueKey: 'proj-2', recordId: first.id };
    const started = await Promise.all([window.timeClock.follow(follow), other.timeClock.follow(follow)]);
    expect(started.filter((record) => record !== undefined)).toHaveLength(1);
    expect((await window.records.list()).map(({ issueKey }) => issueKey)).toEqual(['PROJ-2', 'PROJ-1']);
    const running = await window.timeClock.current();
    expect(await window.timeClock.follow({ issueKey: 'PROJ-2', recordId: running?.id ?? '' })).toBeUndefined();
    expect(await window.timeClock.follow({ issueKey: 'PROJ-3', recordId: null })).toBeUndefined();
    await other.store.close();
  });
});

describe('clocking in and out', () => {
  it('keeps one running record, with its key in upper case, and ends it', async () => {
    const started = await window.timeClock.clockIn({ issueKey: 'proj-12', notes: 'a', branch: 'feature/proj-12' });
    expect(started).toMatchObject({
      issueKey: 'PROJ-12',
      timeOut: null,
      branch: 'feature/proj-12',
      zone: 'Europe/Berlin',
    });
    expect((await window.timeClock.current())?.id).toBe(started.id);
    clock.ahead += 10 * MINUTE;
    const [ended, ...others] = await window.timeClock.clockOut({ notes: 'done' });
    expect(others).toEqual([]);
    expect(ended).toMatchObject({ id: started.id, notes: 'done' });
    expect((ended?.timeOut ?? 0) - started.timeIn).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(await window.timeClock.current()).toBeUndefined();
  });

  it('clocks the other record out, at the same instant, when clocking in while one runs', async () => {
    const first = await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    clock.ahead += 5 * MINUTE;
    const second = await window.timeClock.clockIn({ issueKey: 'PROJ-2' });
    const ended = await window.records.get(first.id);
    expect(ended?.timeOut).toBe(second.timeIn);
    expect((await window.timeClock.current())?.id).toBe(second.id);
  });

  it.each(['clockIn', 'toggle'] as const)(
    'counts no second twice with %s after the clock was set back a little',
    async (how) => {
      setTime('2026-11-23T09:00:00Z');
      const first = await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
      setTime('2026-11-23T08:59:58Z');
      const [ended] = await window.timeClock.clockOut();
      expect(ended).toMatchObject({ timeIn: first.timeIn, timeOut: first.timeIn + 1_000 });
      const next = await window.timeClock[how]({ issueKey: 'PROJ-2' });
      expect(next?.timeIn).toBe(ended?.timeOut);
      expect((await window.timeClock.current())?.timeIn).toBe(ended?.timeOut);
    },
  );

  it('begins now beside a record typed in that ends a little later', async () => {
    setTime('2026-11-23T09:00:00Z');
    const now = clock.now();
    await window.records.add({ timeIn: now - 30 * MINUTE, timeOut: now + 4 * MINUTE, source: 'manual' });
    expect((await window.timeClock.clockIn()).timeIn).toBeLessThan(now + 2 * MINUTE);
  });

  it('rejects what cannot be, and changes nothing then', async () => {
    await expect(window.timeClock.clockOut()).rejects.toMatchObject({ reason: 'invalid' });
    await expect(window.timeClock.clockIn({ issueKey: 'nonsense' })).rejects.toThrow(/issueKey/);
    const now = clock.now();
    await expect(window.timeClock.clockIn({ at: now + 10 * MINUTE })).rejects.toThrow(/at/);
    await expect(window.timeClock.clockIn({ at: now - 25 * 60 * MINUTE })).rejects.toThrow(/at/);
    await expect(window.timeClock.clockIn({ at: Number.NaN })).rejects.toThrow(/at/);
    const running = await window.timeClock.clockIn({ issueKey: 'PROJ-1', at: now - 30 * MINUTE });
    await expect(window.timeClock.clockOut({ at: running.timeIn })).rejects.toThrow(/at/);
    await expect(window.timeClock.clockIn({ at: running.timeIn - MINUTE })).rejects.toThrow(/at/);
    expect(await window.records.list()).toHaveLength(1);
    expect((await window.timeClock.current())?.id).toBe(running.id);
  });

  it('splits at local midnight, without losing a millisecond', async () => {
    setTime('2026-11-23T22:30:00Z');
    const started = await window.timeClock.clockIn({ issueKey: 'PROJ-1', notes: 'late' });
    setTime('2026-11-24T00:15:00Z');
    const parts = await window.timeClock.clockOut();
    expect(parts.map((part) => dayOf(part.timeIn, part.zone))).toEqual(['2026-11-23', '2026-11-24']);
    expect(parts[0]).toMatchObject({ id: started.id, timeOut: Date.parse('2026-11-23T23:00:00Z') });
    expect(parts[1]).toMatchObject({ timeIn: Date.parse('2026-11-23T23:00:00Z'), notes: 'late', source: 'split' });
    expect(await window.records.list()).toHaveLength(2);
  });

  it('ends a record whose zone nobody knows, counting its days in UTC', async () => {
    clock.zoneName = 'Etc/Unknown';
    await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    setTime('2026-11-24T09:00:00Z');
    const parts = await window.timeClock.clockOut();
    expect(parts.map(({ timeOut }) => new Date(timeOut ?? 0).toISOString().slice(0, 16))).toEqual([
      '2026-11-24T00:00',
      '2026-11-24T09:00',
    ]);
    const reports = new Reports({ ...window, settings: { weekStart: () => 1, targets: () => ({}) } });
    expect((await reports.summary()).todaySeconds).toBeCloseTo(9 * 3600, 0);
  });

  it('does not split when told not to', async () => {
    window.settings.split = false;
    setTime('2026-11-23T22:30:00Z');
    await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    setTime('2026-11-24T00:15:00Z');
    expect(await window.timeClock.clockOut()).toHaveLength(1);
  });

  it('does not trap the user when the clock went back a little', async () => {
    const started = await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    clock.ahead -= 2 * MINUTE;
    const [ended] = await window.timeClock.clockOut();
    expect((ended?.timeOut ?? 0) - started.timeIn).toBe(1000);
  });

  it('decides toggling inside the commit, so that two windows do not both clock in', async () => {
    const other = await openWindow({ folder, clock });
    await Promise.all([
      window.timeClock.toggle({ issueKey: 'PROJ-1' }),
      other.timeClock.toggle({ issueKey: 'PROJ-1' }),
    ]);
    expect(await window.records.list()).toHaveLength(1);
    expect(await other.timeClock.current()).toBeUndefined();
    await other.store.close();
  });

  it('shows the timer of one window in the other and after a restart', async () => {
    const started = await window.timeClock.clockIn({ issueKey: 'PROJ-1' });
    const other = await openWindow({ folder, clock });
    expect((await other.timeClock.current())?.id).toBe(started.id);
    await other.store.close();
  });

  it('amends the running record in place', async () => {
    await expect(window.timeClock.amendRunning({ notes: 'x' })).rejects.toMatchObject({ reason: 'invalid' });
    const started = await window.timeClock.clockIn();
    await window.timeClock.amendRunning({ issueKey: 'proj-9', notes: 'now known' });
    expect(await window.records.get(started.id)).toMatchObject({
      issueKey: 'PROJ-9',
      notes: 'now known',
      timeOut: null,
    });
  });
});

describe('records', () => {
  const at = (minutesAgo: number) => clock.now() - minutesAgo * MINUTE;
  const addEmptySpan = () => {
    const moment = at(10);
    return window.records.add({ timeIn: moment, timeOut: moment, source: 'api' });
  };

  it('adds, edits and removes by hand', async () => {
    const added = await window.records.add({ timeIn: at(60), timeOut: at(30), issueKey: 'proj-3', source: 'api' });
    expect(added).toMatchObject({ issueKey: 'PROJ-3', source: 'api' });
    const edited = await window.records.update(added.id, {
      issueKey: null,
      notes: 'n',
      externalLink: 'https://example.com/x',
    });
    expect(edited).toMatchObject({ issueKey: null, notes: 'n', externalLink: 'https://example.com/x' });
    expect(await window.records.remove(added.id)).toBe(false);
    expect(await window.records.get(added.id)).toBeUndefined();
    expect(await window.records.restore(added.id)).toMatchObject({ deletedAt: null });
    await expect(window.records.restore(added.id)).rejects.toMatchObject({ reason: 'invalid' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['timeOut', () => window.records.add({ timeIn: at(10), timeOut: at(20), source: 'api' })],
    ['timeOut', () => addEmptySpan()],
    ['timeOut', () => window.records.add({ timeIn: at(26 * 60), timeOut: at(60), source: 'api' })],
    ['timeOut', () => window.records.add({ timeIn: at(10), timeOut: at(-10), source: 'api' })],
    ['issueKey', () => window.records.add({ timeIn: at(20), timeOut: at(10), issueKey: 'x', source: 'api' })],
    [
      'externalLink',
      () => window.records.add({ timeIn: at(20), timeOut: at(10), externalLink: 'javascript:x', source: 'api' }),
    ],
    [
      'connectionId',
      () => window.records.add({ timeIn: at(20), timeOut: at(10), connectionId: 'nope', source: 'api' }),
    ],
    ['id', () => window.records.update('nope', { notes: '' })],
    ['id', () => window.records.remove('nope')],
  ])('rejects a bad %s by name', async (name, act) => {
    await expect(act()).rejects.toMatchObject({ reason: 'invalid' });
    await expect(act()).rejects.toThrow(name);
    expect(await window.records.list()).toEqual([]);
  });

  it('does not end a running record by an edit', async () => {
    const running = await window.timeClock.clockIn({ at: at(20) });
    await expect(window.records.update(running.id, { timeOut: at(1) })).rejects.toThrow('timeOut');
    expect(await window.records.update(running.id, { timeIn: at(40) })).toMatchObject({ timeOut: null });
  });
});

describe('any sequence of clicks', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constantFrom('in', 'out', 'toggle'), issue: fc.constantFrom('A1-1', 'B2-2', null) }),
    fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: 1, max: 40 * 60 * MINUTE }) }),
    fc.record({
      do: fc.constant('fly'),
      zone: fc.constantFrom('Asia/Kathmandu', 'America/St_Johns', 'Pacific/Chatham', 'Europe/Berlin'),
    }),
  );

  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  it('loses no time, runs at most one record, and leaves none that overlap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
        for (const record of await window.records.list()) await window.records.remove(record.id);
        for (const current of actions) await perform(current);
        expectNoOverlap(await window.records.list());
        await expectNothingLostAtClockOut();
      }),
      { numRuns: 25 },
    );
  });

  async function perform(current: Action): Promise<void> {
    if ('ms' in current) clock.ahead += current.ms;
    if ('zone' in current) clock.zoneName = current.zone;
    if (!('issue' in current)) return;
    await click(current.do, current.issue);
    expect((await window.records.list()).filter((record) => record.timeOut === null).length).toBeLessThanOrEqual(1);
  }

  async function click(what: string, issueKey: string | null): Promise<void> {
    if (what === 'in') await window.timeClock.clockIn({ issueKey });
    if (what === 'toggle') await window.timeClock.toggle({ issueKey });
    if (what === 'out' && (await window.timeClock.current()) !== undefined) await window.timeClock.clockOut();
  }

  function expectNoOverlap(records: readonly TimeRecord[]): void {
    const inOrder = [...records].sort((a, b) => a.timeIn - b.timeIn);
    for (const [index, record] of inOrder.entries()) {
      const next = inOrder[index + 1];
      if (next !== undefined) expect(record.timeOut ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(next.timeIn);
      expect(record.timeOut === null || record.timeOut > record.timeIn).toBe(true);
    }
  }

  /** The parts that a clock-out leaves add up to the time from clock-in to clock-out. */
  async function expectNothingLostAtClockOut(): Promise<void> {
    const running = await window.timeClock.current();
    if (running === undefined) return;
    const before = total(await window.records.list());
    const parts = await window.timeClock.clockOut();
    const end = parts.at(-1)?.timeOut ?? 0;
    expect(total(await window.records.list()) - before).toBe(end - running.timeIn);
  }

  function total(records: readonly TimeRecord[]): number {
    return records.reduce((sum, record) => sum + (record.timeOut === null ? 0 : record.timeOut - record.timeIn), 0);
  }
});
