import { connectionForKey } from '../../core/connectionChoice.ts';
import { dayOf, isZone } from '../../core/days.ts';
import type { Connection, Issue, TimeRecord } from '../../core/records.ts';
import { syncStateOf } from '../../core/syncState.ts';
import type { RecordRow } from '../../protocol/messages.ts';
import type { SignInState } from '../screen/signInState.ts';
import type { Translate } from '../statusBar/model.ts';
import { cut, cutOrNull } from './cut.ts';

/** How far a sync has come. */
export interface SyncProgress {
  readonly done: number;
  readonly total: number;
  /** Records that are on their way now, or wait for their turn. */
  readonly recordIds: Pick<ReadonlySet<string>, 'has'>;
}

/** More of each than the page shows of it, in characters. */
const LONGEST = { notes: 50_000, link: 3_000, problem: 5_000, branch: 500, zone: 200, summary: 1_500, status: 200 };

/** What a row says beside the record itself. */
export interface RowContext {
  /** All sites, switched on or not. */
  readonly connections: readonly Connection[];
  readonly signIn: SignInState;
  readonly progress: SyncProgress | undefined;
  readonly t: Translate;
}

/** The day (YYYY-MM-DD) a record began on; in the user's zone when the machine does not know the record's own. */
export function dayOfRecord({ timeIn, zone }: Pick<TimeRecord, 'timeIn' | 'zone'>, userZone: string): string {
  return dayOf(timeIn, isZone(zone) ? zone : userZone);
}

/** What was found out about a record. */
export interface RowFacts {
  /** YYYY-MM-DD in the record's zone */
  readonly day: string;
  readonly issue: Issue | undefined;
  readonly overlaps: boolean;
}

/** A record as the history shows it. */
export function recordRow(record: TimeRecord, { day, issue, overlaps }: RowFacts, input: RowContext): RecordRow {
  const state = rowState(record, input);
  return {
    id: record.id,
    timeIn: record.timeIn,
    timeOut: record.timeOut,
    zone: cut(record.zone, LONGEST.zone),
    day,
    notes: cut(record.notes, LONGEST.notes),
    externalLink: cutOrNull(record.externalLink, LONGEST.link),
    branch: cutOrNull(record.branch, LONGEST.branch),
    issueKey: record.issueKey,
    summary: cutOrNull(issue?.summary, LONGEST.summary),
    issueStatus: cutOrNull(issue?.status, LONGEST.status),
    statusCategory: issue?.statusCategory ?? null,
    hasIssueUrl: hasSite(record, input.connections),
    state,
    problem: cutOrNull(problemOf(record, state, input.t), LONGEST.problem),
    lastSyncedAt: record.lastSyncedAt,
    canSync: state === 'pending' || state === 'failed' || state === 'unknown',
    hasWorklog: record.worklog !== null,
    overlaps,
  };
}

function rowState(record: TimeRecord, { progress, signIn }: RowContext): RecordRow['state'] {
  if (progress?.recordIds.has(record.id) === true) return record.attempt === 'open' ? 'syncing' : 'queued';
  const state = syncStateOf(record);
  // The sign-in that was missing is there by now.
  const isOver = record.problem?.reason === 'signedOut' && signIn.state === 'connected';
  return state === 'failed' && isOver ? 'pending' : state;
}

function hasSite(record: TimeRecord, connections: readonly Connection[]): boolean {
  if (record.issueKey === null) return false;
  if (record.connectionId === null) return connectionForKey(connections, record.issueKey) !== undefined;
  return connections.some((connection) => connection.id === record.connectionId);
}

function problemOf(record: TimeRecord, state: RecordRow['state'], t: Translate): string | null {
  if (state !== 'failed' && state !== 'conflict') return null;
  const message = record.problem?.message.trim() ?? '';
  if (message !== '') return message;
  return state === 'conflict'
    ? t('The worklog was changed in Jira. Choose which one to keep.')
    : t('The last sync failed. Sync again, or open the log to see why.');
}
