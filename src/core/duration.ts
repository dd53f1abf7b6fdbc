/*
 * Apart from days.ts, so that the status bar need not wait for the calendar library.
 */

/** `h:mm`, with a begun minute left out. */
export function formatDuration(seconds: number): string {
  // A sum of fractions may fall a hair short of a whole minute.
  const minutes = Number.isFinite(seconds) ? Math.max(0, Math.floor((seconds + 1e-6) / 60)) : 0;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
