import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { daysOf, isDay, PERIODS } from '../../../webview-ui/src/filter/period.ts';

const DAY = fc
  .integer({ min: 0, max: 4_000_000 })
  .map((days) => Temporal.PlainDate.from('0001-01-02').add({ days: days % 3_600_000 }));
const WEEK_START = fc.integer({ min: 1, max: 7 });

describe('the days of a period', () => {
  it('are those a calendar has', () => {
    fc.assert(
      fc.property(DAY, WEEK_START, (today, weekStart) => {
        const week = daysOf('week', today.toString(), weekStart);
        const month = daysOf('month', today.toString(), weekStart);
        expect(daysOf('today', today.toString(), weekStart)).toEqual({ from: today.toString(), to: today.toString() });
        const first = Temporal.PlainDate.from(week.from);
        expect(first.dayOfWeek).toBe(weekStart);
        expect(first.add({ days: 6 }).toString()).toBe(week.to);
        expect(week.from <= today.toString() && today.toString() <= week.to).toBe(true);
        expect(month).toEqual({
          from: today.with({ day: 1 }).toString(),
          to: today.with({ day: today.daysInMonth }).toString(),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('are open without a period or a day', () => {
    expect(daysOf('all', '2026-11-24', 1)).toEqual({ from: '', to: '' });
    for (const period of PERIODS) if (period !== 'own') expect(daysOf(period, 'soon', 1)).toEqual({ from: '', to: '' });
  });

  it('know a Sunday that ends the week from one that begins it', () => {
    expect(daysOf('week', '2026-11-29', 1)).toEqual({ from: '2026-11-23', to: '2026-11-29' });
    expect(daysOf('week', '2026-11-29', 7)).toEqual({ from: '2026-11-29', to: '2026-12-05' });
    expect(daysOf('month', '2028-02-10', 1)).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  });
});

it('tells a day from what only looks like one', () => {
  expect(['2026-11-24', '2028-02-29'].every(isDay)).toBe(true);
  expect(['', '2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '2026-11-24T00'].some(isDay)).toBe(false);
});
