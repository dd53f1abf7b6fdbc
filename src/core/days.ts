import { Temporal } from 'temporal-polyfill';

export { formatDuration } from './duration.ts';

/*
 * Days are counted in a record's own zone, in UTC when this machine does not know it: its time must count and its
 * record end all the same. One call costs 15 to 30 µs (Node 20), cheap enough without a cache.
 */

/** A stretch of time in UTC milliseconds; `to` is exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One part of a finished record, in UTC milliseconds. */
export interface Span {
  readonly timeIn: number;
  readonly timeOut: number;
}

function inZone<T>(zone: string, count: (known: string) => T): T {
  try {
    return count(zone);
  } catch (error) {
    if (isZone(zone)) throw error;
    return count('UTC');
  }
}

function plainDayOf(instantMs: number, zone: string): Temporal.PlainDate {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs));
  return inZone(zone, (known) => instant.toZonedDateTimeISO(known).toPlainDate());
}

/** First instant of a day; later than 00:00 where a clock change skips midnight. */
function startOf(day: Temporal.PlainDate, zone: string): number {
  return inZone(zone, (known) => day.toZonedDateTime(known).epochMilliseconds);
}

/** Whether `text` names a time zone this machine knows, such as `Europe/Berlin`. */
export function isZone(text: string): boolean {
  if (!/^(?:[A-Za-z][A-Za-z0-9_+/-]{0,99}|[+-]\d\d:\d\d)$/.test(text)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}

/** A record's zone, or UTC when this machine does not know it. */
export function knownZone(zone: string): string {
  return isZone(zone) ? zone : 'UTC';
}

/** The calendar day (YYYY-MM-DD) of a UTC instant in an IANA zone. */
export function dayOf(instantMs: number, zone: string): string {
  return plainDayOf(instantMs, zone).toString();
}

/**
 * The UTC range of a calendar day (YYYY-MM-DD) in an IANA zone: 23, 24 or 25 hours, and empty for a day the zone
 * skipped (Samoa, 2011-12-30). Throws RangeError for what is no day.
 */
export function dayRange(day: string, zone: string): Range {
  const date = Temporal.PlainDate.from(day);
  return { from: startOf(date, zone), to: startOf(date.add({ days: 1 }), zone) };
}

/** The first instant (UTC ms) of the last `count` calendar days in an IANA zone, the present one included. */
export function startOfLastDays(count: number, instantMs: number, zone: string): number {
  return startOf(plainDayOf(instantMs, zone).subtract({ days: count - 1 }), zone);
}

/**
 * The UTC range of the week around an instant.
 * @param weekStart ISO weekday the week begins on, 1 Monday … 7 Sunday
 */
export function weekRange(instantMs: number, zone: string, weekStart: number): Range {
  const date = plainDayOf(instantMs, zone);
  const first = date.subtract({ days: (date.dayOfWeek - weekStart + 7) % 7 });
  return { from: startOf(first, zone), to: startOf(first.add({ days: 7 }), zone) };
}

/**
 * Cuts a stretch at every midnight of `zone` within it. The parts follow each other without a gap, so their lengths
 * sum to the whole exactly, whatever the clocks did.
 */
export function splitAtMidnights(timeIn: number, timeOut: number, zone: string): readonly Span[] {
  const parts: Span[] = [];
  let from = timeIn;
  let day = plainDayOf(timeIn, zone).add({ days: 1 });
  for (let midnight = startOf(day, zone); midnight < timeOut; midnight = startOf(day, zone)) {
    if (midnight > from) {
      parts.push({ timeIn: from, timeOut: midnight });
      from = midnight;
    }
    day = day.add({ days: 1 });
  }
  return [...parts, { timeIn: from, timeOut }];
}
