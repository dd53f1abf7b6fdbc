import { TimecardError } from '../../core/errors.ts';
import type { JiraSession, Worklog } from '../../core/jiraPorts.ts';
import type { Clock, Sleep } from '../../core/ports.ts';
import type { SyncAttempt, TimeRecord, WorklogContent, WorklogSnapshot } from '../../core/records.ts';
import type { Lease, Store, Tx } from '../../core/storePorts.ts';
import type { Place } from '../../core/sync/plan.ts';
import { sameContent } from '../../core/sync/reconcile.ts';
import { settleTime } from '../../core/sync/retry.ts';
import { wantsWorklog } from '../../core/syncState.ts';
import type { Places } from './places.ts';
import { concerns, followAttempts, isUnresolved, unresolved, withoutWorklog, withWorklog } from './settle.ts';

/** An answer that took longer may have waited in Jira beside what it is to tell of. */
const SLOW_ANSWER_MS = 1_000;

/** Why an attempt that had been in doubt is closed when its issue can no longer be seen. */
const GIVEN_UP = 'issueNotFound';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly places: Pick<Places, 'session' | 'checkStillIs'>;
  /** Of the sync: who has lost it must not judge what the window that took over is sending now. */
  readonly lease: Lease;
}

/** Finds out what became of writes whose reply was lost, and writes it down. Changes nothing in Jira. */
export class LostReplies {
  constructor(private readonly deps: Deps) {}

  /** Clears up every doubtful attempt of a record. Rejects, leaving it doubtful, when Jira cannot be asked. */
  async clear(record: TimeRecord, signal?: AbortSignal): Promise<void> {
    const attempts = await this.deps.store.read((db) => unresolved(db, record.id));
    for (const attempt of attempts) {
      if (!concerns(attempt, record)) continue;
      await this.settleDown(attempt, signal);
      await this.clearOne(attempt, signal);
    }
    await this.markClear(record.id, attempts.length === 0);
  }

  /** A record that was in doubt without a trace in the log (a restored backup) is looked for before it is created. */
  private async markClear(recordId: string, withoutTrace: boolean): Promise<void> {
    const current = await this.deps.store.read((db) => db.record(recordId, true));
    if (current === undefined || current.attempt === 'none') return;
    await this.deps.store.commit((tx) => {
      const record = tx.record(recordId, true);
      if (record === undefined) return;
      if (withoutTrace) tx.updateRecord({ ...record, lookFirst: true });
      followAttempts(tx, recordId);
    });
  }

  private async settleDown(attempt: SyncAttempt, signal: AbortSignal | undefined): Promise<void> {
    const since = this.deps.clock.now() - (attempt.finishedAt ?? attempt.startedAt);
    const settle = settleTime(waitedFor(attempt));
    if (since >= 0 && since < settle) await this.deps.sleep(settle - since, signal);
  }

