import type { Outline } from '../../../src/protocol/list.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setShown, setText, type View } from '../dom.ts';
import { hoursMinutes } from '../format.ts';
import type { Choice } from '../list/choice.ts';
import { createIconButton } from '../list/iconButton.ts';
import { createOffered } from '../offered.ts';
import { type Chip, chipsOf, createChips } from './chips.ts';
import './filter.css';
import { createPanel, type PanelProps } from './panel.ts';
import { ANY_TIME } from './period.ts';
import type { PeriodChoice } from './periodChoice.ts';
import { createSearch } from './search.ts';

type Sums = Pick<Outline, 'count' | 'seconds' | 'loggedSeconds' | 'projects'>;

export interface FilterProps {
  readonly context: Context;
  /** Of the list as it is shown; `undefined` while that for the present choice is still on its way. */
  readonly outline: Sums | undefined;
}

export interface FilterBar extends View<FilterProps> {
  /** Shows everything again. */
  clear(): void;
}

interface FilterServices {
  readonly choice: Choice;
  readonly periods: PeriodChoice;
  /** Stands beside what was found. */
  readonly grouping: HTMLElement;
  readonly say: (text: string) => void;
  /** Gives focus to the list. */
  readonly toList: () => void;
  /** Brings the bar on the screen when it is behind another tab. */
  readonly reveal: () => void;
}

/** `37 records, 21:35, 3:10 not in Jira` */
function foundText({ t, snapshot }: Context, { count, seconds, loggedSeconds }: Sums): string {
  if (count === 0) return t('foundNone');
  const number = new Intl.NumberFormat(snapshot.locale).format(count);
  const all = count === 1 ? t('foundOne', hoursMinutes(seconds)) : t('foundMany', number, hoursMinutes(seconds));
  const left = seconds - loggedSeconds;
  return left < 60 ? all : t('foundWaiting', all, hoursMinutes(left));
}

/** Search, filters, what is filtered by, and what was found. */
export function createFilterBar({ choice, periods, grouping, say, toList, reveal }: FilterServices): FilterBar {
  const search = createSearch((text) => choice.set({ text }), { goOn: toList, reveal });
  const clearOne = (key: Chip['key']): void => {
    if (key === 'period') {
      periods.set('all');
      choice.set(ANY_TIME);
    } else if (key === 'state') choice.set({ state: 'all' });
    else choice.set({ [key]: '' });
    toggle.element.focus();
  };
  const clear = (): void => {
    periods.set('all');
    choice.reset();
  };
  const chips = createChips(clearOne);
  const found = el('span', 'found');
  const all = createOffered({
    look: 'secondary',
    control: 'clearFilters',
    onClick: () => {
      clear();
      toggle.element.focus();
    },
  });
  let panel: View<PanelProps> | undefined;
  let about: PanelProps | undefined;
  /** Made when it is first wanted: fields for days are dear, and most of the time nobody filters. */
  const panelHere = (): View<PanelProps> => {
    if (panel !== undefined) return panel;
    panel = createPanel(choice, periods);
    if (about !== undefined) panel.update(about);
    panel.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      open(false);
      toggle.element.focus();
    });
    top.after(panel.element);
    return panel;
  };
  const toggle = createIconButton('filters', () => open(panel?.element.hidden !== false));
  const open = (shown: boolean): void => {
    if (shown || panel !== undefined) setShown(panelHere().element, shown);
    setAttribute(toggle.element, 'aria-expanded', String(shown));
  };
  const line = el('div', 'found-line', found, grouping);
  const used = el('div', 'used', chips.element, all.element);
  const top = el('div', 'filter-top', search.element, toggle.element);
  const element = el('section', 'filter', top, used, line);
  let unheard = false;
  element.dataset.region = 'filter';
  open(false);
  choice.onChange(() => {
    unheard = true;
  });

  const showFound = (context: Context, outline: Sums): void => {
    const text = foundText(context, outline);
    setText(found, outline.count === 0 ? '' : text);
    // What was found is read out once for each change of what is looked for.
    if (unheard) say(text);
    unheard = false;
  };
  return {
    element,
    clear,
    update({ context, outline }) {
      const { t, times, now, snapshot } = context;
      periods.follow(times.dayOf(now), snapshot.weekStart);
      const chosen = chipsOf(context, choice.current(), periods.current());
      setAttribute(element, 'aria-label', t('filters'));
      search.update({
        label: t('search'),
        hint: t('searchHint'),
        clear: t('clearSearch'),
        value: choice.current().text,
      });
      const label = chosen.length === 0 ? t('filters') : t('filtersOn', chosen.length);
      toggle.update({ label, icon: chosen.length === 0 ? 'filter' : 'filter-filled' });
      about = { context, projects: outline?.projects ?? [] };
      panel?.update(about);
      chips.update({ context, chips: chosen });
      // The empty list says how to go on by itself.
      const nothing = outline?.count === 0;
      setShown(chips.element, chosen.length > 0);
      const isUsed = chosen.length > 0 || (choice.isFiltered() && !nothing);
      all.update({ label: t('clearFilters'), isOffered: isUsed && !nothing });
      setShown(used, isUsed);
      if (outline !== undefined) showFound(context, outline);
    },
  };
}
