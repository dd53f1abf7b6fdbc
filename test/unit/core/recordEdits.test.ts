import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRecord } from '../../../src/core/newRecord.ts';
import { areNeighbours, duplicateOf, mergeRecords, partsByDay, splitRecord } from '../../../src/core/recordEdits.ts';
import type { TimeRecord } from '../../../src/core/records.ts';

const START = Date.parse('2026-11-23T09:00:00.250Z');
const HOUR = 3_600_000;
const stamp = { id: 'new', now: START + 10 * HOUR };

function record(changes: Partial<TimeRecord> = {}): TimeRecord {
  const seed = { id: 'r1', timeIn: START, timeOut: START + 2 * HOUR, zone: 'Europe/Berlin', now: START };
  return { ...newRecord({ ...seed, issueKey: 'PROJ-1', notes: 'a', source: 'timer' }), ...changes };
}

const length = ({ timeIn, timeOut }: TimeRecord) => (timeOut ?? Number.NaN) - timeIn;

describe('the parts of a record by day', () => {
  it('are all looked for before they are sent, when the record is', () => {
    const long = record({ timeOut: START + 50 * HOUR, lookFirst: true });
    const parts = partsByDay(long, (index) => `part-${index}`);
    expect(parts.map(({ lookFirst }) => lookFirst)).toEqual([true, true, true]);
  });
});

describe('splitting a record', () => {
  it('loses no millisecond, wherever it is cut, and merging gives the whole back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 48 * HOUR }), fc.double({ min: 0, max: 1, noNaN: true }), (ms, where) => {
        const whole = record({ timeOut: START + ms });
        const at = START + Math.min(ms - 1, Math.max(1, Math.floor(ms * where)));
        const [first, rest] = splitRecord(whole, at, { id: 'new', now: START + ms });
        expect(length(first) + length(rest)).toBe(ms);
        const { merged, absorbed } = mergeRecords(first, rest, stamp.now);
        expect(merged).toMatchObject({ id: 'r1', timeIn: whole.timeIn, timeOut: whole.timeOut, notes: 'a' });
        expect(absorbed).toMatchObject({ id: 'new', intent: 'absent', deletedAt: stamp.now });
      }),
    );
  });

  it('shares the commits out and leaves the second part new to Jira', () => {
    const commits = [START + 1, START + HOUR, START + HOUR + 1].map((at) => ({ at, subject: `at ${at}` }));
    const [first, rest] = splitRecord(record({ commits, lastSyncedAt: 1 }), START + HOUR, stamp);
    expect([first.commits.length, rest.commits.length]).toEqual([1, 2]);
    expect(rest).toMatchObject({ worklog: null, lastSyncedAt: null, source: 'split', issueKey: 'PROJ-1' });
  });

  it('lets the second part go on running, and stay out of Jira when the user wanted that', () => {
    const [first, rest] = splitRecord(record({ timeOut: null, intent: 'absent' }), START + HOUR, stamp);
    expect([first.timeOut, rest.timeOut, rest.intent]).toEqual([START + HOUR, null, 'absent']);
  });

  it.each([START, START + 2 * HOUR, START - 1, START + 3 * HOUR, START + 0.5])('refuses to cut at %d', (at) => {
    expect(() => splitRecord(record(), at, stamp)).toThrow(/between the start and the end/);
  });
});

describe('merging records', () => {
  const later = record({ id: 'r2', timeIn: START + 2 * HOUR, timeOut: START + 3 * HOUR, notes: 'b' });

  it('keeps both notes, and Jira in it when either is wanted there', () => {
    const { merged } = mergeRecords(record({ intent: 'absent' }), later, stamp.now);
    expect(merged).toMatchObject({ timeOut: START + 3 * HOUR, notes: 'a\nb', intent: 'mirror' });
  });

  it('does not close a gap, mix issues or sites, or touch what still runs', () => {
    expect(areNeighbours(record(), later)).toBe(true);
    expect(areNeighbours(record(), { ...later, timeIn: later.timeIn + 61_000 })).toBe(false);
    expect(areNeighbours(record(), { ...later, issueKey: 'PROJ-2' })).toBe(false);
    expect(areNeighbours(record({ connectionId: 'a' }), { ...later, connectionId: 'b' })).toBe(false);
    expect(areNeighbours(record(), { ...later, timeOut: null })).toBe(false);
    expect(() => mergeRecords(record(), { ...later, issueKey: null }, stamp.now)).toThrow(/can be merged/);
  });
});

describe('duplicating a record', () => {
  it('says the same and is new to Jira; a running one is refused', () => {
    expect(duplicateOf(record({ lastSyncedAt: 5 }), stamp)).toMatchObject({
      id: 'new',
      timeIn: START,
      lastSyncedAt: null,
    });
    expect(() => duplicateOf(record({ timeOut: null }), stamp)).toThrow(/still running/);
  });
});
