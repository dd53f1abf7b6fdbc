/* Where the keyboard is in the list; it stays in it whatever becomes of the rows. */

import type { RowCache } from './cache.ts';
import { actionOf, type KeyAction, type KeyTarget } from './keys.ts';
import type { Model, Place } from './model.ts';
import type { RowView } from './row.ts';
import type { Stage } from './stage.ts';

interface RowActions {
  toggle(id: string): void;
  edit(id: string): void;
  close(): void;
  openIssue(id: string): void;
  remove(id: string): void;
  undo(): void;
  pick(id: string): void;
  /** All from the one taken in or out last. */
  pickTo(id: string): void;
  /** @param start the record that focus was on */
  extend(to: Place, start: string): void;
  pickAll(): void;
  unpick(): void;
}

interface Deps {
  readonly grid: HTMLElement;
  readonly stage: Stage;
  readonly cache: RowCache;
  readonly model: () => Model;
  /** How many records PageDown goes. */
  readonly seenRecords: () => number;
  readonly openId: () => string | undefined;
  /** Whether any record is selected. */
  readonly isPicking: () => boolean;
  /** Brings a place on the screen. */
  readonly goTo: (place: Place) => void;
  readonly actions: RowActions;
  readonly activeChanged: (id: string) => void;
  /** The row that Tab goes to at first. */
  readonly first: string | null;
}

/** Where focus was before the list changed. */
interface Mark {
  readonly element: HTMLElement;
  readonly id: string;
  readonly control: string | undefined;
  readonly place: Place | undefined;
}

export interface ListFocus {
  /** The row that Tab goes to. */
  activeId(): string | null;
  /** The record that has focus now. */
  heldId(): string | undefined;
  /** The place that gets focus once its record has come. */
  awaited(): Place | undefined;
  mark(): Mark | undefined;
  /** Gives focus back, and to the record that was waited for if it has come. */
  restore(mark: Mark | undefined): void;
  /** To the row that focus is in, or was in last. */
  toRow(): void;
  /** The same, or to the list as a whole. */
  toList(): void;
  goTo(place: Place): void;
}

const TYPING = 'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="combobox"], [role="listbox"]';

function controlsOf(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('[data-control]')].filter((one) => one.getClientRects().length > 0);
}

function kindOf(target: Element, row: Element): KeyTarget {
  if (target === row) return 'row';
  return target.closest(TYPING) === null ? 'control' : 'typing';
}

