import type { AbsenceEntry } from './absence.ts';
import type { Disposable } from './ports.ts';
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
import type { Connection, Issue, OrphanWorklog, SyncAttempt, SyncState, TimeRecord } from './records.ts';

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

/** When a record is, UTC ms; one that runs has no end. */
export type RecordSpan = Pick<TimeRecord, 'id' | 'timeIn' | 'timeOut'>;

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
  /** The calendar day of the record that has `newer` records before it in the list; `undefined` with fewer. */
  listedDay(newer: number, filter?: ListFilter): string | undefined;
  /** First and last calendar day (YYYY-MM-DD) of what the history lists; `undefined` without any. */
  listedDays(filter?: ListFilter): { readonly first: string; readonly last: string } | undefined;
  /** Newest first. */
  recordsOfGroup(grouping: Grouping, slice: GroupSlice, filter?: ListFilter): readonly TimeRecord[];
  recordIdsOfGroup(grouping: Grouping, slice: GroupSlice, filter?: ListFilter): readonly RecordLength[];
  /** Of all groups; in no order. */
  groupedLengths(grouping: Grouping, filter?: ListFilter): readonly GroupedLength[];
  /** `undefined` when the filter does not let the record through, or it runs. */
  recordPlace(grouping: Grouping, recordId: string, filter?: ListFilter): ListPlace | undefined;
  /** Finished or running records whose stretch overlaps [from, to), UTC ms; oldest first. */
  overlapping(from: number, to: number): readonly TimeRecord[];
  /** How long records lie in [from, to), in ms, a running one until `now`; all of them UTC ms. Reads no record whole. */
  msWithin(from: number, to: number, now: number): number;
  /** When the records are that begin in [from, to), UTC ms; in no order. Reads no record whole. */
  spans(from: number, to: number): readonly RecordSpan[];
  /**
   * Ids of all records that a sync has work for, oldest first: state pending, failed or unknown, removed records
   * whose worklog must still go, and records with orphan worklogs; none that runs.
   * @param which `begun` leaves out those that only wait for being sent: pending, not removed, and without a problem
   */
  dueRecordIds(which?: 'all' | 'begun'): readonly string[];
  /** How many records wait for Jira (pending, failed, unknown). */
  countWaiting(): number;
  /** Distinct issue keys of the newest records, newest first. */
  recentIssueKeys(limit: number): readonly string[];
  /** Keys of the projects that records have issues of, in their order as text, `limit` at most. */
  projects(limit: number): readonly string[];
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
