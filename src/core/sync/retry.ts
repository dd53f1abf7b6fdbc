import type { Reason, TimecardError } from '../errors.ts';

/** A passing failure is tried this many times in all. Source: Atlassian, "Build an app that respects rate limits". */
export const MAX_TRIES = 4;
/** A longer wait than this is not sat out with a progress bar on the screen; the record waits for the next sync. */
export const LONGEST_WAIT_MS = 120_000;
const FIRST_BACKOFF_MS = 1_000;
const BACKOFF_CAP_MS = 30_000;
/** After a lost reply Jira may still be working on the request; nobody looks for the result before this has passed. */
export const SETTLE_MS = 2_000;

const PASSING: ReadonlySet<Reason> = new Set<Reason>(['network', 'server', 'rateLimited']);
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

/** Whether this failure would meet every other record of the same site, too. */
export function concernsWholeSite(error: TimecardError): boolean {
  return SITE_WIDE.has(error.reason) || (error.reason === 'rateLimited' && error.limitScope !== 'issue');
}

/** How long to wait before try number `tries + 1`, in ms: as told, else doubling with jitter from 0.7 to 1.3. */
export function waitBeforeRetry(error: TimecardError, tries: number, random: number): number {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  const doubled = Math.min(FIRST_BACKOFF_MS * 2 ** (tries - 1), BACKOFF_CAP_MS);
  return Math.round(doubled * (0.7 + 0.6 * random));
}
