import { splitAtMidnights } from './days.ts';
import { invalid } from './errors.ts';
import { newRecord } from './newRecord.ts';
import type { TimeRecord } from './records.ts';

/** Records that end and begin this close to each other are neighbours, in ms. */
const TOUCHING_MS = 60_000;

/** The id of the record a change makes, and when it is made (UTC ms). */
export interface EditStamp {
  readonly id: string;
  readonly now: number;
}

/**
 * Cuts a record in two at an instant (UTC ms). The first part keeps its worklog, which the next sync shortens; the
 * second part is new to Jira, and goes on running when the record runs. Throws `invalid` when `at` is not inside.
 */
export function splitRecord(record: TimeRecord, at: number, stamp: EditStamp): readonly [TimeRecord, TimeRecord] {
  const end = record.timeOut ?? stamp.now;
  if (!Number.isInteger(at) || at <= record.timeIn || at >= end)
    throw invalid('at', 'must lie between the start and the end of the record');
  const first = { ...record, timeOut: at, problem: null, updatedAt: stamp.now };
  const { zone, issueKey, notes, branch, commits, externalLink } = record;
  const rest = newRecord({
    ...{ ...stamp, timeIn: at, timeOut: record.timeOut, zone, issueKey, notes, branch, externalLink, source: 'split' },
    commits: commits.filter((commit) => commit.at >= at),
    connectionId: record.worklog?.connectionId ?? record.connectionId,
  });
  return [
    { ...first, commits: commits.filter((commit) => commit.at < at) },
    { ...rest, intent: record.intent },
  ];
}

/**
 * A record that has ended, as one for each local day that it has time on. The first keeps its id and its worklog, the
 * others are new to Jira: one worklog never stands for two records.
 * @param id new ids for the parts after the first, by their number
 */
export function partsByDay(record: TimeRecord, id: (index: number) => string): readonly TimeRecord[] {
  if (record.timeOut === null) return [record];
  const connectionId = record.worklog?.connectionId ?? record.connectionId;
  const unknown = { worklog: null, attempt: 'none', lastSyncedAt: null, connectionId } as const;
  return splitAtMidnights(record.timeIn, record.timeOut, record.zone).map((part, index) => {
    const commits = record.commits.filter(({ at }) => at < part.timeOut && (index === 0 || at >= part.timeIn));
    const own = { ...record, ...part, commits };
    return index === 0 ? own : { ...own, ...unknown, id: id(index), source: 'split' };
  });
}

/** Another record that says the same; Jira knows nothing of it. Throws `invalid` while the original runs. */
export function duplicateOf(record: TimeRecord, stamp: EditStamp): TimeRecord {
  const { timeIn, timeOut, zone, issueKey, notes, externalLink, connectionId } = record;
  if (timeOut === null) throw invalid('id', 'This record is still running. Clock out first.');
  return newRecord({ ...stamp, timeIn, timeOut, zone, issueKey, notes, externalLink, connectionId, source: 'manual' });
}

/** Whether two records can become one: both finished, on one issue and site, and one begins where the other ends. */
export function areNeighbours(earlier: TimeRecord, later: TimeRecord): boolean {
  if (earlier.timeOut === null || later.timeOut === null || earlier.id === later.id) return false;
  const sites = new Set([earlier.connectionId, later.connectionId].filter((id) => id !== null));
  return (
    sites.size < 2 && earlier.issueKey === later.issueKey && Math.abs(later.timeIn - earlier.timeOut) <= TOUCHING_MS
  );
}

/**
 * Makes one record of two neighbours: the earlier one grows to the later one's end and keeps its worklog; the later
 * one is removed, and the next sync takes its worklog out of Jira. Throws `invalid` when they are no neighbours.
 */
export function mergeRecords(
  earlier: TimeRecord,
  later: TimeRecord,
  now: number,
): { readonly merged: TimeRecord; readonly absorbed: TimeRecord } {
  if (!areNeighbours(earlier, later))
    throw invalid('id', 'Only finished records on the same issue and site, one right after the other, can be merged.');
  const merged: TimeRecord = {
    ...earlier,
    timeOut: Math.max(later.timeOut ?? later.timeIn, earlier.timeOut ?? 0),
    notes: joined(earlier.notes, later.notes),
    externalLink: earlier.externalLink ?? later.externalLink,
    branch: earlier.branch ?? later.branch,
    commits: [...earlier.commits, ...later.commits],
    connectionId: earlier.connectionId ?? later.connectionId,
    intent: earlier.intent === 'mirror' || later.intent === 'mirror' ? 'mirror' : earlier.intent,
    problem: null,
    updatedAt: now,
  };
  return { merged, absorbed: { ...later, intent: 'absent', problem: null, deletedAt: now, updatedAt: now } };
}

function joined(first: string, second: string): string {
  if (first === '' || second === '' || first === second) return first === '' ? second : first;
  return `${first}\n${second}`;
}
