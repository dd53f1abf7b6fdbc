import { asTimecardError, TimecardError } from '../../core/errors.ts';
import type { JiraSession, Worklog, WorklogOptions } from '../../core/jiraPorts.ts';
import type { Clock } from '../../core/ports.ts';
import type {
  OrphanWorklog,
  RecordBasis,
  SyncAction,
  SyncAttempt,
  TimeRecord,
  WorklogContent,
  WorklogSnapshot,
} from '../../core/records.ts';
import type { Lease, Store, Tx } from '../../core/storePorts.ts';
import type { Place } from '../../core/sync/plan.ts';
import type { IssueQueue } from './issueQueue.ts';
import {
  closeDeletes,
  followAttempts,
  isUnresolved,
  isWhereItWas,
  statusOf,
  withoutWorklog,
  withWorklog,
} from './settle.ts';
import type { Turnstile } from './turnstile.ts';

/** A write whose fate is not known; the next step for its record is to look, not to repeat. */
export class LostReply extends TimecardError {}

export interface WorklogWish {
  readonly content: WorklogContent;
  readonly basis: RecordBasis;
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly queue: IssueQueue;
  readonly turnstile: Turnstile;
  readonly lease: Lease;
  /** How Jira is to take a write on this issue (upper-case key). Throws `invalid` for settings that cannot be sent. */
  readonly options: (issueKey: string, action: SyncAction) => WorklogOptions;
  /** The sync that the writes are part of. */
  readonly batchId: string;
}

interface Write<T> {
  readonly action: SyncAction;
  readonly recordId: string;
  readonly place: Place;
  readonly worklogId: string | null;
  readonly sent: (WorklogContent & { readonly basis: RecordBasis }) | null;
  /** False for clearing away an old worklog: the record itself is not in doubt then. */
  readonly concernsRecord: boolean;
  /** The record that this is to be the worklog of, as it was when the write was decided. */
  readonly planned?: TimeRecord;
  readonly send: () => Promise<T>;
  readonly settle: (tx: Tx, record: TimeRecord, reply: T) => string;
}

/**
 * Sends single writes to Jira: the attempt is in the sync log, on disk, before the request leaves, and its outcome is
 * written in the same commit as what it means for the record. A write resolves without having been sent when the record
 * is on another issue or site by then; whoever asked for it decides anew.
 */
export class WorklogWriter {
  constructor(private readonly deps: Deps) {}

  async create(session: JiraSession, record: TimeRecord, place: Place, wish: WorklogWish): Promise<void> {
    const options = this.deps.options(place.issueKey, 'create');
    return this.write<Worklog>({
      action: 'create',
      recordId: record.id,
      place,
      worklogId: null,
      sent: { ...wish.content, basis: wish.basis },
      concernsRecord: true,
      planned: record,
      send: () => session.addWorklog(place.issueId, record.id, wish.content, record.zone, options),
      settle: (tx, current, reply) => {
        withWorklog(tx, current, snapshot(place, reply, wish.basis), this.deps.clock.now());
        return reply.id;
      },
    });
  }

  async update(
    session: JiraSession,
    record: TimeRecord,
    place: Place,
    worklogId: string,
    wish: WorklogWish,
  ): Promise<void> {
    const options = this.deps.options(place.issueKey, 'update');
    return this.write<Worklog>({
      action: 'update',
      recordId: record.id,
      place,
      worklogId,
      sent: { ...wish.content, basis: wish.basis },
      concernsRecord: true,
      planned: record,
      send: () => session.updateWorklog(place.issueId, worklogId, record.id, wish.content, record.zone, options),
      settle: (tx, current, reply) => {
        withWorklog(tx, current, snapshot(place, { ...reply, id: worklogId }, wish.basis), this.deps.clock.now());
        return worklogId;
      },
    });
  }

  /** Deletes the worklog a record points to. */
  async remove(session: JiraSession, record: TimeRecord, worklog: WorklogSnapshot): Promise<void> {
    return this.write({
      ...this.deletion(session, record.id, worklog),
      concernsRecord: true,
      settle: (tx, current) => {
        closeDeletes(tx, current.id, worklog.worklogId, this.deps.clock.now());
        withoutWorklog(tx, current, worklog.worklogId, this.deps.clock.now());
        return worklog.worklogId;
      },
    });
  }

  /** Deletes the worklog a record has left behind. */
  async removeOrphan(session: JiraSession, orphan: OrphanWorklog): Promise<void> {
    return this.write({
      ...this.deletion(session, orphan.recordId, orphan),
      concernsRecord: false,
      settle: (tx, current) => {
        closeDeletes(tx, current.id, orphan.worklogId, this.deps.clock.now());
        tx.removeOrphan(orphan.connectionId, orphan.worklogId);
        return orphan.worklogId;
      },
    });
  }

