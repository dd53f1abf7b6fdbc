import { Temporal } from 'temporal-polyfill';
import { connectionForKey } from '../connectionChoice.ts';
import type { Connection, TimeRecord } from '../records.ts';
import { syncStateOf } from '../syncState.ts';
import { endsWithSignIn, passesInTime } from './retry.ts';

/** When finished records go to Jira without being told to. */
export type SyncMode = 'manual' | 'onClockOut' | 'interval' | 'endOfDay';

/** A removal can be undone for a moment; nobody but its own window carries it out before this has passed, in ms. */
const UNDO_MS = 60_000;
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 30 * 60_000;

/**
 * Whether something the user has asked for already was cut short or failed for a passing reason, so that it goes on by
 * itself: in any mode, and after a restart. The record must be one that a sync has work for.
 */
export function waitsInQueue(record: TimeRecord, now: number): boolean {
  if (record.attempt === 'unknown') return true;
  if (record.problem !== null) return passesInTime(record.problem.reason);
  if (record.deletedAt !== null) return now - record.deletedAt > UNDO_MS;
  // Only a worklog that was left behind makes an agreed record due.
  return syncStateOf(record) === 'synced';
}

/** Whether a record failed for its site's sign-in, which is good again by now: what was asked for then goes on. */
export function isSignedInAgain(
  { problem, connectionId, issueKey, worklog }: TimeRecord,
  connections: readonly Connection[],
): boolean {
  if (problem === null || !endsWithSignIn(problem.reason)) return false;
  const id = worklog?.connectionId ?? connectionId ?? connectionForKey(connections, issueKey ?? undefined)?.id;
  const site = connections.find((connection) => connection.id === id);
  return site?.isActive === true && site.lastProblem === null && site.failedSignIns === 0;
}

/** Whether a record may go to Jira without being told to; what failed for good waits until something changes. */
export function goesByItself(record: TimeRecord, now: number): boolean {
  return waitsInQueue(record, now) || (record.deletedAt === null && syncStateOf(record) === 'pending');
}

/** How long the queue waits before its try number `round` (from 0), in ms: doubling from a minute, with jitter. */
export function queueWait(round: number, random: number): number {
  return Math.round(Math.min(FIRST_WAIT_MS * 2 ** round, LONGEST_WAIT_MS) * (0.7 + 0.6 * random));
}

/**
 * The last instant, up to `now`, at which it was this time of the day in a zone, in UTC ms.
 * @param time `HH:MM`; where a clock change skips it, the moment just after
 */
export function lastTimeOfDay(now: number, zone: string, time: string): number {
  const at = timeOfDay(now, zone, time);
  return at(0) <= now ? at(0) : at(-1);
}

/**
 * The next instant, after `now`, at which it is this time of the day in a zone, in UTC ms.
 * @param time `HH:MM`; where a clock change skips it, the moment just after
 */
export function nextTimeOfDay(now: number, zone: string, time: string): number {
  const at = timeOfDay(now, zone, time);
  return at(0) > now ? at(0) : at(1);
}

/** That time so many days from today, in UTC ms. */
function timeOfDay(now: number, zone: string, time: string): (days: number) => number {
  const plainTime = Temporal.PlainTime.from(time);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  return (days) => today.add({ days }).toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
}
