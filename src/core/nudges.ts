import { Temporal } from 'temporal-polyfill';
import { dayOf, dayRange, weekRange } from './days.ts';
import { NUDGE_KINDS, type NudgeKind, type NudgeTimes } from './nudgeTimes.ts';
import { isWorkingDay, type Targets } from './targets.ts';

/**
 * The day (YYYY-MM-DD) whose time each kind was last told for; a nudge that came late belongs to the day it was meant
 * for.
 */
export type NudgesTold = { readonly [kind in NudgeKind]?: string | undefined };

export interface NudgeInput {
  /** UTC ms */
  readonly now: number;
  /** IANA zone days and times of day are meant in. */
  readonly zone: string;
  /** ISO weekday, 1 Monday … 7 Sunday. */
  readonly weekStart: number;
  readonly times: NudgeTimes;
  readonly targets: Targets;
  readonly running: { readonly id: string; readonly timeIn: number } | undefined;
  /** Whether anything was recorded today, in `zone`. */
  readonly workedToday: boolean;
  /** Finished time of this week that waits for Jira. */
  readonly unsyncedSeconds: number;
  readonly told: NudgesTold;
}

export type Nudge =
  /** The running record ends at `at` (UTC ms), which has passed. */
  | { readonly kind: 'clockOut'; readonly day: string; readonly recordId: string; readonly at: number }
  | { readonly kind: 'late'; readonly day: string; readonly recordId: string }
  | { readonly kind: 'start'; readonly day: string }
  | { readonly kind: 'unsynced'; readonly day: string; readonly seconds: number };

export interface NudgePlan {
  readonly due: Nudge | undefined;
  /** UTC ms, after `now`: when something may be due that is not yet, as long as nothing else changes. */
  readonly next: number | undefined;
}

/** A reminder to start helps for so long, in ms. */
const START_HELPS_MS = 2 * 3_600_000;
/** What Jira takes. */
const SHORTEST_SECONDS = 60;

/** What the user should be told now, at most one thing, and when to look again. */
export function planNudges(input: NudgeInput): NudgePlan {
  const sane = { ...input, told: withoutFuture(input) };
  const moments = [nextClockOut(sane), nextLate(sane), nextStart(sane), nextUnsynced(sane)];
  return {
    due: clockOut(sane) ?? late(sane) ?? start(sane) ?? unsynced(sane),
    next: earliest(moments.filter((moment) => moment !== undefined).filter((moment) => moment > input.now)),
  };
}

/** What is written down when a nudge was told. Who was just clocked out is not asked the same day why that still runs. */
export function toldAfter(told: NudgesTold, { kind, day }: Nudge): NudgesTold {
  return kind === 'clockOut' ? { ...told, clockOut: day, late: later(told.late, day) } : { ...told, [kind]: day };
}

/** What is known by either. */
export function mergeTold(one: NudgesTold, other: NudgesTold): NudgesTold {
  const told: { [kind in NudgeKind]?: string } = {};
  for (const kind of NUDGE_KINDS) {
    const day = later(one[kind], other[kind] ?? '');
    if (day !== '') told[kind] = day;
  }
  return told;
}

function clockOut(input: NudgeInput): Nudge | undefined {
  const end = endOf(input);
  if (input.running === undefined || end === undefined || end.at > input.now) return undefined;
  return { kind: 'clockOut', recordId: input.running.id, ...end };
}

function nextClockOut(input: NudgeInput): number | undefined {
  return endOf(input)?.at;
}

/** When the running record ends by itself: at the first set time after it began, on a day on which nothing did yet. */
function endOf({ running, times, zone, told }: NudgeInput): { day: string; at: number } | undefined {
  if (running === undefined || times.clockOut === '') return undefined;
  const began = dayOf(running.timeIn, zone);
  const first = told.clockOut === undefined ? began : later(began, dayAfter(told.clockOut, 1));
  return firstAfter(running.timeIn, first, times.clockOut, zone);
}

