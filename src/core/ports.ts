import type { AbsenceEntry } from './absence.ts';
import type { RecordChange } from './recordChanges.ts';
import type {
  GroupedLength,
  Grouping,
  GroupSlice,
  ListFilter,
  ListPlace,
  RecordGroup,
  RecordLength,
} from './recordList.ts';
import type {
  CommitNote,
  Connection,
  Deployment,
  Issue,
  OrphanWorklog,
  SyncAttempt,
  SyncState,
  TimeRecord,
  WorklogContent,
} from './records.ts';

/** Something acquired that must be given back. */
export interface Disposable {
  dispose(): void;
}

/** Wall clock, in UTC milliseconds, and the zone the user is in now. */
export interface Clock {
  now(): number;
  /** IANA zone, for example `Europe/Berlin`. */
  zone(): string;
}

/** New unique ids (UUID v4) for records and connections. */
export type NewId = () => string;

/** Resolves after `ms` milliseconds; rejects with reason `cancelled` when the signal fires. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Runs something once, later. */
export interface Timers {
  /** @param ms from now; disposing takes it back. */
  after(ms: number, run: () => void): Disposable;
}

/** A number in [0, 1); injected so that jitter can be tested. */
export type Random = () => number;

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error?: unknown): void;
}

/** Which records to list. All bounds are UTC ms; `from` is inclusive, `to` exclusive, both compare `timeIn`. */
export interface RecordFilter {
  readonly from?: number;
  readonly to?: number;
  readonly issueKey?: string;
  readonly syncState?: SyncState;
  /** Case-insensitive part of notes, issue key, external link or branch. */
  readonly text?: string;
  readonly limit?: number;
  readonly offset?: number;
}

export interface AttemptFilter {
  readonly recordId?: string;
  /** Upper case; the issue the request went to. */
  readonly issueKey?: string;
  readonly status?: SyncAttempt['status'];
  readonly batchId?: string;
  /** UTC ms bounds on `startedAt`; inclusive, exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly offset?: number;
}

export interface ChangeFilter {
  readonly group?: number;
  readonly recordId?: string;
  /** Rows, not commits; 200 when absent. */
  readonly limit?: number;
}

export interface AbsenceFilter {
  readonly id?: string;
  /** Whether the user has decided on it. */
  readonly decided?: boolean;
  readonly changeGroup?: number;
  /** UTC ms: those that overlap [from, to). */
  readonly from?: number;
  readonly to?: number;
  /** 1,000 when absent. */
  readonly limit?: number;
}

/** Synchronous questions to one consistent state of the database. Removed records are left out unless said. */
export interface Reader {
  /** `includeRemoved` also finds a record the user removed. */
  record(id: string, includeRemoved?: boolean): TimeRecord | undefined;
  running(): TimeRecord | undefined;
  /** Newest `timeIn` first. Bounded by `limit` (default 1,000). */
  records(filter?: RecordFilter): readonly TimeRecord[];
  countRecords(filter?: RecordFilter): number;
  /** What the history lists, group by group: the newest day, or the issue worked on last, first. */
  recordGroups(grouping: Grouping, filter?: ListFilter): readonly RecordGroup[];
  /** Newest first. */
  recordsOfGroup(grouping: Grouping, slice: GroupSlice, filter?: ListFilter): readonly TimeRecord[];
  recordIdsOfGroup(grouping: Grouping, slice: GroupSlice, filter?: ListFilter): readonly RecordLength[];
  /** Of all groups; in no order. */
  groupedLengths(grouping: Grouping, filter?: ListFilter): readonly GroupedLength[];
  /** `undefined` when the filter does not let the record through, or it runs. */
  recordPlace(grouping: Grouping, recordId: string, filter?: ListFilter): ListPlace | undefined;
  /** Finished or running records whose stretch overlaps [from, to); for totals. */
  overlapping(from: number, to: number): readonly TimeRecord[];
  /**
   * Ids of all records that a sync has work for, oldest first: state pending, failed or unknown, removed records
   * whose worklog must still go, and records with orphan worklogs.
   */
  dueRecordIds(): readonly string[];
  /** How many records wait for Jira (pending, failed, unknown). */
  countWaiting(): number;
  /** Distinct issue keys of the newest records, newest first. */
  recentIssueKeys(limit: number): readonly string[];
  /** Newest first. Bounded by `limit` (default 1,000). */
  attempts(filter?: AttemptFilter): readonly SyncAttempt[];
  /** How many there are, whatever `limit` and `offset` say. */
  countAttempts(filter?: AttemptFilter): number;
  /** What users did to their records, newest commit first; the rows of one commit in the order they were made. */
  changes(filter?: ChangeFilter): readonly RecordChange[];
  /** Time away, oldest first; only decided ones, last decided first. */
  absences(filter?: AbsenceFilter): readonly AbsenceEntry[];
  orphans(recordId?: string): readonly OrphanWorklog[];
  /** Id of the record (removed ones too) or orphan that owns this worklog. */
  worklogOwner(connectionId: string, worklogId: string): string | undefined;
  connections(): readonly Connection[];
  connection(id: string): Connection | undefined;
  cachedIssue(key: string, connectionId?: string): Issue | undefined;
}

