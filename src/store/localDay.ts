const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a calendar day (YYYY-MM-DD), as `local_day` holds it. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

/** The calendar day (YYYY-MM-DD) of a `local_day`. */
export function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
