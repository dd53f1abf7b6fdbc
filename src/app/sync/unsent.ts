import type { Reason, TimecardError } from '../../core/errors.ts';
import type { OrphanWorklog, SyncAttempt, TimeRecord } from '../../core/records.ts';
import type { Reader, Tx } from '../../core/storePorts.ts';
import { syncStateOf, wantsWorklog } from '../../core/syncState.ts';

/** Reasons that come from asking Jira and may have no HTTP status. */
const WITHOUT_STATUS: ReadonlySet<Reason> = new Set(['network', 'tls', 'notJira', 'conflict', 'issueNotFound']);

type When = Pick<SyncAttempt, 'connectionId' | 'startedAt' | 'finishedAt'> & { readonly batchId: string };

/**
 * Has the sync log tell that Jira was asked for a record's sake and nothing was sent. Only once in a sync, and not when
 * the failure was one of this machine.
 * @param when `connectionId` is the site that the record goes to
 */
export function noteUnsent(tx: Tx, record: TimeRecord, error: TimecardError, when: When): void {
  const { id: recordId } = record;
  if (!isOfJira(error) || tx.connection(when.connectionId) === undefined) return;
  if (tx.attempts({ recordId, batchId: when.batchId, limit: 1 }).length > 0 || isKnown(tx, recordId, error)) return;
  const [orphan] = syncStateOf(record) === 'synced' ? tx.orphans(recordId) : [];
  tx.insertAttempt(
    failedAttempt(record, orphan, error, { ...when, connectionId: orphan?.connectionId ?? when.connectionId }),
  );
}

/** Whether Jira, or the way to it, was tried; what is refused on this machine is no attempt. */
function isOfJira({ reason, httpStatus }: TimecardError): boolean {
  return httpStatus !== undefined || WITHOUT_STATUS.has(reason);
}

/** What the queue finds again and again, the log tells once. */
function isKnown(
  db: Pick<Reader, 'attempts'>,
  recordId: string,
  { reason, message, httpStatus }: TimecardError,
): boolean {
  const [newest] = db.attempts({ recordId, limit: 1 });
  return reason === 'issueNotFound' && httpStatus === undefined && newest?.error === message;
}

/** The attempt of a record whose worklog, or the deletion of one it has left behind, was not even sent. */
function failedAttempt(
  record: TimeRecord,
  orphan: OrphanWorklog | undefined,
  error: TimecardError,
  when: When,
): Omit<SyncAttempt, 'id'> {
  const worklog = orphan ?? record.worklog;
  const action =
    orphan !== undefined ? 'delete' : worklog === null ? 'create' : wantsWorklog(record) ? 'update' : 'delete';
  return {
    ...when,
    recordId: record.id,
    action,
    issueKey: orphan?.issueKey ?? record.issueKey ?? worklog?.issueKey ?? '',
    issueId: worklog?.issueId ?? '',
    worklogId: worklog?.worklogId ?? null,
    status: 'failed',
    reason: error.reason,
    error: error.message,
    httpStatus: error.httpStatus ?? null,
    sent: null,
  };
}
