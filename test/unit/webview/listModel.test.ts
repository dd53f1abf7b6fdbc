import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outline, SliceRows } from '../../../src/protocol/list.ts';
import { createCache } from '../../../webview-ui/src/list/cache.ts';
import { slicesOf } from '../../../webview-ui/src/list/lookout.ts';
import { modelOf } from '../../../webview-ui/src/list/model.ts';
import { record } from '../../webview/samples.ts';

const sums = (count: number) => ({ count, seconds: count * 60, loggedSeconds: 0 });

function outlineOf(counts: readonly number[], weekSizes: readonly number[] = []): Outline {
  const groups = counts.map((count, number) => ({
    ...sums(count),
    key: `g${number}`,
    summary: null,
    statusCategory: null,
  }));
  const weeks = weekSizes.map((days, number) => ({ ...sums(0), key: `w${number}`, days }));
  return { ...sums(counts.reduce((sum, count) => sum + count, 0)), groups, weeks, projects: [] };
}

/** Groups of some records each, cut into weeks. */
const outlines = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }))
  .map(([counts, perWeek]) => {
    const weeks: number[] = [];
    for (let at = 0; at < counts.length; at += perWeek) weeks.push(Math.min(perWeek, counts.length - at));
    return outlineOf(counts, weeks);
  });

describe('items of the list', () => {
  it('stand for weeks, groups and records in their order, each once', () => {
    const model = modelOf(outlineOf([2, 1], [1, 1]));
    const kinds = Array.from({ length: model.count }, (_, item) => model.kindAt(item));
    expect(kinds).toEqual(['week', 'group', 'row', 'row', 'week', 'group', 'row']);
    expect(model.itemAt(3)).toMatchObject({ kind: 'row', group: { key: 'g0' }, index: 1 });
    expect([model.itemAt(-1), model.itemAt(7)]).toEqual([undefined, undefined]);
    expect(model.itemOf({ group: 'g1', index: 1 })).toBeUndefined();
    expect(model.itemOf({ group: 'nowhere', index: 0 })).toBeUndefined();
  });

  it('and places are inverse, in any outline', () => {
    fc.assert(
      fc.property(outlines, (outline) => {
        const model = modelOf(outline);
        expect(model.count).toBe(outline.groups.length + outline.weeks.length + outline.count);
        let ordinal = 0;
        for (let item = 0; item < model.count; item += 1) {
          const what = model.itemAt(item);
          expect(what?.kind).toBe(model.kindAt(item));
          if (what?.kind === 'group') expect(model.headOf(what.group.key)).toBe(item);
          if (what?.kind !== 'row') continue;
          const place = { group: what.group.key, index: what.index };
          expect(model.itemOf(place)).toBe(item);
          expect(model.ordinalOf(place)).toBe(ordinal);
          expect(model.recordAt(ordinal)).toEqual(place);
          ordinal += 1;
        }
        expect(ordinal).toBe(model.records);
      }),
    );
  });

  it('are walked by steps that stay in the list', () => {
    fc.assert(
      fc.property(outlines, fc.nat(200), fc.integer({ min: -200, max: 200 }), (outline, from, by) => {
        const model = modelOf(outline);
        fc.pre(model.records > 0);
        const start = model.recordAt(from % model.records);
        if (start === undefined) throw new Error('There is such a record.');
        const expected = Math.min(model.records - 1, Math.max(0, (from % model.records) + by));
        expect(model.step(start, by)).toEqual(model.recordAt(expected));
      }),
    );
  });

  it('that are seen are asked for in slices that hold each of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
        fc.nat(600),
        fc.nat(80),
        (counts, a, length) => {
          const model = modelOf(outlineOf(counts));
          const first = a % model.count;
          const last = Math.min(model.count - 1, first + length);
          const slices = slicesOf(model, [{ first, last }]);
          for (let item = first; item <= last; item += 1) {
            const what = model.itemAt(item);
            if (what?.kind !== 'row') continue;
            const holding = slices.filter(
              ({ group, from, count }) => group === what.group.key && from <= what.index && what.index < from + count,
            );
            expect(holding).toHaveLength(1);
          }
        },
      ),
    );
  });
});

describe('rows that have come', () => {
  const rowsOf = (world: ReadonlyMap<string, readonly string[]>, from: number, count: number): SliceRows[] =>
    [...world].map(([group, ids]) => ({
      group,
      from,
      records: ids.slice(from, from + count).map((id) => record(id)),
    }));
  const headsOf = (world: ReadonlyMap<string, readonly string[]>) =>
    [...world].map(([key, ids]) => ({ ...sums(ids.length), key, summary: null, statusCategory: null }));

  const world = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 12 }).chain((ids) =>
    fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: ids.length, maxLength: ids.length }).map((groups) => {
      const found = new Map<string, string[]>();
      ids.forEach((id, index) => {
        const group = groups[index] ?? 'a';
        found.set(group, [...(found.get(group) ?? []), `r${id}`]);
      });
      return found;
    }),
  );

  it('show what the newest update says at each place it speaks of, and no record twice', () => {
    const step = fc.record({ world, from: fc.integer({ min: 0, max: 4 }), count: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const cache = createCache();
        for (const { world: now, from, count } of steps) {
          cache.take({ rows: rowsOf(now, from, count), stale: true, groups: headsOf(now) });
          const seen: string[] = [];
          for (const [group, ids] of now) {
            ids.forEach((id, index) => {
              const shown = cache.at({ group, index })?.id;
              if (index >= from && index < from + count) expect(shown).toBe(id);
              if (shown === undefined) return;
              seen.push(shown);
              expect(cache.placeOf(shown)).toEqual({ group, index });
            });
            expect(cache.at({ group, index: ids.length })).toBeUndefined();
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(cache.size).toBe(seen.length);
        }
      }),
    );
  });

  it('are fresh until an update makes them stale without bringing them again', () => {
    const cache = createCache();
    const now = new Map([['a', ['x', 'y']]]);
    cache.take({ rows: rowsOf(now, 0, 2), stale: true, groups: headsOf(now) });
    expect(cache.isFresh('y')).toBe(true);
    cache.take({ rows: rowsOf(now, 0, 1), stale: true, groups: null });
    expect([cache.isFresh('x'), cache.isFresh('y')]).toEqual([true, false]);
    expect(cache.at({ group: 'a', index: 1 })?.id).toBe('y');
    cache.clear();
    expect(cache.size).toBe(0);
  });
});
