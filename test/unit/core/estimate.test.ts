import { describe, expect, it } from 'vitest';
import { checkEstimate } from '../../../src/core/estimate.ts';

describe('checkEstimate', () => {
  it.each([
    ['1d 4h 30m', '1d 4h 30m'],
    ['  2H ', '2h'],
    ['1d4h', '1d 4h'],
    ['1.5 d', '1.5d'],
    ['0m', '0m'],
  ])('sends %j as %j', (value, sent) => {
    expect(checkEstimate({ kind: 'new', value })).toEqual({ kind: 'new', value: sent });
    expect(checkEstimate({ kind: 'manual', value })).toEqual({ kind: 'manual', value: sent });
  });

  it.each(['', ' ', '30', 'soon', '-1h', '1d,4h', '1h&reduceBy=2h', '9'.repeat(10_000)])('refuses %j', (value) => {
    expect(() => checkEstimate({ kind: 'new', value })).toThrow(
      expect.objectContaining({ reason: 'invalid', message: expect.stringContaining('timecard.jira.estimate') }),
    );
  });

  it.each(['auto', 'leave'] as const)('asks nothing more for %s', (kind) => {
    expect(checkEstimate({ kind })).toEqual({ kind });
  });
});
