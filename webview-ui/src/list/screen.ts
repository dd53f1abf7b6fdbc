/* Where the list stands on the screen: what of it is drawn, and what stays in place while it changes. */
import { EVERYTHING, type ListChoice } from '../../../src/protocol/list.ts';
import type { Context } from '../context.ts';
import { setAttribute } from '../dom.ts';
import { afterNextFrame } from '../tasks.ts';
import { driftOf, takeAnchors } from './anchors.ts';
import type { RowCache } from './cache.ts';
import { sameChoice } from './choice.ts';
import type { ListFocus } from './listFocus.ts';
import type { Model, Place } from './model.ts';
import type { OpenRow } from './openRow.ts';
import { awayFrom, createProbes } from './probes.ts';
import type { Stage } from './stage.ts';
import { createViewport } from './viewport.ts';

/** Items shown beyond the screen on either side. */
const SHOWN_BEYOND = 8;
/** When more rows than this are to be drawn in sight, those out of sight wait for the next frame. */
const AT_ONCE = 6;

/** What the list shows; changed by the list alone. */
export interface Shown {
  context: Context | undefined;
  model: Model;
  /** What `model` is an answer to; `undefined` before the first. */
  choice: ListChoice | undefined;
}

/** The first and last item of a stretch. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

interface Deps {
  readonly grid: HTMLElement;
  readonly shown: Shown;
  readonly cache: RowCache;
  readonly stage: Stage;
  readonly openRow: OpenRow;
  readonly focus: ListFocus;
  /** Whether any record is selected. */
  readonly isPicking: () => boolean;
  /** Told after each drawing which items are seen, and which are kept whether seen or not. */
  readonly drawn: (seen: Stretch | undefined, kept: readonly number[]) => void;
}

export interface Screen {
  /** Shows what is on the screen now. */
  render(): void;
  /** Gives every item its place. */
  place(): void;
  /** Changes the list while what the user looks at stays where it is. */
  steadily(change: () => void): void;
  /** Another list takes the place of this one: it begins at its top. */
  anew(change: () => void): void;
  relayout(): void;
  bringIntoSight(place: Place): void;
  /** Shows the open row with all its details, or what there is room for below its top. */
  revealOpen(): void;
  /** Whether the open row's top is in sight. */
  showsOpen(): boolean;
  /** Brings what has focus out from behind what sticks to the bottom. */
  uncover(): void;
  /** Scrolls until a place is so far below the window's top, in px. */
  putAt(place: Place, top: number): void;
  /** How many records fit on the screen. */
  seenRecords(): number;
}

