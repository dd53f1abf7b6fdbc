import { Temporal } from 'temporal-polyfill';
import { knownZone } from '../days.ts';
import type { TimeRecord, WorklogContent } from '../records.ts';
import { plainText } from '../text.ts';
import { type HourCycle, timeOfDay } from '../timeOfDay.ts';

/** Characters of a comment that are enough to tell two apart. */
const SHOWN = 80;

/** What of the words before the first difference is shown, in characters. */
const LEAD = 20;

/** Both versions of a worklog in words, such as `09:00–10:30, “Review”`. */
export interface TwoVersions {
  readonly here: string;
  readonly inJira: string;
}

/** How times are told. */
interface Telling {
  /** IANA zone of the record; UTC is used when this machine does not know it. */
  readonly zone: string;
  readonly hourCycle: HourCycle;
}

/**
 * Tells what a record has and what Jira has, for people to choose. Dates are told where the two begin on different
 * days, or one ends on another day than it began.
 */
export function describeVersions(here: WorklogContent, inJira: WorklogContent, telling: Telling): TwoVersions {
  const known = { ...telling, zone: knownZone(telling.zone) };
  const words = [wordsOf(here), wordsOf(inJira)] as const;
  const from = firstShown(...words);
  const isDated = dayAt(here.startedMs, known.zone) !== dayAt(inJira.startedMs, known.zone);
  const told = (content: WorklogContent, comment: readonly string[]) =>
    `${timesOf(content, known, isDated)}, ${excerpt(comment, from)}`;
  return { here: told(here, words[0]), inJira: told(inJira, words[1]) };
}

/** What a record is in conflict about. @param inJira `undefined` when the worklog was deleted there */
export function changedInJira(
  record: Pick<TimeRecord, 'zone' | 'issueKey' | 'worklog'>,
  here: WorklogContent,
  inJira: WorklogContent | undefined,
  hourCycle: HourCycle,
): string {
  if (inJira === undefined)
    return 'The worklog was deleted in Jira after the last sync, or you may not see it there any more, and the record was changed here. Choose which one to keep.';
  const told = describeVersions(here, inJira, { zone: record.zone, hourCycle });
  return `Changed in Jira to ${told.inJira}. Here: ${told.here}${moved(record)}. Choose which one to keep.`;
}

/** The same when a backup was restored, so that the record may be the older of the two. */
export function newerInJira(
  { zone }: Pick<TimeRecord, 'zone'>,
  here: WorklogContent,
  inJira: WorklogContent,
  hourCycle: HourCycle,
): string {
  const told = describeVersions(here, inJira, { zone, hourCycle });
  return `The database was restored, and Jira has another version: ${told.inJira}. Here: ${told.here}. Choose which one to keep.`;
}

/** Where the record asks for its worklog to be, when that is elsewhere. */
function moved({ issueKey, worklog }: Pick<TimeRecord, 'issueKey' | 'worklog'>): string {
  if (worklog === null || worklog.issueKey === issueKey) return '';
  return issueKey === null ? ', without an issue' : `, on ${issueKey}`;
}

function timesOf({ startedMs, seconds }: WorklogContent, { zone, hourCycle }: Telling, isDated: boolean): string {
  const timeAt = (ms: number): string => timeOfDay(momentAt(ms, zone).toPlainTime(), hourCycle);
  const endMs = startedMs + seconds * 1000;
  const startDay = dayAt(startedMs, zone);
  const endDay = dayAt(endMs, zone);
  const from = `${isDated ? `${startDay} ` : ''}${timeAt(startedMs)}`;
  return `${from}–${endDay === startDay ? '' : `${endDay} `}${timeAt(endMs)}`;
}

function momentAt(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);
}

function dayAt(ms: number, zone: string): string {
  return momentAt(ms, zone).toPlainDate().toString();
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
