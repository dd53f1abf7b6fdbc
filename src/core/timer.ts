import { invalid } from './errors.ts';
import type { TimeRecord } from './records.ts';
import { CLOCK_SKEW, MAX_BY_HAND } from './timeRules.ts';

/** Shortest stretch a timer leaves behind when the clock stood still or went back a little, in ms. */
export const SHORTEST_MS = 1_000;

/** Checks a chosen start (UTC ms) of the timer. Throws `invalid`. */
export function checkTimerStart(at: number, now: number): void {
  if (!Number.isFinite(at)) throw invalid('at', 'This is not a time.');
  if (at > now + CLOCK_SKEW) throw invalid('at', 'This time lies in the future. Choose a time up to now.');
  if (at < now - MAX_BY_HAND)
    throw invalid('at', 'A timer can start at most 24 hours back. Add the record by hand instead.');
}

/**
 * When a running record ends, in UTC ms: at the chosen time, else now. A clock that stands still or was set back by
 * less than the allowed skew gives the shortest record; more than that needs the user's word.
 * Throws `invalid` when the end would not be after the start, or lies in the future.
 */
export function endOfTimer(timeIn: number, at: number | undefined, now: number): number {
  if (at === undefined) {
    if (now > timeIn) return Math.max(now, timeIn + 1);
    if (timeIn - now <= CLOCK_SKEW) return timeIn + SHORTEST_MS;
    throw invalid('timer', 'The clock was set back to before the timer started. Edit the start, then clock out.');
  }
  if (!Number.isFinite(at)) throw invalid('at', 'This is not a time.');
  if (at <= timeIn) throw invalid('at', 'The end must be after the start.');
  if (at > now + CLOCK_SKEW) throw invalid('at', 'This time lies in the future. Choose a time up to now.');
  return at;
}

/** What a new record takes over from the one that it goes on with. */
export type Resumable = Pick<TimeRecord, 'issueKey' | 'notes' | 'connectionId'>;

/**
 * What can be resumed after a pause: the last work, unless that still runs. A pause is no part of a record: the work
 * goes on in a new one, on the same issue and site and with the same notes.
 */
export function resumable(last: TimeRecord | undefined): Resumable | undefined {
  if (last === undefined || last.timeOut === null) return undefined;
  return { issueKey: last.issueKey, notes: last.notes, connectionId: last.connectionId };
}
