import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { spansOf } from '../../../src/app/dayStretches.ts';

describe('stretches of days', () => {
  it('hold each day from the first to the last once, the newest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 5_000 }), (start, length) => {
        const day = (offset: number) => Temporal.PlainDate.from('1975-03-01').add({ days: offset }).toString();
        const spans = spansOf({ first: day(start), last: day(start + length) });
        expect(spans[0]?.toDay).toBe(day(start + length));
        expect(spans.at(-1)?.fromDay).toBe(day(start));
        spans.slice(1).forEach((span, index) => {
          const newer = spans[index]?.fromDay ?? '';
          expect(span.toDay).toBe(Temporal.PlainDate.from(newer).subtract({ days: 1 }).toString());
        });
      }),
      { numRuns: 50 },
    );
  });

  it('are not many when a date is centuries away, and none without days', () => {
    const spans = spansOf({ first: '0001-01-01', last: '2026-11-24' });
    expect(spans.length).toBeLessThan(300);
    expect(spans.at(-1)).toMatchObject({ fromDay: '0001-01-01' });
    expect(spansOf(undefined)).toEqual([]);
  });
});
