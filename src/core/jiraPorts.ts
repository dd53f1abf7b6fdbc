import type { Connection, Deployment, Issue, WorklogContent } from './records.ts';

/** How to sign in to a site. */
export type Credentials =
  | { readonly type: 'apiToken'; readonly email: string; readonly token: string }
  | { readonly type: 'pat'; readonly token: string };

export interface JiraUser {
  /** Cloud `accountId`; Data Center `key`, else `name`. */
  readonly accountId: string;
  readonly displayName: string;
  /** IANA zone of the profile, when Jira tells it. */
  readonly timeZone: string | null;
}

export interface SiteInfo {
  readonly deployment: Deployment;
  readonly title: string | null;
}

/** A worklog as Jira holds it. */
export interface Worklog extends WorklogContent {
  readonly id: string;
  readonly issueId: string;
  readonly authorId: string | null;
  /** `id` of the property `timecard.record`, when the reply carried one. */
  readonly recordId: string | null;
}

export interface WorklogOptions {
  readonly notifyUsers: boolean;
  readonly adjustEstimate: EstimateChange;
  /** Who may see it; `undefined` for everybody who sees the issue. */
  readonly visibility?: WorklogVisibility;
}

/**
 * What becomes of the issue's remaining estimate. `value` as Jira writes durations (`1d 4h 30m`): the new estimate, or
 * what a worklog takes from it (`manual`; an update leaves it, and a deletion gives the same back).
 */
export type EstimateChange =
  | { readonly kind: 'auto' | 'leave' }
  | { readonly kind: 'new' | 'manual'; readonly value: string };

/** `value`: the name of the group or role. */
export interface WorklogVisibility {
  readonly type: 'group' | 'role';
  readonly value: string;
}

/**
 * One site, signed in. Every method rejects with a TimecardError (`reason`, `outcome`, `httpStatus`, `retryAfterMs`).
 * Reads are repeated a few times on passing failures; writes are sent exactly once and never repeated in here.
 */
export interface JiraSession {
  myself(signal?: AbortSignal): Promise<JiraUser>;
  projectKeys(signal?: AbortSignal): Promise<readonly string[]>;
  issue(keyOrId: string, signal?: AbortSignal): Promise<Issue>;
  /** Issues matching a key, a part of a key or words; best first, at most 50. */
  search(text: string, signal?: AbortSignal): Promise<readonly Issue[]>;
  /**
   * Unfinished issues assigned to the user, newest update first; with a JQL of the user's own, what that finds.
   * Rejects with `invalid` and Jira's complaint when that JQL is wrong.
   */
  assigned(jql?: string, signal?: AbortSignal): Promise<readonly Issue[]>;
  addWorklog(
    issueId: string,
    recordId: string,
    content: WorklogContent,
    zone: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<Worklog>;
  updateWorklog(
    issueId: string,
    worklogId: string,
    recordId: string,
    content: WorklogContent,
    zone: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<Worklog>;
  /** Resolves with `gone` when the worklog was not there (the issue itself was). */
  deleteWorklog(
    issueId: string,
    worklogId: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<'deleted' | 'gone'>;
  /** `undefined` when the issue is there and the worklog is not. */
  worklog(issueId: string, worklogId: string, signal?: AbortSignal): Promise<Worklog | undefined>;
  /**
   * Worklogs that an earlier, lost `addWorklog` of this record may have made: on Cloud those that carry the record's
   * property, wherever they begin by now; on Data Center the user's own with the same start (to the second) and
   * duration.
   * @param anyStart the start that was sent is a guess: on Cloud, look at the whole issue at once and not near it first
   */
  findLost(
    issueId: string,
    recordId: string,
    sent: WorklogContent,
    signal?: AbortSignal,
    anyStart?: boolean,
  ): Promise<readonly Worklog[]>;
  /**
   * The user's own worklogs on an issue (key or id) that overlap [`from`, `to`), in UTC ms. Rejects with `server` when
   * the list cannot be read to its end.
   */
  ownWorklogs(
    issue: string,
    range: { readonly from: number; readonly to: number },
    signal?: AbortSignal,
  ): Promise<readonly Worklog[]>;
}

export interface JiraGateway {
  /** Asks an address what it is. Rejects with `notJira`, `network` or `tls`. */
  detect(jiraUrl: string, signal?: AbortSignal): Promise<SiteInfo>;
  /**
   * The id that a Cloud site keeps under all its addresses; `undefined` when the address answers and does not tell it.
   * Rejects like `detect` when it does not answer.
   */
  cloudId(jiraUrl: string, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Tries to sign in, on Cloud first at the site and then through Atlassian's gateway.
   * Resolves with everything of a connection that Jira decides.
   */
  signIn(
    jiraUrl: string,
    credentials: Credentials,
    signal?: AbortSignal,
  ): Promise<{
    readonly deployment: Deployment;
    readonly cloudId: string | null;
    readonly user: JiraUser;
  }>;
  session(connection: Connection, token: TokenSource): JiraSession;
}

/**
 * A token, or where each request gets the one that holds at that moment. `refused` is a token that Jira has just
 * answered 401 to. Rejects with an error whose outcome is `notSent`.
 */
export type TokenSource = string | ((refused?: string) => Promise<string>);