  private async clearOne(attempt: SyncAttempt, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.lookFor(attempt, signal);
    } catch (error) {
      // Without a status it was not Jira that has said so, but that this is another issue.
      if (!(error instanceof TimecardError) || error.reason !== 'issueNotFound' || error.httpStatus === undefined)
        throw error;
      await this.giveUp(attempt, error);
    }
  }

  /**
   * What may be on an issue that nobody can see any more stays unknown. A record that has been put elsewhere since, or
   * asks for no worklog any more, is not held back by that.
   */
  private async giveUp(attempt: SyncAttempt, cause: TimecardError): Promise<void> {
    const record = await this.deps.store.read((db) => db.record(attempt.recordId, true));
    const { issueKey } = attempt;
    if (record !== undefined && wantsWorklog(record) && isAt(attempt, record)) throw unseen(issueKey, cause);
    const error = `${issueKey} cannot be seen any more. Whether Jira did this there is not known.`;
    await this.write(attempt, (tx) => this.close(tx, { ...attempt, reason: GIVEN_UP, error }, 'failed'));
  }

  /**
   * Whether an attempt on this issue had been given up for not being seen, and is in doubt again: the record is to get a
   * worklog there after all, now that the issue can be seen.
   */
  async reopen(record: TimeRecord, { connectionId, issueId }: Place): Promise<boolean> {
    const isHere = (attempt: SyncAttempt) => attempt.connectionId === connectionId && attempt.issueId === issueId;
    const find = (db: Pick<Tx, 'attempts'>) =>
      db.attempts({ recordId: record.id, status: 'failed' }).filter((each) => isGivenUp(each) && isHere(each));
    if ((await this.deps.store.read(find)).length === 0) return false;
    this.deps.lease.assertHeld();
    await this.deps.store.commit((tx) => {
      for (const attempt of find(tx)) {
        const error = `${attempt.issueKey} can be seen again.`;
        tx.updateAttempt({ ...attempt, status: 'unknown', reason: 'network', error });
      }
      followAttempts(tx, record.id);
    });
    return true;
  }

  private async lookFor(attempt: SyncAttempt, signal: AbortSignal | undefined): Promise<void> {
    const { places } = this.deps;
    const session = await places.session(attempt.connectionId);
    // What is not found at another site than before says nothing about this one.
    await places.checkStillIs(attempt, signal);
    if (attempt.action === 'create' || attempt.action === 'adopt') return this.clearCreate(session, attempt, signal);
    const { worklogId } = attempt;
    const remote = worklogId === null ? undefined : await session.worklog(attempt.issueId, worklogId, signal);
    await this.write(attempt, (tx) => {
      if (attempt.action === 'update') this.clearUpdate(tx, attempt, remote);
      else this.clearDelete(tx, attempt, remote);
    });
  }

  /** Writes down what became of an attempt, unless somebody has done so while Jira was asked. */
  private write(attempt: SyncAttempt, judge: (tx: Tx) => void): Promise<void> {
    this.deps.lease.assertHeld();
    return this.deps.store.commit((tx) => {
      if (!isUnresolved(tx, attempt)) return;
      judge(tx);
      followAttempts(tx, attempt.recordId);
    });
  }

  private async clearCreate(
    session: JiraSession,
    attempt: SyncAttempt,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const found = await this.findCreated(session, attempt, signal);
    await this.write(attempt, (tx) => {
      const mine = found.filter((worklog) => tx.worklogOwner(attempt.connectionId, worklog.id) === undefined);
      const [worklog, ...doubles] = mine;
      if (worklog === undefined) this.close(tx, attempt, 'failed');
      else this.adopt(tx, attempt, worklog, doubles);
    });
  }

  /** A Jira that is slow to answer may not have done yet what it was sent earlier: nothing found then is looked for again. */
  private async findCreated(
    session: JiraSession,
    { issueId, recordId, sent }: SyncAttempt,
    signal: AbortSignal | undefined,
  ): Promise<readonly Worklog[]> {
    if (sent === null) return [];
    const begun = this.deps.clock.now();
    const found = await session.findLost(issueId, recordId, sent, signal);
    const took = this.deps.clock.now() - begun;
    if (found.length > 0 || took < SLOW_ANSWER_MS) return found;
    await this.deps.sleep(settleTime(took), signal);
    return session.findLost(issueId, recordId, sent, signal);
  }

  private adopt(tx: Tx, attempt: SyncAttempt, worklog: Worklog, doubles: readonly Worklog[]): void {
    const record = tx.record(attempt.recordId, true);
    if (record === undefined || attempt.sent === null) return;
    // What somebody changed in it since is not agreed on: the next edit here has to find that as a conflict.
    const agreed = sameContent(worklog, attempt.sent) ? worklog : { ...worklog, ...contentOf(attempt.sent) };
    withWorklog(tx, record, snapshotOf(attempt, agreed, attempt.sent.basis), this.deps.clock.now());
    for (const double of doubles) {
      // Only a worklog that carries this record's own mark is certainly ours to take away.
      if (double.recordId === record.id) this.leaveBehind(tx, attempt, double);
    }
    this.close(tx, { ...attempt, worklogId: worklog.id }, 'success');
  }

  private leaveBehind(tx: Tx, attempt: SyncAttempt, double: Worklog): void {
    const { connectionId, issueId, issueKey, recordId } = attempt;
    tx.insertOrphan({
      connectionId,
      issueId,
      issueKey,
      recordId,
      worklogId: double.id,
      createdAt: this.deps.clock.now(),
    });
  }

  private clearUpdate(tx: Tx, attempt: SyncAttempt, remote: Worklog | undefined): void {
    const record = tx.record(attempt.recordId, true);
    const { sent } = attempt;
    if (record === undefined || sent === null || remote === undefined || !sameContent(remote, sent)) {
      this.close(tx, attempt, 'failed');
      return;
    }
    withWorklog(tx, record, snapshotOf(attempt, remote, sent.basis), this.deps.clock.now());
    this.close(tx, attempt, 'success');
  }

  private clearDelete(tx: Tx, attempt: SyncAttempt, remote: Worklog | undefined): void {
    const record = tx.record(attempt.recordId, true);
    if (remote !== undefined || record === undefined || attempt.worklogId === null) {
      this.close(tx, attempt, 'failed');
      return;
    }
    withoutWorklog(tx, record, attempt.worklogId, this.deps.clock.now());
    this.close(tx, attempt, 'success');
  }

  private close(tx: Tx, attempt: SyncAttempt, status: 'success' | 'failed'): void {
    const cleared = status === 'success' ? { reason: null, error: null } : {};
    tx.updateAttempt({ ...attempt, ...cleared, status, finishedAt: attempt.finishedAt ?? this.deps.clock.now() });
  }
}

/** How long a lost reply was waited for, ms; of a window that has ended nobody knows. */
function waitedFor({ reason, startedAt, finishedAt }: SyncAttempt): number | undefined {
  return reason === null || finishedAt === null ? undefined : Math.max(0, finishedAt - startedAt);
}

/** Jira itself has refused the others that end so, with a status. */
function isGivenUp({ action, reason, httpStatus, sent }: SyncAttempt): boolean {
  return action === 'create' && reason === GIVEN_UP && httpStatus !== 404 && sent !== null;
}

/** Whether a record asks for its time to be where the attempt was. */
function isAt({ issueKey, connectionId }: SyncAttempt, record: TimeRecord): boolean {
  return record.issueKey === issueKey && (record.connectionId ?? connectionId) === connectionId;
}

function unseen(issueKey: string, cause: TimecardError): TimecardError {
  const { httpStatus } = cause;
  return new TimecardError(
    'issueNotFound',
    `It is not known whether this time reached ${issueKey}, which Jira does not show you any more. Put the record on another issue to log it there.`,
    { cause, outcome: 'notSent', ...(httpStatus === undefined ? {} : { httpStatus }) },
  );
}

function contentOf({ startedMs, seconds, comment }: WorklogContent): WorklogContent {
  return { startedMs, seconds, comment };
}

function snapshotOf(attempt: SyncAttempt, worklog: Worklog, basis: WorklogSnapshot['basis']): WorklogSnapshot {
  const { connectionId, issueId, issueKey } = attempt;
  const { startedMs, seconds, comment } = worklog;
  return { connectionId, issueId, issueKey, worklogId: worklog.id, startedMs, seconds, comment, basis };
}
