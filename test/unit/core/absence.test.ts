import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AbsenceChoice, absenceOf, resolveAbsence } from '../../../src/core/absence.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-10-24T20:00:00.123Z');
const running = newRecord({
  ...{ id: 'r1', timeIn: START, timeOut: null, zone: 'Europe/Berlin', now: START },
  ...{ issueKey: 'PROJ-1', notes: 'a', source: 'timer' },
});
const choices: readonly AbsenceChoice[] = [
  { kind: 'keep' },
  { kind: 'discard' },
  { kind: 'stop' },
  { kind: 'move', issueKey: 'MEET-2' },
];

function outcome(from: number, to: number, now: number, choice: AbsenceChoice, splitAtMidnight: boolean) {
  const stamp = { id: (index: number) => `new-${index}`, now, splitAtMidnight };
  const { changed, added } = resolveAbsence(running, { from, to }, choice, stamp);
  const records = [...(changed.length === 0 ? [running] : changed), ...added];
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

  it('neither makes nor loses a millisecond, never has two records running or overlapping', () => {
    const length = fc.integer({ min: 1, max: 2_000 * MINUTE });
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(0), length),
        length,
        fc.oneof(fc.constant(0), length),
        fc.constantFrom(...choices),
        fc.boolean(),
        (before, away, after, choice, split) => {
          const from = START + before;
          const to = from + away;
          const now = to + after;
          const records = outcome(from, to, now, choice, split);
          const work = choice.kind === 'stop' ? before : before + after;
          expect(total(records, now)).toBe(choice.kind === 'keep' || choice.kind === 'move' ? work + away : work);
          if (choice.kind === 'move') expect(total(records, now, 'MEET-2')).toBe(away);
          expect(records.filter(({ timeOut }) => timeOut === null)).toHaveLength(choice.kind === 'stop' ? 0 : 1);
          records.slice(1).forEach(({ timeIn }, index) => {
            expect(timeIn).toBeGreaterThanOrEqual(records[index]?.timeOut ?? Number.NaN);
          });
          expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
        },
      ),
    );
  });

  it('must lie within the running record', () => {
    const at = (from: number, to: number) => () => outcome(from, to, START + 60 * MINUTE, { kind: 'discard' }, true);
    expect(at(START - 1, START + MINUTE)).toThrow(/within the running record/);
    expect(at(START + MINUTE, START + MINUTE)).toThrow(/within the running record/);
    expect(at(START + MINUTE, START + 61 * MINUTE)).toThrow(/within the running record/);
  });
});
