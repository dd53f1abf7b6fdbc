/* Numbers, dates and foreign texts as they are shown. Pure. */
import { hourCycleOf } from '../../src/protocol/hourCycle.ts';

/** Explicit direction overrides, embeddings and isolates; a text from outside must not turn its neighbours around. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/gu;

/** Shortens a text for display and takes out what could change the direction of what stands beside it. */
export function clean(text: string, limit = 1_000): string {
  const start = text.slice(0, limit * 2).replace(DIRECTION_CONTROLS, '');
  if (start.length <= limit) return text.length > limit * 2 ? `${start}…` : start;
  const cut = /[\ud800-\udbff]/u.test(start.charAt(limit - 1)) ? limit - 1 : limit;
  return `${start.slice(0, cut)}…`;
}

/** The first line that says something. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** `h:mm` of whole seconds, rounded down. */
export function hoursMinutes(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `h:mm:ss` of milliseconds, rounded down. */
export function hoursMinutesSeconds(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  return `${hoursMinutes(seconds)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Whole seconds between two instants in UTC ms. */
export function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1_000));
}

/** No locale or zone is longer; Intl takes seconds to refuse what is many megabytes long. */
const LONGEST_NAME = 200;

function canon<T>(value: string, fallback: T, accept: (value: string) => unknown): string | T {
  if (value.length > LONGEST_NAME) return fallback;
  try {
    accept(value);
    return value;
  } catch {
    return fallback;
  }
}

/** A locale or zone that Intl does not know must not stop the page: the browser's own is used instead. */
function knownLocale(locale: string): string | undefined {
  return canon(locale, undefined, (value) => new Intl.DateTimeFormat(value));
}

function knownZone(zone: string): string | undefined {
  return canon(zone, undefined, (value) => new Intl.DateTimeFormat(undefined, { timeZone: value }));
}

export interface Times {
  /** YYYY-MM-DD of an instant in the user's zone. */
  dayOf(instant: number): string;
  /** Time of day, in `zone`. */
  time(instant: number, zone?: string): string;
  /** Start and end, in `zone`; with the zone's name when the user is in another. */
  range(from: number, to: number, zone: string): string;
  /** `Mon, Nov 23`, with the year when it is not this year's; any other text as it is. */
  date(day: string, now: number): string;
  /** Date and time to the second, in `zone`. */
  exact(instant: number, zone: string): string;
  /** Start and end with dates and to the second, in `zone`; the same date stands once. */
  exactRange(from: number, to: number, zone: string): string;
  /** Date and time in the user's zone, for tooltips. */
  moment(instant: number): string;
}

const LARGEST_INSTANT = 8.64e15;

function instantDate(instant: number): Date {
  return new Date(Math.min(LARGEST_INSTANT, Math.max(-LARGEST_INSTANT, instant)));
}

function memo<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** The writer of dates and times for a locale and the user's zone. */
export function timesFor(rawLocale: string, rawZone: string): Times {
  const locale = knownLocale(rawLocale);
  const hourCycle = hourCycleOf(locale);
  const toTheMinute = { timeStyle: 'short', hourCycle } as const;
  const toTheSecond = { dateStyle: 'medium', timeStyle: 'medium', hourCycle } as const;
  const home = knownZone(rawZone) ?? 'UTC';
  const zoneOf = memo((zone) => knownZone(zone) ?? home);
  const clock = memo((zone) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...toTheMinute }));
  const zoneName = memo((zone) => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' }));
  const calendar = memo((zone) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }));
  const exact = memo((zone) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...toTheSecond }));
  const moment = new Intl.DateTimeFormat(locale, { timeZone: home, dateStyle: 'medium', ...toTheMinute });

  const suffix = (instant: Date, zone: string): string => {
    if (zone === home) return '';
    const part = zoneName(zone)
      .formatToParts(instant)
      .find(({ type }) => type === 'timeZoneName');
    return part === undefined ? '' : ` ${part.value}`;
  };
  const dayIn = (instant: Date, zone: string): string => calendar(zone).format(instant);
  const range = (from: Date, to: Date, zone: string): string => {
    const format = clock(zone);
    // Across midnight Intl would write both dates out; the day stands in the heading above.
    const joined = to >= from && dayIn(from, zone) === dayIn(to, zone);
    const text = joined ? format.formatRange(from, to) : `${format.format(from)} – ${format.format(to)}`;
    return text + suffix(from, zone);
  };
  /** A row writes its times, hints at them and has them read out; each time takes Intl as long as the row's rest. */
  let last: { readonly from: number; readonly to: number; readonly zone: string; readonly text: string } | undefined;

  return {
    dayOf: (instant) => dayIn(instantDate(instant), home),
    time: (instant, zone = home) => clock(zoneOf(zone)).format(instantDate(instant)),
    range(from, to, zone) {
      if (last?.from !== from || last.to !== to || last.zone !== zone) {
        last = { from, to, zone, text: range(instantDate(from), instantDate(to), zoneOf(zone)) };
      }
      return last.text;
    },
    date: (day, now) => dateLabel(day, dayIn(instantDate(now), home), locale),
    exact: (instant, zone) => exact(zoneOf(zone)).format(instantDate(instant)),
    exactRange(fromMs, toMs, zone) {
      const format = exact(zoneOf(zone));
      const [from, to] = [instantDate(fromMs), instantDate(toMs)];
      return to >= from ? format.formatRange(from, to) : `${format.format(from)} – ${format.format(to)}`;
    },
    moment: (instant) => moment.format(instantDate(instant)),
  };
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/u;

function calendarDay(day: string): Date | undefined {
  const [, year, month, date] = DAY.exec(day) ?? [];
  return year === undefined ? undefined : new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
}

function dateLabel(day: string, today: string, locale: string | undefined): string {
  const date = calendarDay(day);
  if (date === undefined) return clean(day, 40);
  return new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
  }).format(date);
}

/** The calendar day before a YYYY-MM-DD. */
export function dayBefore(day: string): string {
  const date = calendarDay(day);
  if (date === undefined) return '';
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
