import type { RecordPatch } from '../../app/records.ts';
import { keyFromUrl } from '../../core/issueKey.ts';
import type { TimeRecord } from '../../core/records.ts';
import { checkEditedTimes, checkExternalLink, checkIssueKey, checkNotes } from '../../core/timeRules.ts';
import type { EditField, Typed } from '../../protocol/edits.ts';
import { errorToast, problemBeside } from '../errorText.ts';
import { formatTimeInput, inputDay, parseTime, type TimeContext, type UnderstoodTime } from '../timeInput.ts';

export type FieldTexts = Partial<Record<EditField, string>>;

/** What was made of the typed texts. */
export interface Understood {
  /** What would be kept: only what differs from the record. */
  readonly patch: RecordPatch;
  readonly problems: FieldTexts;
  readonly start: UnderstoodTime;
  /** `undefined` while the record runs. */
  readonly end: UnderstoodTime | undefined;
}

const FIELDS: readonly EditField[] = ['timeIn', 'timeOut', 'issueKey', 'notes', 'externalLink'];

/** What the page can edit, in characters; `Typed` of the protocol takes no more. */
const LONGEST_TYPED = 40_000;

/** What the fields of a record hold; a text too long to be edited is not among them; a time on the day the record began is the time of day alone. */
export function textsOf(record: TimeRecord, zone: string): Typed {
  const { timeIn, timeOut, issueKey, notes, externalLink } = record;
  const day = `${inputDay(timeIn, zone)} `;
  const time = (ms: number): string => {
    const text = formatTimeInput(ms, zone);
    return text.startsWith(day) ? text.slice(day.length) : text;
  };
  const texts = { issueKey: issueKey ?? '', notes, externalLink: externalLink ?? '' };
  return {
    timeIn: time(timeIn),
    ...(timeOut === null ? {} : { timeOut: time(timeOut) }),
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text.length <= LONGEST_TYPED)),
  };
}

/** The fields that were typed into and hold something else than the record. A field left as it is keeps its milliseconds. */
export function touched(typed: Typed, held: Typed): readonly EditField[] {
  return FIELDS.filter((field) => typed[field] !== undefined && typed[field] !== held[field]);
}

/** Understands what was typed by the rules that every way of editing a record follows. */
export function understand(
  record: TimeRecord,
  typed: Typed,
  { zone, now }: Pick<TimeContext, 'zone' | 'now'>,
): Understood {
  const fields = new Set(touched(typed, textsOf(record, zone)));
  const problems: FieldTexts = {};
  /** What `read` makes of a field that was touched; `kept` when it was not, or does not fit. */
  const value = <T, K>(field: EditField, kept: K, read: (text: string) => T): T | K => {
    if (!fields.has(field)) return kept;
    try {
      return read(typed[field] ?? '');
    } catch (error) {
      note(problems, field, error);
      return kept;
    }
  };
  const start = value('timeIn', moment(record.timeIn), (text) =>
    parseTime(text, { zone, now, day: inputDay(record.timeIn, zone) }),
  );
  const end = value('timeOut', record.timeOut === null ? undefined : moment(record.timeOut), (text) =>
    parseTime(text, { zone, now, after: start.ms }),
  );
  const issueKey = value('issueKey', undefined, typedKey);
  const notes = value('notes', undefined, typedNotes);
  const externalLink = value('externalLink', undefined, (text) => checkExternalLink('externalLink', text));
  const times = {
    ...(fields.has('timeIn') ? { timeIn: start.ms } : {}),
    ...(fields.has('timeOut') && end !== undefined ? { timeOut: end.ms } : {}),
  };
  checkTimes(record, times, problems, now);
  const patch: RecordPatch = {
    ...times,
    ...(issueKey === undefined ? {} : { issueKey }),
    ...(notes === undefined ? {} : { notes }),
    ...(externalLink === undefined ? {} : { externalLink }),
  };
  return { patch, problems, start, end };
}

/** Puts what an error says beside the field it names, else beside `field`. */
export function note(problems: FieldTexts, field: EditField, error: unknown): void {
  const problem = problemBeside(error);
  const named = FIELDS.find((each) => each === problem?.name) ?? field;
  problems[named] = problem?.text ?? errorToast(error)?.message ?? '';
}

function checkTimes(
  record: TimeRecord,
  times: Pick<RecordPatch, 'timeIn' | 'timeOut'>,
  problems: FieldTexts,
  now: number,
): void {
  if (problems.timeIn !== undefined || problems.timeOut !== undefined) return;
  const blamed = times.timeOut === undefined ? 'timeIn' : 'timeOut';
  const { timeIn = record.timeIn, timeOut = record.timeOut } = times;
  try {
    checkEditedTimes(record, { timeIn, timeOut }, blamed, now);
  } catch (error) {
    note(problems, blamed, error);
  }
}

function moment(ms: number): UnderstoodTime {
  return { ms, occurrence: undefined };
}

/** An issue key, an address that holds one, or nothing for no issue. */
function typedKey(text: string): string | null {
  return text.trim() === '' ? null : (keyFromUrl(text) ?? checkIssueKey('issueKey', text));
}

function typedNotes(text: string): string {
  return checkNotes('notes', text.trim());
}
