import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outline } from '../../../src/protocol/list.ts';
import { groupStanding, weekStanding } from '../../../webview-ui/src/list/levels.ts';

const sums = { count: 1, seconds: 60, loggedSeconds: 0 };

function outlineOf(groups: number, perWeek: readonly number[]): Outline {
  return {
    ...sums,
    groups: Array.from({ length: groups }, (_, n) => ({ key: `g${n}`, summary: null, statusCategory: null, ...sums })),
    weeks: perWeek.map((days, n) => ({ key: `w${n}`, days, ...sums })),
    projects: [],
  };
}

test('without weeks all groups stand at the top', () => {
  const outline = outlineOf(3, []);
  expect([0, 1, 2].map((n) => groupStanding(outline, n))).toEqual([
    { level: 1, position: 1, size: 3 },
    { level: 1, position: 2, size: 3 },
    { level: 1, position: 3, size: 3 },
  ]);
});

test('each day stands below its week, counted from 1', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 60 }), (perWeek) => {
      const expected = perWeek.flatMap((days) =>
        Array.from({ length: days }, (_, n) => ({ level: 2, position: n + 1, size: days })),
      );
      const outline = outlineOf(expected.length, perWeek);
      expect(expected.map((_, n) => groupStanding(outline, n))).toEqual(expected);
      expect(outline.weeks.map((week) => weekStanding(outline, week))).toEqual(
        perWeek.map((_, n) => ({ level: 1, position: n + 1, size: perWeek.length })),
      );
    }),
  );
});
