import { dayOf, dayRange } from './days.ts';
import type { Rounding } from './ports.ts';
import type { TimeRecord } from './records.ts';
import { steppedSeconds } from './rounding.ts';
import { wantsWorklog, worklogIsCurrent } from './syncState.ts';

/**
 * The duration of a record's worklog when a day's worklogs are to sum up to its real time: what the rounding of the
 * other worklogs of that day took or gave is carried over to this one. Those are the ones that Jira has already, and
 * those of earlier records, which get what this same rule gives them. So whatever the order of sending, the sum is
 * less than one step off in the end, unless the minimum makes worklogs longer. A worklog whose record's time has not
 * changed keeps its duration.
 * @param others records of any days; those of the record's own local day that are to have a worklog count
 * @param underWay seconds of the worklogs that are being sent now, by record id
 * @returns whole minutes in seconds; 0 when the time is left to the other records of the day
 */
export function carriedSeconds(
  record: TimeRecord,
  others: readonly TimeRecord[],
  rounding: Rounding,
  underWay: ReadonlyMap<string, number> = new Map(),
): number {
  const kept = keptSeconds(record);
  if (kept !== undefined) return kept;
  const given = (other: TimeRecord) => underWay.get(other.id) ?? agreedSeconds(other);
  const day = ofSameDay(record, others);
  let carry = 0;
  for (const other of day) carry += differenceOf(other, given(other) ?? lengthOf(other));
  for (const earlier of day.filter((other) => given(other) === undefined && isBefore(other, record)).sort(inTime)) {
    carry += differenceOf(earlier, steppedSeconds(lengthOf(earlier) + carry, rounding));
  }
  return steppedSeconds(lengthOf(record) + carry, rounding);
}

function keptSeconds({ worklog, timeIn, timeOut, zone }: TimeRecord): number | undefined {
  if (worklog === null) return undefined;
  const { basis, seconds } = worklog;
  return basis.timeIn === timeIn && basis.timeOut === timeOut && basis.zone === zone ? seconds : undefined;
}

function agreedSeconds(record: TimeRecord): number | undefined {
  return worklogIsCurrent(record) ? record.worklog?.seconds : undefined;
}

/** The record's real time in seconds, to the millisecond. */
function lengthOf({ timeIn, timeOut }: TimeRecord): number {
  return timeOut === null ? 0 : (timeOut - timeIn) / 1_000;
}

/** Rounded to the millisecond, so that the sums of a day stay exact. */
function differenceOf(record: TimeRecord, seconds: number): number {
  return Math.round((lengthOf(record) - seconds) * 1_000) / 1_000;
}

function ofSameDay(record: TimeRecord, others: readonly TimeRecord[]): readonly TimeRecord[] {
  const day = dayOf(record.timeIn, record.zone);
  const { from, to } = dayRange(day, record.zone);
  const isSameDay = ({ timeIn, zone }: TimeRecord) =>
    zone === record.zone ? timeIn >= from && timeIn < to : dayOf(timeIn, zone) === day;
  return others.filter((other) => other.id !== record.id && wantsWorklog(other) && isSameDay(other));
}

function inTime(a: TimeRecord, b: TimeRecord): number {
  return a.timeIn - b.timeIn || (a.id < b.id ? -1 : 1);
}

function isBefore(a: TimeRecord, b: TimeRecord): boolean {
  return inTime(a, b) < 0;
}
