import { invalid } from '../core/errors.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import { areNeighbours, duplicateOf, mergeRecords, splitRecord } from '../core/recordEdits.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';
import { checkInstant } from '../core/timeRules.ts';
import { writeEnded } from './endings.ts';
import { requireRecord } from './records.ts';
import { type CommitDeps, commitsOfRunning } from './runningCommits.ts';
import { sameIds } from './sameIds.ts';

interface Deps extends CommitDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Pick<Settings, 'splitAtMidnight'>;
}

/** How far before a record its neighbour may begin, in ms. */
const LONGEST_NEIGHBOUR_MS = 48 * 3_600_000;

/** Changes that make two records of one, or one of two. */
export class RecordEdits {
  constructor(private readonly deps: Deps) {}

  /**
   * Cuts a record in two at `at` (UTC ms), in one commit. A worklog stays with the first part. What ends of a
   * record that runs falls into days as it does when it is clocked out; the first of them is returned.
   * Rejects with `invalid` when `at` is not inside the record.
   */
  async split(id: string, at: number): Promise<readonly [TimeRecord, TimeRecord]> {
    const stamp = this.stamp();
    const { newId, settings } = this.deps;
    const ending = { id: sameIds(newId), splitAtMidnight: settings.splitAtMidnight() };
    const withCommits = await commitsOfRunning(this.deps, stamp.now);
    return this.deps.store.commit((tx) => {
      const whole = withCommits(requireRecord(tx, id));
      const [ended, rest] = splitRecord(whole, checkInstant('at', at), stamp);
      const [first = ended] = writeEnded(tx, whole, ended, ending);
      tx.insertRecord(rest);
      return [first, rest];
    });
  }

  /** Adds a finished record like this one, which Jira does not know. Rejects with `invalid` while it runs. */
  duplicate(id: string): Promise<TimeRecord> {
    const stamp = this.stamp();
    return this.deps.store.commit((tx) => {
      const copy = duplicateOf(requireRecord(tx, id), stamp);
      tx.insertRecord(copy);
      return copy;
    });
  }

  /** Records that this one can be merged with, the earlier one first. */
  neighbours(record: TimeRecord): Promise<readonly TimeRecord[]> {
    const { timeIn, timeOut } = record;
    if (timeOut === null) return Promise.resolve([]);
    return this.deps.store.read((db) =>
      db
        .records({ from: timeIn - LONGEST_NEIGHBOUR_MS, to: timeOut + LONGEST_NEIGHBOUR_MS })
        .filter((other) => areNeighbours(other, record) || areNeighbours(record, other))
        .toReversed(),
    );
  }

  /** Makes one record of two neighbours, in one commit. Rejects with `invalid` when they are none. */
  merge(oneId: string, otherId: string): Promise<TimeRecord> {
    const { now } = this.stamp();
    if (oneId === otherId) return Promise.reject(invalid('id', 'Choose two records to merge.'));
    return this.deps.store.commit((tx) => {
      const pair = [requireRecord(tx, oneId), requireRecord(tx, otherId)].sort((a, b) => a.timeIn - b.timeIn);
      const [earlier = requireRecord(tx, oneId), later = requireRecord(tx, otherId)] = pair;
      const { merged, absorbed } = mergeRecords(earlier, later, now);
      tx.updateRecord(merged);
      tx.updateRecord(absorbed);
      return merged;
    });
  }

  private stamp() {
    return { id: this.deps.newId(), now: this.deps.clock.now() };
  }
}
