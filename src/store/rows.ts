import * as v from 'valibot';
import type { AbsenceEntry } from '../core/absence.ts';
import { dayOf } from '../core/days.ts';
import { invalid } from '../core/errors.ts';
import { contentsOf, type RecordChange } from '../core/recordChanges.ts';
import type { Connection, Issue, OrphanWorklog, SyncAttempt, TimeRecord } from '../core/records.ts';
import { syncStateOf } from '../core/syncState.ts';
import { dayNumber } from './localDay.ts';
import {
  absenceSchema,
  attemptSchema,
  changeSchema,
  connectionSchema,
  issueSchema,
  orphanSchema,
  timeRecordSchema,
} from './schemas.ts';
import type { Row, SqlValue } from './sqlite.ts';

export type Columns = Readonly<Record<string, SqlValue>>;
/** `undefined` when the row does not hold what it should. */
export type RowParser<T> = (row: Row) => T | undefined;

/** Checks a value before it is stored, so that everything stored can be read back. */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw invalid(path === null ? what : `${what}.${path}`, issue.message);
}

/** How texts are compared: without regard to case or to different encodings of one letter. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase();
}

const ASCII_ONLY = /^[\0-\x7f]*$/;
const FIELD_SEPARATOR = '\x1f';

/** `null` when SQLite's own `lower()` folds the fields right, so that only other alphabets take space. */
function searchText(record: TimeRecord): string | null {
  const all = [record.notes, record.issueKey, record.externalLink, record.branch].join(FIELD_SEPARATOR);
  return ASCII_ONLY.test(all) ? null : foldText(all);
}

