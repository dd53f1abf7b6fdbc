import { Temporal } from 'temporal-polyfill';
import { invalid } from './errors.ts';
import { normalizeIssueKey } from './issueKey.ts';
import type { TimeRecord } from './records.ts';
import { plainText } from './text.ts';

const MINUTE = 60_000;
/** Longest record entered by hand, in ms. */
export const MAX_BY_HAND = 24 * 60 * MINUTE;
/** How far into the future a record entered by hand may end, in ms. */
export const CLOCK_SKEW = 5 * MINUTE;
/** In UTF-16 units; what Jira takes as a comment. */
export const MAX_NOTES = 32_767;
export const MAX_LINK = 2_048;

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** Start and end of a finished record; see `checkSpan`. */
export interface SpanToCheck {
  /** UTC ms */
  readonly timeIn: number;
  /** UTC ms */
  readonly timeOut: number;
  /** UTC ms */
  readonly now: number;
  /** Typed or sent by somebody, as opposed to measured by the timer. */
  readonly byHand: boolean;
}

/** Throws `invalid` unless the instant (UTC ms) is a whole number between the years 2000 and 2100. */
export function checkInstant(name: string, instantMs: number): number {
  if (!Number.isInteger(instantMs)) throw invalid(name, 'is not a moment in time');
  if (instantMs < EARLIEST || instantMs >= LATEST) throw invalid(name, 'must be between the years 2000 and 2100');
  return instantMs;
}

/**
 * Throws `invalid`, naming `timeIn` or `timeOut`, unless a finished record may have this start and end: the end is
 * after the start, and by hand it is at most 24 hours later and not in the future (5 minutes of clock skew aside).
 */
export function checkSpan(span: SpanToCheck): void {
  checkInstant('timeIn', span.timeIn);
  checkInstant('timeOut', span.timeOut);
  if (span.timeOut <= span.timeIn) throw invalid('timeOut', 'must be after the start');
  if (!span.byHand) return;
  if (span.timeOut - span.timeIn > MAX_BY_HAND) throw invalid('timeOut', 'must be at most 24 hours after the start');
  if (span.timeOut > span.now + CLOCK_SKEW) throw invalid('timeOut', 'must not be in the future');
}

/** Start and end of a record, UTC ms; the end is `null` while it runs. */
type Times = Pick<TimeRecord, 'timeIn' | 'timeOut'>;

/**
 * Throws `invalid` unless a record's times may be changed by hand to these.
 * @param blamed the argument to name when start and end do not fit each other
 */
export function checkEditedTimes(before: Times, after: Times, blamed: 'timeIn' | 'timeOut', now: number): void {
  if (before.timeOut === null && after.timeOut !== null) {
    throw invalid('timeOut', 'This record is still running. Clock out instead.');
  }
  if (after.timeIn === before.timeIn && after.timeOut === before.timeOut) return;
  if (after.timeOut === null) {
    if (after.timeIn >= now) throw invalid('timeIn', 'The start of a running record must lie in the past.');
    if (after.timeIn < Math.min(before.timeIn, now) - MAX_BY_HAND)
      throw invalid('timeIn', 'The start of a running record can be put back by at most 24 hours.');
    return;
  }
  const { timeIn, timeOut } = after;
  if (blamed === 'timeIn') checkStart(timeIn, timeOut);
  checkSpan({ timeIn, timeOut, now, byHand: true });
}

/** Only the start was changed, so what does not fit is the start. */
function checkStart(timeIn: number, timeOut: number): void {
  if (timeIn >= timeOut) throw invalid('timeIn', 'must be before the end');
  if (timeOut - timeIn > MAX_BY_HAND) throw invalid('timeIn', 'must be at most 24 hours before the end');
}

const ISO_INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/;

/**
 * Parses an ISO 8601 date with time and offset (`2026-11-23T09:00:00Z`, `2026-11-23T10:00+01:00`) to UTC ms; finer
 * fractions are dropped. Throws `invalid` naming the argument.
 */
export function parseInstant(name: string, text: unknown): number {
  if (typeof text !== 'string') throw invalid(name, 'must be an ISO 8601 date and time in UTC, as a string');
  const trimmed = text.trim();
  if (trimmed.length > 50 || !ISO_INSTANT.test(trimmed)) {
    throw invalid(name, 'must be an ISO 8601 date and time in UTC, such as 2026-11-23T09:00:00Z');
  }
  return checkInstant(name, epochMsOf(name, trimmed));
}

function epochMsOf(name: string, isoText: string): number {
  try {
    return Temporal.Instant.from(isoText).epochMilliseconds;
  } catch {
    throw invalid(name, 'is not a date and time that exists');
  }
}

/** The notes to keep, without control characters; absent notes are empty. Throws `invalid` when they are too long. */
export function checkNotes(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw invalid(name, 'must be a text');
  const notes = plainText(value);
  if (notes.length > MAX_NOTES) throw invalid(name, `must be at most ${MAX_NOTES} characters long`);
  return notes;
}

/** A web address to keep, or `null` when there is none. Throws `invalid` for anything but http and https. */
export function checkExternalLink(name: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(name, 'must be a text');
  const text = value.trim();
  if (text === '') return null;
  if (text.length > MAX_LINK) throw invalid(name, `must be at most ${MAX_LINK} characters long`);
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw invalid(name, 'must be a web address that starts with https:// or http://');
  }
  return plainText(text).replaceAll('\n', '');
}

/** The issue key in upper case, or `null` when there is none. Throws `invalid` for anything else. */
export function checkIssueKey(name: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const key = typeof value === 'string' ? normalizeIssueKey(value) : undefined;
  if (key === undefined) throw invalid(name, 'must be an issue key such as PROJ-123');
  return key;
}
