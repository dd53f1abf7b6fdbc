/* The list of time records: what is shown of them, and what can be done with a row. */
import type { ListUpdate, Outline } from '../../../src/protocol/list.ts';
import type { Context, Post } from '../context.ts';
import { el, setAttribute, setShown } from '../dom.ts';
import type { Editing } from '../edit/editing.ts';
import type { Requests } from '../requests.ts';
import type { Keeper } from '../saved.ts';
import { createActing } from './acting.ts';
import { createCache } from './cache.ts';
import { type Choice, sameChoice } from './choice.ts';
import './list.css';
import { createListFocus } from './listFocus.ts';
import { ASKED_BEYOND, createLookout, firstLook, slicesOf } from './lookout.ts';
import { modelOf, NO_OUTLINE, type Place } from './model.ts';
import { createOpenRow } from './openRow.ts';
import { createReturning } from './returning.ts';
import { createScreen, type Shown, type Stretch } from './screen.ts';
import type { Selecting } from './selecting.ts';
import { createStage } from './stage.ts';

interface ListServices {
  readonly post: Post;
  readonly requests: Requests;
  readonly choice: Choice;
  readonly keeper: Keeper;
  readonly selection: Selecting;
  readonly editing: Editing;
  /** Reads a text out. */
  readonly say: (text: string) => void;
  readonly showLog: (recordId: string) => void;
}

export interface List {
  readonly element: HTMLElement;
  /** What is around the records has changed. */
  update(context: Context): void;
  show(update: ListUpdate): void;
  /** Shows the rows anew, for example because others are chosen. */
  refresh(): void;
  /** Scrolls to a record, opens it and gives it focus. @returns whether the list shows it */
  goTo(id: string): Promise<boolean>;
  /** Opens a record's row to edit it. */
  startEdit(id: string): void;
  /** Where a record stands, when it is known here. */
  placeOf(id: string): Place | undefined;
  /** Something sticks to the bottom that was not there: what has focus comes out from behind it. */
  uncover(): void;
  /** Gives focus to the row that had it last. */
  takeFocus(): void;
  /** Of what is shown; `undefined` until all of it has come. */
  outline(): Outline | undefined;
  /** The same, but `undefined` while what is looked for now has not come. */
  foundOutline(): Outline | undefined;
  onOutline(listener: (outline: Outline) => void): void;
}

