import { projectOf } from '../core/issueKey.ts';
import { newRecord } from '../core/newRecord.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import type { RecordSource, TimeRecord } from '../core/records.ts';
import type { Reader, Store, Tx } from '../core/storePorts.ts';
import { CLOCK_SKEW, checkIssueKey, checkNotes } from '../core/timeRules.ts';
import { checkTimerStart, endOfTimer, SHORTEST_MS } from '../core/timer.ts';
import { isMoment } from './absenceParts.ts';
import { writeEnded } from './endings.ts';
import {
  type AskedRecord,
  checkRuns,
  commitOnWhatRuns,
  keepTyped,
  type LateNotes,
  requireRunning,
} from './meantRecord.ts';
import { type CommitDeps, commitsOfRunning } from './runningCommits.ts';
import { sameIds } from './sameIds.ts';

export interface ClockInOptions {
  /** Any case; `null` or absent starts a record without an issue. */
  readonly issueKey?: string | null;
  readonly notes?: string;
  /** UTC ms; now when absent. */
  readonly at?: number;
  /** Branch that is checked out, kept with the record. */
  readonly branch?: string | null;
  readonly source?: RecordSource;
  /** The site that the issue is at, as far as it is still there; found out later when absent. */
  readonly connectionId?: string | null;
  /** Only when this record is the one that runs; with `null` only while nothing runs. */
  readonly recordId?: string | null;
}

export interface ClockOutOptions {
  /** Replaces the record's notes. */
  readonly notes?: string;
  /** UTC ms; now when absent. */
  readonly at?: number;
  /** Only when this record is the one that runs. */
  readonly recordId?: string;
  /** What began a moment ago, when time away was cut out before it, goes with that time; see `isMoment`. */
  readonly withoutMoment?: boolean;
}

interface Deps extends CommitDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Settings;
  /** Told after a record was clocked out and is on disk. */
  readonly onFinished?: () => void;
}

/** Clocking in and out: the one running record of this user, whatever the number of windows. */
export class TimeClock {
  constructor(private readonly deps: Deps) {}

  current(): Promise<TimeRecord | undefined> {
    return this.deps.store.read((db) => db.running());
  }

  /**
   * Starts a record. One that already runs is clocked out first, at the same instant and in the same commit.
   * Rejects with `invalid` when `at` lies in the future, over 24 hours back or before the running record's start, or
   * another record runs than `recordId` says.
   */
  async clockIn(options: ClockInOptions = {}): Promise<TimeRecord> {
    const begin = await this.beginner(options);
    return this.decide((tx) => {
      checkRuns(tx.running(), options.recordId);
      return begin(tx);
    });
  }

  /**
   * Like `clockIn`, for what nobody waits for: does nothing, and resolves with `undefined`, when another record runs
   * than `recordId` says, or one on that issue already.
   */
  async follow(options: ClockInOptions & { readonly recordId: string | null }): Promise<TimeRecord | undefined> {
    const begin = await this.beginner(options);
    const issueKey = checkIssueKey('issueKey', options.issueKey ?? null);
    return this.commit((tx) => {
      const running = tx.running();
      const isThere = running !== undefined && running.issueKey === issueKey;
      return isThere || (running?.id ?? null) !== options.recordId ? undefined : begin(tx);
    });
  }

  /**
   * Ends the running record; several come back when it was split at midnight, none when nothing of it was kept.
   * Rejects with `invalid` when nothing runs, another record than `recordId` does or `at` is not after the start.
   */
  async clockOut(options: ClockOutOptions = {}): Promise<readonly TimeRecord[]> {
    const now = this.deps.clock.now();
    const notes = options.notes === undefined ? undefined : checkNotes('notes', options.notes);
    const finish = await this.finisher({ at: options.at, now, notes });
    return this.decide((tx) => {
      const running = requireRunning(tx, options.recordId);
      if (options.withoutMoment !== true || !isMoment(tx, running, now)) return finish(tx, running);
      tx.updateRecord(removedAt(running, endOfTimer(running.timeIn, options.at, now), now));
      return [];
    });
  }

  /**
   * Ends a record with the notes that were typed for it, or, when it does not run any more, only keeps the notes; see
   * `keepTyped`. Resolves with `undefined` when it was ended.
   */
  async clockOutWith(asked: AskedRecord, typed: string): Promise<LateNotes | undefined> {
    const now = this.deps.clock.now();
    const notes = checkNotes('notes', typed);
    const finish = await this.finisher({ at: undefined, now, notes });
    return this.commit((tx) => {
      const running = tx.running();
      if (running?.id !== asked.id) return keepTyped(tx, asked, notes, now);
      finish(tx, running);
      return undefined;
    });
  }

  /** Changes the notes of the running record; what was typed for another one is kept there, see `keepTyped`. */
  note(asked: AskedRecord, typed: string): Promise<LateNotes | undefined> {
    const now = this.deps.clock.now();
    const notes = checkNotes('notes', typed);
    return this.deps.store.commit((tx) => {
      const running = tx.running();
      if (running?.id !== asked.id) return keepTyped(tx, asked, notes, now);
      tx.updateRecord({ ...running, notes, updatedAt: now });
      return undefined;
    });
  }

