/* The list of time records: which part of it is shown, and what stays where it is when the records change. */
import { EVERYTHING, type ListUpdate, type Outline } from '../../../src/protocol/list.ts';
import type { Context, Post } from '../context.ts';
import { el, setAttribute, setShown } from '../dom.ts';
import type { Editing } from '../edit/editing.ts';
import type { Requests } from '../requests.ts';
import type { Keeper } from '../saved.ts';
import { driftOf, spotOf, takeAnchors } from './anchors.ts';
import { createCache } from './cache.ts';
import { type Choice, sameChoice } from './choice.ts';
import './list.css';
import { createListFocus } from './listFocus.ts';
import { createLookout, slicesOf } from './lookout.ts';
import { type Model, modelOf, NO_OUTLINE, type Place } from './model.ts';
import { createOpenRow } from './openRow.ts';
import { awayFrom, createProbes } from './probes.ts';
import type { Selecting } from './selecting.ts';
import { createStage } from './stage.ts';
import { createViewport } from './viewport.ts';

/** Items shown beyond the screen on either side, and items asked for. */
const SHOWN_BEYOND = 8;
const ASKED_BEYOND = 30;
/** How long, in ms, what an open row grows by is put down to what the user did with it. */
const ACTING_MS = 1_000;

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
  /** The page has loaded: asks for the first records. */
  start(): void;
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
  /** Of what is shown; `undefined` until it has come. */
  outline(): Outline | undefined;
  /** The same, but `undefined` while what is looked for now has not come. */
  foundOutline(): Outline | undefined;
  onOutline(listener: (outline: Outline) => void): void;
}

interface State {
  context: Context | undefined;
  model: Model;
  /** The choice that `model` shows; `undefined` before the first. */
  shown: ListUpdate['choice'] | undefined;
  version: number;
  /** Where the list began on the page when it was last drawn, in px. */
  pageTop: number;
  /** Where to go back to after a reload, until somebody scrolls. */
  restoring: boolean;
  /** The record the pointer was last moved over, until something scrolls. */
  pointed: string | undefined;
  /** When the user last did something with the open row, by `performance.now()`. */
  acted: number;
}

