import type { Rounding } from './ports.ts';
import type { TimeRecord, WorklogContent } from './records.ts';
import { roundedSeconds } from './rounding.ts';
import { cut, plainText } from './text.ts';

/** Jira's default limit for a comment, in characters (`jira.text.field.character.limit`). */
export const MAX_COMMENT = 32_767;

const DEFAULT_COMMENT = 'Tracked with Timecard';

type CommentSource = Pick<TimeRecord, 'notes' | 'issueKey' | 'branch'>;

function fillTemplate(template: string, record: CommentSource): string {
  const values: Readonly<Record<string, string | null>> = { issue: record.issueKey, branch: record.branch };
  return template.replace(/\$\{(issue|branch)\}/g, (_, name: string) => values[name] ?? '');
}

/** The record's notes, else the filled template, else a fixed text; never blank, never longer than Jira takes. */
export function worklogComment(record: CommentSource, template: string): string {
  const texts = [record.notes, fillTemplate(template, record)].map((text) => plainText(text).trim());
  const chosen = texts.find((text) => text !== '') ?? DEFAULT_COMMENT;
  return cut(chosen, MAX_COMMENT).trimEnd();
}

/**
 * What the worklog of a record says; `undefined` while it runs and when it comes to less than the minute that Jira
 * asks for. `startedMs` is the record's start to the millisecond, as Jira keeps it; sites whose database drops
 * fractions have to be compared to the second.
 */
export function worklogContent(record: TimeRecord, rounding: Rounding, template: string): WorklogContent | undefined {
  if (record.timeOut === null) return undefined;
  const seconds = roundedSeconds((record.timeOut - record.timeIn) / 1_000, rounding);
  if (seconds < 60) return undefined;
  return { startedMs: Math.floor(record.timeIn), seconds, comment: worklogComment(record, template) };
}
