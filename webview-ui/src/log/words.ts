/* How an attempt is put into words. */
import type { AttemptRow } from '../../../src/protocol/log.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { clean, oneLine } from '../format.ts';

export interface AttemptProps {
  readonly context: Context;
  readonly attempt: AttemptRow;
}

/** How much of an error stands on a row, and in its tooltip. */
const SHORT_ERROR = 300;
const LONG_ERROR = 2_000;
const WHOLE_ERROR = 20_000;

const ACTIONS: Readonly<Record<AttemptRow['action'], ViewTextKey>> = {
  create: 'actionCreate',
  update: 'actionUpdate',
  delete: 'actionDelete',
  adopt: 'actionAdopt',
};

/** How each outcome looks: an icon and a word, so that nobody has to tell colours apart. */
export const OUTCOMES: Readonly<Record<AttemptRow['status'], { readonly icon: string; readonly text: ViewTextKey }>> = {
  success: { icon: 'check', text: 'outcomeSuccess' },
  failed: { icon: 'error', text: 'outcomeFailed' },
  unknown: { icon: 'question', text: 'outcomeUnknown' },
  pending: { icon: 'sync', text: 'outcomePending' },
};

export function actionWord({ context, attempt }: AttemptProps): string {
  return context.t(ACTIONS[attempt.action]);
}

export function outcomeWord({ context, attempt }: AttemptProps): string {
  return context.t(OUTCOMES[attempt.status].text);
}

export function issueText({ issueKey }: AttemptRow): string {
  return clean(issueKey, 60);
}

/** What the record is called, or that it was deleted. */
export function recordText({ context, attempt }: AttemptProps): string {
  return attempt.record === null ? context.t('logRemoved') : oneLine(clean(attempt.record, 200));
}

/** Day and time in the user's zone, short. */
export function whenText({ context: { times, now }, attempt: { startedAt } }: AttemptProps): string {
  return `${times.date(times.dayOf(startedAt), now)}, ${times.time(startedAt)}`;
}

/** In one line. */
export function shortError({ error }: AttemptRow): string {
  return error === null ? '' : oneLine(clean(error, SHORT_ERROR));
}

export function longError({ error }: AttemptRow): string | null {
  return error === null ? null : clean(error.trim(), LONG_ERROR);
}

export function wholeError({ error }: AttemptRow): string {
  return error === null ? '' : clean(error.trim(), WHOLE_ERROR);
}

/** A whole number as the user writes it. */
export function numberText({ snapshot }: Context, value: number): string {
  try {
    return value.toLocaleString(snapshot.locale);
  } catch {
    // A locale that the browser does not know.
    return String(value);
  }
}

/** What a screen reader says on arriving at the row. */
export function spokenAttempt(props: AttemptProps): string {
  const { attempt } = props;
  const parts = [outcomeWord(props), actionWord(props), issueText(attempt), whenText(props), recordText(props)];
  return [...parts, shortError(attempt)].filter((part) => part !== '').join(', ');
}