/** Changes, all of one commit or none. Rows are whole values; the store computes `syncState` with core's rule. */
export interface Tx extends Reader {
  /** Rejects the commit with `invalid` when a second record would run. This and `updateRecord` write the journal. */
  insertRecord(record: TimeRecord): void;
  updateRecord(record: TimeRecord): void;
  /** Returns the row's id. */
  insertAttempt(attempt: Omit<SyncAttempt, 'id'>): number;
  updateAttempt(attempt: SyncAttempt): void;
  insertOrphan(orphan: OrphanWorklog): void;
  removeOrphan(connectionId: string, worklogId: string): void;
  insertAbsence(absence: AbsenceEntry): void;
  /** Of the decided ones the newest 500 are kept. */
  updateAbsence(absence: AbsenceEntry): void;
  putConnection(connection: Connection): void;
  removeConnection(id: string): void;
  cacheIssues(connectionId: string, issues: readonly Issue[], now: number): void;
}

/** A cross-process lock that is held. */
export interface Lease {
  /** Throws `storageBusy` when the lock was lost (this process slept past its limit and another took it). */
  assertHeld(): void;
}

export interface StoreNotice {
  /** `restored`: the file was damaged and a backup came back; `newer`: opened read-only; `unsaved`: changes wait for disk space; `saved`: they are on disk now. */
  readonly kind: 'restored' | 'startedEmpty' | 'newer' | 'unsaved' | 'saved';
  readonly message: string;
  /** Where the damaged file is, when there is one. */
  readonly path?: string;
}

/** The database. Several processes use one file; see docs/decisions for how a commit works. */
export interface Store {
  /**
   * Answers from the newest state on disk (plus changes of this process that the disk would not take).
   * Rejects with a `storage*` reason.
   */
  read<T>(query: (db: Reader) => T): Promise<T>;
  /**
   * Runs `change` in one transaction under the cross-process lock. When this resolves, the change is on disk.
   * An exception in `change` leaves everything as it was and is passed on. `change` must depend on nothing but its
   * `Tx` and values fixed beforehand: when the disk refuses, the promise rejects (`storageFull`, `storageReadOnly`)
   * and the change is kept in memory and applied again later.
   */
  commit<T>(change: (tx: Tx) => T): Promise<T>;
  /**
   * Runs `work` while holding the named cross-process lock, waiting for it if need be.
   * @param waitMs how long to wait at most before rejecting with `storageBusy`; 0 tries once.
   */
  withLock<T>(
    name: string,
    options: { waitMs: number; signal?: AbortSignal },
    work: (lease: Lease) => Promise<T>,
  ): Promise<T>;
  /** Fires after a commit of this or another process. */
  onDidChange(listener: () => void): Disposable;
  /** Fires, also for late listeners, with what the user should be told about the file. */
  onNotice(listener: (notice: StoreNotice) => void): Disposable;
  close(): Promise<void>;
}

