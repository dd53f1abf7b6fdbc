import { Temporal } from 'temporal-polyfill';
import { l10n } from 'vscode';
import { knownZone } from '../core/days.ts';
import { invalid } from '../core/errors.ts';
import { timeOfDay } from '../core/timeOfDay.ts';
import { hourCycle } from './format.ts';

export interface TimeContext {
  /** IANA zone that times are typed in; UTC is taken for one that this machine does not know. */
  readonly zone: string;
  /** UTC ms */
  readonly now: number;
  /** YYYY-MM-DD that a time without a date is on; without one it is the latest such time that has passed. */
  readonly day?: string;
  /** UTC ms: the time must come later, so a time without a date may be on the day after. */
  readonly after?: number;
}

export interface UnderstoodTime {
  /** UTC ms */
  readonly ms: number;
  /** Set when the clocks go back and this time of day comes twice: which of the two was taken. */
  readonly occurrence: 'first' | 'second' | undefined;
}

const TYPED =
  /^(?:(\d{4}-\d{1,2}-\d{1,2})(?: ?, ?| |t))?(\d{1,2}):(\d{2})(?::(\d{2}))? ?([ap]m)? ?(z|[+-]\d{2}:?\d{2})?$/i;
const DAY_WORD = /^(today|yesterday)(?=[ ,])/i;
/** `-20m`, `-1h`, `-1h 30m`, `20m ago`. */
const BACK = /^(-)? ?(?:(\d{1,3}(?:[.,]\d{1,2})?) ?h(?:ours?)?)? ?(?:(\d{1,4}) ?m(?:in(?:utes)?)?)?( ago)?$/i;
const SKEW_MS = 5 * 60_000;

/**
 * Understands `9:15`, `9:15 pm`, `2026-11-23 9:15`, `2026-10-25 2:30 +01:00`, `yesterday 17:00`, `-20m`, `1h 30m ago`
 * and `now`. Throws `invalid` with a sentence for the user.
 */
export function parseTime(text: string, given: TimeContext): UnderstoodTime {
  const context = { ...given, zone: knownZone(given.zone) };
  // Single blanks, so that no pattern has to choose who takes how many of them.
  const typed = text.trim().replace(/\s+/g, ' ');
  if (typed.toLowerCase() === 'now') return { ms: Math.floor(context.now / 60_000) * 60_000, occurrence: undefined };
  const back = minutesBack(typed);
  if (back !== undefined)
    return { ms: Math.floor((context.now - back * 60_000) / 1_000) * 1_000, occurrence: undefined };
  const match = TYPED.exec(withDate(typed, context));
  if (match === null) throw notUnderstood();
  const [, date, hour = '', minute = '', second = '0', half, offset] = match;
  const time = plainTime(hourOf(Number(hour), half), Number(minute), Number(second));
  if (date !== undefined) return resolve(plainDate(date).toPlainDateTime(time), context, offset);
  return withoutDate(time, context, offset);
}

/** How many minutes ago a text like `-1h 30m` means; `undefined` when it is none. */
function minutesBack(typed: string): number | undefined {
  const [, sign, hours, minutes, ago] = BACK.exec(typed) ?? [];
  const isBack = (sign === undefined) !== (ago === undefined);
  if (!isBack || (hours === undefined && minutes === undefined)) return undefined;
  return Number((hours ?? '0').replace(',', '.')) * 60 + Number(minutes ?? '0');
}

/** The text with the date in place of `today` or `yesterday`. */
function withDate(typed: string, { now, zone }: TimeContext): string {
  return typed.replace(DAY_WORD, (word) => {
    const days = word.toLowerCase() === 'today' ? 0 : 1;
    return Temporal.Instant.fromEpochMilliseconds(now)
      .toZonedDateTimeISO(zone)
      .toPlainDate()
      .subtract({ days })
      .toString();
  });
}

/** A UTC instant (ms) as `parseTime` reads it back, to the second, with the hours counted as the user counts them. */
export function formatTimeInput(ms: number, recordZone: string): string {
  const zone = knownZone(recordZone);
  const moment = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms / 1000) * 1000).toZonedDateTimeISO(zone);
  const local = moment.toPlainDateTime();
  const text = `${local.toPlainDate().toString()} ${timeOfDay(local.toPlainTime(), hourCycle())}`;
  const isSecond =
    local.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds !== moment.epochMilliseconds;
  return isSecond ? `${text} ${moment.offset}` : text;
}

/** A time of day as the user may type it, for hints. */
export function exampleTime(hour = 9, minute = 15): string {
  return timeOfDay(new Temporal.PlainTime(hour, minute), hourCycle());
}

/** The day (YYYY-MM-DD) of an instant as `formatTimeInput` writes it. */
export function inputDay(ms: number, zone: string): string {
  return formatTimeInput(ms, zone).slice(0, 10);
}

function withoutDate(time: Temporal.PlainTime, context: TimeContext, offset: string | undefined): UnderstoodTime {
  const { zone, now, day, after } = context;
  const dayOf = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
  const base = day === undefined ? dayOf(after ?? now) : plainDate(day);
  const on = (date: Temporal.PlainDate) => resolve(date.toPlainDateTime(time), context, offset);
  const first = on(base);
  if (after !== undefined) return first.ms > after ? first : soonAfter(first, on(base.add({ days: 1 })), now);
  return day === undefined && first.ms > now + SKEW_MS ? on(base.subtract({ days: 1 })) : first;
}

/** The next day's time is meant only when it has come; otherwise "before the start" is the clearer complaint. */
function soonAfter(first: UnderstoodTime, next: UnderstoodTime, now: number): UnderstoodTime {
  return next.ms > now + SKEW_MS ? first : next;
}

function resolve(local: Temporal.PlainDateTime, context: TimeContext, offset: string | undefined): UnderstoodTime {
  if (offset !== undefined)
    return { ms: local.toZonedDateTime(offsetZone(offset)).epochMilliseconds, occurrence: undefined };
  const earlier = local.toZonedDateTime(context.zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(context.zone, { disambiguation: 'later' });
  if (!earlier.toPlainDateTime().equals(local)) {
    throw invalid('time', l10n.t('This time does not exist: the clocks go forward then.'));
  }
  if (earlier.epochMilliseconds === later.epochMilliseconds)
    return { ms: earlier.epochMilliseconds, occurrence: undefined };
  const takesSecond = context.after !== undefined && earlier.epochMilliseconds <= context.after;
  return takesSecond
    ? { ms: later.epochMilliseconds, occurrence: 'second' }
    : { ms: earlier.epochMilliseconds, occurrence: 'first' };
}

function offsetZone(offset: string): string {
  if (/^z$/i.test(offset)) return 'UTC';
  return offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) throw notUnderstood();
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function plainTime(hour: number, minute: number, second: number): Temporal.PlainTime {
  if (hour > 23 || minute > 59 || second > 59) throw invalid('time', l10n.t('There is no such time of day.'));
  return new Temporal.PlainTime(hour, minute, second);
}

function plainDate(text: string): Temporal.PlainDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  } catch (error) {
    if (error instanceof RangeError) throw invalid('time', l10n.t('There is no such day.'));
    throw error;
  }
}

function notUnderstood() {
  const [morning, evening] = [exampleTime(), exampleTime(17, 0)];
  const text = l10n.t('Type a time such as {0}, -20m, yesterday {1} or 2026-11-23 {0}.', morning, evening);
  return invalid('time', text);
}
