import {
  type DayFindings,
  findingsByDay,
  type Gap,
  type Overlap,
  type OverlapRepair,
  overlapsIn,
  repaired,
  stretchesOf,
} from '../core/dayCheck.ts';
import type { Range, Span } from '../core/days.ts';
import { invalid } from '../core/errors.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader, Store } from '../core/storePorts.ts';
import { checkSpan } from '../core/timeRules.ts';
import { writeEnded } from './endings.ts';
import { requireRecord } from './records.ts';
import { type CommitDeps, commitsOfRunning } from './runningCommits.ts';
import { sameIds } from './sameIds.ts';

interface Deps extends CommitDeps {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Pick<Settings, 'splitAtMidnight'>;
}

/** Finds what is counted twice or not at all, and puts it right when the user says how. */
export class DayCheck {
  constructor(private readonly deps: Deps) {}

  /**
   * Records that count a part of this stretch (UTC ms), the first to begin first.
   * @param exceptId the record that the stretch is meant for
   */
  overlapsOf(span: Span, exceptId?: string): Promise<readonly TimeRecord[]> {
    if (span.timeOut <= span.timeIn) return Promise.resolve([]);
    return this.deps.store.read((db) =>
      this.stretches(db, { from: span.timeIn, to: span.timeOut })
        .filter(({ record, timeIn, timeOut }) => {
          return record.id !== exceptId && timeOut > span.timeIn && timeIn < span.timeOut;
        })
        .map(({ record }) => record),
    );
  }

  /** Overlaps and gaps of the records that have time in [from, to), UTC ms; the newest day first. */
  findings(range: Range): Promise<readonly DayFindings[]> {
    return this.deps.store.read((db) => findingsByDay(this.stretches(db, range)));
  }

  /** Makes two records count no time twice, in one commit. Rejects with `invalid` when they were changed meanwhile. */
  async repair(overlap: Overlap, repair: OverlapRepair): Promise<void> {
    const { clock, newId, settings } = this.deps;
    const stamp = { id: newId(), now: clock.now() };
    const ending = { id: sameIds(newId), splitAtMidnight: settings.splitAtMidnight() };
    const withCommits = await commitsOfRunning(this.deps, stamp.now);
    await this.deps.store.commit((tx) => {
      const pair = [overlap.earlier, overlap.later].map(({ id }) => withCommits(requireRecord(tx, id)));
      const [now] = overlapsIn(stretchesOf(pair, stamp.now, 'UTC'));
      if (now === undefined || !samePair(now, overlap)) throw changedMeanwhile();
      const { changed, made } = repaired(now, repair, stamp);
      writeEnded(tx, requireRecord(tx, changed.id), changed, ending);
      if (made !== undefined) tx.insertRecord(made);
    });
  }

  /**
   * Lets the record before or after a gap count the gap as well. Rejects with `invalid` when one of them was changed
   * meanwhile, or the record would become longer than 24 hours.
   */
  async fill(gap: Gap, by: 'before' | 'after'): Promise<void> {
    const now = this.deps.clock.now();
    await this.deps.store.commit((tx) => {
      const [before, after] = [requireRecord(tx, gap.before.id), requireRecord(tx, gap.after.id)];
      if (before.timeOut !== gap.from || after.timeIn !== gap.to) throw changedMeanwhile();
      const grown = by === 'before' ? { ...before, timeOut: gap.to } : { ...after, timeIn: gap.from };
      checkSpan({ timeIn: grown.timeIn, timeOut: grown.timeOut ?? now, now, byHand: true });
      tx.updateRecord({ ...grown, problem: null, updatedAt: now });
    });
  }

  private stretches(db: Reader, { from, to }: Range) {
    return stretchesOf(db.overlapping(from, to), this.deps.clock.now(), this.deps.clock.zone());
  }
}

/** The same records at the same times; a running one may have grown. */
function samePair(a: Overlap, b: Overlap): boolean {
  return sameTimes(a.earlier, b.earlier) && sameTimes(a.later, b.later);
}

function sameTimes(a: TimeRecord, b: TimeRecord): boolean {
  return a.id === b.id && a.timeIn === b.timeIn && a.timeOut === b.timeOut;
}

function changedMeanwhile() {
  return invalid('records', 'They were changed meanwhile. Check the days again.');
}
