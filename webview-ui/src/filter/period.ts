/* The stretch of days that a period stands for. Pure: calendar days only, whatever the clocks do. */

export const PERIODS = ['all', 'today', 'week', 'month', 'own'] as const;
export type Period = (typeof PERIODS)[number];

/** Both days included; empty texts leave a side open. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export const ANY_TIME: Days = { from: '', to: '' };
const DAY_MS = 86_400_000;

/**
 * The days of a period that follows the calendar.
 * @param today YYYY-MM-DD in the user's zone
 * @param weekStart ISO weekday the user's week begins on, 1 Monday … 7 Sunday
 */
export function daysOf(period: Exclude<Period, 'own'>, today: string, weekStart: number): Days {
  const date = dateOf(today);
  if (date === undefined || period === 'all') return ANY_TIME;
  switch (period) {
    case 'today':
      return { from: today, to: today };
    case 'week': {
      const isoWeekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
      const from = date.getTime() - ((isoWeekday - weekStart + 7) % 7) * DAY_MS;
      return { from: textOf(from), to: textOf(from + 6 * DAY_MS) };
    }
    case 'month': {
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { from: textOf(utc(year, month, 1)), to: textOf(utc(year, month + 1, 0)) };
    }
    default:
      return period satisfies never;
  }
}

/** Whether a text is a day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const date = dateOf(text);
  return date !== undefined && textOf(date.getTime()) === text;
}

function dateOf(day: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/u.test(day)) return undefined;
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** UTC ms of a day; `Date.UTC` would take the year 26 for 1926. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

/** A year before 0 or after 9999 has no text of this form. */
function textOf(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.length === 24 ? text.slice(0, 10) : '';
}
