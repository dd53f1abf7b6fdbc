import { Temporal } from 'temporal-polyfill';
import { invalid } from './errors.ts';

const MAX_INSTANT_MS = 8.64e15;
const NS_PER_MINUTE = 60e9;

/** A date-time as any Jira writes it: fraction optional, offset `Z`, `+0100` or `+01:00`. */
const JIRA_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?:Z|([+-]\d{2}):?(\d{2}))$/;

/**
 * The instant (UTC ms) in the only form Jira accepts for `started`: `yyyy-MM-dd'T'HH:mm:ss.SSS` and the offset of
 * `zone` (IANA) at that instant, without a colon and never `Z`
 * (source: https://bitbucket.org/atlassianlabs/atlascode, commit 9cd9ae156).
 * In a zone this machine does not know, or whose offset then was not whole minutes, the same instant is written with
 * the offset +0000. Throws `invalid` when `ms` is not an instant.
 */
export function formatStarted(ms: number, zone: string): string {
  if (!Number.isInteger(ms) || Math.abs(ms) > MAX_INSTANT_MS) throw invalid('started', 'This is not a point in time.');
  const time = inZone(Temporal.Instant.fromEpochMilliseconds(ms), zone);
  if (time.year < 1 || time.year > 9999) throw invalid('started', 'The year must be between 1 and 9999.');
  const local = time.toPlainDateTime().toString({ fractionalSecondDigits: 3 });
  return local + time.offset.replace(':', '');
}

/** Reads a date-time from Jira as UTC ms; `undefined` when it is none. */
export function parseJiraTime(text: string): number | undefined {
  const match = JIRA_TIME.exec(text);
  if (match === null) return undefined;
  const [, local = '', hours, minutes] = match;
  const offset = hours === undefined || minutes === undefined ? 'Z' : `${hours}:${minutes}`;
  try {
    return Temporal.Instant.from(local + offset).epochMilliseconds;
  } catch {
    return undefined;
  }
}

function inZone(instant: Temporal.Instant, zone: string): Temporal.ZonedDateTime {
  try {
    const time = instant.toZonedDateTimeISO(zone);
    if (time.offsetNanoseconds % NS_PER_MINUTE === 0) return time;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return instant.toZonedDateTimeISO('UTC');
}
