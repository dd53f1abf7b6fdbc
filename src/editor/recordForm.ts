import * as vscode from 'vscode';
import type { Span } from '../core/days.ts';
import { checkExternalLink, checkSpan } from '../core/timeRules.ts';
import { errorToast, waitsForDisk } from './errorText.ts';
import { formatLength, formatMoment } from './format.ts';
import { askNotes, toLine } from './notesBox.ts';
import { type OverlapsOf, overlapText } from './overlapText.ts';
import { askText, BACK, type Choice, cancelled, choose } from './quickInput.ts';
import {
  exampleTime,
  formatTimeInput,
  inputDay,
  parseTime,
  type TimeContext,
  type UnderstoodTime,
} from './timeInput.ts';
import { understoodText } from './understoodText.ts';

/** What the form edits. Instants are UTC ms; `timeOut` is `null` while the record runs. */
export interface RecordDraft {
  readonly timeIn: number;
  readonly timeOut: number | null;
  readonly zone: string;
  readonly issueKey: string | null;
  readonly notes: string;
  readonly externalLink: string | null;
}

export interface RecordFormOptions {
  readonly title: string;
  readonly now: () => number;
  readonly pickIssue: () => Promise<string | null>;
  /** Other records that count the same time. */
  readonly overlapsOf: OverlapsOf;
  /** Keeps the draft. Rejects when it does not fit; the form then stays as it is. */
  readonly save: (draft: RecordDraft) => Promise<void>;
  /** Tells the user why saving failed. */
  readonly tell: (error: unknown) => void;
}

type Field = 'save' | 'timeIn' | 'timeOut' | 'issueKey' | 'notes' | 'externalLink';

/** Lets the user change one field after the other, then saves. Rejects with `cancelled` when closed. */
export async function runRecordForm(start: RecordDraft, options: RecordFormOptions): Promise<void> {
  let draft = start;
  for (;;) {
    const field = await choose(formItems(draft, await overlapOf(draft, options)), {
      title: options.title,
      placeholder: vscode.l10n.t('Choose what to change, then save'),
    });
    if (field === 'save') {
      if (await saved(draft, options)) return;
    } else {
      draft = await stay(draft, () => askField(field, draft, options));
    }
  }
}

export interface SpanQuestion {
  readonly title: string;
  /** IANA zone that times are typed in. */
  readonly zone: string;
  /** UTC ms */
  readonly now: number;
  /** UTC ms: the start that the box begins with. */
  readonly suggested: number | undefined;
  readonly overlapsOf: OverlapsOf;
}

/** Asks for the start of a new record, then its end. Rejects with `cancelled` when closed. */
export async function askSpan(question: SpanQuestion): Promise<Span> {
  const { title, zone, now, overlapsOf } = question;
  let timeIn = question.suggested;
  for (;;) {
    const startsIn = async (ms: number) => overlapText(await overlapsOf({ timeIn: ms, timeOut: ms + 1 }));
    const start = { title, prompt: vscode.l10n.t('Start'), step: 1, overlap: startsIn };
    timeIn = await askMoment(start, timeIn, { zone, now });
    const from = timeIn;
    const end = { zone, now, after: timeIn };
    const minute = Math.floor(now / 60_000) * 60_000;
    const suggestion = minute > timeIn && minute - timeIn < 24 * 3_600_000 ? minute : undefined;
    const overlap = async (ms: number) => overlapText(await overlapsOf({ timeIn: from, timeOut: ms }));
    const box = { title, prompt: vscode.l10n.t('End'), step: 2, check: endCheck(timeIn, now), overlap };
    const timeOut = await askMomentOrBack(box, suggestion, end);
    if (timeOut !== BACK) return { timeIn, timeOut };
  }
}

