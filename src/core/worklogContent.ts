import type { Rounding } from './ports.ts';
import type { TimeRecord, WorklogContent } from './records.ts';
import { isWithin } from './reflog.ts';
import { roundedSeconds } from './rounding.ts';
import { cut, plainText } from './text.ts';

/** Jira's default limit for a comment, in characters (`jira.text.field.character.limit`). */
export const MAX_COMMENT = 32_767;

const DEFAULT_COMMENT = 'Tracked with Timecard';

type CommentSource = Pick<TimeRecord, 'notes' | 'issueKey' | 'branch' | 'commits' | 'timeIn' | 'timeOut'>;

const PLACEHOLDER = /\$\{(notes|branch|commits|issue)\}/g;
const NOTES = /\$\{notes\}/;

/** Each begins with something that can be seen, or is empty. */
type Values = Readonly<Record<string, string>>;

/** Whether all placeholders of a line come out empty, so that it is left out. */
function isIdle(line: string, values: Values): boolean {
  const names = [...line.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return names.length > 0 && names.every((name) => values[name] === '');
}

function fillTemplate(template: string, record: CommentSource): string {
  const values: Values = {
    notes: plainText(record.notes).trim(),
    branch: plainText(record.branch ?? '').trim(),
    commits: plainText(subjectsOf(record).join('; ')).trim(),
    issue: record.issueKey ?? '',
  };
  // What comes after so much of them is cut off, and a placeholder that is repeated could make any length.
  let room = MAX_COMMENT;
  const fill = (_: string, name: string) => {
    const value = room > 0 ? (values[name] ?? '') : '';
    room -= value.length;
    return value;
  };
  return plainText(template)
    .split('\n')
    .filter((line) => !isIdle(line, values))
    .map((line) => line.replace(PLACEHOLDER, fill))
    .join('\n');
}

/** What the commits of the record's own stretch are called; the record may have been cut short since they were read. */
function subjectsOf({ commits, timeIn, timeOut }: CommentSource): readonly string[] {
  const subjects = commits.filter(({ at }) => isWithin(at, timeIn, timeOut)).map(({ subject }) => subject.trim());
  return [...new Set(subjects.filter((subject) => subject !== ''))];
}

/**
 * The record's notes, else the filled template, else a fixed text; never blank, never longer than Jira takes. A
 * template with `${notes}` has the say over the notes too.
 */
export function worklogComment(record: CommentSource, template: string): string {
  const filled = fillTemplate(template, record);
  const choices = NOTES.test(template) ? [filled, record.notes] : [record.notes, filled];
  const texts = choices.map((text) => plainText(text).trim());
  const chosen = texts.find((text) => text !== '') ?? DEFAULT_COMMENT;
  return cut(chosen, MAX_COMMENT).trimEnd();
}

/**
 * What the worklog of a record says; `undefined` while it runs and when it comes to less than the minute that Jira
 * asks for. `startedMs` is the record's start to the millisecond, as Jira keeps it; sites whose database drops
 * or rounds fractions have to be compared with `sameStart`.
 * @param seconds the duration, where more than this record decides on it (see `carriedSeconds`)
 */
export function worklogContent(
  record: TimeRecord,
  rounding: Rounding,
  template: string,
  seconds?: number,
): WorklogContent | undefined {
  if (record.timeOut === null) return undefined;
  const duration = seconds ?? roundedSeconds((record.timeOut - record.timeIn) / 1_000, rounding);
  if (duration < 60) return undefined;
  return { startedMs: Math.floor(record.timeIn), seconds: duration, comment: worklogComment(record, template) };
}
