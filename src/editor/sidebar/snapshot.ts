import type { HistoryPage, Summary } from '../../app/reports.ts';
import { connectionForKey } from '../../core/connectionChoice.ts';
import { dayOf, isZone } from '../../core/days.ts';
import type { Connection, Issue, TimeRecord } from '../../core/records.ts';
import { syncStateOf } from '../../core/syncState.ts';
import type { DayGroup, RecordRow, Snapshot } from '../../protocol/messages.ts';
import { type SignInState, siteName } from '../screen/signInState.ts';
import type { Translate } from '../statusBar/model.ts';

/** How far a sync has come. */
export interface SyncProgress {
  readonly done: number;
  readonly total: number;
  /** Records that are on their way now. */
  readonly recordIds: ReadonlySet<string>;
}

export interface SnapshotInput {
  /** Higher than that of every snapshot before. */
  readonly version: number;
  readonly locale: string;
  /** IANA zone of this machine. */
  readonly zone: string;
  readonly summary: Summary;
  readonly history: HistoryPage;
  readonly branchKey: string | null;
  /** All sites, switched on or not. */
  readonly connections: readonly Connection[];
  readonly signIn: SignInState;
  readonly progress: SyncProgress | undefined;
  readonly notice: string | null;
  readonly texts: Readonly<Record<string, string>>;
  readonly t: Translate;
}

/** What is shown while the database cannot be read. */
export const NO_SUMMARY: Summary = {
  running: undefined,
  runningIssue: undefined,
  todaySeconds: 0,
  weekSeconds: 0,
  todayEnds: 0,
  waiting: 0,
};
export const NO_HISTORY: HistoryPage = { days: [], hasMore: false, issues: new Map() };

/** Everything the history view shows. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { version, locale, zone, summary, history, progress } = input;
  return {
    version,
    locale,
    zone,
    running: runningRow(input),
    branchKey: input.branchKey,
    days: history.days.map((day) => dayGroup(day, input)),
    hasMore: history.hasMore,
    todaySeconds: wholeSeconds(summary.todaySeconds),
    weekSeconds: wholeSeconds(summary.weekSeconds),
    waiting: summary.waiting,
    connection: connectionLine(input.signIn, input.t),
    sync: progress === undefined ? null : { done: progress.done, total: progress.total },
    notice: input.notice,
    texts: { ...input.texts },
  };
}

/** A sum of fractions may fall a hair short of a whole second. */
function wholeSeconds(seconds: number): number {
  return Math.floor(seconds + 1e-6);
}

function runningRow(input: SnapshotInput): RecordRow | null {
  const { running, runningIssue } = input.summary;
  if (running === undefined) return null;
  const zone = isZone(running.zone) ? running.zone : input.zone;
  return recordRow(running, dayOf(running.timeIn, zone), runningIssue, input);
}

function dayGroup({ day, seconds, records }: HistoryPage['days'][number], input: SnapshotInput): DayGroup {
  const rows = records.map((record) => recordRow(record, day, input.history.issues.get(record.id), input));
  return { day, seconds: wholeSeconds(seconds), records: rows };
}

function recordRow(record: TimeRecord, day: string, issue: Issue | undefined, input: SnapshotInput): RecordRow {
  const state = rowState(record, input);
  return {
    id: record.id,
    timeIn: record.timeIn,
    timeOut: record.timeOut,
    zone: record.zone,
    day,
    notes: record.notes,
    externalLink: record.externalLink,
    branch: record.branch,
    issueKey: record.issueKey,
    summary: issue?.summary ?? null,
    issueStatus: issue?.status ?? null,
    statusCategory: issue?.statusCategory ?? null,
    hasIssueUrl: hasSite(record, input.connections),
    state,
    problem: problemOf(record, state, input.t),
    lastSyncedAt: record.lastSyncedAt,
    canSync: state === 'pending' || state === 'failed' || state === 'unknown',
  };
}

function rowState(record: TimeRecord, { progress, signIn }: SnapshotInput): RecordRow['state'] {
  if (progress?.recordIds.has(record.id) === true) return 'syncing';
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

function connectionLine(signIn: SignInState, t: Translate): Snapshot['connection'] {
  switch (signIn.state) {
    case 'none':
      return { state: 'none', label: t('Not connected to Jira') };
    case 'signedOut':
      return { state: 'signedOut', label: t('Signed out of {0}', siteName(signIn.connection)) };
    case 'connected':
      return { state: 'connected', label: signIn.connections.map((each) => connectionLabel(each, t)).join(', ') };
  }
}

function connectionLabel(connection: Connection, t: Translate): string {
  const who = connection.displayName ?? connection.email;
  return who === null ? siteName(connection) : t('{0} at {1}', who, siteName(connection));
}
