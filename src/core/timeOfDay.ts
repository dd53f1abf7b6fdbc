import type { Temporal } from 'temporal-polyfill';

/** How the user counts hours: to 12 twice a day, or to 23. */
export type HourCycle = 'h12' | 'h23';

/**
 * `09:05` or `9:05 AM`, with seconds where there are some. AM and PM in every language: they are what can be typed, and
 * some languages have more than two words for the parts of a day.
 */
export function timeOfDay(time: Temporal.PlainTime, hourCycle: HourCycle): string {
  const text = time.toString({ smallestUnit: time.second === 0 ? 'minute' : 'second' });
  if (hourCycle === 'h23') return text;
  const hour = time.hour % 12 === 0 ? 12 : time.hour % 12;
  return `${hour}${text.slice(2)} ${time.hour < 12 ? 'AM' : 'PM'}`;
}
