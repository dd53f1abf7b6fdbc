import { Temporal } from 'temporal-polyfill';

/** UTC ms as the date and time in an IANA zone; in UTC when the machine names a zone that nobody knows. */
export function localDateTime(ms: number, zone: string): Temporal.PlainDateTime {
  const instant = Temporal.Instant.fromEpochMilliseconds(ms);
  try {
    return instant.toZonedDateTimeISO(zone).toPlainDateTime();
  } catch {
    return instant.toZonedDateTimeISO('UTC').toPlainDateTime();
  }
}