function late({ running, times, zone, told, now }: NudgeInput): Nudge | undefined {
  if (running === undefined || times.late === '') return undefined;
  const today = dayOf(now, zone);
  const days = [today, dayAfter(today, -1)];
  const day = days.find((each) => momentOn(each, times.late, zone) <= now);
  if (day === undefined || momentOn(day, times.late, zone) <= running.timeIn || wasTold(told.late, day)) {
    return undefined;
  }
  return { kind: 'late', day, recordId: running.id };
}

function nextLate({ running, times, zone, now }: NudgeInput): number | undefined {
  if (running === undefined || times.late === '') return undefined;
  return firstAfter(now, dayOf(now, zone), times.late, zone).at;
}

function start(input: NudgeInput): Nudge | undefined {
  const { running, workedToday, times, targets, zone, told, now } = input;
  const day = dayOf(now, zone);
  if (times.start === '' || running !== undefined || workedToday || wasTold(told.start, day)) return undefined;
  if (!isWorkingDay(targets, day)) return undefined;
  const moment = momentOn(day, times.start, zone);
  return now >= moment && now < moment + START_HELPS_MS ? { kind: 'start', day } : undefined;
}

function nextStart({ times, targets, zone, now }: NudgeInput): number | undefined {
  if (times.start === '') return undefined;
  const today = dayOf(now, zone);
  const days = WEEK.map((offset) => dayAfter(today, offset)).filter((day) => isWorkingDay(targets, day));
  return earliest(days.map((day) => momentOn(day, times.start, zone)).filter((moment) => moment > now));
}

function unsynced(input: NudgeInput): Nudge | undefined {
  const { times, unsyncedSeconds, told, now, zone } = input;
  if (times.unsynced === '' || unsyncedSeconds < SHORTEST_SECONDS) return undefined;
  const day = lastWorkingDay(input, now);
  if (day === undefined || now < momentOn(day, times.unsynced, zone) || wasTold(told.unsynced, day)) return undefined;
  return { kind: 'unsynced', day, seconds: unsyncedSeconds };
}

function nextUnsynced(input: NudgeInput): number | undefined {
  const { times, zone, now, weekStart } = input;
  if (times.unsynced === '') return undefined;
  const days = [lastWorkingDay(input, now), lastWorkingDay(input, weekRange(now, zone, weekStart).to)];
  const moments = days.map((day) => (day === undefined ? 0 : momentOn(day, times.unsynced, zone)));
  return earliest(moments.filter((moment) => moment > now));
}

/** The last day of the week around an instant on which the user works. */
function lastWorkingDay({ zone, weekStart, targets }: NudgeInput, instant: number): string | undefined {
  const first = dayOf(weekRange(instant, zone, weekStart).from, zone);
  return WEEK.map((offset) => dayAfter(first, offset))
    .slice(0, 7)
    .findLast((day) => isWorkingDay(targets, day));
}

/** A week, and the same weekday again. */
const WEEK = [0, 1, 2, 3, 4, 5, 6, 7];

/** The first time of day after an instant, on `day` at the earliest. */
function firstAfter(instant: number, day: string, time: string, zone: string): { day: string; at: number } {
  const at = momentOn(day, time, zone);
  return at > instant ? { day, at } : firstAfter(instant, dayAfter(day, 1), time, zone);
}

/** One instant for each day: the first of two where the clocks go back, and just as late after a gap. */
function momentOn(day: string, time: string, zone: string): number {
  const plainTime = Temporal.PlainTime.from(time);
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
}

function dayAfter(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** A clock that was wrong once must not keep everything quiet until that day. */
function withoutFuture({ told, now, zone }: NudgeInput): NudgesTold {
  const limit = dayAfter(dayOf(now, zone), 1);
  return Object.fromEntries(Object.entries(told).filter(([, day]) => day !== undefined && day <= limit));
}

function wasTold(told: string | undefined, day: string): boolean {
  return told !== undefined && told >= day;
}

function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}

function earliest(moments: readonly number[]): number | undefined {
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Where a day begins for `workedToday` and the week for `unsyncedSeconds`, in UTC ms. */
export function nudgeRanges(now: number, zone: string, weekStart: number) {
  return { today: dayRange(dayOf(now, zone), zone), week: weekRange(now, zone, weekStart) };
}