export function createListFocus(deps: Deps): ListFocus {
  const { grid, stage, cache, model, actions } = deps;
  let active = deps.first;
  let held: string | undefined;
  let awaited: Place | undefined;
  /** What had focus when its row left the list; it may come back at the place that is waited for. */
  let lost: Mark | undefined;

  const rowAround = (node: unknown): HTMLElement | null =>
    node instanceof Element && grid.contains(node) ? node.closest<HTMLElement>('.record') : null;
  const focusRow = (row: RowView, control?: string): void => {
    const button = controlsOf(row.element).find((one) => one.dataset.control === control);
    (control === undefined ? row.element : (button ?? row.element)).focus({ preventScroll: true });
  };
  /** Focus must not fall to the page while its record is on the way. */
  const settle = (): void => {
    if (awaited === undefined) return;
    const record = cache.at(awaited);
    const row = record === undefined ? undefined : stage.rowOf(record.id);
    if (row === undefined) {
      if (!grid.contains(document.activeElement)) grid.focus({ preventScroll: true });
      return;
    }
    awaited = undefined;
    focusRow(row, lost?.id === row.id ? lost.control : undefined);
    lost = undefined;
  };
  const goTo = (place: Place): void => {
    awaited = place;
    deps.goTo(place);
    settle();
  };

  const move = (action: Extract<KeyAction, { do: 'move' }>, id: string): void => {
    const from = awaited ?? cache.placeOf(id);
    if (from === undefined) return;
    const steps = { record: 1, page: deps.seenRecords(), end: model().records }[action.by];
    const to = model().step(from, action.way * steps);
    if (to !== undefined) goTo(to);
  };
  const extend = (way: number, id: string): void => {
    const from = awaited ?? cache.placeOf(id);
    const to = from === undefined ? undefined : model().step(from, way);
    if (to === undefined) return;
    actions.extend(to, id);
    goTo(to);
  };
  const sideways = (row: HTMLElement, target: HTMLElement, way: number): void => {
    const stops = [row, ...controlsOf(row)];
    stops[Math.max(0, stops.indexOf(target)) + way]?.focus();
  };
  const act = (action: KeyAction, row: HTMLElement, target: HTMLElement, id: string): void => {
    switch (action.do) {
      case 'move':
        move(action, id);
        break;
      case 'sideways':
        sideways(row, target, action.way);
        break;
      case 'extend':
        extend(action.way, id);
        break;
      case 'close':
        if (deps.openId() === undefined) actions.unpick();
        else actions.close();
        break;
      case 'undo':
      case 'pickAll':
        actions[action.do]();
        break;
      default:
        actions[action.do](id);
    }
  };
  const canClose = (): boolean => deps.openId() !== undefined || deps.isPicking();
  grid.addEventListener('keydown', (event) => {
    const { target } = event;
    const row = rowAround(target);
    if (event.defaultPrevented || !(target instanceof HTMLElement) || row === null) return;
    const { key, ctrlKey: ctrl, metaKey: meta, altKey: alt, shiftKey: shift, repeat } = event;
    const action = actionOf({ key, ctrl, meta, alt, shift, repeat }, kindOf(target, row));
    if (action === undefined || (action.do === 'close' && !canClose())) return;
    event.preventDefault();
    act(action, row, target, row.dataset.record ?? '');
  });
  grid.addEventListener('focusin', (event) => {
    const id = rowAround(event.target)?.dataset.record;
    held = id;
    if (id === undefined) return;
    if (awaited !== undefined && cache.placeOf(id) !== undefined) awaited = undefined;
    if (id === active) return;
    active = id;
    deps.activeChanged(id);
  });
  grid.addEventListener('focusout', (event) => {
    if (rowAround(event.relatedTarget) === null && document.hasFocus()) held = undefined;
  });
  window.addEventListener('pointerdown', () => {
    awaited = undefined;
  });

  /** The record that took the place of the one that is gone, else the last. */
  const successor = ({ place }: Mark): Place | undefined => {
    const now = model();
    const size = place === undefined ? 0 : now.countOf(place.group);
    if (place !== undefined && place.index < size) return place;
    if (place !== undefined && size > 0) {
      const last = { group: place.group, index: size - 1 };
      const next = now.step(last, 1);
      return next ?? last;
    }
    return now.recordAt(0);
  };
  const nearest = (mark: Mark): void => {
    const place = successor(mark);
    lost = mark;
    if (place !== undefined) goTo(place);
    else grid.focus({ preventScroll: true });
  };
  const toList = (): void => {
    const row = active === null ? undefined : stage.rowOf(active);
    const first = grid.querySelector<HTMLElement>('.record[tabindex="0"]');
    (row?.element ?? first ?? grid).focus({ preventScroll: true });
  };
  return {
    activeId: () => active,
    heldId: () => held,
    awaited: () => awaited,
    mark() {
      const element = document.activeElement;
      const row = rowAround(element);
      if (row === null || !(element instanceof HTMLElement)) return undefined;
      const id = row.dataset.record ?? '';
      return { element, id, control: element.dataset.control, place: cache.placeOf(id) };
    },
    restore(mark) {
      const focused = document.activeElement;
      const kept = mark !== undefined && focused === mark.element && rowAround(focused)?.dataset.record === mark.id;
      if (mark !== undefined && !(kept && mark.element.getClientRects().length > 0)) {
        const row = stage.rowOf(mark.id);
        if (row === undefined) nearest(mark);
        else if (mark.element !== row.element && row.element.contains(mark.element) && isSeen(mark.element))
          mark.element.focus({ preventScroll: true });
        else focusRow(row, mark.control);
      }
      settle();
      // Whoever waited for the list gets its first row once there is one.
      if (document.activeElement === grid && awaited === undefined) toList();
    },
    toRow() {
      const row = active === null ? undefined : stage.rowOf(active);
      if (row !== undefined) focusRow(row);
    },
    toList,
    goTo,
  };
}

function isSeen(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
