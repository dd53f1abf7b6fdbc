import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Slice } from '../../../src/protocol/list.ts';
import {
  allSelected,
  anchoredAt,
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
  totalSeconds,
} from '../../../webview-ui/src/list/selection.ts';

const one = (n: number): Picked => ({ id: `r${n}`, seconds: n * 60 });
const some = (...numbers: number[]): Picked[] => numbers.map(one);
const ids = ({ chosen }: Selection) => [...chosen.keys()].sort();

const GROUPS = fc
  .uniqueArray(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 8 })
  .chain((keys) =>
    fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: keys.length, maxLength: keys.length })
      .map((counts) => keys.map((key, index): Counted => ({ key, count: counts[index] ?? 0 }))),
  )
  .filter((groups) => groups.some(({ count }) => count > 0));

/** The places of slices, one by one. */
function spread(slices: readonly Slice[]): string[] {
  return slices.flatMap(({ group, from, count }) =>
    Array.from({ length: count }, (_, offset) => `${group}/${from + offset}`),
  );
}

describe('places', () => {
  it('between two are all those that stand between them, from either end', () => {
    fc.assert(
      fc.property(GROUPS, fc.nat(), fc.nat(), (groups, a, b) => {
        const all = groups.flatMap(({ key, count }) =>
          Array.from({ length: count }, (_, index) => ({ group: key, index })),
        );
        const [first, second] = [a % all.length, b % all.length].sort((x, y) => x - y);
        const [from, to] = [all[first ?? 0], all[second ?? 0]];
        if (from === undefined || to === undefined) throw new Error('no places');
        const expected = all.slice(first, (second ?? 0) + 1).map(({ group, index }) => `${group}/${index}`);
        expect(spread(placesBetween(groups, from, to))).toEqual(expected);
        expect(spread(placesBetween(groups, to, from))).toEqual(expected);
        expect(spread(everyPlace(groups))).toEqual(all.map(({ group, index }) => `${group}/${index}`));
      }),
    );
  });

  it('are none when an end is in no group', () => {
    const groups = [{ key: 'a', count: 3 }];
    expect(placesBetween(groups, { group: 'a', index: 0 }, { group: 'gone', index: 1 })).toEqual([]);
  });
});

describe('a selection', () => {
  it('takes a record in and out', () => {
    const once = toggled(toggled(NOTHING_SELECTED, one(1)), one(2));
    expect(ids(once)).toEqual(['r1', 'r2']);
    expect(once.anchor).toBe('r2');
    expect(totalSeconds(once.chosen)).toBe(180);
    expect(ids(toggled(once, one(1)))).toEqual(['r2']);
    expect(ids(NOTHING_SELECTED)).toEqual([]);
  });

  it('lets a range grow and shrink beside what was selected before', () => {
    const before = toggled(toggled(NOTHING_SELECTED, one(9)), one(3));
    const wide = ranged(before, some(3, 4, 5, 6));
    expect(ids(wide)).toEqual(['r3', 'r4', 'r5', 'r6', 'r9']);
    const narrow = ranged(wide, some(3, 4));
    expect(ids(narrow)).toEqual(['r3', 'r4', 'r9']);
    expect(ids(ranged(narrow, some(1, 2, 3)))).toEqual(['r1', 'r2', 'r3', 'r9']);
    expect(ids(ranged(toggled(wide, one(5)), some(5, 7)))).toEqual(['r3', 'r4', 'r5', 'r6', 'r7', 'r9']);
  });

  it('counts from the record the focus was on when nothing was selected yet', () => {
    const anchored = anchoredAt(NOTHING_SELECTED, 'r1');
    expect(ids(anchored)).toEqual([]);
    expect(ids(ranged(anchored, some(1, 2)))).toEqual(['r1', 'r2']);
  });

  it('becomes all that is shown', () => {
    expect(ids(allSelected(toggled(NOTHING_SELECTED, one(9)), some(1, 2)))).toEqual(['r1', 'r2']);
  });

  it('drops what is gone, takes new lengths, and keeps the rest', () => {
    const selection = ranged(toggled(NOTHING_SELECTED, one(3)), some(3, 4));
    const after = stillShown(selection, [{ id: 'r4', seconds: 1 }, one(7)]);
    expect([...after.chosen]).toEqual([['r4', 1]]);
    expect(after.anchor).toBeNull();
    expect(stillShown(selection, some(3, 4)).anchor).toBe('r3');
  });

  it('puts ids and lengths together, however many there are', () => {
    expect(picked({ ids: ['a', 'b'], seconds: [1] })).toEqual([
      { id: 'a', seconds: 1 },
      { id: 'b', seconds: 0 },
    ]);
    const many = picked({
      ids: Array.from({ length: 100_000 }, (_, n) => `record-${n}`),
      seconds: Array.from({ length: 100_000 }, () => 2),
    });
    const all = allSelected(NOTHING_SELECTED, many);
    expect(all.chosen.size).toBe(100_000);
    expect(totalSeconds(all.chosen)).toBe(200_000);
    expect(toggled(all, { id: 'record-5', seconds: 2 }).chosen.size).toBe(99_999);
  });
});
