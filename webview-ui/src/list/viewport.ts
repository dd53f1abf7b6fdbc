/* Which items are on the screen, and how far down each stands. */
import { type ItemKind, type Model, modelOf, NO_OUTLINE } from './model.ts';
import { lastAtMost } from './search.ts';

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

/** Heights are known, so a place is a sum: the headings above with all their records, then some records. */
export function createViewport(): Viewport {
  let layout: Layout = {
    model: modelOf(NO_OUTLINE),
    sizes: { row: 1, group: 1, week: 1 },
    open: undefined,
  };
  /** Where each heading stands when nothing is open. */
  let tops: readonly number[] = [];
  let closedHeight = 0;

  const heightOf = (item: number): number =>
    layout.open?.item === item ? layout.open.height : layout.sizes[layout.model.kindAt(item)];
  /** What the open item takes more than a closed one. */
  const extra = (): number => (layout.open === undefined ? 0 : layout.open.height - layout.sizes.row);
  const topOfClosed = (item: number): number => {
    const { model, sizes } = layout;
    const at = lastAtMost(model.spans, item, ({ start }) => start);
    const [span, top] = [model.spans[at], tops[at]];
    if (span === undefined || top === undefined) return 0;
    return item === span.start ? top : top + sizes[span.head] + (item - span.start - 1) * sizes.row;
  };
  const topOf = (item: number): number =>
    topOfClosed(item) + (layout.open !== undefined && item > layout.open.item ? extra() : 0);
  const itemAtClosed = (distance: number): number => {
    const { model, sizes } = layout;
    const at = lastAtMost(tops, distance, (top) => top);
    const [span, top] = [model.spans[at], tops[at]];
    if (span === undefined || top === undefined) return 0;
    const below = distance - top - sizes[span.head];
    return below < 0 ? span.start : Math.min(span.start + span.rows, span.start + 1 + Math.floor(below / sizes.row));
  };
  const itemAt = (distance: number): number => {
    const { open } = layout;
    if (open === undefined || distance < topOf(open.item)) return itemAtClosed(distance);
    return distance < topOf(open.item) + open.height ? open.item : itemAtClosed(distance - extra());
  };
  return {
    set(next) {
      layout = next;
      let top = 0;
      tops = next.model.spans.map(({ head, rows }) => {
        const own = top;
        top += next.sizes[head] + rows * next.sizes.row;
        return own;
      });
      closedHeight = top;
    },
    height: () => closedHeight + extra(),
    topOf,
    heightOf,
    range(from, height, more) {
      const last = layout.model.count - 1;
      if (last < 0) return undefined;
      const [first, end] = [itemAt(Math.max(0, from)), itemAt(Math.max(0, from + height))];
      return { first: Math.max(0, first - more), last: Math.min(last, end + more) };
    },
  };
}
