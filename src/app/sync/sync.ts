import { asTimecardError, invalid, TimecardError } from '../../core/errors.ts';
import type { Worklog } from '../../core/jiraPorts.ts';
import type { Disposable } from '../../core/ports.ts';
import type { SyncAttempt, TimeRecord } from '../../core/records.ts';
import type { AttemptFilter, Lease, Reader } from '../../core/storePorts.ts';
import { sameContent, sameStart } from '../../core/sync/reconcile.ts';
import { basisOf, syncStateOf, wantedAgain } from '../../core/syncState.ts';
import { readEach } from '../readEach.ts';
import { requireRecord } from '../records.ts';
import { Places } from './places.ts';
import { PushRun } from './pushRun.ts';
import { basisIn } from './recordSync.ts';
import { followAttempts } from './settle.ts';
import type { SyncBatch, SyncDeps, SyncFailure, SyncProgress, SyncSummary, UndoSummary } from './types.ts';
import { Waiting } from './waiting.ts';

export interface PushOptions {
  /**
   * The user named these records, so they go also when their worklogs were deleted on purpose. Not for what a program
   * found due: by the time the lock is free, the user may have had those worklogs deleted.
   */
  readonly again?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

const LOCK = 'sync';
/** How far back the sync log is searched for the last sync. */
const RECENT_ATTEMPTS = 2_000;
/** Another window's sync may take this long before ours gives up waiting for it. */
const WAIT_FOR_OTHER_WINDOW_MS = 10 * 60_000;

/** Getting records to Jira, each exactly once, by one window at a time. */
export class Sync {
  private state: SyncProgress | undefined;
  private stopped = new AbortController();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly deps: SyncDeps) {}

  /** What this window is syncing now. */
  get progress(): SyncProgress | undefined {
    return this.state;
  }

