import { Temporal } from 'temporal-polyfill';
import { isZone } from '../days.ts';
import type { WorklogContent } from '../records.ts';
import { plainText } from '../text.ts';

/** Characters of a comment that are enough to tell two apart. */
const SHOWN = 80;

/** What of the words before the first difference is shown, in characters. */
const LEAD = 20;

/** Both versions of a worklog in words, such as `09:00–10:30, “Review”`. */
export interface TwoVersions {
  readonly here: string;
  readonly inJira: string;
}

/**
 * Tells what a record has and what Jira has, for people to choose.
 * @param zone IANA zone of the record, which the times are told in; UTC when this machine does not know it. Dates are
 * told where the two begin on different days, or one ends on another day than it began.
 */
export function describeVersions(here: WorklogContent, inJira: WorklogContent, zone: string): TwoVersions {
  const known = isZone(zone) ? zone : 'UTC';
  const words = [wordsOf(here), wordsOf(inJira)] as const;
  const from = firstShown(...words);
  const isDated = dayAt(here.startedMs, known) !== dayAt(inJira.startedMs, known);
  const told = (content: WorklogContent, comment: readonly string[]) =>
    `${timesOf(content, known, isDated)}, ${excerpt(comment, from)}`;
  return { here: told(here, words[0]), inJira: told(inJira, words[1]) };
}

function timesOf({ startedMs, seconds }: WorklogContent, zone: string, isDated: boolean): string {
  const endMs = startedMs + seconds * 1000;
  const startDay = dayAt(startedMs, zone);
  const endDay = dayAt(endMs, zone);
  const from = `${isDated ? `${startDay} ` : ''}${timeAt(startedMs, zone)}`;
  return `${from}–${endDay === startDay ? '' : `${endDay} `}${timeAt(endMs, zone)}`;
}

function momentAt(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);
}

function dayAt(ms: number, zone: string): string {
  return momentAt(ms, zone).toPlainDate().toString();
}

function timeAt(ms: number, zone: string): string {
  const time = momentAt(ms, zone).toPlainTime();
  return time.toString({ smallestUnit: time.second === 0 ? 'minute' : 'second' });
}

/** Whole characters, so that none is cut in half. */
function wordsOf({ comment }: WorklogContent): readonly string[] {
  return [...plainText(comment).replace(/\s+/g, ' ').trim()];
}

/** Two long comments that begin alike are shown from where they differ. */
function firstShown(a: readonly string[], b: readonly string[]): number {
  const difference = a.findIndex((character, index) => character !== b[index]);
  const at = difference === -1 ? a.length : difference;
  const isAlike = at === a.length && at === b.length;
  return isAlike || at < SHOWN - LEAD ? 0 : at - LEAD;
}

function excerpt(comment: readonly string[], from: number): string {
  if (comment.length === 0) return 'no comment';
  const shown = comment.slice(from, from + SHOWN).join('');
  return `“${from > 0 ? '…' : ''}${shown}${comment.length > from + SHOWN ? '…' : ''}”`;
}
