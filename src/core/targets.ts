import { Temporal } from 'temporal-polyfill';
import { dayOf } from './days.ts';

/** By ISO weekday, 1 Monday … 7 Sunday. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Hours of work the user wants on a weekday, 0 to 24 with fractions; a day that is absent has none. */
export type Targets = { readonly [day in (typeof WEEKDAYS)[number]]?: number | undefined };

/** What is to be reached, in whole seconds. */
export interface TargetTotals {
  readonly todaySeconds: number;
  readonly weekSeconds: number;
}

const LAST_WORKDAY_WITHOUT_TARGETS = 5;

/** Whether any hours are set. */
export function hasTargets(targets: Targets): boolean {
  return WEEKDAYS.some((day) => (targets[day] ?? 0) > 0);
}

/** The target of a calendar day (YYYY-MM-DD), in seconds. */
export function targetOfDay(targets: Targets, day: string): number {
  return secondsOn(targets, Temporal.PlainDate.from(day).dayOfWeek);
}

/** The targets of the present day and week in a zone, or `null` when none are set. */
export function targetTotals(targets: Targets, now: number, zone: string): TargetTotals | null {
  if (!hasTargets(targets)) return null;
  const weekSeconds = WEEKDAYS.reduce((sum, _, index) => sum + secondsOn(targets, index + 1), 0);
  return { todaySeconds: targetOfDay(targets, dayOf(now, zone)), weekSeconds };
}

/** Whether the user works on a calendar day (YYYY-MM-DD): it has a target, or it is Monday to Friday and no day has. */
export function isWorkingDay(targets: Targets, day: string): boolean {
  const { dayOfWeek } = Temporal.PlainDate.from(day);
  return hasTargets(targets) ? secondsOn(targets, dayOfWeek) > 0 : dayOfWeek <= LAST_WORKDAY_WITHOUT_TARGETS;
}

function secondsOn(targets: Targets, dayOfWeek: number): number {
  const name = WEEKDAYS[dayOfWeek - 1];
  return name === undefined ? 0 : Math.round((targets[name] ?? 0) * 3_600);
}
