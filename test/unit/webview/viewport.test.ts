import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outline } from '../../../src/protocol/list.ts';
import { modelOf } from '../../../webview-ui/src/list/model.ts';
import { createViewport } from '../../../webview-ui/src/list/viewport.ts';

const sums = (count: number) => ({ count, seconds: 0, loggedSeconds: 0 });

function outlineOf(counts: readonly number[], perWeek: number): Outline {
  const groups = counts.map((count, number) => ({ ...sums(count), key: `g${number}` }));
  const weeks: Outline['weeks'] = [];
  for (let at = 0; perWeek > 0 && at < counts.length; at += perWeek) {
    weeks.push({ ...sums(0), key: `w${at}`, days: Math.min(perWeek, counts.length - at) });
  }
  return { ...sums(counts.reduce((sum, count) => sum + count, 0)), groups, weeks, projects: [] };
}

const LAYOUT = fc.record({
  counts: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 10 }),
  perWeek: fc.integer({ min: 0, max: 4 }),
  sizes: fc.record({
    row: fc.integer({ min: 1, max: 60 }),
    group: fc.integer({ min: 1, max: 40 }),
    week: fc.integer({ min: 1, max: 40 }),
  }),
  openHeight: fc.integer({ min: 60, max: 900 }),
  /** Which record is open, if any. */
  open: fc.option(fc.nat(60)),
  from: fc.integer({ min: -500, max: 6_000 }),
  height: fc.integer({ min: 1, max: 1_000 }),
  more: fc.nat(5),
});

describe('the viewport of the list', () => {
  it('puts every item where the heights of those above it say, and knows which ones are seen', () => {
    fc.assert(
      fc.property(LAYOUT, ({ counts, perWeek, sizes, openHeight, open, from, height, more }) => {
        const model = modelOf(outlineOf(counts, perWeek));
        const place = open === null ? undefined : model.recordAt(open);
        const item = place === undefined ? undefined : model.itemOf(place);
        const viewport = createViewport();
        viewport.set({ model, sizes, open: item === undefined ? undefined : { item, height: openHeight } });
        const heights = Array.from({ length: model.count }, (_, index) =>
          index === item ? openHeight : sizes[model.kindAt(index)],
        );
        let top = 0;
        const tops = heights.map((each) => {
          top += each;
          return top - each;
        });
        expect(viewport.height()).toBe(top);
        expect(tops.map((_, index) => viewport.topOf(index))).toEqual(tops);
        expect(heights.map((_, index) => viewport.heightOf(index))).toEqual(heights);

        const range = viewport.range(from, height, more);
        if (model.count === 0) {
          expect(range).toBeUndefined();
          return;
        }
        const at = (distance: number) =>
          Math.max(
            0,
            tops.findLastIndex((each) => each <= Math.max(0, distance)),
          );
        expect(range).toEqual({
          first: Math.max(0, at(from) - more),
          last: Math.min(model.count - 1, at(from + height) + more),
        });
      }),
      { numRuns: 2_000 },
    );
  });
});
