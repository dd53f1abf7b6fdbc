import type * as Api from '../api.ts';
import type { Connection, Issue, SyncAttempt, TimeRecord } from '../core/records.ts';
import { syncStateOf } from '../core/syncState.ts';

/*
 * What the public API hands out: plain, frozen copies with ISO dates, so that nobody can reach into the extension's
 * own values.
 */

export function recordShape(record: TimeRecord): Api.TimeRecord {
  const syncState = syncStateOf(record);
  return Object.freeze({
    id: record.id,
    timeIn: iso(record.timeIn),
    timeOut: isoOrNull(record.timeOut),
    zone: record.zone,
    notes: record.notes,
    externalLink: record.externalLink,
    source: record.source,
    connectionId: record.connectionId ?? record.worklog?.connectionId ?? null,
    jiraIssueKey: record.issueKey,
    jiraWorklogId: record.worklog?.worklogId ?? null,
    jiraSynced: syncState === 'synced',
    jiraSyncError: record.problem?.message ?? null,
    lastSyncedAt: isoOrNull(record.lastSyncedAt),
    syncState,
  });
}

export function connectionShape(connection: Connection): Api.JiraConnection {
  return Object.freeze({
    id: connection.id,
    jiraUrl: connection.jiraUrl,
    authType: connection.authType,
    ...(connection.email === null ? {} : { email: connection.email }),
    deployment: connection.deployment,
    isActive: connection.isActive,
    createdAt: iso(connection.createdAt),
    updatedAt: iso(connection.updatedAt),
  });
}

export function issueShape(issue: Issue): Api.JiraIssue {
  const { key, id, summary, status, statusCategory, assignee, project, issueType, url } = issue;
  return Object.freeze({ key, id, summary, status, statusCategory, assignee, project, issueType, url });
}

export function logShape(attempt: SyncAttempt): Api.JiraSyncLog {
  return Object.freeze({
    id: attempt.id,
    timeRecordId: attempt.recordId,
    jiraIssueKey: attempt.issueKey,
    jiraWorklogId: attempt.worklogId,
    syncStatus: attempt.status,
    syncError: attempt.error,
    syncedAt: iso(attempt.finishedAt ?? attempt.startedAt),
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
