import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Absence, type AbsenceChoice, absenceOf, resolveAbsence, without } from '../../../src/core/absence.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-10-24T20:00:00.123Z');
const running = newRecord({
  ...{ id: 'r1', timeIn: START, timeOut: null, zone: 'Europe/Berlin', now: START },
  ...{ issueKey: 'PROJ-1', notes: 'a', source: 'timer' },
});
/** What `resolveAbsence` leaves of one record. */
function outcome(record: TimeRecord, absence: Absence, now: number, choice: AbsenceChoice, splitAtMidnight: boolean) {
  const stamp = { id: (index: number) => `new-${index}`, now, splitAtMidnight };
  const { changed, added } = resolveAbsence(record, absence, choice, stamp);
  const records = [...(changed.length === 0 ? [record] : changed), ...added];
  return records.filter(({ deletedAt }) => deletedAt === null).sort((a, b) => a.timeIn - b.timeIn);
}

const total = (records: readonly TimeRecord[], now: number, issueKey?: string) =>
  records
    .filter((record) => issueKey === undefined || record.issueKey === issueKey)
    .reduce((sum, { timeIn, timeOut }) => sum + (timeOut ?? now) - timeIn, 0);

describe('an absence', () => {
  it('is asked about from the idle limit on, measured from the last sign of life or the start', () => {
    expect(absenceOf(running, START + MINUTE, START + 10 * MINUTE, 10 * MINUTE)).toBeUndefined();
    expect(absenceOf(running, START + MINUTE, START + 11 * MINUTE, 10 * MINUTE)).toEqual({
      from: START + MINUTE,
      to: START + 11 * MINUTE,
    });
    expect(absenceOf(running, START - 60 * MINUTE, START + 12 * MINUTE, 10 * MINUTE)?.from).toBe(START);
    expect(absenceOf(running, START + 60 * MINUTE, START + MINUTE, 10 * MINUTE)).toBeUndefined();
    expect(absenceOf(running, START, START + 9_999 * MINUTE, 0)).toBeUndefined();
  });

  it('ends with the record when that ended meanwhile', () => {
    const ended = { timeIn: START, timeOut: START + 30 * MINUTE };
    expect(absenceOf(ended, START + MINUTE, START + 600 * MINUTE, 10 * MINUTE)).toEqual({
      from: START + MINUTE,
      to: START + 30 * MINUTE,
    });
    expect(absenceOf(ended, START + 25 * MINUTE, START + 600 * MINUTE, 10 * MINUTE)).toBeUndefined();
    expect(absenceOf(ended, START + 60 * MINUTE, START + 600 * MINUTE, 10 * MINUTE)).toBeUndefined();
  });

  const length = fc.integer({ min: 1, max: 2_000 * MINUTE });
  const some = fc.oneof(fc.constant(0), length);
  const kinds = fc.constantFrom('keep', 'discard', 'stop', 'stopAt', 'move');
  /** Before, away, after: a record of any shape around an absence that may reach out of it at both ends. */
  const scene = fc.record({
    ...{ early: some, before: some, away: length, after: some, late: some },
    ...{ kind: kinds, share: fc.double({ min: 0, max: 1, noNaN: true }), split: fc.boolean(), runs: fc.boolean() },
  });

  it('neither makes nor loses a millisecond, never has two records running or overlapping, running or finished', () => {
    fc.assert(
      fc.property(scene, (drawn) => {
        const { before, away, after, kind, split, runs } = drawn;
        const { record, absence, now } = sceneOf(drawn);
        const choice = choiceOf(kind, Math.round(absence.from + drawn.share * (absence.to - absence.from)));
        const records = outcome(record, absence, now, choice, split);
        expect(total(records, now)).toBe(keptOf(choice, { before, away, after, start: START }));
        if (kind === 'move') expect(total(records, now, 'MEET-2')).toBe(away);
        const goesOn = runs && kind !== 'stop' && kind !== 'stopAt';
        expect(records.filter(({ timeOut }) => timeOut === null)).toHaveLength(goesOn ? 1 : 0);
        checkOrder(records, now);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has nothing to say about a record that it does not touch', () => {
    const ended: TimeRecord = { ...running, timeOut: START + MINUTE };
    const later = { from: START + MINUTE, to: START + 5 * MINUTE };
    expect(outcome(ended, later, START + 9 * MINUTE, { kind: 'discard' }, true)).toEqual([ended]);
    expect(outcome(ended, { from: 0, to: START }, START + 9 * MINUTE, { kind: 'stop' }, true)).toEqual([ended]);
  });

  it('splits what ends a running record at midnight, and leaves a finished one as the user has it', () => {
    const absence = { from: START + 300 * MINUTE, to: START + 400 * MINUTE };
    const now = START + 500 * MINUTE;
    expect(outcome(running, absence, now, { kind: 'discard' }, true)).toHaveLength(3);
    const ended: TimeRecord = { ...running, timeOut: now };
    expect(outcome(ended, absence, now, { kind: 'discard' }, true)).toHaveLength(2);
  });

  it('divides the commits of a finished record, and keeps its worklog with the first part', () => {
    const commit = (minutes: number) => ({ at: START + minutes * MINUTE, subject: `${minutes}` });
    const ended: TimeRecord = { ...running, timeOut: START + 90 * MINUTE, commits: [commit(5), commit(80)] };
    const parts = outcome(
      ended,
      { from: START + 10 * MINUTE, to: START + 60 * MINUTE },
      START + 99 * MINUTE,
      { kind: 'discard' },
      true,
    );
    expect(parts.map(({ id, commits }) => [id, commits.map(({ subject }) => subject)])).toEqual([
      ['r1', ['5']],
      ['new-0', ['80']],
    ]);
  });

  it('takes only an end that lies within it', () => {
    const absence = { from: START + MINUTE, to: START + 9 * MINUTE };
    const stop = (at: number) => () => outcome(running, absence, START + 60 * MINUTE, { kind: 'stopAt', at }, true);
    expect(stop(START)).toThrow(/within the time away/);
    expect(stop(START + 10 * MINUTE)).toThrow(/within the time away/);
    expect(stop(START + 5 * MINUTE)()).toMatchObject([{ timeOut: START + 5 * MINUTE }]);
  });

  it('is asked about once: what was asked before is taken out', () => {
    const stretch = { from: 10, to: 50 };
    expect(without(stretch, [])).toEqual([stretch]);
    expect(without(stretch, [{ from: 0, to: 60 }])).toEqual([]);
    expect(
      without(stretch, [
        { from: 40, to: 45 },
        { from: 5, to: 20 },
        { from: 15, to: 30 },
      ]),
    ).toEqual([
      { from: 30, to: 40 },
      { from: 45, to: 50 },
    ]);
  });
});

interface Scene {
  readonly early: number;
  readonly before: number;
  readonly away: number;
  readonly after: number;
  readonly late: number;
  readonly runs: boolean;
}

function sceneOf({ early, before, away, after, late, runs }: Scene) {
  const end = START + before + away + after;
  // What sticks out of the record is not its business.
  const outBefore = before === 0 ? early : 0;
  const outAfter = after === 0 && !runs ? late : 0;
  const absence: Absence = { from: START + before - outBefore, to: START + before + away + outAfter };
  const record: TimeRecord = runs ? running : { ...running, timeOut: end };
  return { record, absence, now: runs ? end : end + late };
}

function checkOrder(records: readonly TimeRecord[], now: number): void {
  for (const { timeIn, timeOut } of records) expect(timeOut ?? now + 1).toBeGreaterThan(timeIn);
  records.slice(1).forEach(({ timeIn }, index) => {
    expect(timeIn).toBeGreaterThanOrEqual(records[index]?.timeOut ?? Number.NaN);
  });
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
}

function choiceOf(kind: string, at: number): AbsenceChoice {
  if (kind === 'stopAt') return { kind, at };
  if (kind === 'move') return { kind, issueKey: 'MEET-2' };
  return kind === 'discard' || kind === 'stop' ? { kind } : { kind: 'keep' };
}

/** How much of a record a choice leaves, in ms. */
function keptOf(
  choice: AbsenceChoice,
  { before, away, after, start }: { before: number; away: number; after: number; start: number },
): number {
  switch (choice.kind) {
    case 'keep':
    case 'move':
      return before + away + after;
    case 'discard':
      return before + after;
    case 'stop':
      return before;
    case 'stopAt':
      return Math.min(Math.max(choice.at - start, 0), before + away + after);
  }
}
