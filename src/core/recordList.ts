import type { SyncState } from './records.ts';

/** How the history is cut into groups: by the local day a record began on, or by issue. */
export type Grouping = 'day' | 'issue';

/** Which finished records the history lists. Everything given must fit. */
export interface ListFilter {
  /** Case-insensitive part of notes, issue key, external link, branch, or of the issue's summary as last seen. */
  readonly text?: string;
  /** Upper case. */
  readonly issueKey?: string;
  /** Upper-case project key. */
  readonly project?: string;
  /** Calendar days (YYYY-MM-DD) in the records' own zones, both included. */
  readonly fromDay?: string;
  readonly toDay?: string;
  readonly states?: readonly SyncState[];
}

/** The records of one day or issue that a filter lets through. */
export interface RecordGroup {
  /** YYYY-MM-DD, or an issue key; empty for records without an issue. */
  readonly key: string;
  readonly count: number;
  /** Sum of the records' lengths in ms, and the part of it that is in Jira as it stands. */
  readonly ms: number;
  readonly loggedMs: number;
}

/** Some of the records of a group, by their place in it, newest first. */
export interface GroupSlice {
  readonly group: string;
  readonly from: number;
  readonly count: number;
}

export interface RecordLength {
  readonly id: string;
  readonly ms: number;
}

/** The same with what puts records into groups and in order: the newest first, and of those of one instant the last. */
export interface GroupedLength extends RecordLength {
  readonly group: string;
  /** UTC ms. */
  readonly timeIn: number;
  readonly row: number;
}

/** Where a record stands in the list. */
export interface ListPlace {
  readonly group: string;
  readonly index: number;
}
