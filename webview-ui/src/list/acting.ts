/* What the user does with the open row, and keeping it in sight for that. */
import type { Screen } from './screen.ts';

/** How long, in ms, what the open row grows by is put down to what the user did with it. */
const ACTING_MS = 1_000;

export interface Acting {
  /** The user has done something with the open row. */
  acted(): void;
  /** The user has opened it. */
  opened(): void;
  /** It has another height now. */
  resized(): void;
}

export function createActing(grid: HTMLElement, screen: Screen): Acting {
  /** When the user last did something, by `performance.now()`. */
  let last = Number.NEGATIVE_INFINITY;
  const acted = (): void => {
    last = performance.now();
  };
  grid.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('.detail :is(button, [data-control])') !== null) acted();
  });
  return {
    acted,
    opened() {
      acted();
      screen.revealOpen();
    },
    resized() {
      screen.relayout();
      if (screen.showsOpen() && performance.now() - last < ACTING_MS) screen.revealOpen();
    },
  };
}
