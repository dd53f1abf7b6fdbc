import type { ListUpdate } from '../../src/protocol/list.ts';
import type { Context, Post } from './context.ts';
import { el, setAttribute, setShown, type View } from './dom.ts';
import type { Editing } from './edit/editing.ts';
import { createFilterBar } from './filter/filterBar.ts';
import { createPeriodChoice } from './filter/periodChoice.ts';
import { publishHeight } from './heights.ts';
import { createChoice } from './list/choice.ts';
import { createEmptyState, emptinessOf } from './list/emptyState.ts';
import { createGroupingSwitch } from './list/groupingSwitch.ts';
import { createList } from './list/listView.ts';
import { createSelecting } from './list/selecting.ts';
import { createSelectionBar, type Synced } from './list/selectionBar.ts';
import './list/narrow.css';
import type { Requests } from './requests.ts';
import type { Keeper } from './saved.ts';

export interface Records extends View<Context> {
  showList(update: ListUpdate): void;
  /** Tells what a sync came to. */
  showResult(synced: Synced): void;
  /** Opens a record's row to edit it. */
  startEdit(id: string): void;
  /** Scrolls to a record, opens it and gives it focus. @returns whether the list shows it */
  goTo(id: string): Promise<boolean>;
}

interface Services {
  readonly post: Post;
  readonly requests: Requests;
  readonly keeper: Keeper;
  readonly editing: Editing;
  readonly say: (text: string, tone: 'info' | 'error') => void;
  /** Opens the sync log with the attempts of one record. */
  readonly showLog: (recordId: string) => void;
  /** Opens the tab of the records. */
  readonly showRecords: () => void;
}

/** The list with what chooses its records, what can be done with many of them, and what is there when it is empty. */
export function createRecords({ post, requests, keeper, editing, say, showLog, showRecords }: Services): Records {
  const choice = createChoice(keeper.get().choice);
  const selecting = createSelecting({
    requests,
    groups: () => list.outline()?.groups,
    placeOf: (id) => list.placeOf(id),
  });
  const tell = (text: string): void => say(text, 'info');
  const list = createList({ post, requests, choice, keeper, selection: selecting, editing, say: tell, showLog });
  const periods = createPeriodChoice(choice, keeper.get().period, (period) => keeper.set({ period }));
  const grouping = createGroupingSwitch(choice);
  const filter = createFilterBar({
    ...{ choice, periods, grouping: grouping.element, say: tell, toList: list.takeFocus },
    reveal: showRecords,
  });
  const goTo = async (id: string): Promise<boolean> => {
    if (await list.goTo(id)) return true;
    if (!choice.isFiltered()) return false;
    // What was asked for by name is shown whatever the filters leave out.
    filter.clear();
    return list.goTo(id);
  };
  const empty = createEmptyState(post, () => {
    filter.clear();
    list.takeFocus();
  });
  const bar = createSelectionBar({ post, selecting, say, goTo: (id) => void goTo(id), takeFocus: list.takeFocus });
  const around = el('div', undefined, list.element);
  const element = el('section', 'history', filter.element, around, empty.element, bar.element);
  let context: Context | undefined;

  /** In a list without records there is nothing to see of focus: it goes to what can be done instead. */
  const leaveEmptyList = (): void => {
    if (document.activeElement !== list.element || list.foundOutline()?.count !== 0) return;
    const next = [empty.element, filter.element].find((part) => !part.hidden);
    next?.querySelector<HTMLElement>('[data-control]')?.focus();
  };
  /** What depends on the list and on what is looked for. */
  const showAround = (): void => {
    if (context === undefined) return;
    const outline = list.foundOutline();
    filter.update({ context, outline });
    const isRunning = context.snapshot.running !== null;
    const emptiness = outline === undefined ? null : emptinessOf(outline.count, choice.current(), isRunning);
    if (outline !== undefined) empty.update({ context, emptiness });
    leaveEmptyList();
    setShown(filter.element, emptiness !== 'nothingYet' && emptiness !== 'firstRuns');
  };
  // Rows that the keyboard goes to must not end up behind the bar, however tall it is.
  publishHeight('--bar-height', bar.element, list.uncover);
  list.element.addEventListener('focus', leaveEmptyList);
  choice.onChange(showAround);
  list.onOutline(() => {
    showAround();
    selecting.listChanged();
  });
  selecting.onChange(() => list.refresh());
  setShown(empty.element, false);

  return {
    element,
    showList: list.show,
    showResult: bar.showResult,
    startEdit: list.startEdit,
    goTo,
    update(next) {
      context = next;
      setAttribute(element, 'aria-label', next.t('history'));
      grouping.update(next);
      list.update(next);
      bar.update(next);
      showAround();
    },
  };
}
