/*
 * Which zone the machine is in. Without the calendar library, because the status bar asks before that is loaded.
 */

/** What Intl says of a machine whose zone it cannot name. */
const UNNAMED = 'Etc/Unknown';
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,99}$/;

/**
 * The zone to count days in: what Intl says when that is a zone that can be counted with, else the machine's present
 * offset from UTC, such as `+02:00`. Some machines have no name for their zone, or one that nobody else knows.
 * @param told `Intl.DateTimeFormat().resolvedOptions().timeZone`, whose type does not tell that it may be absent
 * @param offsetMinutes `Date.prototype.getTimezoneOffset()`: from here to UTC
 */
export function usableZone(told: string | undefined, offsetMinutes: number): string {
  return told !== undefined && told !== UNNAMED && isNamedZone(told) ? told : fixedZone(offsetMinutes);
}

/** How long an answer holds, in ms. */
const HOLDS_MS = 1_000;

/**
 * Asks for the zone at most once a second: Intl takes up to a millisecond to tell it, and a list asks for each row.
 * @param now UTC ms
 */
export function onceASecond(zone: () => string, now: () => number): () => string {
  let known: { readonly zone: string; readonly at: number } | undefined;
  return () => {
    const at = now();
    const holds = known !== undefined && at >= known.at && at - known.at < HOLDS_MS;
    known = known !== undefined && holds ? known : { zone: zone(), at };
    return known.zone;
  };
}

function isNamedZone(name: string): boolean {
  if (!NAME.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function fixedZone(offsetMinutes: number): string {
  const minutes = Number.isFinite(offsetMinutes) ? Math.round(Math.abs(offsetMinutes)) : 0;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offsetMinutes > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
