import type { Reason, TimecardError } from '../errors.ts';

/** A passing failure is tried this many times in all. Source: Atlassian, "Build an app that respects rate limits". */
export const MAX_TRIES = 4;
/** A longer wait than this is not sat out with a progress bar on the screen; the record waits for the next sync. */
export const LONGEST_WAIT_MS = 120_000;
const FIRST_BACKOFF_MS = 1_000;
const BACKOFF_CAP_MS = 30_000;
const SETTLE_AT_LEAST_MS = 2_000;
const SETTLE_AT_MOST_MS = 60_000;
/** As long as a request may take (see the gateway's limit), for a window that cannot say how long it had waited. */
const SETTLE_OF_ENDED_MS = 30_000;

const PASSING: ReadonlySet<Reason> = new Set<Reason>(['network', 'server', 'rateLimited']);
/** What stands between here and Jira for now: a VPN that is off, the sign-in page of a hotel. */
const IN_THE_WAY: ReadonlySet<Reason> = new Set<Reason>(['tls', 'notJira']);
/** What signing in again, or a connection test, ends. */
const OF_SIGN_IN: ReadonlySet<Reason> = new Set<Reason>(['unauthorized', 'captcha', 'signedOut']);
const SITE_WIDE: ReadonlySet<Reason> = new Set<Reason>([
  'unauthorized',
  'scopeMissing',
  'captcha',
  'signedOut',
  'tls',
  'notJira',
  'network',
]);

/** Whether the same request may work a little later. */
export function isPassing(reason: Reason): boolean {
  return PASSING.has(reason);
}

/** Whether the same request may work some minutes or hours later, without anybody's doing anything about it here. */
export function passesInTime(reason: Reason): boolean {
  return isPassing(reason) || IN_THE_WAY.has(reason);
}

/** Whether it was the sign-in that failed, so that the same request works once that is good again. */
export function endsWithSignIn(reason: Reason): boolean {
  return OF_SIGN_IN.has(reason);
}

/** Whether this failure would meet every other record of the same site, too. */
export function concernsWholeSite(error: TimecardError): boolean {
  return SITE_WIDE.has(error.reason) || (error.reason === 'rateLimited' && error.limitScope !== 'issue');
}

/**
 * How long after a lost reply nobody looks for its result, in ms: Jira may still be at work on the request, and what it
 * has not done yet would be taken for never done. Who kept us waiting may take as long again.
 * @param waitedMs how long the reply was waited for; `undefined` when the window that waited has ended
 */
export function settleTime(waitedMs: number | undefined): number {
  if (waitedMs === undefined) return SETTLE_OF_ENDED_MS;
  return Math.min(Math.max(SETTLE_AT_LEAST_MS, 2 * waitedMs), SETTLE_AT_MOST_MS);
}

/**
 * How long to wait before try number `tries + 1`, in ms: as told (0 tells nothing), else doubling with jitter from 0.7 to
 * 1.3.
 */
export function waitBeforeRetry(error: TimecardError, tries: number, random: number): number {
  const doubled = Math.min(FIRST_BACKOFF_MS * 2 ** (tries - 1), BACKOFF_CAP_MS);
  const backoff = Math.round(doubled * (0.7 + 0.6 * random));
  return error.retryAfterMs === undefined || error.retryAfterMs <= 0 ? backoff : error.retryAfterMs;
}
