/* Which items are on the screen, and how far down each stands. */
import { Virtualizer } from '@tanstack/virtual-core';
import { type ItemKind, type Model, modelOf, NO_OUTLINE } from './model.ts';

/** Heights in px. */
export type Sizes = Readonly<Record<ItemKind, number>>;

interface Layout {
  readonly model: Model;
  readonly sizes: Sizes;
  /** The item that is open, and its height in px. */
  readonly open: { readonly item: number; readonly height: number } | undefined;
}

export interface Viewport {
  set(layout: Layout): void;
  /** Height of all items in px. */
  height(): number;
  /** How far below the list's top an item begins, in px. */
  topOf(item: number): number;
  heightOf(item: number): number;
  /** The items between two distances from the list's top, with `more` items on either side. */
  range(from: number, height: number, more: number): { readonly first: number; readonly last: number } | undefined;
}

const UNUSED = (): void => undefined;

/** Every height is known, so nothing is measured here and nothing scrolls by itself. */
export function createViewport(): Viewport {
  let layout: Layout = {
    model: modelOf(NO_OUTLINE),
    sizes: { row: 1, group: 1, week: 1 },
    open: undefined,
  };
  const heightOf = (item: number): number =>
    layout.open?.item === item ? layout.open.height : layout.sizes[layout.model.kindAt(item)];
  const optionsFor = (count: number) => ({
    count,
    estimateSize: heightOf,
    getScrollElement: () => null,
    observeElementRect: UNUSED,
    observeElementOffset: UNUSED,
    scrollToFn: UNUSED,
    overscan: 0,
  });
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>(optionsFor(0));
  return {
    set(next) {
      layout = next;
      virtualizer.setOptions(optionsFor(next.model.count));
      virtualizer.measure();
    },
    height: () => virtualizer.getTotalSize(),
    topOf(item) {
      // Asking for the whole height brings the places up to date.
      virtualizer.getTotalSize();
      return virtualizer.measurementsCache[item]?.start ?? 0;
    },
    heightOf,
    range(from, height, more) {
      virtualizer.scrollOffset = Math.max(0, from);
      virtualizer.scrollRect = { width: 1, height: Math.max(1, height + Math.min(0, from)) };
      const seen = virtualizer.calculateRange();
      if (seen === null) return undefined;
      const last = layout.model.count - 1;
      return { first: Math.max(0, seen.startIndex - more), last: Math.min(last, seen.endIndex + more) };
    },
  };
}
