import type { Event } from 'vscode';
import type { SyncState } from './core/records.ts';

export type { SyncState };

/** All dates are ISO 8601 strings in UTC. Every rejection is an `Error` with a `reason`; see docs/api.md. */
export interface TimecardApi {
  readonly version: 1;
  readonly timer: {
    current(): Promise<TimeRecord | undefined>;
    clockIn(o?: { issueKey?: string | null; notes?: string; at?: string }): Promise<TimeRecord>;
    /** Several records when the stretch was split at midnight. */
    clockOut(o?: { notes?: string; at?: string }): Promise<TimeRecord[]>;
  };
  readonly records: {
    list(f?: {
      from?: string;
      to?: string;
      issueKey?: string;
      syncState?: SyncState;
      text?: string;
      limit?: number;
      offset?: number;
    }): Promise<TimeRecord[]>;
    get(id: string): Promise<TimeRecord | undefined>;
    add(r: {
      timeIn: string;
      timeOut: string;
      issueKey?: string | null;
      notes?: string;
      externalLink?: string;
      connectionId?: string;
    }): Promise<TimeRecord>;
    update(
      id: string,
      patch: {
        timeIn?: string;
        timeOut?: string;
        issueKey?: string | null;
        notes?: string;
        externalLink?: string | null;
        connectionId?: string;
      },
    ): Promise<TimeRecord>;
    remove(id: string, o?: { worklog?: 'keep' | 'delete' }): Promise<void>;
  };
  readonly connections: {
    list(): Promise<JiraConnection[]>;
    /** Tested first; nothing is kept on failure. */
    add(c: {
      jiraUrl: string;
      auth: { type: 'apiToken'; email: string; token: string } | { type: 'pat'; token: string };
    }): Promise<JiraConnection>;
    test(id: string): Promise<{
      ok: boolean;
      displayName?: string;
      deployment?: 'cloud' | 'dataCenter';
      reason?: string;
      message?: string;
    }>;
    remove(id: string): Promise<void>;
  };
  readonly issues: {
    search(text: string): Promise<JiraIssue[]>;
    assigned(): Promise<JiraIssue[]>;
    recent(): Promise<JiraIssue[]>;
    get(key: string): Promise<JiraIssue>;
  };
  readonly sync: {
    /** Everything that is due when `recordIds` is omitted. */
    push(recordIds?: string[]): Promise<SyncResult>;
    deleteWorklog(recordId: string): Promise<void>;
    history(f?: {
      recordId?: string;
      status?: 'success' | 'failed' | 'unknown' | 'pending';
      from?: string;
      to?: string;
      limit?: number;
    }): Promise<JiraSyncLog[]>;
  };
  readonly onDidChange: Event<void>;
}

export interface SyncResult {
  total: number;
  succeeded: number;
  failed: number;
  errors: { recordId: string; reason: string; error: string }[];
}

export interface TimeRecord {
  id: string;
  timeIn: string;
  timeOut: string | null;
  zone: string;
  notes: string;
  externalLink: string | null;
  source: string;
  connectionId: string | null;
  jiraIssueKey: string | null;
  jiraWorklogId: string | null;
  jiraSynced: boolean;
  jiraSyncError: string | null;
  lastSyncedAt: string | null;
  syncState: SyncState;
}

export interface JiraConnection {
  id: string;
  jiraUrl: string;
  authType: string;
  email?: string;
  deployment: 'cloud' | 'dataCenter';
  isActive: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface JiraIssue {
  key: string;
  id: string;
  summary: string;
  status: string;
  statusCategory: 'new' | 'indeterminate' | 'done' | 'undefined';
  assignee: string | null;
  project: string;
  issueType: string;
  url: string;
}

export interface JiraSyncLog {
  id: number;
  timeRecordId: string;
  jiraIssueKey: string;
  jiraWorklogId: string | null;
  syncStatus: string;
  syncError: string | null;
  syncedAt: string;
}
