import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatStarted, parseJiraTime } from '../../../src/core/jiraTime.ts';

describe('the start of a worklog', () => {
  it.each([
    [Date.UTC(2026, 10, 23, 8), 'Europe/Berlin', '2026-11-23T09:00:00.000+0100'],
    [Date.UTC(2026, 5, 23, 8, 0, 0, 7), 'Europe/Berlin', '2026-06-23T10:00:00.007+0200'],
    [Date.UTC(2026, 10, 23, 8), 'UTC', '2026-11-23T08:00:00.000+0000'],
    [Date.UTC(2026, 10, 23, 2), 'America/New_York', '2026-11-22T21:00:00.000-0500'],
    [Date.UTC(2026, 10, 23, 8), 'Asia/Kathmandu', '2026-11-23T13:45:00.000+0545'],
    // The hour that comes twice, before and after the clocks went back.
    [Date.UTC(2026, 9, 25, 0, 30), 'Europe/Berlin', '2026-10-25T02:30:00.000+0200'],
    [Date.UTC(2026, 9, 25, 1, 30), 'Europe/Berlin', '2026-10-25T02:30:00.000+0100'],
    // Clocks went forward.
    [Date.UTC(2026, 2, 29, 1), 'Europe/Berlin', '2026-03-29T03:00:00.000+0200'],
    [Date.UTC(2026, 10, 23, 8), 'Nowhere/Land', '2026-11-23T08:00:00.000+0000'],
    [Date.UTC(1880, 0, 1), 'Europe/Berlin', '1880-01-01T00:00:00.000+0000'],
  ])('%d in %s is written %s', (ms, zone, text) => {
    expect(formatStarted(ms, zone)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 8.64e15 + 1, 8.64e15])('refuses %d', (ms) => {
    expect(() => formatStarted(ms, 'UTC')).toThrow(expect.objectContaining({ reason: 'invalid' }));
  });

  it('comes back as the same instant from every zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Monrovia', 'UTC');
    const instants = fc.integer({ min: Date.UTC(1890, 0, 1), max: Date.UTC(2200, 0, 1) });
    fc.assert(
      fc.property(instants, zones, (ms, zone) => {
        const text = formatStarted(ms, zone);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/);
        expect(parseJiraTime(text)).toBe(ms);
      }),
    );
  });
});

describe("Jira's date-time", () => {
  const ms = Date.UTC(2026, 10, 23, 8);
  it.each([
    ['2026-11-23T09:00:00.000+0100', ms],
    ['2026-11-23T09:00:00.000+01:00', ms],
    ['2026-11-23T08:00:00.000Z', ms],
    ['2026-11-23T08:00:00Z', ms],
    ['2026-11-22T21:30:00.250-1030', ms + 250],
  ])('%s is read', (text, expected) => {
    expect(parseJiraTime(text)).toBe(expected);
  });

  it.each(['', '2026-11-23', '2026-11-23T09:00:00', '2026-13-23T09:00:00.000+0100', '2026-02-30T09:00:00Z', 'now'])(
    '%j is none',
    (text) => {
      expect(parseJiraTime(text)).toBeUndefined();
    },
  );
});
