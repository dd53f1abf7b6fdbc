/* Which records are selected. Pure: where ids come from, and who is told, is up to the caller. */
import type { Slice } from '../../../src/protocol/list.ts';
import type { Place } from './model.ts';

/** Selected records with their lengths in seconds. */
export type Chosen = ReadonlyMap<string, number>;

/** A record and how long it is. */
export interface Picked {
  readonly id: string;
  readonly seconds: number;
}

export interface Selection {
  readonly chosen: Chosen;
  /** The record a range is counted from; `null` when there is none yet. */
  readonly anchor: string | null;
  /** What was selected before the range that is being drawn now, so that a range can shrink again. */
  readonly base: Chosen;
}

const NONE: Chosen = new Map();
export const NOTHING_SELECTED: Selection = { chosen: NONE, anchor: null, base: NONE };

/** Selects a record, or no longer; ranges are counted from it now. */
export function toggled({ chosen }: Selection, { id, seconds }: Picked): Selection {
  const next = new Map(chosen);
  if (!next.delete(id)) next.set(id, seconds);
  return { chosen: next, anchor: id, base: next };
}

/** A record from which ranges are counted, without selecting it. */
export function anchoredAt(selection: Selection, id: string): Selection {
  return selection.anchor === id ? selection : { chosen: selection.chosen, anchor: id, base: selection.chosen };
}

/** Selects a range beside what was selected before it; the range drawn last from the same anchor is given up. */
export function ranged({ anchor, base }: Selection, range: readonly Picked[]): Selection {
  return { chosen: joined(base, range), anchor, base };
}

/** Selects all that is shown, and nothing else. */
export function allSelected({ anchor }: Selection, all: readonly Picked[]): Selection {
  const chosen = joined(NONE, all);
  return { chosen, anchor, base: chosen };
}

/** Drops what is shown no longer, and takes the present lengths of what is left. */
export function stillShown(selection: Selection, shown: readonly Picked[]): Selection {
  const lengths = joined(NONE, shown);
  const keep = (some: Chosen): Chosen =>
    new Map([...some.keys()].flatMap((id) => (lengths.has(id) ? [[id, lengths.get(id) ?? 0] as const] : [])));
  const { anchor } = selection;
  return {
    chosen: keep(selection.chosen),
    anchor: anchor !== null && lengths.has(anchor) ? anchor : null,
    base: keep(selection.base),
  };
}

export function totalSeconds(chosen: Chosen): number {
  let total = 0;
  for (const seconds of chosen.values()) total += seconds;
  return total;
}

/** A group of the outline, as far as places are concerned. */
export interface Counted {
  readonly key: string;
  readonly count: number;
}

/** All places of an outline. */
export function everyPlace(groups: readonly Counted[]): Slice[] {
  return groups.filter(({ count }) => count > 0).map(({ key, count }) => ({ group: key, from: 0, count }));
}

/** The places from one to the other, both included, whichever comes first; none when one is not in the outline. */
export function placesBetween(groups: readonly Counted[], one: Place, other: Place): Slice[] {
  const at = (place: Place) => groups.findIndex(({ key }) => key === place.group);
  const [a, b] = [at(one), at(other)];
  if (a < 0 || b < 0) return [];
  const isForward = a < b || (a === b && one.index <= other.index);
  const [first, last] = isForward ? [one, other] : [other, one];
  return groups.slice(Math.min(a, b), Math.max(a, b) + 1).flatMap(({ key, count }) => {
    const from = key === first.group ? first.index : 0;
    const to = key === last.group ? Math.min(last.index, count - 1) : count - 1;
    return to < from ? [] : [{ group: key, from, count: to - from + 1 }];
  });
}

/** Puts ids and lengths, as the extension answers them, together again. */
export function picked({ ids, seconds }: { readonly ids: readonly string[]; readonly seconds: readonly number[] }) {
  return ids.map((id, index): Picked => ({ id, seconds: seconds[index] ?? 0 }));
}

function joined(base: Chosen, more: readonly Picked[]): Chosen {
  const all = new Map(base);
  for (const { id, seconds } of more) all.set(id, seconds);
  return all;
}