  onDidChangeProgress(listener: () => void): Disposable {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /**
   * Brings records and Jira to agree: everything that is due, or just these records. Resolves also when records failed;
   * rejects only when no sync could be begun (`storage*`, `cancelled`).
   */
  push(ids: readonly string[] | undefined, options: PushOptions = {}): Promise<SyncSummary> {
    const signals = [this.stopped.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const signal = AbortSignal.any(signals);
    return this.locked(signal, async (lease) => {
      if (ids !== undefined && options.again === true) await this.wantAgain(ids);
      const due = ids ?? (await this.deps.store.read((db) => db.dueRecordIds()));
      return this.run([...new Set(due)], lease, { ...options, signal });
    });
  }

  /** Ends what this window is pushing, or waits to push, whoever asked for it; that resolves as `cancelled`. */
  stop(): void {
    this.stopped.abort();
    this.stopped = new AbortController();
  }

  /**
   * Deletes a record's worklog in Jira and keeps the record; it is not synced again until asked for by name.
   * Rejects with the reason when Jira did not do it; the wish stays written down then.
   */
  async deleteWorklog(recordId: string, signal?: AbortSignal): Promise<void> {
    const { store, clock } = this.deps;
    const now = clock.now();
    await store.commit((tx) => {
      const record = requireRecord(tx, recordId);
      if (record.worklog === null && record.attempt === 'none') {
        throw invalid('recordId', 'This record has no worklog in Jira.');
      }
      tx.updateRecord({ ...record, intent: 'absent', problem: null, updatedAt: now });
    });
    const options = signal === undefined ? {} : { signal };
    const summary = await this.locked(signal, (lease) => this.run([recordId], lease, options));
    const [failure] = summary.errors;
    if (failure !== undefined) throw new TimecardError(failure.reason, failure.message);
    if (summary.cancelled) throw new TimecardError('cancelled', 'Stopped. The next sync deletes the worklog.');
  }

  /**
   * Ends a conflict: `mine` makes the next sync write the record over Jira's version, `jira` takes Jira's version
   * into the record. Rejects with `invalid` when there is no conflict, and when Jira cannot be asked.
   */
  resolveConflict(recordId: string, keep: 'mine' | 'jira', signal?: AbortSignal): Promise<void> {
    return this.locked(signal, async () => {
      const record = await this.deps.store.read((db) => requireRecord(db, recordId));
      const { worklog } = record;
      if (worklog === null || syncStateOf(record) !== 'conflict') throw invalid('id', 'This record has no conflict.');
      const session = await this.places().session(worklog.connectionId);
      const remote = await session.worklog(worklog.issueId, worklog.worklogId, signal);
      const now = this.deps.clock.now();
      await this.deps.store.commit((tx) => {
        const current = requireRecord(tx, recordId);
        const resolved = keep === 'mine' ? keepMine(current, remote) : takeTheirs(current, remote, now);
        tx.updateRecord({ ...resolved, problem: null, updatedAt: now });
      });
    });
  }

  /** The newest sync that made worklogs which are still there, for undoing it. */
  lastBatch(): Promise<SyncBatch | undefined> {
    return this.deps.store.read((db) => {
      const newest = db
        .attempts({ status: 'success', limit: RECENT_ATTEMPTS })
        .find((attempt) => stillThere(db, attempt));
      return newest?.batchId == null ? undefined : batchOf(db, newest.batchId);
    });
  }

  /**
   * Deletes exactly the worklogs that a sync made; the records stay, and are not synced again until asked for by name.
   * A worklog that was changed in Jira since is left there and reported.
   */
  undo(batchId: string, signal?: AbortSignal): Promise<UndoSummary> {
    return this.locked(signal, async (lease) => {
      const { recordIds } = await this.deps.store.read((db) => batchOf(db, batchId));
      const { unchanged, changed } = await this.sortByChange(recordIds, signal);
      const now = this.deps.clock.now();
      await this.deps.store.commit((tx) => {
        for (const id of unchanged) {
          const record = tx.record(id, true);
          if (record !== undefined) tx.updateRecord({ ...record, intent: 'absent', problem: null, updatedAt: now });
        }
      });
      const { succeeded, errors } = await this.run(unchanged, lease, signal === undefined ? {} : { signal });
      return { deleted: succeeded, left: [...changed, ...errors] };
    });
  }

  /** The sync log, newest first. */
  history(filter: AttemptFilter = {}): Promise<readonly SyncAttempt[]> {
    return this.deps.store.read((db) => db.attempts(filter));
  }

  /**
   * Marks attempts of windows that died as in doubt, so that they show as such before the next sync. Does nothing
   * while another window is syncing.
   */
  async recover(): Promise<void> {
    try {
      await this.deps.store.withLock(LOCK, { waitMs: 0 }, () => this.doubtOpenAttempts());
    } catch (error) {
      if (asTimecardError(error).reason !== 'storageBusy') throw error;
    }
  }

  private locked<T>(signal: AbortSignal | undefined, work: (lease: Lease) => Promise<T>): Promise<T> {
    const options = { waitMs: WAIT_FOR_OTHER_WINDOW_MS, ...(signal === undefined ? {} : { signal }) };
    return this.deps.store.withLock(LOCK, options, async (lease) => {
      await this.doubtOpenAttempts();
      return work(lease);
    });
  }

  private async run(ids: readonly string[], lease: Lease, options: PushOptions): Promise<SyncSummary> {
    const waiting = new Waiting(ids);
    this.show({ done: 0, total: ids.length, recordIds: waiting.now() });
    options.onProgress?.({ done: 0, total: ids.length });
    const run = new PushRun({ ...this.deps, lease, places: this.places(), batchId: this.deps.newId() });
    try {
      return await run.push(ids, options.signal, (recordId) => {
        waiting.end(recordId);
        const { done } = waiting;
        this.show({ done, total: ids.length, recordIds: waiting.now() });
        options.onProgress?.({ done, total: ids.length });
      });
    } finally {
      this.show(undefined);
    }
  }

  /** Under the sync lock nobody else is sending, so whatever is still open has lost its reply. */
  private async doubtOpenAttempts(): Promise<void> {
    const { store } = this.deps;
    const open = await store.read((db) => db.attempts({ status: 'pending' }));
    if (open.length === 0) return;
    const error = 'The window was closed before Jira answered.';
    await store.commit((tx) => {
      // As they are now: the window whose lock this one took may have got its reply since.
      for (const attempt of tx.attempts({ status: 'pending' })) {
        tx.updateAttempt({ ...attempt, status: 'unknown', error, finishedAt: attempt.startedAt });
        followAttempts(tx, attempt.recordId);
      }
    });
  }

  /** That the user names a record undoes the earlier decision to have its worklog deleted. */
  private async wantAgain(ids: readonly string[]): Promise<void> {
    const wanted = await readEach(this.deps, ids, (db, id) => wantsMore(db.record(id))?.id);
    const held = wanted.filter((id) => id !== undefined);
    if (held.length === 0) return;
    await this.deps.store.commit((tx) => {
      for (const id of held) {
        const wanted = wantsMore(tx.record(id));
        if (wanted !== undefined) tx.updateRecord(wanted);
      }
    });
  }

  private async sortByChange(recordIds: readonly string[], signal: AbortSignal | undefined) {
    const places = this.places();
    const unchanged: string[] = [];
    const changed: SyncFailure[] = [];
    for (const id of recordIds) {
      const worklog = (await this.deps.store.read((db) => db.record(id, true)))?.worklog;
      if (worklog == null) continue;
      const session = await places.session(worklog.connectionId);
      const remote = await session.worklog(worklog.issueId, worklog.worklogId, signal);
      if (remote === undefined || sameContent(remote, worklog)) unchanged.push(id);
      else
        changed.push({
          recordId: id,
          reason: 'conflict',
          message: `${worklog.issueKey}: changed in Jira since, left there.`,
        });
    }
    return { unchanged, changed };
  }

  private places(): Places {
    return new Places(this.deps);
  }

  private show(progress: SyncProgress | undefined): void {
    this.state = progress;
    for (const listener of [...this.listeners]) listener();
  }
}

/** What is to be written of a record that was named; `undefined` when nothing changes by that. */
function wantsMore(record: TimeRecord | undefined): TimeRecord | undefined {
  if (record === undefined) return undefined;
  const wanted = wantedAgain(record);
  return wanted === record ? undefined : wanted;
}

function stillThere(db: Reader, { action, batchId, recordId, worklogId }: SyncAttempt): boolean {
  if (action !== 'create' || batchId === null || worklogId === null) return false;
  return db.record(recordId, true)?.worklog?.worklogId === worklogId;
}

function batchOf(db: Reader, id: string): SyncBatch {
  const made = db
    .attempts({ batchId: id, status: 'success', limit: 100_000 })
    .filter((attempt) => stillThere(db, attempt));
  const at = Math.min(...made.map((attempt) => attempt.startedAt));
  return { id, at, recordIds: [...new Set(made.map((attempt) => attempt.recordId))] };
}

/** Jira's present version becomes the base, so that the next sync writes over it, or makes it anew when it is gone. */
function keepMine(record: TimeRecord, remote: Worklog | undefined): TimeRecord {
  if (record.worklog === null || remote === undefined) return { ...record, worklog: null };
  const { startedMs, seconds, comment } = remote;
  const basis = basisIn(remote, record.zone);
  return { ...record, worklog: { ...record.worklog, startedMs, seconds, comment, basis } };
}

/** Only what was changed in Jira is taken over; the record's own seconds stay when Jira's duration did not change. */
function takeTheirs(record: TimeRecord, remote: Worklog | undefined, now: number): TimeRecord {
  if (record.worklog === null) return record;
  if (remote === undefined) return { ...record, worklog: null, intent: 'absent' };
  const { startedMs, seconds, comment } = remote;
  const { basis: before } = record.worklog;
  const unchanged = {
    started: sameStart(startedMs, record.worklog.startedMs),
    seconds: seconds === record.worklog.seconds,
  };
  const timeIn = unchanged.started ? before.timeIn : startedMs;
  const timeOut = timeIn + (unchanged.seconds ? before.timeOut - before.timeIn : seconds * 1000);
  const notes = comment === record.worklog.comment ? before.notes : comment;
  const taken = {
    ...record,
    timeIn,
    timeOut,
    notes,
    issueKey: record.worklog.issueKey,
    connectionId: record.worklog.connectionId,
  };
  const basis = basisOf(taken) ?? before;
  return { ...taken, worklog: { ...record.worklog, startedMs, seconds, comment, basis }, lastSyncedAt: now };
}
