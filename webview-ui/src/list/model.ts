/* What stands where in the list: an outline as a row of items, and back. Pure. */
import type { GroupHead, Outline, WeekHead } from '../../../src/protocol/list.ts';
import { lastAtMost } from './search.ts';

/** Where a record stands: its group, and its place in it, the newest at 0. */
export interface Place {
  readonly group: string;
  readonly index: number;
}

export type Item =
  | { readonly kind: 'week'; readonly week: WeekHead }
  | { readonly kind: 'group'; readonly group: GroupHead; readonly number: number }
  | { readonly kind: 'row'; readonly group: GroupHead; readonly number: number; readonly index: number };

export type ItemKind = Item['kind'];

/** A heading and the records that follow it. */
export interface Span {
  /** The item of the heading. */
  readonly start: number;
  readonly head: 'week' | 'group';
  readonly rows: number;
}

export interface Model {
  readonly outline: Outline;
  /** Items: week headings, group headings and records. */
  readonly count: number;
  /** Records. */
  readonly records: number;
  /** The same items as headings with what stands below them, from the top down. */
  readonly spans: readonly Span[];
  kindAt(item: number): ItemKind;
  itemAt(item: number): Item | undefined;
  /** The item of a record; `undefined` when there is no such place. */
  itemOf(place: Place): number | undefined;
  /** The item of a group's heading. */
  headOf(group: string): number | undefined;
  countOf(group: string): number;
  /** The place of the record that is `by` records away, the first or last one at most. */
  step(place: Place, by: number): Place | undefined;
  /** The `ordinal`th record from the top, from 0. */
  recordAt(ordinal: number): Place | undefined;
  /** How many records stand above a place. */
  ordinalOf(place: Place): number | undefined;
}

/** Items that follow each other: a week's heading, or a group's with its records. */
interface Block {
  readonly start: number;
  readonly week: WeekHead | undefined;
  readonly group: GroupHead | undefined;
  readonly number: number;
  readonly recordsBefore: number;
}

function blocksOf({ groups, weeks }: Outline): readonly Block[] {
  const blocks: Block[] = [];
  const heads = new Map<number, WeekHead>();
  let next = 0;
  for (const week of weeks) {
    heads.set(next, week);
    next += week.days;
  }
  let start = 0;
  let recordsBefore = 0;
  groups.forEach((group, number) => {
    const week = heads.get(number);
    if (week !== undefined) {
      blocks.push({ start, week, group: undefined, number, recordsBefore });
      start += 1;
    }
    blocks.push({ start, week: undefined, group, number, recordsBefore });
    start += 1 + group.count;
    recordsBefore += group.count;
  });
  return blocks;
}

const KINDS: readonly ItemKind[] = ['row', 'group', 'week'];

function kindsOf(blocks: readonly Block[], count: number): Uint8Array {
  const kinds = new Uint8Array(count);
  for (const { start, week } of blocks) kinds[start] = week === undefined ? 1 : 2;
  return kinds;
}

export function modelOf(outline: Outline): Model {
  const blocks = blocksOf(outline);
  const groups = blocks.filter(({ group, week }) => week === undefined && (group?.count ?? 0) > 0);
  const byKey = new Map(blocks.flatMap((block) => (block.group === undefined ? [] : [[block.group.key, block]])));
  const records = outline.groups.reduce((sum, { count }) => sum + count, 0);
  const count = blocks.length + records;
  const kinds = kindsOf(blocks, count);

  const recordAt = (ordinal: number): Place | undefined => {
    if (ordinal < 0 || ordinal >= records) return undefined;
    const block = groups[lastAtMost(groups, ordinal, ({ recordsBefore }) => recordsBefore)];
    return block?.group === undefined ? undefined : { group: block.group.key, index: ordinal - block.recordsBefore };
  };
  const ordinalOf = ({ group, index }: Place): number | undefined => {
    const block = byKey.get(group);
    const size = block?.group?.count ?? 0;
    return block === undefined || index < 0 || index >= size ? undefined : block.recordsBefore + index;
  };
  return {
    outline,
    count,
    records,
    spans: blocks.map(({ start, week, group }) => ({
      start,
      head: week === undefined ? 'group' : 'week',
      rows: group?.count ?? 0,
    })),
    kindAt: (item) => KINDS[kinds[item] ?? 0] ?? 'row',
    itemAt(item) {
      if (item < 0 || item >= count) return undefined;
      const block = blocks[lastAtMost(blocks, item, ({ start }) => start)];
      if (block?.week !== undefined) return { kind: 'week', week: block.week };
      if (block?.group === undefined) return undefined;
      const { group, number, start } = block;
      return item === start
        ? { kind: 'group', group, number }
        : { kind: 'row', group, number, index: item - start - 1 };
    },
    itemOf(place) {
      const block = byKey.get(place.group);
      return block === undefined || ordinalOf(place) === undefined ? undefined : block.start + 1 + place.index;
    },
    headOf: (group) => byKey.get(group)?.start,
    countOf: (group) => byKey.get(group)?.group?.count ?? 0,
    step(place, by) {
      const ordinal = ordinalOf(place);
      return ordinal === undefined ? undefined : recordAt(Math.min(records - 1, Math.max(0, ordinal + by)));
    },
    recordAt,
    ordinalOf,
  };
}

/** A list without records. */
export const NO_OUTLINE: Outline = { count: 0, seconds: 0, loggedSeconds: 0, groups: [], weeks: [], projects: [] };
