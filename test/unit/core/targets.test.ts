import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTargets, isWorkingDay, targetOfDay, targetTotals, WEEKDAYS } from '../../../src/core/targets.ts';

const WEEK = ['2026-03-23', '2026-03-24', '2026-03-25', '2026-03-26', '2026-03-27', '2026-03-28', '2026-03-29'];

describe('targets', () => {
  it('are off without hours, and every weekday is a working day then', () => {
    for (const none of [{}, { monday: 0 }]) {
      expect(hasTargets(none)).toBe(false);
      expect(targetTotals(none, 0, 'UTC')).toBeNull();
      expect(WEEK.map((day) => isWorkingDay(none, day))).toEqual([true, true, true, true, true, false, false]);
    }
  });

  it('make exactly the days with hours working days', () => {
    const targets = { monday: 8, wednesday: 0, saturday: 0.5 };
    expect(WEEK.filter((day) => isWorkingDay(targets, day))).toEqual(['2026-03-23', '2026-03-28']);
  });

  it('are those of the day in the user’s zone', () => {
    const night = Date.parse('2026-03-22T23:30:00Z');
    const targets = { sunday: 1, monday: 7.5 };
    expect(targetTotals(targets, night, 'UTC')).toEqual({ todaySeconds: 3_600, weekSeconds: 30_600 });
    expect(targetTotals(targets, night, 'Asia/Kolkata')).toEqual({ todaySeconds: 27_000, weekSeconds: 30_600 });
  });

  it('sum up to the week, whatever day it is', () => {
    const hours = fc.option(fc.double({ min: 0, max: 24, noNaN: true }), { nil: undefined });
    const some = fc.record(Object.fromEntries(WEEKDAYS.map((day) => [day, hours])));
    fc.assert(
      fc.property(some, (targets) => {
        const sum = WEEK.reduce((seconds, day) => seconds + targetOfDay(targets, day), 0);
        expect(targetTotals(targets, Date.parse('2026-03-29T01:30:00Z'), 'Europe/Berlin')?.weekSeconds ?? 0).toBe(
          hasTargets(targets) ? sum : 0,
        );
      }),
    );
  });
});
