import type { RecordRow, Snapshot } from '../../src/protocol/messages.ts';

/** Records of a day, the newest first. */
export interface DayGroup {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly seconds: number;
  readonly records: RecordRow[];
}

/** What the page shows: a snapshot, and the records of its list. */
export type Scene = Omit<Snapshot, 'days' | 'hasMore'> & { readonly days: readonly DayGroup[] };

/** A Tuesday afternoon in Berlin. */
export const NOW = Date.parse('2026-11-24T14:37:12Z');
const MINUTE = 60_000;

/** UTC ms of a time of day in Berlin in November. */
export function at(day: string, time: string): number {
  return Date.parse(`${day}T${time}:00+01:00`);
}

export function record(id: string, changes: Partial<RecordRow> = {}): RecordRow {
  const day = changes.day ?? '2026-11-24';
  return {
    id,
    timeIn: at(day, '09:00'),
    timeOut: at(day, '10:15'),
    zone: 'Europe/Berlin',
    day,
    notes: '',
    externalLink: null,
    branch: null,
    issueKey: 'DEMO-7',
    summary: 'Checkout: keep the basket when the session ends',
    issueStatus: 'In progress',
    statusCategory: 'indeterminate',
    hasIssueUrl: true,
    state: 'pending',
    problem: null,
    lastSyncedAt: null,
    canSync: true,
    hasWorklog: changes.state === 'synced' || changes.state === 'conflict',
    overlaps: false,
    ...changes,
  };
}

export function day(date: string, records: readonly RecordRow[], seconds?: number): DayGroup {
  const total = records.reduce((sum, { timeIn, timeOut }) => sum + ((timeOut ?? timeIn) - timeIn) / 1_000, 0);
  return { day: date, seconds: seconds ?? total, records: [...records] };
}

let version = 0;

export function snapshot(changes: Partial<Scene> = {}): Scene {
  version += 1;
  return {
    version,
    locale: 'en-US',
    zone: 'Europe/Berlin',
    weekStart: 1,
    running: null,
    resumable: null,
    branchKey: null,
    days: [],
    todaySeconds: 0,
    weekSeconds: 0,
    todayTargetSeconds: null,
    weekTargetSeconds: null,
    waiting: 0,
    connection: { state: 'connected', label: 'Mia Krystof at example.atlassian.net' },
    sync: null,
    notice: null,
    texts: {},
    ...changes,
  };
}

export const RUNNING = record('running', {
  timeIn: NOW - 83 * MINUTE - 7_000,
  timeOut: null,
  notes: 'Pairing with Noor on the expired-session redirect',
  state: 'local',
  canSync: false,
});

/** One record of each state, over several days. */
export function everyState(): DayGroup[] {
  const today = '2026-11-24';
  const yesterday = '2026-11-23';
  const before = '2026-11-20';
  return [
    day(today, [
      record('syncing', {
        timeIn: at(today, '12:30'),
        timeOut: at(today, '13:10'),
        state: 'syncing',
        canSync: false,
        issueKey: 'DEMO-12',
        summary: 'Search results flicker while typing',
        statusCategory: 'new',
        issueStatus: 'To do',
      }),
      record('pending', { timeIn: at(today, '10:20'), timeOut: at(today, '12:00'), notes: 'Repro and a failing test' }),
      record('failed', {
        issueKey: 'OPS-311',
        summary: 'Rotate the staging certificates',
        statusCategory: 'done',
        issueStatus: 'Done',
        state: 'failed',
        problem:
          'Jira refused the worklog: the issue is closed and its workflow allows no edits. Reopen it or move this record to another issue.',
      }),
    ]),
    day(yesterday, [
      record('synced', {
        day: yesterday,
        timeIn: at(yesterday, '13:05'),
        timeOut: at(yesterday, '17:25'),
        state: 'synced',
        canSync: false,
        lastSyncedAt: at(yesterday, '17:26'),
        notes: 'Basket survives a new session.\nStill open: the guest checkout.',
      }),
      record('conflict', {
        day: yesterday,
        timeIn: at(yesterday, '10:00'),
        timeOut: at(yesterday, '12:10'),
        state: 'conflict',
        canSync: false,
        issueKey: 'DEMO-9',
        summary: 'Receipts by mail',
        problem: 'The worklog in Jira was changed to 1 h 30 min after it was synced. Choose which one counts.',
      }),
      record('unknown', {
        day: yesterday,
        timeIn: at(yesterday, '08:40'),
        timeOut: at(yesterday, '09:55'),
        state: 'unknown',
        issueKey: 'DEMO-9',
        summary: 'Receipts by mail',
      }),
    ]),
    day(before, [
      record('local', {
        day: before,
        timeIn: at(before, '15:00'),
        timeOut: at(before, '15:45'),
        state: 'local',
        canSync: false,
        hasIssueUrl: false,
        issueKey: null,
        summary: null,
        issueStatus: null,
        statusCategory: null,
        notes: 'Interview',
      }),
      record('old', {
        day: before,
        state: 'synced',
        canSync: false,
        lastSyncedAt: at(before, '11:00'),
        statusCategory: 'done',
      }),
    ]),
  ];
}

export function fullSnapshot(changes: Partial<Scene> = {}): Scene {
  return snapshot({
    running: RUNNING,
    days: everyState(),
    todaySeconds: 4 * 3_600 + 58 * 60,
    weekSeconds: 21 * 3_600 + 35 * 60,
    waiting: 4,
    ...changes,
  });
}

/** Many plain synced records, newest first, `perDay` a day. */
export function manyDays(count: number, perDay: number): DayGroup[] {
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(2026, 10, 24 - index)).toISOString().slice(0, 10);
    const records = Array.from({ length: perDay }, (_, n) =>
      record(`d${index}-${n}`, {
        day: date,
        timeIn: at(date, `${String(17 - n).padStart(2, '0')}:00`),
        timeOut: at(date, `${String(17 - n).padStart(2, '0')}:45`),
        state: 'synced',
        canSync: false,
      }),
    );
    return day(date, records);
  });
}
