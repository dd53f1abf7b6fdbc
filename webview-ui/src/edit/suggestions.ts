import type { Suggestion } from '../../../src/protocol/edits.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setOptionalText, setShown } from '../dom.ts';
import { clean, oneLine } from '../format.ts';

export interface SuggestionsProps {
  readonly context: Context;
  readonly issues: readonly Suggestion[];
  readonly isBusy: boolean;
  readonly note: string | null;
}

/** The list below the issue field. It is drawn over the page, so that no row moves. */
export interface Suggestions {
  readonly element: HTMLElement;
  readonly listId: string;
  isOpen(): boolean;
  open(): void;
  close(): void;
  update(props: SuggestionsProps): void;
  /** Marks the next option, or the one before. */
  move(way: 1 | -1): void;
  /** Key of the marked option. */
  marked(): string | undefined;
}

const MARGIN = 4;
const TALLEST = 240;
let made = 0;

function createOption(issue: Suggestion, id: string): HTMLElement {
  const key = el('bdi', 'key', clean(issue.key, 60));
  const summary = el('bdi', 'option-summary', oneLine(clean(issue.summary, 300)));
  const option = el('div', 'option', key, summary);
  option.id = id;
  option.dataset.key = issue.key;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-selected', 'false');
  option.title = `${clean(issue.key, 60)} ${clean(issue.summary, 300)}`.trim();
  setAttribute(key, 'data-category', issue.statusCategory ?? 'undefined');
  return option;
}

function messageOf({ context: { t }, issues, isBusy, note }: SuggestionsProps): string | null {
  if (note !== null) return clean(note, 300);
  if (isBusy) return t('searchingIssues');
  return issues.length === 0 ? t('noIssuesFound') : null;
}

/** Below the field, or above it when there is too little room below and more there. */
function place(element: HTMLElement, input: HTMLElement): void {
  const { left, right, top, bottom } = input.getBoundingClientRect();
  const below = window.innerHeight - bottom - 2 * MARGIN;
  const above = top - 2 * MARGIN;
  const isBelow = below >= Math.min(TALLEST, above, element.scrollHeight + MARGIN);
  const { style } = element;
  style.setProperty('left', `${left}px`);
  style.setProperty('width', `${right - left}px`);
  style.setProperty('max-height', `${Math.max(60, Math.min(TALLEST, isBelow ? below : above))}px`);
  style.setProperty('top', isBelow ? `${bottom + 1}px` : 'auto');
  style.setProperty('bottom', isBelow ? 'auto' : `${window.innerHeight - top + 1}px`);
}

/** @param onChoose called with the key of the option that was clicked */
export function createSuggestions(input: HTMLInputElement, onChoose: (key: string) => void): Suggestions {
  made += 1;
  const prefix = `edit-issues-${made}`;
  const list = el('div', 'options');
  const message = el('div', 'options-message');
  const element = el('div', 'suggestions', list, message);
  let mark: HTMLElement | undefined;
  let shown: readonly Suggestion[] = [];
  list.id = prefix;
  list.setAttribute('role', 'listbox');
  element.setAttribute('popover', 'manual');
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', 'false');

  const isOpen = (): boolean => element.matches(':popover-open');
  const follow = (): void => place(element, input);
  const setMark = (option: HTMLElement | undefined): void => {
    mark?.setAttribute('aria-selected', 'false');
    mark = option;
    mark?.setAttribute('aria-selected', 'true');
    mark?.scrollIntoView({ block: 'nearest' });
    setAttribute(input, 'aria-activedescendant', mark?.id ?? null);
  };
  const close = (): void => {
    setMark(undefined);
    if (!isOpen()) return;
    element.hidePopover();
    input.setAttribute('aria-expanded', 'false');
    window.removeEventListener('scroll', follow, true);
    window.removeEventListener('resize', follow);
  };
  // Focus stays in the field.
  element.addEventListener('mousedown', (event) => event.preventDefault());
  element.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>('.option') : null;
    const key = option?.dataset.key;
    if (key !== undefined) onChoose(key);
  });
  return {
    element,
    listId: list.id,
    isOpen,
    close,
    open() {
      if (isOpen() || !element.isConnected) return;
      element.showPopover();
      follow();
      input.setAttribute('aria-expanded', 'true');
      window.addEventListener('scroll', follow, true);
      window.addEventListener('resize', follow);
    },
    update(props) {
      setAttribute(list, 'aria-label', props.context.t('issues'));
      setOptionalText(message, messageOf(props));
      if (props.issues === shown) return;
      shown = props.issues;
      const key = mark?.dataset.key;
      setMark(undefined);
      list.replaceChildren(...shown.map((issue, index) => createOption(issue, `${prefix}-${index}`)));
      const same = [...list.children].find((option) => option instanceof HTMLElement && option.dataset.key === key);
      if (key !== undefined && same instanceof HTMLElement) setMark(same);
      setShown(list, shown.length > 0);
      if (isOpen()) follow();
    },
    move(way) {
      const options = [...list.children].filter((option) => option instanceof HTMLElement);
      const at = mark === undefined ? -1 : options.indexOf(mark);
      const next = at < 0 ? (way === 1 ? 0 : options.length - 1) : (at + way + options.length) % options.length;
      setMark(options[next]);
    },
    marked: () => mark?.dataset.key,
  };
}