  private deletion(session: JiraSession, recordId: string, at: Place & { readonly worklogId: string }) {
    const options = this.deps.options(at.issueKey, 'delete');
    return {
      action: 'delete' as const,
      recordId,
      place: at,
      worklogId: at.worklogId,
      sent: null,
      send: () => session.deleteWorklog(at.issueId, at.worklogId, options),
    };
  }

  private write<T>(write: Write<T>): Promise<void> {
    const { lease, queue, turnstile } = this.deps;
    return queue.run(`${write.place.connectionId}/${write.place.issueId}`, async () => {
      await turnstile.pass();
      lease.assertHeld();
      const attempt = await this.begin(write);
      if (attempt === undefined) return;
      const reply = await this.send(write, attempt);
      await turnstile.pass();
      await this.deps.store.commit((tx) => this.takeReply(tx, write, attempt, reply));
    });
  }

  /**
   * Writes down a success. A window that took this one for dead may have judged the attempt meanwhile: what it found
   * done, it has taken in. What it did not find yet, and then wrote itself, came in an order that only Jira knows.
   */
  private takeReply<T>(tx: Tx, write: Write<T>, attempt: SyncAttempt, reply: T): void {
    const finishedAt = this.deps.clock.now();
    const judged = statusOf(tx, attempt);
    if (judged === 'success') return;
    if (judged === 'failed' && write.action === 'update')
      tx.updateAttempt({ ...attempt, status: 'unknown', finishedAt });
    else {
      const worklogId = write.settle(tx, currentRecord(tx, write.recordId), reply);
      tx.updateAttempt({ ...attempt, status: 'success', worklogId, finishedAt });
    }
    followAttempts(tx, write.recordId);
  }

  /**
   * Resolves with `undefined` when the user has put the record on another issue or site since the write was decided:
   * what was asked for then is not to be sent, and no site is kept with the record.
   */
  private begin<T>(write: Write<T>): Promise<SyncAttempt | undefined> {
    const row: Omit<SyncAttempt, 'id'> = {
      recordId: write.recordId,
      connectionId: write.place.connectionId,
      action: write.action,
      issueKey: write.place.issueKey,
      issueId: write.place.issueId,
      worklogId: write.worklogId,
      status: 'pending',
      reason: null,
      error: null,
      httpStatus: null,
      startedAt: this.deps.clock.now(),
      finishedAt: null,
      sent: write.sent,
      batchId: this.deps.batchId,
    };
    return this.deps.store.commit((tx) => {
      const record = currentRecord(tx, write.recordId);
      const { planned, place } = write;
      if (planned !== undefined && !isWhereItWas(record, planned)) return undefined;
      const connectionId = planned === undefined ? (record.connectionId ?? place.connectionId) : place.connectionId;
      if (write.concernsRecord) tx.updateRecord({ ...record, connectionId, attempt: 'open' });
      return { ...row, id: tx.insertAttempt(row) };
    });
  }

  private async send<T>(write: Write<T>, attempt: SyncAttempt): Promise<T> {
    try {
      await this.deps.turnstile.pass();
      this.deps.lease.assertHeld();
      return await write.send();
    } catch (thrown) {
      const error = asTimecardError(thrown);
      const lost = error.outcome === 'unknown';
      await this.deps.store.commit((tx) => this.takeFailure(tx, attempt, error));
      throw lost ? lostReply(error) : error;
    }
  }

  private takeFailure(tx: Tx, attempt: SyncAttempt, error: TimecardError): void {
    // A window that took this one for dead has found out what became of it.
    if (!isUnresolved(tx, attempt)) return;
    const finishedAt = this.deps.clock.now();
    const lost = error.outcome === 'unknown';
    if (lost && isGone(tx, attempt)) tx.updateAttempt({ ...attempt, status: 'success', finishedAt });
    else {
      const { reason, message, httpStatus = null } = error;
      const status = lost ? 'unknown' : 'failed';
      tx.updateAttempt({ ...attempt, status, reason, error: message, httpStatus, finishedAt });
    }
    followAttempts(tx, attempt.recordId);
  }
}

/** Whether another window has deleted what this attempt was to delete. */
function isGone(tx: Tx, { action, connectionId, worklogId }: SyncAttempt): boolean {
  return action === 'delete' && worklogId !== null && tx.worklogOwner(connectionId, worklogId) === undefined;
}

function currentRecord(tx: Tx, id: string): TimeRecord {
  const record = tx.record(id, true);
  if (record === undefined)
    throw new TimecardError('storageDamaged', 'The record of this sync is no longer in the database.');
  return record;
}

function snapshot(place: Place, reply: Worklog, basis: RecordBasis): WorklogSnapshot {
  const { startedMs, seconds, comment } = reply;
  return { ...place, worklogId: reply.id, startedMs, seconds, comment, basis };
}

function lostReply(error: TimecardError): LostReply {
  return new LostReply(error.reason, error.message, {
    outcome: 'unknown',
    ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.limitScope === undefined ? {} : { limitScope: error.limitScope }),
  });
}