/** Tokens, by connection id. */
export interface Secrets {
  get(connectionId: string): Promise<string | undefined>;
  set(connectionId: string, token: string): Promise<void>;
  remove(connectionId: string): Promise<void>;
}

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
   * property, on Data Center the user's own with the same start (to the second) and duration.
   * @param anyStart on Cloud, look at the whole issue and not just near the start that was sent
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

/** How seconds become a worklog's duration. */
export interface Rounding {
  readonly mode: 'off' | 'nearest' | 'up' | 'down';
  /** 1 to 60. */
  readonly stepMinutes: number;
  /** 0 to 60; a finished record is sent as at least this long. 0: records under a minute are not sent. */
  readonly minimumMinutes: number;
}

/** The user's settings, already validated; read anew on every use so that a change counts at once. */
export interface Settings {
  splitAtMidnight(): boolean;
  /** ISO weekday (1 Monday … 7 Sunday) a week begins on. */
  weekStart(): number;
  rounding(): Rounding;
  /** Lets a day's worklogs sum up to its real time, within one step of the rounding. */
  roundingCarry(): boolean;
  /** May hold `${notes}`, `${issue}`, `${branch}` and `${commits}`; used when a record has no notes or it holds `${notes}`. */
  commentTemplate(): string;
  notifyUsers(): boolean;
  adjustEstimate(): EstimateChange;
  /** Who may see the worklogs of a project (upper-case key). */
  visibility(project: string): WorklogVisibility | undefined;
  /** The user's own JQL for "assigned to me"; empty for the usual one. */
  assignedJql(): string;
  /** Show what would be sent before the first push of a day. */
  syncPreview(): boolean;
  /** When finished records go to Jira without being told to. */
  syncMode(): 'manual' | 'onClockOut' | 'interval' | 'endOfDay';
  /** 1 to 1,440; for the mode `interval`. */
  syncIntervalMinutes(): number;
  /** `HH:MM`; for the mode `endOfDay`. */
  syncTime(): string;
  /** After how many minutes without a sign of life it is asked what they were; 0 to 1,440, 0 never asks. */
  idleMinutes(): number;
  /** What to do with the worklog of a removed record. */
  onRemove(): 'ask' | 'keep' | 'delete';
}

/** When somebody was last seen at the machine; kept beside the database, for all windows. */
export interface PresenceMark {
  /** UTC ms */
  readonly lastSeen: number;
  /** False after a window was closed properly and none has shown a sign of life since. */
  readonly open: boolean;
  /** Undecided absences (UTC ms), which earlier versions kept here. */
  readonly questions?: readonly { readonly recordId: string; readonly from: number; readonly to: number }[];
}

export interface PresenceFile {
  /** `undefined` when there is none, or it cannot be understood. */
  read(): Promise<PresenceMark | undefined>;
  write(mark: PresenceMark): Promise<void>;
}

/** What the branch of the workspace says. */
export interface BranchInfo {
  /** Full branch name; `null` when HEAD is detached and no rebase says otherwise, or there is no repository. */
  readonly branch: string | null;
  readonly issueKey: string | null;
  /** Why this key, or why none; shown to the user on request. */
  readonly why: string;
}

/** Where the timer gets its issue from; `current` answers from memory. */
export interface BranchSource {
  current(): BranchInfo;
  onDidChange(listener: () => void): Disposable;
}

/** The commits of the workspace's repository, read locally. */
export interface CommitSource {
  /**
   * Commits the user made on a branch within [from, to), UTC ms, oldest first. Resolves within about a second and with
   * none when they cannot be read by then; never rejects.
   */
  between(branch: string, from: number, to: number): Promise<readonly CommitNote[]>;
}