/** Days since 1970-01-01 of the local day on which an instant (UTC ms) falls; in UTC where the zone is not known. */
export function localDayNumber(instantMs: number, zone: string): number {
  return dayNumber(dayOf(instantMs, zone));
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function fromJson(value: unknown): unknown {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function flag(value: unknown): unknown {
  return value === 1 ? true : value === 0 ? false : value;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}

export function recordColumns(record: TimeRecord): Columns {
  const state = syncStateOf(record);
  return {
    id: record.id,
    time_in: record.timeIn,
    time_out: record.timeOut,
    zone: record.zone,
    local_day: localDayNumber(record.timeIn, record.zone),
    notes: record.notes,
    external_link: record.externalLink,
    source: record.source,
    branch: record.branch,
    commits: record.commits.length === 0 ? null : JSON.stringify(record.commits),
    connection_id: record.connectionId,
    jira_issue_key: record.issueKey,
    jira_connection_id: record.worklog?.connectionId ?? null,
    jira_worklog_id: record.worklog?.worklogId ?? null,
    jira_synced: state === 'synced' ? 1 : 0,
    jira_sync_reason: record.problem?.reason ?? null,
    jira_sync_error: record.problem?.message ?? null,
    last_synced_at: record.lastSyncedAt,
    worklog: json(record.worklog),
    worklog_intent: record.intent,
    attempt: record.attempt,
    look_first: record.lookFirst ? 1 : 0,
    sync_state: state,
    search_text: searchText(record),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    deleted_at: record.deletedAt,
  };
}

export const recordOf: RowParser<TimeRecord> = (row) =>
  parse(timeRecordSchema, {
    id: row.id,
    timeIn: row.time_in,
    timeOut: row.time_out,
    zone: row.zone,
    notes: row.notes,
    externalLink: row.external_link,
    source: row.source,
    branch: row.branch,
    commits: row.commits === null ? [] : fromJson(row.commits),
    connectionId: row.connection_id,
    issueKey: row.jira_issue_key,
    worklog: fromJson(row.worklog),
    intent: row.worklog_intent,
    attempt: row.attempt,
    lookFirst: flag(row.look_first),
    problem: row.jira_sync_reason === null ? null : { reason: row.jira_sync_reason, message: row.jira_sync_error },
    lastSyncedAt: row.last_synced_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  });

export function changeColumns(before: TimeRecord | undefined, after: TimeRecord, group: number): Columns {
  return {
    change_group: group,
    time_record_id: after.id,
    changed_at: after.updatedAt,
    contents_before: before === undefined ? null : JSON.stringify(contentsOf(before)),
    contents_after: JSON.stringify(contentsOf(after)),
  };
}

export const changeOf: RowParser<RecordChange> = (row) =>
  parse(changeSchema, {
    id: row.id,
    group: row.change_group,
    recordId: row.time_record_id,
    at: row.changed_at,
    before: fromJson(row.contents_before),
    after: fromJson(row.contents_after),
  });

export function absenceColumns(absence: AbsenceEntry): Columns {
  const { decision } = absence;
  return {
    id: absence.id,
    time_record_id: absence.recordId,
    away_from: absence.from,
    away_to: absence.to,
    crashed: absence.crashed ? 1 : 0,
    asked_at: absence.askedAt,
    decision: decision?.kind ?? null,
    stop_at: decision?.kind === 'stopAt' ? decision.at : null,
    jira_issue_key: decision?.kind === 'move' ? decision.issueKey : null,
    decided_at: absence.decidedAt,
    change_group: absence.changeGroup,
  };
}

export const absenceOf: RowParser<AbsenceEntry> = (row) =>
  parse(absenceSchema, {
    id: row.id,
    recordId: row.time_record_id,
    from: row.away_from,
    to: row.away_to,
    crashed: flag(row.crashed),
    askedAt: row.asked_at,
    decision: row.decision === null ? null : { kind: row.decision, at: row.stop_at, issueKey: row.jira_issue_key },
    decidedAt: row.decided_at,
    changeGroup: row.change_group,
  });

export function attemptColumns(attempt: Omit<SyncAttempt, 'id'>): Columns {
  return {
    time_record_id: attempt.recordId,
    connection_id: attempt.connectionId,
    action: attempt.action,
    jira_issue_key: attempt.issueKey,
    jira_issue_id: attempt.issueId,
    jira_worklog_id: attempt.worklogId,
    sync_status: attempt.status,
    sync_reason: attempt.reason,
    sync_error: attempt.error,
    http_status: attempt.httpStatus,
    started_at: attempt.startedAt,
    synced_at: attempt.finishedAt,
    duration_ms: attempt.finishedAt === null ? null : attempt.finishedAt - attempt.startedAt,
    sent: json(attempt.sent),
    batch_id: attempt.batchId,
  };
}

export const attemptOf: RowParser<SyncAttempt> = (row) =>
  parse(attemptSchema, {
    id: row.id,
    recordId: row.time_record_id,
    connectionId: row.connection_id,
    action: row.action,
    issueKey: row.jira_issue_key,
    issueId: row.jira_issue_id,
    worklogId: row.jira_worklog_id,
    status: row.sync_status,
    reason: row.sync_reason,
    error: row.sync_error,
    httpStatus: row.http_status,
    startedAt: row.started_at,
    finishedAt: row.synced_at,
    sent: fromJson(row.sent),
    batchId: row.batch_id,
  });

export function orphanColumns(orphan: OrphanWorklog): Columns {
  return {
    connection_id: orphan.connectionId,
    jira_worklog_id: orphan.worklogId,
    jira_issue_id: orphan.issueId,
    jira_issue_key: orphan.issueKey,
    time_record_id: orphan.recordId,
    created_at: orphan.createdAt,
  };
}

export const orphanOf: RowParser<OrphanWorklog> = (row) =>
  parse(orphanSchema, {
    connectionId: row.connection_id,
    issueId: row.jira_issue_id,
    issueKey: row.jira_issue_key,
    worklogId: row.jira_worklog_id,
    recordId: row.time_record_id,
    createdAt: row.created_at,
  });

export function connectionColumns(connection: Connection): Columns {
  return {
    id: connection.id,
    url: connection.jiraUrl,
    deployment: connection.deployment,
    auth_type: connection.authType,
    email: connection.email,
    cloud_id: connection.cloudId,
    account_id: connection.accountId,
    display_name: connection.displayName,
    profile_zone: connection.profileZone,
    is_active: connection.isActive ? 1 : 0,
    is_default: connection.isDefault ? 1 : 0,
    project_keys: JSON.stringify(connection.projectKeys),
    chosen_projects: JSON.stringify(connection.chosenProjects),
    last_success_at: connection.lastSuccessAt,
    last_problem: json(connection.lastProblem),
    failed_sign_ins: connection.failedSignIns,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}

export const connectionOf: RowParser<Connection> = (row) =>
  parse(connectionSchema, {
    id: row.id,
    jiraUrl: row.url,
    deployment: row.deployment,
    authType: row.auth_type,
    email: row.email,
    cloudId: row.cloud_id,
    accountId: row.account_id,
    displayName: row.display_name,
    profileZone: row.profile_zone,
    isActive: flag(row.is_active),
    isDefault: flag(row.is_default),
    projectKeys: fromJson(row.project_keys),
    chosenProjects: fromJson(row.chosen_projects),
    lastSuccessAt: row.last_success_at,
    lastProblem: fromJson(row.last_problem),
    failedSignIns: row.failed_sign_ins,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });

export const issueOf: RowParser<Issue> = (row) => parse(issueSchema, fromJson(row.issue));