export interface TimeQuestion {
  readonly title: string;
  readonly prompt: string;
  /** IANA zone that times are typed in. */
  readonly zone: string;
  /** UTC ms */
  readonly now: number;
  /** UTC ms: only later times fit. */
  readonly after?: number;
  /** UTC ms: what the length that is shown counts from; `after` when absent. */
  readonly begin?: number;
  /** Throws `invalid` for a moment (UTC ms) that does not fit. */
  readonly check: (ms: number) => void;
  /** What of other records the moment (UTC ms) would count as well; a warning. */
  readonly overlap?: (ms: number) => Promise<string | undefined>;
}

/** Asks for one moment and shows what it understood; resolves with UTC ms. Rejects with `cancelled` when closed. */
export async function askTime(question: TimeQuestion): Promise<number> {
  const { zone, now, after } = question;
  return askMoment(question, undefined, { zone, now, ...(after === undefined ? {} : { after }) });
}

async function saved(draft: RecordDraft, options: RecordFormOptions): Promise<boolean> {
  try {
    await options.save(draft);
    return true;
  } catch (error) {
    options.tell(error);
    return waitsForDisk(error);
  }
}

/** Closing one field's box leads back to the form, not out of it. */
async function stay(draft: RecordDraft, ask: () => Promise<Partial<RecordDraft>>): Promise<RecordDraft> {
  try {
    return { ...draft, ...(await ask()) };
  } catch (error) {
    if (errorToast(error) === undefined) return draft;
    throw error;
  }
}

async function overlapOf({ timeIn, timeOut }: RecordDraft, options: RecordFormOptions): Promise<string | undefined> {
  return overlapText(await options.overlapsOf({ timeIn, timeOut: timeOut ?? options.now() }));
}

function formItems(draft: RecordDraft, overlap: string | undefined): readonly Choice<Field>[] {
  const { timeIn, timeOut, zone } = draft;
  const length = timeOut === null ? vscode.l10n.t('running') : formatLength((timeOut - timeIn) / 1000);
  const item = (choice: Field, icon: string, label: string, description: string) => ({
    choice,
    label: `$(${icon}) ${label}`,
    description,
  });
  return [
    {
      ...item('save', 'check', vscode.l10n.t('Save'), length),
      ...(overlap === undefined ? {} : { detail: `$(warning) ${overlap}` }),
    },
    item('timeIn', 'play', vscode.l10n.t('Start'), formatMoment(timeIn, zone)),
    ...(timeOut === null ? [] : [item('timeOut', 'debug-stop', vscode.l10n.t('End'), formatMoment(timeOut, zone))]),
    item('issueKey', 'issues', vscode.l10n.t('Issue'), draft.issueKey ?? vscode.l10n.t('No issue')),
    item('notes', 'note', vscode.l10n.t('Notes'), toLine(draft.notes) || vscode.l10n.t('none')),
    item('externalLink', 'link', vscode.l10n.t('Link'), draft.externalLink ?? vscode.l10n.t('none')),
  ];
}

async function askField(
  field: Exclude<Field, 'save'>,
  draft: RecordDraft,
  options: RecordFormOptions,
): Promise<Partial<RecordDraft>> {
  const { title } = options;
  const times = { zone: draft.zone, now: options.now(), day: inputDay(draft.timeIn, draft.zone) };
  const overlap = (change: Partial<RecordDraft>) => overlapOf({ ...draft, ...change }, options);
  switch (field) {
    case 'timeIn': {
      const box = { title, prompt: vscode.l10n.t('Start'), overlap: (timeIn: number) => overlap({ timeIn }) };
      return { timeIn: await askMoment(box, draft.timeIn, times) };
    }
    case 'timeOut': {
      const end = { zone: draft.zone, now: options.now(), after: draft.timeIn };
      const check = endCheck(draft.timeIn, end.now);
      const box = { title, prompt: vscode.l10n.t('End'), check, overlap: (timeOut: number) => overlap({ timeOut }) };
      return { timeOut: await askMoment(box, draft.timeOut ?? undefined, end) };
    }
    case 'issueKey':
      return { issueKey: await options.pickIssue() };
    case 'notes':
      return { notes: await askNotes(title, draft.notes) };
    case 'externalLink':
      return { externalLink: await askLink(title, draft.externalLink) };
  }
}

