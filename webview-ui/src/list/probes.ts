/* How large things are: the style sheet says so, in sizes of the editor's font. */
import { el } from '../dom.ts';
import { knownHeight } from '../heights.ts';
import type { Sizes } from './viewport.ts';

/** Until they can be read. */
const UNKNOWN: Sizes = { row: 50, group: 30, week: 34 };

export interface Probes {
  sizes(): Sizes;
  /** The part of the window, in px from its top, that nothing sticks over. */
  open(): { readonly ceiling: number; readonly floor: number };
}

/** @param changed called when a size has changed */
export function createProbes(grid: HTMLElement, changed: () => void): Probes {
  const row = el('div', 'probe row');
  const group = el('div', 'probe group-probe');
  const week = el('div', 'probe week-probe');
  const box = el('div', 'probes', row, group, week);
  box.setAttribute('aria-hidden', 'true');
  let known: Sizes | undefined;
  /** What the list was drawn with. */
  let given: Sizes | undefined;
  /** `undefined` while the list has no place on the page. */
  const read = (): Sizes | undefined => {
    const sizes = { row: row.offsetHeight, group: group.offsetHeight, week: week.offsetHeight };
    return sizes.row > 0 ? sizes : undefined;
  };
  // Beside the grid, whose children are rows alone.
  const attach = (): void => {
    if (!box.isConnected) grid.before(box);
  };
  const observer = new ResizeObserver(() => {
    known = read() ?? known;
    if (given !== undefined && known !== undefined && !sameSizes(given, known)) changed();
  });
  for (const probe of [row, group, week]) observer.observe(probe);
  const sizes = (): Sizes => {
    attach();
    known ??= read();
    given = known ?? UNKNOWN;
    return given;
  };
  return {
    sizes,
    open() {
      const timer = knownHeight('--timer-height');
      const below = knownHeight('--bar-height') + knownHeight('--foot-height');
      return { ceiling: timer + sizes().group, floor: window.innerHeight - below - 4 };
    },
  };
}

function sameSizes(a: Sizes, b: Sizes): boolean {
  return a.row === b.row && a.group === b.group && a.week === b.week;
}

/**
 * How far, in px, the page has to scroll for something to be in the open part of the window: whole, or from its top when
 * it is larger; 0 when it is there.
 */
export function awayFrom({ ceiling, floor }: ReturnType<Probes['open']>, top: number, bottom: number): number {
  if (top < ceiling) return top - ceiling;
  return bottom > floor ? Math.min(bottom - floor, top - ceiling) : 0;
}
