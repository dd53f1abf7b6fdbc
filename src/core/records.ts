import type { Reason } from './errors.ts';

/** How a record came to be. */
export type RecordSource = 'timer' | 'manual' | 'api' | 'split';

/**
 * What should become of the record's worklog: `mirror` — Jira should show what the record says;
 * `absent` — there should be no worklog (the user deleted it); `leave` — Jira is not touched.
 */
export type WorklogIntent = 'mirror' | 'absent' | 'leave';

/** `none`; `open` while a request is on its way; `unknown` once its reply is known to be lost. */
export type AttemptState = 'none' | 'open' | 'unknown';

export type SyncState = 'local' | 'pending' | 'synced' | 'failed' | 'unknown' | 'conflict';

export const SYNC_STATES: readonly SyncState[] = ['local', 'pending', 'synced', 'failed', 'unknown', 'conflict'];

/** The parts of a record that a worklog is made from, as they were when Jira last agreed to them. */
export interface RecordBasis {
  readonly timeIn: number;
  readonly timeOut: number;
  readonly zone: string;
  readonly notes: string;
}

/** What a worklog says. `startedMs` is a UTC instant, `seconds` a whole number of minutes × 60. */
export interface WorklogContent {
  readonly startedMs: number;
  readonly seconds: number;
  readonly comment: string;
}

/** The worklog last agreed with Jira: where it is, what it says, and which record contents it came from. */
export interface WorklogSnapshot extends WorklogContent {
  readonly connectionId: string;
  readonly issueId: string;
  readonly issueKey: string;
  readonly worklogId: string;
  readonly basis: RecordBasis;
}

export interface SyncProblem {
  readonly reason: Reason;
  readonly message: string;
}

/** A commit the user made, as the branch's own log tells it. */
export interface CommitNote {
  /** UTC ms. */
  readonly at: number;
  readonly subject: string;
}

/** One stretch of work. Instants are UTC milliseconds. */
export interface TimeRecord {
  readonly id: string;
  readonly timeIn: number;
  /** `null` while the record runs. */
  readonly timeOut: number | null;
  /** IANA zone the record was started in; days are counted in it. */
  readonly zone: string;
  readonly notes: string;
  readonly externalLink: string | null;
  readonly source: RecordSource;
  /** Branch that was checked out when the record was started. */
  readonly branch: string | null;
  /** Commits the user made on that branch while the record ran, oldest first. */
  readonly commits: readonly CommitNote[];
  /** The site chosen by the user or by the first push; `null` until then. */
  readonly connectionId: string | null;
  /** Upper case. */
  readonly issueKey: string | null;
  readonly worklog: WorklogSnapshot | null;
  readonly intent: WorklogIntent;
  readonly attempt: AttemptState;
  /** Look for this record's worklog before creating one (set after a backup was restored). */
  readonly lookFirst: boolean;
  /** Why the last sync of the present contents failed; `reason: 'conflict'` when Jira's worklog was changed there. */
  readonly problem: SyncProblem | null;
  readonly lastSyncedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Set once the user removed the record; it is kept for the sync log and for unfinished work in Jira. */
  readonly deletedAt: number | null;
}

/** A worklog that must go because its record moved elsewhere; kept until Jira confirms. */
export interface OrphanWorklog {
  readonly connectionId: string;
  readonly issueId: string;
  readonly issueKey: string;
  readonly worklogId: string;
  readonly recordId: string;
  readonly createdAt: number;
}

export type SyncAction = 'create' | 'update' | 'delete' | 'adopt';
export type AttemptStatus = 'pending' | 'success' | 'failed' | 'unknown';

/** One row of the sync log: one request that changes something in Jira (or the adoption of a worklog found there). */
export interface SyncAttempt {
  readonly id: number;
  readonly recordId: string;
  readonly connectionId: string;
  readonly action: SyncAction;
  readonly issueKey: string;
  readonly issueId: string;
  readonly worklogId: string | null;
  readonly status: AttemptStatus;
  readonly reason: Reason | null;
  readonly error: string | null;
  readonly httpStatus: number | null;
  /** UTC ms: before the request left. */
  readonly startedAt: number;
  /** UTC ms: when its outcome was written down. */
  readonly finishedAt: number | null;
  /** The sync it was part of; `null` for what is not a part of one. */
  readonly batchId: string | null;
  /** What the request carried, so that a lost reply can be looked up later. */
  readonly sent: (WorklogContent & { readonly basis: RecordBasis }) | null;
}

export type Deployment = 'cloud' | 'dataCenter';
/** `apiToken` is sent as Basic; `pat` and the access token of `oauth` as Bearer. */
export type AuthType = 'apiToken' | 'pat' | 'oauth';

/** One Jira site and how to sign in to it. The token is never here. */
export interface Connection {
  readonly id: string;
  /** The site with its context path, without a trailing slash. */
  readonly jiraUrl: string;
  readonly deployment: Deployment;
  readonly authType: AuthType;
  readonly email: string | null;
  /** Cloud id when the token only works through Atlassian's gateway (scoped tokens). */
  readonly cloudId: string | null;
  readonly accountId: string | null;
  readonly displayName: string | null;
  /** IANA zone of the Jira profile; Jira shows days in it. */
  readonly profileZone: string | null;
  readonly isActive: boolean;
  /** Takes what no other site's projects claim; at most one connection has it. */
  readonly isDefault: boolean;
  /** Upper-case keys of the projects the user can see; empty until fetched. */
  readonly projectKeys: readonly string[];
  /** Of the keys that several sites have, those the user gave to this one. */
  readonly chosenProjects: readonly string[];
  /** When Jira last let us in, UTC ms. */
  readonly lastSuccessAt: number | null;
  /** What was wrong when it last did not; `null` once it works again. */
  readonly lastProblem: SyncProblem | null;
  /** Refused sign-ins in a row with the present credentials. */
  readonly failedSignIns: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type StatusCategory = 'new' | 'indeterminate' | 'done' | 'undefined';

/** An issue as last seen in Jira. Every text comes from Jira and is plain text, never markup. */
export interface Issue {
  readonly key: string;
  readonly id: string;
  readonly summary: string;
  readonly status: string;
  readonly statusCategory: StatusCategory;
  readonly assignee: string | null;
  readonly project: string;
  readonly issueType: string;
  readonly url: string;
}