interface MomentBox {
  readonly title: string;
  readonly prompt: string;
  readonly step?: number;
  /** UTC ms: what the length that is shown counts from; the context's `after` when absent. */
  readonly begin?: number;
  /** Throws `invalid` for a moment (UTC ms) that does not fit. */
  readonly check?: (ms: number) => void;
  /** What of other records the moment (UTC ms) would count as well; a warning. */
  readonly overlap?: (ms: number) => Promise<string | undefined>;
}

async function askMoment(box: MomentBox, current: number | undefined, context: TimeContext): Promise<number> {
  const moment = await askMomentOrBack(box, current, context);
  if (moment === BACK) throw cancelled();
  return moment;
}

async function askMomentOrBack(
  box: MomentBox,
  current: number | undefined,
  context: TimeContext,
): Promise<number | typeof BACK> {
  const value = current === undefined ? '' : formatTimeInput(current, context.zone);
  const text = await askText({
    title: box.title,
    prompt: vscode.l10n.t('{0}: a time such as {1}, or 2026-11-23 {1}', box.prompt, exampleTime()),
    value,
    ...(box.step === undefined ? {} : { step: box.step, totalSteps: 2, canGoBack: box.step > 1 }),
    hint: (typed) => (typed.trim() === '' ? undefined : understood(box, typed, context)),
    remark: (typed) => warned(box, typed, context),
    accept: (typed) => Promise.resolve(problemWith(() => checkedMoment(box, typed, context))),
  });
  if (text === BACK) return BACK;
  // What was not touched keeps its milliseconds.
  return current !== undefined && text === value ? current : parseTime(text, context).ms;
}

/** The hint takes the prompt's place on the screen, so it says too what is being asked. */
function understood(box: MomentBox, text: string, context: TimeContext): vscode.InputBoxValidationMessage {
  let message = '';
  const shown = box.begin === undefined ? context : { ...context, after: box.begin };
  const problem = problemWith(() => {
    message = `${box.prompt}: ${understoodText(checkedMoment(box, text, context), shown, { withZone: true })}`;
  });
  return problem === undefined
    ? { message, severity: vscode.InputBoxValidationSeverity.Info }
    : {
        message: problem.startsWith(box.prompt) ? problem : `${box.prompt}: ${problem}`,
        severity: vscode.InputBoxValidationSeverity.Error,
      };
}

/** Says what was understood and which time would count twice; that is allowed. */
async function warned(
  box: MomentBox,
  text: string,
  context: TimeContext,
): Promise<vscode.InputBoxValidationMessage | undefined> {
  if (text.trim() === '') return undefined;
  const overlap = await box.overlap?.(checkedMoment(box, text, context).ms);
  if (overlap === undefined) return undefined;
  const message = understood(box, text, context).message.replace(/\.$/, '');
  return { message: `${message}. ${overlap}`, severity: vscode.InputBoxValidationSeverity.Warning };
}

function checkedMoment(box: MomentBox, text: string, context: TimeContext): UnderstoodTime {
  const moment = parseTime(text, context);
  box.check?.(moment.ms);
  return moment;
}

function endCheck(timeIn: number, now: number): (timeOut: number) => void {
  return (timeOut) => checkSpan({ timeIn, timeOut, now, byHand: true });
}

async function askLink(title: string, link: string | null): Promise<string | null> {
  const text = await askText({
    title,
    prompt: vscode.l10n.t('A web address to keep with the record, such as a pull request. Empty removes it.'),
    placeholder: 'https://',
    value: link ?? '',
    accept: (typed) => Promise.resolve(problemWith(() => checkExternalLink('link', typed))),
  });
  if (text === BACK) throw cancelled();
  return checkExternalLink('link', text);
}

/** The message of what `check` throws, for below the box. */
function problemWith(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return errorToast(error)?.message;
  }
}
