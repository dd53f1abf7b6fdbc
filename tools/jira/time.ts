const STARTED = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\.(\d{3})([+-])(\d{2})(\d{2})$/;

/**
 * Reads `yyyy-MM-dd'T'HH:mm:ss.SSSZ` with an offset without a colon, the only form Jira takes.
 * @returns UTC ms, or `undefined` when the text is anything else.
 */
export function parseStarted(text: string): number | undefined {
  const match = STARTED.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match.slice(1, 8).map(Number);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  if (new Date(local).getUTCMonth() !== month - 1 || new Date(local).getUTCDate() !== day) return undefined;
  const [offsetHours, offsetMinutes] = [Number(match[9]), Number(match[10])];
  if (offsetHours > 18 || offsetMinutes > 59) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  return match[8] === '-' ? local + offset : local - offset;
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>();

function offsetFormat(zone: string): Intl.DateTimeFormat {
  const known = offsetFormats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  offsetFormats.set(zone, format);
  return format;
}

/** Minutes east of UTC that `zone` keeps at `ms`. */
function offsetMinutes(ms: number, zone: string): number {
  const name = offsetFormat(zone)
    .formatToParts(ms)
    .find((part) => part.type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Jira's date-time text for an instant (UTC ms), with the offset of `zone`. */
export function formatInstant(ms: number, zone: string): string {
  const offset = offsetMinutes(ms, zone);
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** `yyyy-MM-dd` of an instant (UTC ms) in `zone`. */
export function dayIn(ms: number, zone: string): string {
  return formatInstant(ms, zone).slice(0, 10);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { w: 5 * 8 * 3600, d: 8 * 3600, h: 3600, m: 60 };

/** Reads `1d 2h 30m` with 8-hour days and 5-day weeks; a bare number is minutes. */
export function parseDuration(text: string): number | undefined {
  const parts = text.trim().split(/\s+/);
  let total = 0;
  for (const part of parts) {
    const match = /^(\d+(?:\.\d+)?)([wdhm]?)$/.exec(part);
    if (match === null) return undefined;
    total += Number(match[1]) * (UNIT_SECONDS[match[2] === '' ? 'm' : (match[2] ?? 'm')] ?? 60);
  }
  return Math.round(total);
}

/** `12000` → `3h 20m`. */
export function prettyDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of Object.entries(UNIT_SECONDS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.length > 0 ? parts.join(' ') : '0m';
}
