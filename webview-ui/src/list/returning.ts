/* Coming back after a reload to where the page was. */
import type { Requests } from '../requests.ts';
import type { Keeper } from '../saved.ts';
import { spotOf } from './anchors.ts';
import type { RowCache } from './cache.ts';
import type { Place } from './model.ts';
import type { Screen, Shown } from './screen.ts';

interface Deps {
  readonly grid: HTMLElement;
  readonly shown: Shown;
  readonly cache: RowCache;
  readonly keeper: Keeper;
  readonly requests: Requests;
  readonly screen: Screen;
}

export interface Returning {
  /**
   * Goes back to where the page was: at once to about there, then exactly. Ends when somebody scrolls; while the list
   * is behind another tab it waits for the next call.
   */
  goBack(): Promise<void>;
}

export function createReturning({ grid, shown, cache, keeper, requests, screen }: Deps): Returning {
  let isOn = keeper.get().spot !== null;
  let isGoing = false;

  /** Behind another tab the list has no place on the page. */
  const isThere = (): boolean => grid.getClientRects().length > 0;
  const end = (): void => {
    if (isThere()) isOn = false;
  };
  const goTo = ({ group, index }: Place, top: number): void => {
    const last = Math.max(0, shown.model.countOf(group) - 1);
    if (isOn) screen.putAt({ group, index: Math.min(index, last) }, top);
  };
  const save = (): void => {
    if (isOn || shown.choice === undefined || !isThere()) return;
    const spot = spotOf(grid, cache);
    keeper.set({ spot: spot === undefined ? null : { id: spot.id, ...spot.place, top: spot.top } });
  };
  for (const type of ['wheel', 'pointerdown', 'keydown', 'touchstart']) {
    window.addEventListener(type, end, { passive: true });
  }
  window.addEventListener('scrollend', save);

  const go = async (spot: NonNullable<ReturnType<Keeper['get']>['spot']>): Promise<void> => {
    goTo(spot, spot.top);
    if (spot.id === null) return;
    const { place } = await requests.ask({ type: 'find', id: spot.id });
    if (place !== null) goTo(place, spot.top);
  };

  return {
    async goBack() {
      const { spot } = keeper.get();
      if (spot === null || !isOn || isGoing || !isThere()) return;
      isGoing = true;
      await go(spot);
      isGoing = false;
      end();
    },
  };
}