/** The page's part of the list: what came from the extension, which row is open, and what is asked for next. */
export function createList(services: ListServices): List {
  const { post, requests, choice, keeper, selection, editing, say, showLog } = services;
  const grid = createGrid();
  const cache = createCache();
  const lookout = createLookout(post, firstLook(keeper.get()));
  const listeners: ((outline: Outline) => void)[] = [];
  const shown: Shown = { context: undefined, model: modelOf(NO_OUTLINE), choice: undefined };
  let version = -1;

  const stage = createStage(grid, {
    ...{ post, selection },
    toggle: (id) => toggle(id),
    edit: (id) => edit(id),
    isUnsaved: (id) => id !== openRow.id && editing.isUnsaved(id),
  });
  const openRow = createOpenRow({ post, requests, keeper, editing, say, showLog, close: () => close() }, () =>
    acting.resized(),
  );
  const focus = createListFocus({
    grid,
    stage,
    cache,
    model: () => shown.model,
    seenRecords: () => screen.seenRecords(),
    openId: () => openRow.id,
    isPicking: () => selection.any(),
    goTo: (place) => screen.bringIntoSight(place),
    actions: {
      toggle: (id) => toggle(id),
      edit: (id) => edit(id),
      close: () => close(),
      openIssue: (id) => post({ type: 'openIssue', id }),
      remove: (id) => remove(id),
      undo: () => post({ type: 'undo' }),
      pick: (id) => pick(id, false),
      pickTo: (id) => pick(id, true),
      extend: (to, start) => selection.extendTo(to, start),
      pickAll: () => selection.all(),
      unpick: () => selection.clear(),
    },
    activeChanged: (id) => {
      keeper.set({ activeRecord: id });
      screen.render();
    },
    first: keeper.get().activeRecord,
  });
  const screen = createScreen({
    ...{ grid, shown, cache, stage, openRow, focus },
    isPicking: () => selection.any(),
    drawn: (seen, kept) => {
      if (shown.choice !== undefined && sameChoice(shown.choice, choice.current())) look(seen, kept);
    },
  });
  const acting = createActing(grid, screen);
  const returning = createReturning({ grid, shown, cache, keeper, requests, screen });

  function pick(id: string, range: boolean): void {
    const at = cache.placeOf(id);
    const record = at === undefined ? undefined : cache.at(at);
    if (at !== undefined && record !== undefined) selection.pick(record, at, range);
  }
  /** A record among those selected stands for all of them. */
  function remove(id: string): void {
    post(selection.has(id) ? { type: 'removeMany', ids: [...selection.chosen().keys()] } : { type: 'remove', id });
  }
  function look(seen: Stretch | undefined, kept: readonly number[]): void {
    const awaited = [openRow.place, focus.awaited()].map((at) =>
      at === undefined ? undefined : shown.model.itemOf(at),
    );
    const single = [...awaited, ...kept].filter((item) => item !== undefined);
    const near = seen === undefined ? [] : [widened(seen, shown.model.count)];
    const stretches = [...near, ...single.map((item) => ({ first: item, last: item }))];
    lookout.want({ choice: choice.current(), slices: slicesOf(shown.model, stretches) });
  }
  function toggle(id: string): void {
    screen.steadily(() => {
      if (openRow.id === id) openRow.close();
      else openRow.open(id, cache.placeOf(id));
      keeper.set({ openRecord: openRow.id ?? null });
      screen.place();
      screen.render();
    });
    if (openRow.id === id) acting.opened();
  }
  function close(): void {
    const { activeElement } = document;
    // A save may take a while, and the user be elsewhere by then.
    const isElsewhere = activeElement !== null && activeElement !== document.body && !grid.contains(activeElement);
    if (openRow.id !== undefined) toggle(openRow.id);
    if (!isElsewhere) focus.toRow();
  }
  function edit(id: string): void {
    acting.acted();
    editing.begin(id);
    // What runs is edited in the timer.
    if (openRow.id !== id && cache.placeOf(id) !== undefined) toggle(id);
  }

  const locateOpen = async (): Promise<void> => {
    const { id } = openRow;
    if (id === undefined || cache.isFresh(id)) return;
    const found = await requests.ask({ type: 'find', id });
    if (openRow.id !== id) return;
    if (found.place !== null) openRow.moved(found.place);
    else if (sameChoice(choice.current(), shown.choice ?? choice.current())) toggle(id);
    screen.render();
  };
  const take = ({ outline, rows, stale, choice: of }: ListUpdate): void => {
    if (outline !== null) shown.model = modelOf(outline);
    cache.take({ rows, stale, groups: outline?.groups ?? null });
    shown.choice = of;
    // What stands above the list follows its outline, before the list is put where it was.
    if (outline !== null) for (const listener of listeners) listener(outline);
  };
  const showFirst = (update: ListUpdate): void => {
    take(update);
    screen.place();
    const { openRecord } = keeper.get();
    if (openRecord !== null) openRow.open(openRecord, undefined);
    screen.render();
    void returning.goBack();
    void locateOpen();
  };
  const showOther = (update: ListUpdate): void => {
    screen.anew(() => {
      cache.clear();
      take(update);
    });
    void locateOpen();
  };
  const showNext = (update: ListUpdate): void => {
    screen.steadily(() => take(update));
    if (update.stale) void locateOpen();
  };
  /** Whether an update shows what is wanted now, and all that has to be known for it is known. */
  const isUsable = (update: ListUpdate): boolean => {
    const isKnown = update.outline !== null || (shown.choice !== undefined && sameChoice(shown.choice, update.choice));
    return update.version > version && sameChoice(update.choice, choice.current()) && isKnown;
  };

  const wholeOutline = (): Outline | undefined =>
    shown.choice === undefined || shown.model.outline.more === true ? undefined : shown.model.outline;

  editing.onUnsaved((id) => {
    if (id !== openRow.id) screen.render();
  });
  choice.onChange((next) => {
    keeper.set({ choice: next, spot: null });
    setAttribute(grid, 'aria-busy', 'true');
    lookout.want({ choice: next, slices: [] });
  });

  return {
    element: grid,
    update(context) {
      shown.context = context;
      setAttribute(grid, 'aria-label', context.t('history'));
      setAttribute(grid, 'aria-description', context.t('listKeys'));
      setShown(grid, true);
      screen.render();
      if (shown.choice !== undefined) void returning.goBack();
    },
    show(update) {
      lookout.answered(update.choice);
      if (!isUsable(update)) return;
      version = update.version;
      setAttribute(grid, 'aria-busy', null);
      if (shown.choice === undefined) showFirst(update);
      else if (sameChoice(shown.choice, update.choice)) showNext(update);
      else showOther(update);
    },
    refresh: screen.render,
    async goTo(id) {
      const { place: found } = await requests.ask({ type: 'find', id });
      if (found === null) return false;
      if (openRow.id !== id) openRow.open(id, found);
      openRow.moved(found);
      keeper.set({ openRecord: id });
      screen.relayout();
      focus.goTo(found);
      acting.opened();
      return true;
    },
    startEdit: edit,
    placeOf: (id) => cache.placeOf(id),
    uncover: screen.uncover,
    takeFocus: () => focus.toList(),
    outline: wholeOutline,
    foundOutline: () =>
      shown.choice === undefined || !sameChoice(shown.choice, choice.current()) ? undefined : wholeOutline(),
    onOutline: (listener) => void listeners.push(listener),
  };
}

function createGrid(): HTMLElement {
  const grid = el('div', 'list');
  grid.setAttribute('role', 'treegrid');
  grid.setAttribute('aria-busy', 'true');
  grid.setAttribute('aria-multiselectable', 'true');
  grid.tabIndex = -1;
  return grid;
}

function widened({ first, last }: Stretch, count: number): Stretch {
  return { first: Math.max(0, first - ASKED_BEYOND), last: Math.min(count - 1, last + ASKED_BEYOND) };
}
