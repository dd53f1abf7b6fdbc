/* The selection of this page: asks the extension for what is not loaded, and tells those who show it. */
import type { RecordRow } from '../../../src/protocol/rows.ts';
import { secondsBetween } from '../format.ts';
import type { Requests } from '../requests.ts';
import type { Place } from './model.ts';
import {
  allSelected,
  anchoredAt,
  type Chosen,
  type Counted,
  everyPlace,
  NOTHING_SELECTED,
  type Picked,
  picked,
  placesBetween,
  ranged,
  type Selection,
  stillShown,
  toggled,
} from './selection.ts';

export interface Selecting {
  chosen(): Chosen;
  has(id: string): boolean;
  /** Whether anything is selected. */
  any(): boolean;
  /**
   * Takes a record in or out.
   * @param range all from where the last one was taken in or out, up to this one, are taken in
   */
  pick(record: RecordRow, place: Place, range: boolean): void;
  /** Moves the end of the range to a place. @param start the record to count from when none was taken in yet */
  extendTo(place: Place, start: string): void;
  /** All that the list shows. */
  all(): void;
  clear(): void;
  /** The list has other groups or records now: what it shows no longer is not selected any more. */
  listChanged(): void;
  onChange(listener: (chosen: Chosen) => void): void;
}

interface Deps {
  readonly requests: Pick<Requests, 'ask'>;
  /** The groups of the list, as shown now; `undefined` while not all of them have come. */
  readonly groups: () => readonly Counted[] | undefined;
  /** Where a record stands when that is known here. */
  readonly placeOf: (id: string) => Place | undefined;
}

/** Changes of the list within this many ms are looked at once. */
const GATHER_MS = 300;

export function createSelecting({ requests, groups, placeOf }: Deps): Selecting {
  const listeners: ((chosen: Chosen) => void)[] = [];
  let selection: Selection = NOTHING_SELECTED;
  /** Rises with whatever makes an answer that is still to come out of date: what the user does, and other lists. */
  let turn = 0;
  let list = 0;
  let check: ReturnType<typeof setTimeout> | undefined;

  const become = (next: Selection): void => {
    selection = next;
    for (const listener of listeners) listener(selection.chosen);
  };
  const pick = async (slices: ReturnType<typeof everyPlace>): Promise<readonly Picked[]> =>
    slices.length === 0 ? [] : picked(await requests.ask({ type: 'pickIds', slices }));
  const place = async (id: string): Promise<Place | undefined> =>
    placeOf(id) ?? (await requests.ask({ type: 'find', id })).place ?? undefined;

  /** Uses an answer unless the user or the list was quicker. */
  const answer = (ask: () => Promise<((now: Selection) => Selection) | undefined>): void => {
    turn += 1;
    const mine = turn;
    void ask().then((change) => {
      if (mine === turn && change !== undefined) become(change(selection));
    });
  };
  const dropHidden = async (): Promise<void> => {
    const [myTurn, myList] = [turn, list];
    const all = groups();
    if (all === undefined) {
      checkSoon();
      return;
    }
    const shown = await pick(everyPlace(all));
    if (myTurn === turn && myList === list) become(stillShown(selection, shown));
    else checkSoon();
  };
  const checkSoon = (): void => {
    if (selection.chosen.size === 0) return;
    clearTimeout(check);
    check = setTimeout(() => void dropHidden(), GATHER_MS);
  };

  const extendTo = (to: Place, start: string): void => {
    const anchor = selection.anchor ?? start;
    selection = anchoredAt(selection, anchor);
    answer(async () => {
      const [from, all] = [await place(anchor), groups()];
      if (from === undefined || all === undefined) return undefined;
      const range = await pick(placesBetween(all, from, to));
      return (now) => ranged(now, range);
    });
  };

  return {
    chosen: () => selection.chosen,
    has: (id) => selection.chosen.has(id),
    any: () => selection.chosen.size > 0,
    pick({ id, timeIn, timeOut }, at, range) {
      if (range && selection.anchor !== null) {
        extendTo(at, id);
        return;
      }
      turn += 1;
      become(toggled(selection, { id, seconds: secondsBetween(timeIn, timeOut ?? timeIn) }));
    },
    extendTo,
    all() {
      answer(async () => {
        const heads = groups();
        if (heads === undefined) return undefined;
        const all = await pick(everyPlace(heads));
        return (now) => allSelected(now, all);
      });
    },
    clear() {
      turn += 1;
      if (selection !== NOTHING_SELECTED) become(NOTHING_SELECTED);
    },
    listChanged() {
      list += 1;
      checkSoon();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
