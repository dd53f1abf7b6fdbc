/* Keeps what the user points at, or reads, where it is on the screen while the list changes around it. */
import type { RowCache } from './cache.ts';
import type { Model, Place } from './model.ts';

interface Anchor {
  /** Where it stands now, in a list that may have changed. */
  readonly item: (model: Model, cache: RowCache) => number | undefined;
  /** Distance from the window's top in px. */
  readonly top: number;
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top;
}

function inSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

function rowAnchor(row: HTMLElement): Anchor {
  const id = row.dataset.record ?? '';
  return {
    top: topOf(row),
    item(model, cache) {
      const place = cache.placeOf(id);
      return place === undefined ? undefined : model.itemOf(place);
    },
  };
}

/** Rows come in at the top of a group, so a place is counted from its end. */
function placeAnchor(row: HTMLElement, model: Model, cache: RowCache): Anchor | undefined {
  const place = cache.placeOf(row.dataset.record ?? '');
  if (place === undefined) return undefined;
  const below = model.countOf(place.group) - place.index;
  const { group } = place;
  return {
    top: topOf(row),
    item: (next) => next.itemOf({ group, index: Math.max(0, next.countOf(group) - below) }) ?? next.headOf(group),
  };
}

/**
 * Things on the screen to hold on to, the most important first.
 * @param pointed the record the pointer was last moved over; when the page has just shifted below a still pointer, the
 * browser takes another one for hovered
 */
export function takeAnchors(
  grid: HTMLElement,
  model: Model,
  cache: RowCache,
  pointed: string | undefined,
): readonly Anchor[] {
  const rows = [...grid.querySelectorAll<HTMLElement>('.record')].filter(inSight);
  const focused = document.activeElement;
  const hovered = rows.filter((row) =>
    pointed === undefined ? row.matches(':hover') : row.dataset.record === pointed,
  );
  const held = rows.filter((row) => row === focused || row.contains(focused));
  const read = window.scrollY > 0 ? rows : [];
  const sorted = [...read].sort((a, b) => topOf(a) - topOf(b));
  const whole = sorted.filter((row) => topOf(row) >= 0);
  const places = [...whole.slice(0, 1)].flatMap((row) => placeAnchor(row, model, cache) ?? []);
  return [...[...hovered, ...held, ...whole, ...sorted].map(rowAnchor), ...places];
}

/** How far the page has to be scrolled, in px, for the first anchor that is still there. */
export function driftOf(
  anchors: readonly Anchor[],
  model: Model,
  cache: RowCache,
  screenTop: (item: number) => number,
): number {
  for (const { item, top } of anchors) {
    const now = item(model, cache);
    if (now !== undefined) return screenTop(now) - top;
  }
  return 0;
}

/** Where the list stands, for coming back to it after a reload. */
export function spotOf(grid: HTMLElement, cache: RowCache): { id: string; place: Place; top: number } | undefined {
  if (window.scrollY <= 0) return undefined;
  const rows = [...grid.querySelectorAll<HTMLElement>('.record')].filter((row) => inSight(row) && topOf(row) >= 0);
  const first = rows.sort((a, b) => topOf(a) - topOf(b))[0];
  const id = first?.dataset.record;
  const place = id === undefined ? undefined : cache.placeOf(id);
  return first === undefined || id === undefined || place === undefined ? undefined : { id, place, top: topOf(first) };
}
