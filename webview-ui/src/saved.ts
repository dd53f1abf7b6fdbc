import * as v from 'valibot';
import { EVERYTHING, ListChoice } from '../../src/protocol/list.ts';
import { Drafts } from './edit/draft.ts';
import { PERIODS } from './filter/period.ts';
import { FIRST_TABS, SavedTabs } from './log/state.ts';

const idOrNone = v.fallback(v.nullable(v.string()), null);

/** Where the list was scrolled to: a record, and how far below the window's top it stood in px. */
const ListSpot = v.object({
  id: v.nullable(v.string()),
  group: v.string(),
  index: v.pipe(v.number(), v.integer(), v.minValue(0)),
  top: v.pipe(v.number(), v.finite()),
});
export type ListSpot = v.InferOutput<typeof ListSpot>;

/** What the editor keeps for the view while it is not loaded. A part that does not fit is forgotten alone. */
const Saved = v.object({
  /** The row that Tab goes to. */
  activeRecord: idOrNone,
  openRecord: idOrNone,
  /** `null`: the page was at its top. */
  spot: v.fallback(v.nullable(ListSpot), null),
  choice: v.fallback(ListChoice, EVERYTHING),
  /** What the days of `choice` stand for. */
  period: v.fallback(v.picklist(PERIODS), 'all'),
  /** What has been typed into records and not been saved. */
  drafts: v.fallback(Drafts, []),
  /** Which tab is open, and what the sync log shows. */
  tabs: v.fallback(SavedTabs, FIRST_TABS),
});
export type Saved = v.InferOutput<typeof Saved>;

const NOTHING: Saved = {
  activeRecord: null,
  openRecord: null,
  spot: null,
  choice: EVERYTHING,
  period: 'all',
  drafts: [],
  tabs: FIRST_TABS,
};

export function parseSaved(value: unknown): Saved {
  const result = v.safeParse(Saved, value);
  return result.success ? result.output : NOTHING;
}

/** Keeps what is to survive a reload. */
export interface Keeper {
  get(): Saved;
  set(changes: Partial<Saved>): void;
}

export function createKeeper(initial: Saved, write: (saved: Saved) => void): Keeper {
  let saved = initial;
  return {
    get: () => saved,
    set(changes) {
      saved = { ...saved, ...changes };
      write(saved);
    },
  };
}
