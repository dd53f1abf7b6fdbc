import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rounding } from '../../../src/core/ports.ts';
import { roundedSeconds } from '../../../src/core/rounding.ts';

const rule = (mode: Rounding['mode'], stepMinutes = 15, minimumMinutes = 0): Rounding => ({
  mode,
  stepMinutes,
  minimumMinutes,
});
const minutes = (n: number) => n * 60;

describe('roundedSeconds', () => {
  it.each([
    ['off', 15, 0, 59.999, 0],
    ['off', 15, 0, 119, 60],
    ['off', 15, 5, 119, 300],
    ['off', 15, 0, minutes(7), minutes(7)],
    ['nearest', 15, 0, minutes(7.5) - 1, 0],
    ['nearest', 15, 0, minutes(7.5), minutes(15)],
    ['nearest', 15, 0, minutes(22.5), minutes(30)],
    ['nearest', 1, 0, 30, 60],
    ['up', 15, 0, 1, minutes(15)],
    ['up', 15, 0, minutes(15), minutes(15)],
    ['up', 15, 0, minutes(15) + 1, minutes(30)],
    ['down', 15, 0, minutes(29.99), minutes(15)],
    ['down', 15, 0, minutes(14), 0],
    ['down', 15, 1, minutes(14), minutes(1)],
    ['up', 7, 0, minutes(8), minutes(14)],
  ] as const)('%s by %d min, at least %d: %d s → %d s', (mode, step, minimum, raw, rounded) => {
    expect(roundedSeconds(raw, rule(mode, step, minimum))).toBe(rounded);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('sends nothing for %d seconds', (raw) => {
    expect(roundedSeconds(raw, rule('up', 15, 15))).toBe(0);
  });

  it('does not add a step for what summing fractions adds', () => {
    expect(roundedSeconds(0.1 + 0.2 + 899.7, rule('up'))).toBe(minutes(15));
    expect(roundedSeconds(899.9999999, rule('down'))).toBe(minutes(15));
  });

  const anyRule = fc.record({
    mode: fc.constantFrom<Rounding['mode']>('off', 'nearest', 'up', 'down'),
    stepMinutes: fc.integer({ min: 1, max: 60 }),
    minimumMinutes: fc.integer({ min: 0, max: 60 }),
  });
  const raw = fc.integer({ min: 1, max: 200_000_000 }).map((ms) => ms / 1_000);

  it('is a whole number of minutes, at least the minimum, and less than a step away otherwise', () => {
    fc.assert(
      fc.property(raw, anyRule, (seconds, rounding) => {
        const rounded = roundedSeconds(seconds, rounding);
        const least = minutes(rounding.minimumMinutes);
        const step = rounding.mode === 'off' ? 60 : minutes(rounding.stepMinutes);
        expect(rounded % 60).toBe(0);
        expect(rounded).toBeGreaterThanOrEqual(least);
        if (rounded > least) expect(Math.abs(rounded - seconds)).toBeLessThan(step);
      }),
    );
  });

  it('goes the way its mode says, and never down for more time', () => {
    fc.assert(
      fc.property(raw, raw, anyRule, (a, b, rounding) => {
        const plain = { ...rounding, minimumMinutes: 0 };
        const rounded = roundedSeconds(a, plain);
        if (rounding.mode === 'up') expect(rounded).toBeGreaterThanOrEqual(a - 0.001);
        if (rounding.mode === 'down' || rounding.mode === 'off') expect(rounded).toBeLessThanOrEqual(a + 0.001);
        expect(roundedSeconds(Math.max(a, b), rounding)).toBeGreaterThanOrEqual(
          roundedSeconds(Math.min(a, b), rounding),
        );
      }),
    );
  });
});
