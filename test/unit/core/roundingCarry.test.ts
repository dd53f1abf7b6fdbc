import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rounding } from '../../../src/core/ports.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { carriedSeconds } from '../../../src/core/roundingCarry.ts';

const ZONE = 'Europe/Berlin';
const MORNING = Date.parse('2026-11-23T07:00:00Z');
const UP_15: Rounding = { mode: 'up', stepMinutes: 15, minimumMinutes: 0 };

function record(id: string, startMinute: number, seconds: number, changes: Partial<TimeRecord> = {}): TimeRecord {
  const timeIn = MORNING + startMinute * 60_000;
  return {
    ...{ id, timeIn, timeOut: timeIn + seconds * 1_000, zone: ZONE, notes: '', externalLink: null, source: 'timer' },
    ...{ branch: null, commits: [], connectionId: null, issueKey: 'PROJ-1', worklog: null, intent: 'mirror' },
    ...{ attempt: 'none', lookFirst: false, problem: null, lastSyncedAt: null, createdAt: 0, updatedAt: 0 },
    ...{ deletedAt: null, ...changes },
  };
}

/** Jira has a worklog of so many seconds for it. */
function sent(of: TimeRecord, seconds: number): TimeRecord {
  const { timeIn, timeOut, zone, notes, issueKey } = of;
  const basis = { timeIn, timeOut: timeOut ?? timeIn, zone, notes };
  const place = { connectionId: 'c', issueId: '1', issueKey: issueKey ?? '', worklogId: of.id };
  return { ...of, worklog: { ...place, startedMs: timeIn, seconds, comment: '', basis } };
}

describe('carriedSeconds', () => {
  it('takes off the next what rounding added to one', () => {
    const a = record('a', 0, 60);
    const b = record('b', 30, 16 * 60);
    expect(carriedSeconds(a, [a, b], UP_15)).toBe(900);
    expect(carriedSeconds(b, [a, b], UP_15)).toBe(900);
    expect(carriedSeconds(b, [sent(a, 900), b], UP_15)).toBe(900);
    expect(carriedSeconds(b, [b], UP_15)).toBe(1_800);
  });

  it('leaves what is under a step to the others, unless the minimum says no', () => {
    const records = [record('a', 0, 60), record('b', 30, 60)];
    const [a, b] = records;
    if (a === undefined || b === undefined) throw new Error('No records.');
    expect(carriedSeconds(b, records, UP_15)).toBe(0);
    expect(carriedSeconds(b, records, { ...UP_15, minimumMinutes: 1 })).toBe(60);
  });

  it('counts those of the same local day that are to be in Jira, and no others', () => {
    const one = record('b', 60, 16 * 60);
    const others: readonly Partial<TimeRecord>[] = [
      { issueKey: null },
      { deletedAt: 1 },
      { timeOut: null },
      { intent: 'absent' },
      { timeIn: MORNING - 86_400_000, timeOut: MORNING - 86_400_000 + 60_000 },
      {
        zone: 'Pacific/Auckland',
        timeIn: Date.parse('2026-11-23T11:30:00Z'),
        timeOut: Date.parse('2026-11-23T11:31:00Z'),
      },
    ];
    for (const changes of others) {
      const other = record('a', 0, 60, changes);
      expect(carriedSeconds(one, [sent(other, 900), one], UP_15), JSON.stringify(changes)).toBe(1_800);
    }
    const elsewhere = record('a', 0, 60, { zone: 'Pacific/Auckland' });
    expect(carriedSeconds(one, [sent(elsewhere, 900), one], UP_15)).toBe(900);
  });

  it('counts what is on its way as sent', () => {
    const [a, b] = [record('a', 60, 60), record('b', 0, 16 * 60)];
    expect(carriedSeconds(b, [a, b], UP_15)).toBe(1_800);
    expect(carriedSeconds(b, [a, b], UP_15, new Map([['a', 900]]))).toBe(900);
  });

  it('keeps the duration of a worklog while its record keeps its time', () => {
    const a = sent(record('a', 0, 60), 900);
    const b = sent(record('b', 30, 60), 900);
    expect(carriedSeconds({ ...b, notes: 'new' }, [a, b], UP_15)).toBe(900);
    expect(carriedSeconds({ ...b, timeOut: b.timeIn + 61_000 }, [a, b], UP_15)).toBe(0);
  });

  const roundings = fc.record({
    mode: fc.constantFrom('off', 'nearest', 'up', 'down'),
    stepMinutes: fc.integer({ min: 1, max: 60 }),
    minimumMinutes: fc.constant(0),
  });
  /** Milliseconds, and a number that decides when it is sent. */
  const stretches = fc.array(fc.tuple(fc.integer({ min: 1, max: 5_400_000 }), fc.integer()), {
    minLength: 1,
    maxLength: 10,
  });
  /** Sends the records in this order, again and again as a sync does, until none has anything to send. */
  function sendAll(all: Map<string, TimeRecord>, order: readonly string[], rounding: Rounding): void {
    for (let again = true; again; ) {
      again = false;
      for (const id of order) {
        const one = all.get(id);
        const seconds =
          one === undefined || one.worklog !== null ? 0 : carriedSeconds(one, [...all.values()], rounding);
        if (one === undefined || seconds < 60) continue;
        all.set(id, sent(one, seconds));
        again = true;
      }
    }
  }

  it('keeps a day within one step of its real time, whatever the order of sending', () => {
    fc.assert(
      fc.property(stretches, roundings, (parts, rounding) => {
        const records = parts.map(([ms], n) => record(`r${n}`, n * 90, ms / 1_000));
        const order = records.map(({ id }, n) => ({ id, turn: parts[n]?.[1] ?? 0 })).sort((a, b) => a.turn - b.turn);
        const all = new Map(records.map((each) => [each.id, each]));
        sendAll(
          all,
          order.map(({ id }) => id),
          rounding,
        );
        const total = [...all.values()].reduce((sum, { worklog }) => sum + (worklog?.seconds ?? 0), 0);
        const real = parts.reduce((sum, [ms]) => sum + ms, 0) / 1_000;
        const step = rounding.mode === 'off' ? 60 : rounding.stepMinutes * 60;
        expect(Math.abs(total - real)).toBeLessThan(step);
        expect(total % step).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('never sends less than the minimum, and is whole minutes', () => {
    fc.assert(
      fc.property(stretches, roundings, fc.integer({ min: 1, max: 60 }), (parts, rounding, minimumMinutes) => {
        const records = parts.map(([ms], n) => record(`r${n}`, n * 90, ms / 1_000));
        for (const each of records) {
          const seconds = carriedSeconds(each, records, { ...rounding, minimumMinutes });
          expect(seconds).toBeGreaterThanOrEqual(minimumMinutes * 60);
          expect(seconds % 60).toBe(0);
        }
      }),
    );
  });
});