export function createScreen({ grid, shown, cache, stage, openRow, focus, isPicking, drawn }: Deps): Screen {
  const viewport = createViewport();
  const probes = createProbes(grid, () => {
    followPage();
    relayout();
  });
  /** Where the list began on the page when it was last drawn, in px. */
  let drawnAt = 0;
  /** Whether it has been drawn there since it was last out of sight. */
  let isDrawn = false;
  /** The record the pointer was last moved over, until something scrolls. */
  let pointed: string | undefined;

  /** Behind another tab the list has no place on the page. */
  const isThere = (): boolean => grid.getClientRects().length > 0;
  const gridTop = (): number => grid.getBoundingClientRect().top;
  const pageTop = (): number => gridTop() + window.scrollY;
  const screenTop = (item: number): number => gridTop() + viewport.topOf(item);
  const itemOf = (id: string | undefined): number | undefined => {
    const at = id === undefined ? undefined : cache.placeOf(id);
    return at === undefined ? undefined : shown.model.itemOf(at);
  };
  const scrollBy = (top: number): void => {
    if (Math.abs(top) >= 1) window.scrollBy({ top, behavior: 'instant' });
  };
  const show = (item: number, height: number): void => {
    const top = screenTop(item);
    scrollBy(awayFrom(probes.open(), top, top + height));
    render();
  };

  const place = (): void => {
    const sizes = probes.sizes();
    const item = itemOf(openRow.id);
    const open = item === undefined ? undefined : { item, height: sizes.row + openRow.height };
    viewport.set({ model: shown.model, sizes, open });
    const height = `${viewport.height()}px`;
    if (grid.style.getPropertyValue('height') !== height) grid.style.setProperty('height', height);
  };
  function render(): void {
    const { context, model, choice } = shown;
    isDrawn = false;
    if (context === undefined || choice === undefined || !isThere()) return;
    isDrawn = true;
    const top = gridTop();
    drawnAt = top + window.scrollY;
    const seen = toShow(top);
    const kept = [itemOf(openRow.id), itemOf(focus.heldId())].filter((item) => item !== undefined);
    const { grouping } = choice;
    const isWhole = sameChoice(choice, { ...EVERYTHING, grouping });
    const [activeId, items] = [focus.activeId(), inOrder(seen, kept)];
    stage.show({ context, model, viewport, gridTop: top, cache, grouping, isWhole, activeId, items });
    openRow.show(stage, cache, context);
    grid.classList.toggle('picking', isPicking());
    setAttribute(grid, 'aria-rowcount', String(model.outline.more === true ? -1 : model.count));
    drawn(seen, kept);
  }
  /** The items on the screen and some beyond it, which wait for a frame when there is much to draw in sight. */
  function toShow(top: number): Stretch | undefined {
    const inSight = viewport.range(-top, window.innerHeight, 0);
    if (inSight === undefined || rowsToDraw(inSight) <= AT_ONCE) {
      return viewport.range(-top, window.innerHeight, SHOWN_BEYOND);
    }
    afterNextFrame(render);
    return inSight;
  }
  /** Records that have come and have no row yet. */
  function rowsToDraw({ first, last }: Stretch): number {
    let count = 0;
    for (let item = first; item <= last; item += 1) {
      const what = shown.model.itemAt(item);
      if (what?.kind !== 'row') continue;
      const record = cache.at({ group: what.group.key, index: what.index });
      if (record !== undefined && stage.rowOf(record.id) === undefined) count += 1;
    }
    return count;
  }
  const steadily = (change: () => void): void => {
    const anchors = takeAnchors(grid, shown.model, cache, pointed);
    const mark = focus.mark();
    change();
    place();
    scrollBy(driftOf(anchors, shown.model, cache, screenTop));
    render();
    focus.restore(mark);
  };
  function relayout(): void {
    if (shown.choice !== undefined) steadily(() => undefined);
  }
  /** What stands above the list, out of sight, has grown or shrunk. */
  function followPage(): void {
    if (!isThere()) {
      isDrawn = false;
      return;
    }
    const moved = pageTop() - drawnAt;
    if (isDrawn && moved === 0) return;
    if (shown.choice !== undefined && gridTop() < moved) scrollBy(moved);
    render();
  }

  grid.addEventListener('pointermove', ({ target }) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('.record') : null;
    pointed = row?.dataset.record;
  });
  grid.addEventListener('pointerleave', () => {
    pointed = undefined;
  });
  window.addEventListener(
    'scroll',
    () => {
      pointed = undefined;
      render();
    },
    { passive: true },
  );
  window.addEventListener('resize', render);
  new ResizeObserver(followPage).observe(document.body);

  return {
    render,
    place,
    steadily,
    anew(change) {
      const mark = focus.mark();
      change();
      place();
      const above = gridTop() - probes.open().ceiling;
      if (above < 0) scrollBy(above);
      render();
      focus.restore(mark);
    },
    relayout,
    bringIntoSight(at) {
      const item = shown.model.itemOf(at);
      if (item !== undefined) show(item, probes.sizes().row);
    },
    revealOpen() {
      const item = itemOf(openRow.id);
      if (item !== undefined && isThere()) show(item, viewport.heightOf(item));
    },
    showsOpen() {
      const item = itemOf(openRow.id);
      return item !== undefined && screenTop(item) >= probes.open().ceiling - 1;
    },
    uncover() {
      const focused = document.activeElement;
      if (focused === null || focused === grid || !grid.contains(focused)) return;
      const part = focused.closest('.lines') ?? focused.querySelector(':scope > .lines') ?? focused;
      const { top, bottom } = part.getBoundingClientRect();
      // Away from the screen nothing covers it.
      if (top < window.innerHeight) scrollBy(Math.max(0, awayFrom(probes.open(), top, bottom)));
    },
    putAt(at, top) {
      const item = shown.model.itemOf(at);
      if (item === undefined || !isThere()) return;
      scrollBy(screenTop(item) - top);
      render();
    },
    seenRecords: () => Math.max(1, Math.floor(window.innerHeight / probes.sizes().row) - 2),
  };
}

function inOrder(seen: Stretch | undefined, kept: readonly number[]): readonly number[] {
  const items = new Set(kept);
  if (seen !== undefined) for (let item = seen.first; item <= seen.last; item += 1) items.add(item);
  return [...items].sort((a, b) => a - b);
}
