import { invalid } from './errors.ts';
import type { TimeRecord, WorklogIntent } from './records.ts';

/** What of a record a user decides on, as the journal keeps it. Instants are UTC ms. */
export interface RecordContents {
  readonly timeIn: number;
  readonly timeOut: number | null;
  readonly zone: string;
  readonly notes: string;
  readonly externalLink: string | null;
  readonly issueKey: string | null;
  readonly connectionId: string | null;
  readonly intent: WorklogIntent;
  readonly removed: boolean;
}

/** One row of the journal: what a commit did to one record. */
export interface RecordChange {
  readonly id: number;
  /** The same for all rows of one commit. */
  readonly group: number;
  readonly recordId: string;
  /** UTC ms */
  readonly at: number;
  /** `null` when the change made the record. */
  readonly before: RecordContents | null;
  readonly after: RecordContents;
}

export type ChangeKind =
  | 'clockIn'
  | 'clockOut'
  | 'switch'
  | 'add'
  | 'edit'
  | 'remove'
  | 'restore'
  | 'split'
  | 'merge'
  | 'several';

export function contentsOf(record: TimeRecord): RecordContents {
  const { timeIn, timeOut, zone, notes, externalLink, issueKey, connectionId, intent, deletedAt } = record;
  return { timeIn, timeOut, zone, notes, externalLink, issueKey, connectionId, intent, removed: deletedAt !== null };
}

/** Whether a user's word changed between two versions of a record; the site that a first push writes down is no such word. */
export function isUserChange(before: TimeRecord | undefined, after: TimeRecord): boolean {
  if (before === undefined) return true;
  const ownSite = before.connectionId === null && after.attempt !== before.attempt;
  return !sameContents(contentsOf(before), contentsOf(ownSite ? { ...after, connectionId: null } : after));
}

function sameContents(a: RecordContents, b: RecordContents): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** In one word, what the rows of one commit did. */
export function kindOf(rows: readonly RecordChange[]): ChangeKind {
  const kinds = rows.map(rowKind);
  const [first, second] = kinds;
  const isSame = kinds.every((kind) => kind === first);
  if (isSame && (kinds.length === 1 || first === 'remove' || first === 'restore')) return first ?? 'several';
  if (kinds.includes('clockOut')) return kinds.includes('clockIn') ? 'switch' : 'clockOut';
  if (kinds.length !== 2) return 'several';
  if (first === 'edit' && (second === 'add' || second === 'clockIn')) return 'split';
  return first === 'edit' && second === 'remove' ? 'merge' : 'several';
}

function rowKind({ before, after }: RecordChange): ChangeKind {
  if (before === null) return after.timeOut === null ? 'clockIn' : 'add';
  if (before.removed !== after.removed) return after.removed ? 'remove' : 'restore';
  return before.timeOut === null && after.timeOut !== null ? 'clockOut' : 'edit';
}

/**
 * The record as it was before a change. Jira follows with the next sync: a record that the change made is removed and
 * its worklog with it, one that was removed comes back. Throws `invalid` when the record was changed again since.
 */
export function undone(record: TimeRecord, change: RecordChange, now: number): TimeRecord {
  const { before, after } = change;
  const ownSite = after.connectionId === null ? { ...record, connectionId: null } : record;
  const since = { ...contentsOf(ownSite), intent: after.intent };
  if (!sameContents(since, after))
    throw invalid('id', 'The record was changed again since. Undo the newer change first.');
  if (before === null) return { ...record, intent: 'absent', problem: null, deletedAt: now, updatedAt: now };
  const { removed, ...rest } = before;
  return {
    ...record,
    ...rest,
    connectionId: before.connectionId ?? siteOfWorklog(record, before.issueKey),
    problem: null,
    deletedAt: removed ? (record.deletedAt ?? now) : null,
    updatedAt: now,
  };
}

/** A sync that wrote down where the worklog is holds for the issue it is on; another issue may be on another site. */
function siteOfWorklog({ worklog }: TimeRecord, issueKey: string | null): string | null {
  return worklog !== null && worklog.issueKey === issueKey ? worklog.connectionId : null;
}
