import { describe, expect, it } from 'vitest';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { CommitNote, TimeRecord } from '../../../src/core/records.ts';
import { shareCommits } from '../../../src/core/sharedCommits.ts';

const START = Date.parse('2026-11-23T09:00:00.250Z');

const commit = (at: number): CommitNote => ({ at, subject: `at ${at}` });

function record(id: string, from: number, to: number | null, commits: readonly number[], removed = false): TimeRecord {
  const span = { timeIn: START + from, timeOut: to === null ? null : START + to };
  const seed = { id, ...span, zone: 'UTC', now: START, issueKey: null, notes: '', source: 'timer' } as const;
  const deletedAt = removed ? START : null;
  return { ...newRecord({ ...seed, commits: commits.map((at) => commit(START + at)) }), deletedAt };
}

const shared = (...records: TimeRecord[]) =>
  shareCommits(records).map(({ id, commits }) => [id, commits.map(({ at }) => at - START)]);

describe('sharing commits out among records', () => {
  it('gives each to the record in whose time it was made, once', () => {
    expect(shared(record('a', 0, 1_000, [1, 5_000]), record('b', 4_000, 6_000, [5_000]))).toEqual([['a', [1]]]);
    expect(shared(record('a', 0, 6_000, [1]), record('b', 4_000, 6_000, [5_000], true))).toEqual([['a', [1, 5_000]]]);
  });

  it('changes nothing that is right, and takes none from a record in whose time it was made', () => {
    expect(shared(record('a', 0, 9_000, []), record('b', 0, 9_000, [5_000]))).toEqual([]);
    expect(shared(record('a', 0, null, [70_000]))).toEqual([]);
  });

  it('leaves one made in the very second of the start, or at no time of any, where it is', () => {
    expect(shared(record('a', 0, 1_000, [-250]), record('b', 1_000, 2_000, [50_000]))).toEqual([]);
  });
});
