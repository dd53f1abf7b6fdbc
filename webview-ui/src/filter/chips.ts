import type { ListChoice } from '../../../src/protocol/list.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { el, iconElement, keyedChildren, setAttribute, setText, type View } from '../dom.ts';
import { clean } from '../format.ts';
import type { Period } from './period.ts';

/** One thing that is filtered by. */
export interface Chip {
  readonly key: 'issueKey' | 'project' | 'period' | 'state';
  /** What it is, and what it is set to. */
  readonly name: string;
  readonly value: string;
}

export const STATE_WORDS: Readonly<Record<ListChoice['state'], ViewTextKey>> = {
  all: 'anyState',
  waiting: 'stateWaiting',
  synced: 'stateInJira',
  failed: 'stateFailed',
  conflict: 'stateConflict',
  local: 'stateLocal',
};

export const PERIOD_WORDS: Readonly<Record<Period, ViewTextKey>> = {
  all: 'anyTime',
  today: 'today',
  week: 'thisWeek',
  month: 'thisMonth',
  own: 'ownDates',
};

/** What leaves records out, beside the search, which is seen in its own box. */
export function chipsOf(context: Context, choice: ListChoice, period: Period): readonly Chip[] {
  const { t } = context;
  const days = daysText(context, choice, period);
  const { issueKey, project, state } = choice;
  return [
    ...(issueKey === '' ? [] : [{ key: 'issueKey' as const, name: t('filterIssue'), value: clean(issueKey, 60) }]),
    ...(project === '' ? [] : [{ key: 'project' as const, name: t('filterProject'), value: clean(project, 60) }]),
    ...(days === null ? [] : [{ key: 'period' as const, name: t('filterPeriod'), value: days }]),
    ...(state === 'all' ? [] : [{ key: 'state' as const, name: t('filterState'), value: t(STATE_WORDS[state]) }]),
  ];
}

function daysText({ t, times, now }: Context, { from, to }: ListChoice, period: Period): string | null {
  if (from === '' && to === '') return null;
  if (period !== 'own' && period !== 'all') return t(PERIOD_WORDS[period]);
  const date = (day: string) => times.date(day, now);
  if (from === '') return t('until', date(to));
  if (to === '') return t('since', date(from));
  return from === to ? date(from) : t('fromTo', date(from), date(to));
}

interface ChipProps {
  readonly context: Context;
  readonly chip: Chip;
}

function createChip(onClear: (key: Chip['key']) => void): View<ChipProps> {
  const text = el('bdi', 'chip-text');
  const element = el('button', 'chip', text, iconElement('close'));
  let key: Chip['key'] | undefined;
  element.setAttribute('type', 'button');
  element.addEventListener('click', () => {
    if (key !== undefined) onClear(key);
  });
  return {
    element,
    update({ context: { t }, chip }) {
      key = chip.key;
      element.dataset.control = `clear-${chip.key}`;
      const label = t('clearFilter', `${chip.name}: ${chip.value}`);
      setText(text, chip.value);
      setAttribute(element, 'title', label);
      setAttribute(element, 'aria-label', label);
    },
  };
}

interface ChipsProps {
  readonly context: Context;
  readonly chips: readonly Chip[];
}

/** What is filtered by; a click on one ends it. */
export function createChips(onClear: (key: Chip['key']) => void): View<ChipsProps> {
  const element = el('div', 'chips');
  const show = keyedChildren<ChipProps>(
    element,
    ({ chip }) => chip.key,
    () => createChip(onClear),
  );
  return {
    element,
    update: ({ context, chips }) => show(chips.map((chip) => ({ context, chip }))),
  };
}
