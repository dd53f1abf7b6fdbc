import type { RecordBasis, SyncState, TimeRecord } from './records.ts';

/** The contents a worklog would be made from now, or `undefined` for a record without an end. */
export function basisOf(record: TimeRecord): RecordBasis | undefined {
  if (record.timeOut === null) return undefined;
  return { timeIn: record.timeIn, timeOut: record.timeOut, zone: record.zone, notes: record.notes };
}

function sameBasis(a: RecordBasis, b: RecordBasis): boolean {
  return a.timeIn === b.timeIn && a.timeOut === b.timeOut && a.zone === b.zone && a.notes === b.notes;
}

/** Whether Jira should hold a worklog for this record. */
export function wantsWorklog(record: TimeRecord): boolean {
  return record.deletedAt === null && record.intent === 'mirror' && record.issueKey !== null && record.timeOut !== null;
}

/** Whether the user had its worklog deleted, so that it is not sent until they name it. */
export function isHeldBack(record: TimeRecord): boolean {
  return record.intent === 'absent' && record.worklog === null && record.attempt === 'none';
}

/** The record as a sync takes it that was asked for by name: that undoes the decision to have its worklog deleted. */
export function wantedAgain(record: TimeRecord): TimeRecord {
  return record.deletedAt === null && isHeldBack(record) ? { ...record, intent: 'mirror' } : record;
}

/** Whether the worklog last agreed with Jira still says what the record says, where it says it. */
export function worklogIsCurrent(record: TimeRecord): boolean {
  const { worklog } = record;
  const basis = basisOf(record);
  if (worklog === null || basis === undefined) return false;
  const samePlace =
    worklog.issueKey === record.issueKey &&
    (record.connectionId === null || worklog.connectionId === record.connectionId);
  return samePlace && sameBasis(worklog.basis, basis);
}

/** A record that was removed while it ran does not run any more: what Jira holds of it is to go as any other. */
function isRunning(record: TimeRecord): boolean {
  return record.timeOut === null && record.deletedAt === null;
}

/** Whether Jira and the record differ in what they should agree on. */
export function needsSync(record: TimeRecord): boolean {
  if (isRunning(record) || record.intent === 'leave') return false;
  return wantsWorklog(record) ? !worklogIsCurrent(record) : record.worklog !== null;
}

/** The one word for where a record stands with Jira. Does not depend on settings: changing the rounding makes nothing due. */
export function syncStateOf(record: TimeRecord): SyncState {
  if (record.attempt === 'unknown') return 'unknown';
  if (isRunning(record)) return 'local';
  if (record.attempt === 'open') return 'pending';
  if (!needsSync(record)) return record.worklog !== null && record.intent === 'mirror' ? 'synced' : 'local';
  if (record.problem?.reason === 'conflict') return 'conflict';
  return record.problem === null ? 'pending' : 'failed';
}
