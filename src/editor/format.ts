import { env } from 'vscode';
import type { HourCycle } from '../core/timeOfDay.ts';
import { hourCycleOf } from '../protocol/hourCycle.ts';
import { knownLocale } from './statusBar/locale.ts';
import { inZoneOrUtc } from './zoneOrUtc.ts';

/** `h:mm`, with a begun minute left out. */
export function formatLength(seconds: number): string {
  const minutes = Math.max(0, Math.floor((seconds + 1e-6) / 60));
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Time of day of a UTC instant (ms) in a zone, in the user's language. */
export function formatClock(ms: number, zone: string): string {
  return formatIn(ms, zone, { hour: 'numeric', minute: '2-digit' });
}

/** Day and time of a UTC instant (ms) in a zone, in the user's language. */
export function formatMoment(ms: number, zone: string): string {
  return formatIn(ms, zone, { ...DAY, hour: 'numeric', minute: '2-digit' });
}

/** The same with the zone's name, for text that has just been understood. */
export function formatMomentAndZone(ms: number, zone: string): string {
  return formatIn(ms, zone, { ...DAY, hour: 'numeric', minute: '2-digit', timeZoneName: 'short' });
}

/** A calendar day (YYYY-MM-DD) in the user's language. */
export function formatDay(day: string): string {
  return formatIn(Date.parse(`${day}T12:00:00Z`), 'UTC', DAY);
}

/** Start, end and length of a record, for lists. */
export function formatSpan(record: { timeIn: number; timeOut: number | null; zone: string }, open: string): string {
  const start = formatMoment(record.timeIn, record.zone);
  if (record.timeOut === null) return `${start} – ${open}`;
  const length = formatLength((record.timeOut - record.timeIn) / 1000);
  return `${start} – ${formatClock(record.timeOut, record.zone)} (${length})`;
}

/** How hours are counted in the user's language. */
export function hourCycle(): HourCycle {
  return hourCycleOf(knownLocale(env.language));
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;

function formatIn(ms: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  const locale = knownLocale(env.language);
  const hourCycle = hourCycleOf(locale);
  return inZoneOrUtc(zone, (timeZone) =>
    new Intl.DateTimeFormat(locale, { ...options, hourCycle, timeZone }).format(ms),
  );
}
