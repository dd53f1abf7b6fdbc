/** The things a simulated Jira holds. Instants are UTC milliseconds. */

export type Deployment = 'cloud' | 'dataCenter';
export type Language = 'en' | 'de';
/** Which door a request came through: the site, the stand-in for api.atlassian.com, or a foreign host. */
export type Host = 'site' | 'gateway' | 'auth' | 'elsewhere';

export const PERMISSIONS = [
  'BROWSE_PROJECTS',
  'CREATE_ISSUES',
  'EDIT_ISSUES',
  'WORK_ON_ISSUES',
  'EDIT_OWN_WORKLOGS',
  'EDIT_ALL_WORKLOGS',
  'DELETE_OWN_WORKLOGS',
  'DELETE_ALL_WORKLOGS',
  'ADMINISTER',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Granted to everybody on every issue until `setPermission` says otherwise. */
export const DEFAULT_PERMISSIONS: readonly Permission[] = [
  'BROWSE_PROJECTS',
  'CREATE_ISSUES',
  'EDIT_ISSUES',
  'WORK_ON_ISSUES',
  'EDIT_OWN_WORKLOGS',
  'DELETE_OWN_WORKLOGS',
];

export interface SimUser {
  readonly accountId: string;
  /** Data Center user name. */
  readonly name: string;
  /** Data Center user key. */
  readonly key: string;
  readonly displayName: string;
  readonly email: string;
  /** IANA zone of the profile. */
  timeZone: string;
}

export interface SimToken {
  readonly name: string;
  readonly value: string;
  readonly accountId: string;
  readonly kind: 'classic' | 'scoped' | 'oauth' | 'pat' | 'password';
  /** Classic OAuth scopes; only looked at for `scoped` and `oauth`. */
  readonly scopes: readonly string[];
  expired: boolean;
  revoked: boolean;
}

export interface SimProject {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  archived: boolean;
}

export type StatusCategory = 'new' | 'indeterminate' | 'done';

export interface SimWorklog {
  readonly id: string;
  issueId: string;
  readonly author: string;
  updateAuthor: string;
  /** Text on API v2, an Atlassian document on v3, `null` when there is none. */
  comment: unknown;
  readonly created: number;
  updated: number;
  started: number;
  seconds: number;
  visibility: { type: string; value: string } | null;
  properties: Record<string, unknown>;
}

export interface SimIssue {
  readonly id: string;
  key: string;
  /** Keys from before a move; they keep resolving. */
  oldKeys: string[];
  projectKey: string;
  summary: string;
  status: string;
  statusCategory: StatusCategory;
  resolution: string | null;
  assignee: string | null;
  issueType: string;
  readonly created: number;
  updated: number;
  /** `jira.issue.editable` of the workflow state. */
  editable: boolean;
  archived: boolean;
  hidden: boolean;
  /** `false`: not in the search index yet. */
  indexed: boolean;
  remainingSeconds: number;
  worklogs: SimWorklog[];
}

export interface DeletedWorklog {
  readonly worklogId: string;
  readonly issueId: string;
  readonly deletedAt: number;
}

/** Token bucket of Data Center's rate limiting. */
export interface Bucket {
  readonly capacity: number;
  readonly fill: number;
  readonly intervalSeconds: number;
}

/** How this Jira is set up and what is wrong with it. */
export interface Switches {
  timeTracking: boolean;
  language: Language;
  /** Most worklogs an issue takes; 413 beyond. */
  worklogLimit: number;
  /** What a Data Center password login is answered with; `null`: no CAPTCHA. */
  captcha: 403 | 200 | null;
  /** `anonymous`: 200 with what anonymous people see plus a login-reason header, instead of 401. */
  expiredTokens: 'refused' | 'anonymous';
  /** Cloud: 20 writes in 2 s and 100 in 30 s for each issue. */
  issueWriteLimit: boolean;
  /** Cloud: 100 GET or POST, 50 PUT or DELETE a second for each endpoint. */
  burstLimit: boolean;
  /** Data Center; `null`: nobody is slowed down. */
  bucket: Bucket | null;
  /** `/search/jql` hands out the same page token for ever. */
  repeatPageToken: boolean;
}

export interface NewIssue {
  readonly key: string;
  readonly summary: string;
  readonly status?: string;
  readonly statusCategory?: StatusCategory;
  readonly resolution?: string | null;
  /** `accountId`, or `null`. */
  readonly assignee?: string | null;
  readonly issueType?: string;
  readonly editable?: boolean;
  readonly hidden?: boolean;
  readonly archived?: boolean;
  readonly indexed?: boolean;
  /** UTC ms of the last change; decides the order of search results. */
  readonly updated?: number;
}