  /** Clocks out when something runs, clocks in when nothing does, decided inside one commit. */
  async toggle(options: ClockInOptions): Promise<TimeRecord | undefined> {
    const { clock, newId } = this.deps;
    const now = clock.now();
    const record = newRecord({
      id: newId(),
      timeIn: now,
      timeOut: null,
      zone: clock.zone(),
      now,
      issueKey: checkIssueKey('issueKey', options.issueKey ?? null),
      notes: '',
      branch: options.branch ?? null,
      source: 'timer',
    });
    const finish = await this.finisher({ at: undefined, now });
    return this.decide((tx) => {
      const running = tx.running();
      if (running !== undefined) {
        finish(tx, running);
        return undefined;
      }
      const started = startFree(tx, record);
      tx.insertRecord(started);
      return started;
    });
  }

  /**
   * Changes the running record where it stands. Rejects with `invalid` when nothing runs, or another record than
   * `recordId`.
   */
  async amendRunning(patch: RunningPatch): Promise<TimeRecord> {
    const now = this.deps.clock.now();
    const changes = {
      ...(patch.issueKey === undefined
        ? {}
        : { issueKey: checkIssueKey('issueKey', patch.issueKey), connectionId: null }),
      ...(patch.notes === undefined ? {} : { notes: checkNotes('notes', patch.notes) }),
    };
    return commitOnWhatRuns(this.deps.store, (tx) => {
      const amended = { ...requireRunning(tx, patch.recordId), ...changes, updatedAt: now };
      tx.updateRecord(amended);
      return amended;
    });
  }

  /** Fixes everything a clock-in depends on before the commit. */
  private async beginner(options: ClockInOptions) {
    const { clock, newId } = this.deps;
    const now = clock.now();
    const at = options.at ?? now;
    checkTimerStart(at, now);
    const record = newRecord({
      id: newId(),
      timeIn: at,
      timeOut: null,
      zone: clock.zone(),
      now,
      issueKey: checkIssueKey('issueKey', options.issueKey ?? null),
      notes: checkNotes('notes', options.notes ?? ''),
      branch: options.branch ?? null,
      source: options.source ?? 'timer',
    });
    const finish = await this.finisher({ at: options.at, now });
    return (tx: Tx): TimeRecord => {
      const running = tx.running();
      if (running !== undefined) finish(tx, running);
      const free = options.at === undefined ? startFree(tx, record) : record;
      const started = { ...free, connectionId: siteOf(tx, options) };
      tx.insertRecord(started);
      return started;
    };
  }

  /** As `commit`, for what is done to whichever record runs. */
  private decide<T>(change: (tx: Tx) => T): Promise<T> {
    return this.commit(change, { commit: (decided) => commitOnWhatRuns(this.deps.store, decided) });
  }

  /** A commit, and word of it when it ended the running record. */
  private async commit<T>(change: (tx: Tx) => T, store: Pick<Store, 'commit'> = this.deps.store): Promise<T> {
    let finished = false;
    const result = await store.commit((tx) => {
      const before = tx.running()?.id;
      const changed = change(tx);
      finished = before !== undefined && tx.running()?.id !== before;
      return changed;
    });
    if (finished) this.deps.onFinished?.();
    return result;
  }

  /** Fixes everything a clock-out depends on before the commit, so that a commit that is applied again does the same. */
  private async finisher(o: { at: number | undefined; now: number; notes?: string | undefined }) {
    const withCommits = await commitsOfRunning(this.deps, o.at ?? o.now);
    const { newId, settings } = this.deps;
    const stamp = { id: sameIds(newId), splitAtMidnight: settings.splitAtMidnight() };
    return (tx: Tx, running: TimeRecord): readonly TimeRecord[] => {
      const timeOut = endOfTimer(running.timeIn, o.at, o.now);
      const finished: TimeRecord = {
        ...withCommits(running),
        timeOut,
        notes: o.notes ?? running.notes,
        // A sync that was asked for too early says nothing about the finished record.
        problem: null,
        updatedAt: o.now,
      };
      return writeEnded(tx, running, finished, stamp);
    };
  }
}

export interface RunningPatch {
  readonly issueKey?: string | null;
  readonly notes?: string;
  /** Only when this record is the one that runs. */
  readonly recordId?: string;
}

function removedAt(running: TimeRecord, timeOut: number, now: number): TimeRecord {
  return { ...running, timeOut, intent: 'absent', problem: null, deletedAt: now, updatedAt: now };
}

/** Not one that is switched off by now, nor when the user has said meanwhile that another has the project. */
function siteOf(db: Reader, { connectionId = null, issueKey = null }: ClockInOptions): string | null {
  if (connectionId === null || db.connection(connectionId)?.isActive !== true) return null;
  const project = issueKey === null ? '' : projectOf(issueKey);
  const chosen = db.connections().find((each) => each.isActive && each.chosenProjects.includes(project));
  return chosen === undefined || chosen.id === connectionId ? connectionId : null;
}

/**
 * A record begun without a chosen time starts no earlier than those end that the timer made a moment before: where the
 * clock stood still or was set back a little, they end after now, and nothing is counted twice.
 */
function startFree(db: Reader, record: TimeRecord): TimeRecord {
  const { timeIn } = record;
  const limit = timeIn + CLOCK_SKEW + SHORTEST_MS;
  const ends = db
    .overlapping(timeIn, limit)
    .flatMap(({ timeOut, source }) =>
      timeOut !== null && timeOut <= limit && (source === 'timer' || source === 'split') ? [timeOut] : [],
    );
  return { ...record, timeIn: Math.max(timeIn, ...ends) };
}
