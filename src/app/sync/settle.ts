import type { SyncAttempt, TimeRecord, WorklogSnapshot } from '../../core/records.ts';
import type { Tx } from '../../core/storePorts.ts';

/*
 * What an outcome means for the rows of a record. Everything here runs inside one commit and reads the record as it
 * is now, since the user may have edited or removed it while the request was on its way.
 */

/** Jira holds this worklog for the record; another one the record pointed to is left behind and must go. */
export function withWorklog(tx: Tx, record: TimeRecord, worklog: WorklogSnapshot, now: number): void {
  const old = record.worklog;
  if (old !== null && (old.worklogId !== worklog.worklogId || old.connectionId !== worklog.connectionId)) {
    const { connectionId, issueId, issueKey, worklogId } = old;
    tx.insertOrphan({ connectionId, issueId, issueKey, worklogId, recordId: record.id, createdAt: now });
  }
  // An undo may have put the record back on an issue of another site meanwhile.
  const isItsIssue = record.issueKey === worklog.issueKey;
  tx.updateRecord({
    ...record,
    connectionId: record.connectionId ?? (isItsIssue ? worklog.connectionId : null),
    worklog,
    attempt: 'none',
    lookFirst: false,
    problem: null,
    lastSyncedAt: now,
  });
}

/** Whether a record is still on the issue and the site that a step for it was decided with. */
export function isWhereItWas(record: TimeRecord, before: Pick<TimeRecord, 'issueKey' | 'connectionId'>): boolean {
  return record.issueKey === before.issueKey && record.connectionId === before.connectionId;
}

/** Jira no longer holds this worklog. */
export function withoutWorklog(tx: Tx, record: TimeRecord, worklogId: string, now: number): void {
  const worklog = record.worklog?.worklogId === worklogId ? null : record.worklog;
  tx.updateRecord({ ...record, worklog, attempt: 'none', problem: null, lastSyncedAt: now });
}

/** Attempts of a record whose outcome is not known. */
export function unresolved(tx: Pick<Tx, 'attempts'>, recordId: string): readonly SyncAttempt[] {
  return [...tx.attempts({ recordId, status: 'pending' }), ...tx.attempts({ recordId, status: 'unknown' })].sort(
    (a, b) => a.id - b.id,
  );
}

/**
 * Whether a record is in doubt while this attempt is. The deletion of a worklog that the record no longer points to is
 * repeated with the other leftovers.
 */
export function concerns({ action, worklogId }: SyncAttempt, record: TimeRecord): boolean {
  return action !== 'delete' || worklogId === record.worklog?.worklogId;
}

/** What the log says of an attempt by now: another window may have found out what became of it. */
export function statusOf(tx: Pick<Tx, 'attempts'>, { id, recordId }: SyncAttempt): SyncAttempt['status'] | undefined {
  return tx.attempts({ recordId }).find((attempt) => attempt.id === id)?.status;
}

/** Whether nobody has written down yet what became of an attempt. */
export function isUnresolved(tx: Pick<Tx, 'attempts'>, attempt: SyncAttempt): boolean {
  const status = statusOf(tx, attempt);
  return status === 'pending' || status === 'unknown';
}

/**
 * A record is in doubt as long as an attempt that concerns it is: another window, which took the lock for abandoned,
 * may have begun one as well. To be called when an attempt has been closed.
 */
export function followAttempts(tx: Tx, recordId: string): void {
  const record = tx.record(recordId, true);
  if (record === undefined) return;
  const attempt = unresolved(tx, recordId).some((each) => concerns(each, record)) ? 'unknown' : 'none';
  if (record.attempt !== attempt) tx.updateRecord({ ...record, attempt });
}

/** Earlier deletions of a worklog that is gone now did their work, or came too late to matter. */
export function closeDeletes(tx: Tx, recordId: string, worklogId: string, now: number): void {
  for (const attempt of unresolved(tx, recordId)) {
    if (attempt.action === 'delete' && attempt.worklogId === worklogId) {
      tx.updateAttempt({ ...attempt, status: 'success', finishedAt: now });
    }
  }
}
