import type { Summary } from '../../app/reports.ts';
import type { Connection } from '../../core/records.ts';
import type { RecordRow, Snapshot } from '../../protocol/messages.ts';
import { type SignInState, siteName } from '../screen/signInState.ts';
import type { Translate } from '../statusBar/model.ts';
import { cut, cutOrNull } from './cut.ts';
import { dayOfRecord, type RowContext, recordRow } from './row.ts';

export interface SnapshotInput extends RowContext {
  /** Higher than that of every snapshot before. */
  readonly version: number;
  readonly locale: string;
  /** IANA zone of this machine. */
  readonly zone: string;
  /** ISO weekday the user's week begins on, 1 Monday … 7 Sunday. */
  readonly weekStart: number;
  readonly summary: Summary;
  readonly branchKey: string | null;
  readonly notice: string | null;
  readonly texts: Readonly<Record<string, string>>;
}

/** More than the page shows of a name or of what went wrong, in characters. */
const LONGEST_TEXT = 2_000;

/** What is shown while the database cannot be read. */
export const NO_SUMMARY: Summary = {
  running: undefined,
  runningIssue: undefined,
  runningOverlaps: false,
  resumable: undefined,
  todaySeconds: 0,
  weekSeconds: 0,
  targets: null,
  todayEnds: 0,
  waiting: 0,
  waitingOf: { failed: 0, unknown: 0, conflict: 0 },
};

/** Everything around the list of records. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { version, locale, zone, summary, progress } = input;
  return {
    version,
    locale,
    zone,
    weekStart: input.weekStart,
    running: runningRow(input),
    resumable: resumableWork(input),
    branchKey: input.branchKey,
    todaySeconds: wholeSeconds(summary.todaySeconds),
    weekSeconds: wholeSeconds(summary.weekSeconds),
    todayTargetSeconds: summary.targets?.todaySeconds ?? null,
    weekTargetSeconds: summary.targets?.weekSeconds ?? null,
    waiting: summary.waiting,
    waitingOf: summary.waitingOf,
    connection: connectionLine(input),
    sync: progress === undefined ? null : { done: progress.done, total: progress.total },
    notice: cutOrNull(input.notice, LONGEST_TEXT),
    texts: { ...input.texts },
  };
}

/** A sum of fractions may fall a hair short of a whole second. */
export function wholeSeconds(seconds: number): number {
  return Math.floor(seconds + 1e-6);
}

function runningRow(input: SnapshotInput): RecordRow | null {
  const { running, runningIssue, runningOverlaps: overlaps } = input.summary;
  if (running === undefined) return null;
  const day = dayOfRecord(running, input.zone);
  return recordRow(running, { day, issue: runningIssue, overlaps }, input);
}

function resumableWork({ summary: { resumable } }: SnapshotInput): Snapshot['resumable'] {
  if (resumable === undefined) return null;
  return { issueKey: cutOrNull(resumable.issueKey, LONGEST_TEXT), notes: cut(resumable.notes, LONGEST_TEXT) };
}

function connectionLine({ signIn, connections, t }: SnapshotInput): Snapshot['connection'] {
  const off = connections.filter(({ isActive }) => !isActive).map(siteName);
  const line = stateOf(signIn, t);
  const { problem } = line;
  return {
    ...line,
    label: cut(line.label, LONGEST_TEXT),
    ...(problem === undefined ? {} : { problem: cut(problem, LONGEST_TEXT) }),
    ...(off.length === 0 ? {} : { off: off.map((name) => cut(name, LONGEST_TEXT)) }),
  };
}

function stateOf(signIn: SignInState, t: Translate): Snapshot['connection'] {
  switch (signIn.state) {
    case 'none':
      return { state: 'none', label: t('Not connected to Jira') };
    case 'signedOut':
      return { state: 'signedOut', label: t('Signed out of {0}', siteName(signIn.connection)) };
    case 'connected':
      return connectedLine(signIn.connections, t);
  }
}

/** A site that answers wrongly is told before one that cannot be reached: waiting does not help it. */
function connectedLine(connections: readonly Connection[], t: Translate): Snapshot['connection'] {
  const troubled = connections.filter(({ lastProblem }) => lastProblem !== null);
  const worst = troubled.find(({ lastProblem }) => lastProblem?.reason !== 'network') ?? troubled[0];
  if (worst?.lastProblem == null) {
    return { state: 'connected', label: connections.map((each) => connectionLabel(each, t)).join(', ') };
  }
  const { lastProblem, lastSuccessAt } = worst;
  const about = { problem: lastProblem.message, lastSuccessAt };
  return lastProblem.reason === 'network'
    ? { state: 'offline', label: t('Offline: {0} cannot be reached', siteName(worst)), ...about }
    : { state: 'problem', label: t('Something is wrong with {0}', siteName(worst)), ...about };
}

function connectionLabel(connection: Connection, t: Translate): string {
  const who = connection.displayName ?? connection.email;
  return who === null ? siteName(connection) : t('{0} at {1}', who, siteName(connection));
}