export function createList(services: ListServices): List {
  const { post, requests, choice, keeper, selection, editing, say, showLog } = services;
  const grid = el('div', 'list');
  const cache = createCache();
  const viewport = createViewport();
  const lookout = createLookout(post);
  const listeners: ((outline: Outline) => void)[] = [];
  const state: State = {
    context: undefined,
    model: modelOf(NO_OUTLINE),
    shown: undefined,
    version: -1,
    pageTop: 0,
    restoring: keeper.get().spot !== null,
    pointed: undefined,
    acted: Number.NEGATIVE_INFINITY,
  };
  grid.setAttribute('role', 'treegrid');
  grid.setAttribute('aria-busy', 'true');
  grid.setAttribute('aria-multiselectable', 'true');
  grid.tabIndex = -1;

  const stage = createStage(grid, { post, selection, toggle: (id) => toggle(id), edit: (id) => edit(id) });
  const pick = (id: string, range: boolean): void => {
    const at = cache.placeOf(id);
    const record = at === undefined ? undefined : cache.at(at);
    if (at !== undefined && record !== undefined) selection.pick(record, at, range);
  };
  const close = (): void => {
    if (openRow.id !== undefined) toggle(openRow.id);
    focus.toRow();
  };
  const openRow = createOpenRow({ post, requests, keeper, editing, say, showLog, close }, () => resized());
  const focus = createListFocus({
    grid,
    stage,
    cache,
    model: () => state.model,
    seenRecords: () => Math.max(1, Math.floor(window.innerHeight / probes.sizes().row) - 2),
    openId: () => openRow.id,
    isPicking: () => selection.any(),
    goTo: (place) => bringIntoSight(place),
    actions: {
      toggle: (id) => toggle(id),
      edit: (id) => edit(id),
      close,
      openIssue: (id) => post({ type: 'openIssue', id }),
      // A record among those selected stands for all of them.
      remove: (id) =>
        post(selection.has(id) ? { type: 'removeMany', ids: [...selection.chosen().keys()] } : { type: 'remove', id }),
      undo: () => post({ type: 'undo' }),
      pick: (id) => pick(id, false),
      pickTo: (id) => pick(id, true),
      extend: (to, start) => selection.extendTo(to, start),
      pickAll: () => selection.all(),
      unpick: () => selection.clear(),
    },
    activeChanged: (id) => {
      keeper.set({ activeRecord: id });
      render();
    },
    first: keeper.get().activeRecord,
  });
  const probes = createProbes(grid, () => fontChanged());

  const gridTop = (): number => grid.getBoundingClientRect().top;
  const pageTop = (): number => gridTop() + window.scrollY;
  const screenTop = (item: number): number => gridTop() + viewport.topOf(item);
  const itemOfId = (id: string | undefined): number | undefined => {
    const place = id === undefined ? undefined : cache.placeOf(id);
    return place === undefined ? undefined : state.model.itemOf(place);
  };
  const scrollBy = (top: number): void => {
    if (Math.abs(top) >= 1) window.scrollBy({ top, behavior: 'instant' });
  };

  /** Gives every item its place. */
  const place = (): void => {
    const sizes = probes.sizes();
    const item = itemOfId(openRow.id);
    const open = item === undefined ? undefined : { item, height: sizes.row + openRow.height };
    viewport.set({ model: state.model, sizes, open });
    const height = `${viewport.height()}px`;
    if (grid.style.getPropertyValue('height') !== height) grid.style.setProperty('height', height);
  };
  const pinned = (): number[] =>
    [itemOfId(openRow.id), itemOfId(focus.heldId())].flatMap((item) => (item === undefined ? [] : [item]));

  const look = (seen: { first: number; last: number } | undefined): void => {
    const kept = [openRow.place, focus.awaited()].flatMap((at) => {
      const item = at === undefined ? undefined : state.model.itemOf(at);
      return item === undefined ? [] : [item];
    });
    const stretches = [...kept, ...pinned()].map((item) => ({ first: item, last: item }));
    if (seen !== undefined) {
      const first = Math.max(0, seen.first - ASKED_BEYOND);
      stretches.unshift({ first, last: Math.min(state.model.count - 1, seen.last + ASKED_BEYOND) });
    }
    lookout.want({ choice: choice.current(), slices: slicesOf(state.model, stretches) });
  };
  /** Shows what is on the screen now. */
  const render = (): void => {
    const { context, model, shown } = state;
    if (context === undefined || shown === undefined || grid.getClientRects().length === 0) return;
    state.pageTop = pageTop();
    const seen = viewport.range(-gridTop(), window.innerHeight, SHOWN_BEYOND);
    const items = new Set(pinned());
    if (seen !== undefined) for (let item = seen.first; item <= seen.last; item += 1) items.add(item);
    const { grouping } = shown;
    const isWhole = sameChoice(shown, { ...EVERYTHING, grouping });
    const [activeId, inOrder] = [focus.activeId(), [...items].sort((a, b) => a - b)];
    stage.show({ context, model, viewport, cache, grouping, isWhole, activeId, items: inOrder });
    openRow.show(stage, cache, context);
    grid.classList.toggle('picking', selection.any());
    setAttribute(grid, 'aria-rowcount', String(model.count));
    if (sameChoice(shown, choice.current())) look(seen);
  };
  /** Changes the list while what the user looks at stays where it is. */
  const steadily = (change: () => void): void => {
    const anchors = takeAnchors(grid, state.model, cache, state.pointed);
    const mark = focus.mark();
    change();
    place();
    scrollBy(driftOf(anchors, state.model, cache, screenTop));
    render();
    focus.restore(mark);
  };
  const relayout = (): void => {
    if (state.shown !== undefined) steadily(() => undefined);
  };
  /** What stands above the list, out of sight, has grown or shrunk. */
  const followPage = (): void => {
    // Behind another tab the list has no place on the page.
    if (grid.getClientRects().length === 0) return;
    const moved = pageTop() - state.pageTop;
    if (state.shown !== undefined && gridTop() < moved) scrollBy(moved);
    render();
  };
  const fontChanged = (): void => {
    followPage();
    relayout();
  };
  const bringIntoSight = (at: Place): void => {
    const item = state.model.itemOf(at);
    if (item === undefined) return;
    const top = screenTop(item);
    scrollBy(awayFrom(probes.open(), top, top + probes.sizes().row));
    render();
  };
  /** Shows the open row with all its details, or what there is room for below its top. */
  const revealOpen = (): void => {
    const item = itemOfId(openRow.id);
    if (item === undefined || grid.getClientRects().length === 0) return;
    const top = screenTop(item);
    scrollBy(awayFrom(probes.open(), top, top + viewport.heightOf(item)));
    render();
  };
  function resized(): void {
    relayout();
    const item = itemOfId(openRow.id);
    const isWhole = item !== undefined && screenTop(item) >= probes.open().ceiling - 1;
    if (isWhole && performance.now() - state.acted < ACTING_MS) revealOpen();
  }
  const uncover = (): void => {
    const focused = document.activeElement;
    if (focused === null || focused === grid || !grid.contains(focused)) return;
    const part = focused.closest('.lines') ?? focused.querySelector(':scope > .lines') ?? focused;
    const { top, bottom } = part.getBoundingClientRect();
    // Away from the screen nothing covers it.
    if (top < window.innerHeight) scrollBy(Math.max(0, awayFrom(probes.open(), top, bottom)));
  };
  function toggle(id: string): void {
    steadily(() => {
      if (openRow.id === id) openRow.close();
      else openRow.open(id, cache.placeOf(id));
      keeper.set({ openRecord: openRow.id ?? null });
      place();
      render();
    });
    if (openRow.id !== id) return;
    state.acted = performance.now();
    revealOpen();
  }

  function edit(id: string): void {
    state.acted = performance.now();
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
    else if (sameChoice(choice.current(), state.shown ?? choice.current())) toggle(id);
    render();
  };
  /** Goes back to where the page was before it was reloaded: at once to about there, then exactly. */
  const restore = async (): Promise<void> => {
    const { spot } = keeper.get();
    if (spot === null || !state.restoring) return;
    const goBack = (at: Place): void => {
      const index = Math.min(at.index, Math.max(0, state.model.countOf(at.group) - 1));
      const item = state.model.itemOf({ group: at.group, index });
      if (item === undefined || !state.restoring) return;
      scrollBy(screenTop(item) - spot.top);
      render();
    };
    goBack(spot);
    if (spot.id !== null) {
      const { place: found } = await requests.ask({ type: 'find', id: spot.id });
      if (found !== null) goBack(found);
    }
    state.restoring = false;
  };
  const showFirst = (): void => {
    place();
    const { openRecord } = keeper.get();
    if (openRecord !== null) openRow.open(openRecord, undefined);
    render();
    void restore();
    void locateOpen();
  };
  /** Another choice is another list: it begins at its top. */
  const showOther = (change: () => void): void => {
    const mark = focus.mark();
    cache.clear();
    change();
    place();
    const above = gridTop() - probes.open().ceiling;
    if (above < 0) scrollBy(above);
    render();
    focus.restore(mark);
    void locateOpen();
  };

  const take = (update: ListUpdate): void => {
    const { outline } = update;
    if (outline !== null) state.model = modelOf(outline);
    cache.take({ rows: update.rows, stale: update.stale, groups: outline?.groups ?? null });
    state.shown = update.choice;
    // What stands above the list follows its outline, before the list is put where it was.
    if (outline !== null) for (const listener of listeners) listener(outline);
  };
  /** Whether an update shows what is wanted now, and all that has to be known for it is known. */
  const isUsable = ({ version, choice: of, outline }: ListUpdate): boolean => {
    const isKnown = outline !== null || (state.shown !== undefined && sameChoice(state.shown, of));
    return version > state.version && sameChoice(of, choice.current()) && isKnown;
  };
  const apply = (update: ListUpdate): void => {
    const before = state.shown;
    if (before === undefined) {
      take(update);
      showFirst();
    } else if (sameChoice(before, update.choice)) {
      steadily(() => take(update));
      if (update.stale) void locateOpen();
    } else showOther(() => take(update));
  };
  const show = (update: ListUpdate): void => {
    lookout.answered(update.choice);
    if (!isUsable(update)) return;
    state.version = update.version;
    setAttribute(grid, 'aria-busy', null);
    apply(update);
  };
  const saveSpot = (): void => {
    if (state.shown === undefined || grid.getClientRects().length === 0) return;
    const spot = spotOf(grid, cache);
    keeper.set({ spot: spot === undefined ? null : { id: spot.id, ...spot.place, top: spot.top } });
  };

  for (const type of ['wheel', 'pointerdown', 'keydown', 'touchstart']) {
    window.addEventListener(type, () => (state.restoring = false), { passive: true });
  }
  grid.addEventListener('click', ({ target }) => {
    const isButton = target instanceof Element && target.closest('.detail :is(button, [data-control])') !== null;
    if (isButton) state.acted = performance.now();
  });
  grid.addEventListener('pointermove', ({ target }) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('.record') : null;
    state.pointed = row?.dataset.record;
  });
  grid.addEventListener('pointerleave', () => (state.pointed = undefined));
  window.addEventListener('scroll', () => (state.pointed = undefined), { passive: true });
  window.addEventListener('scroll', render, { passive: true });
  window.addEventListener('resize', render);
  window.addEventListener('scrollend', () => {
    if (!state.restoring) saveSpot();
  });
  new ResizeObserver(followPage).observe(document.body);
  choice.onChange((next) => {
    keeper.set({ choice: next, spot: null });
    setAttribute(grid, 'aria-busy', 'true');
    lookout.want({ choice: next, slices: [] });
  });

  return {
    element: grid,
    start() {
      const { spot } = keeper.get();
      const from = Math.max(0, (spot?.index ?? 0) - ASKED_BEYOND);
      const slices = spot === null ? [] : [{ group: spot.group, from, count: ASKED_BEYOND * 3 }];
      lookout.want({ choice: choice.current(), slices });
    },
    update(context) {
      state.context = context;
      setAttribute(grid, 'aria-label', context.t('history'));
      setShown(grid, true);
      render();
    },
    show,
    refresh: render,
    async goTo(id) {
      const { place: found } = await requests.ask({ type: 'find', id });
      if (found === null) return false;
      if (openRow.id !== id) openRow.open(id, found);
      openRow.moved(found);
      keeper.set({ openRecord: id });
      relayout();
      focus.goTo(found);
      state.acted = performance.now();
      revealOpen();
      return true;
    },
    startEdit: edit,
    placeOf: (id) => cache.placeOf(id),
    uncover,
    takeFocus: () => focus.toList(),
    outline: () => (state.shown === undefined ? undefined : state.model.outline),
    foundOutline() {
      const { shown, model } = state;
      return shown === undefined || !sameChoice(shown, choice.current()) ? undefined : model.outline;
    },
    onOutline: (listener) => void listeners.push(listener),
  };
}
