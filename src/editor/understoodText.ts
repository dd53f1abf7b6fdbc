import { l10n } from 'vscode';
import { formatLength, formatMoment, formatMomentAndZone } from './format.ts';
import type { TimeContext, UnderstoodTime } from './timeInput.ts';

/** How a time that was typed has been understood: the moment, the length since `after`, and which of two it is. */
export function understoodText(
  { ms, occurrence }: UnderstoodTime,
  { zone, after }: Pick<TimeContext, 'zone' | 'after'>,
  { withZone }: { readonly withZone: boolean },
): string {
  const moment = withZone ? formatMomentAndZone(ms, zone) : formatMoment(ms, zone);
  return moment + lengthSince(after, ms) + twice(occurrence);
}

function lengthSince(start: number | undefined, end: number): string {
  return start === undefined ? '' : ` (${formatLength((end - start) / 1000)})`;
}

function twice(occurrence: UnderstoodTime['occurrence']): string {
  if (occurrence === undefined) return '';
  const which =
    occurrence === 'first'
      ? l10n.t('The clocks go back: this is the first of two. Add an offset such as +01:00 for the other.')
      : l10n.t('The clocks go back: this is the second of two.');
  return ` ${which}`;
}
