import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { formatTimeInput, parseTime } = await import('../../../src/editor/timeInput.ts');

const zone = 'Europe/Berlin';
/** Monday, 23 November 2026, 14:00 in Berlin. */
const now = Date.UTC(2026, 10, 23, 13);
const iso = (text: string, context: Partial<Parameters<typeof parseTime>[1]> = {}) =>
  new Date(parseTime(text, { zone, now, ...context }).ms).toISOString();

describe('a typed time', () => {
  it('is in UTC where nobody knows the zone, and is read back', () => {
    expect(iso('9:15', { zone: 'Etc/Unknown' })).toBe('2026-11-23T09:15:00.000Z');
    expect(iso('yesterday 9:15', { zone: 'GMT+02:00' })).toBe('2026-11-22T09:15:00.000Z');
    expect(formatTimeInput(now, 'Etc/Unknown')).toMatch(/^2026-11-23 1:00/);
  });

  it.each([
    ['9:15', '2026-11-23T08:15:00.000Z'],
    ['09:15:30', '2026-11-23T08:15:30.000Z'],
    ['9:15 am', '2026-11-23T08:15:00.000Z'],
    ['12:05AM', '2026-11-22T23:05:00.000Z'],
    ['12:30 pm', '2026-11-23T11:30:00.000Z'],
    [' 2026-11-20 9:15 ', '2026-11-20T08:15:00.000Z'],
    ['2026-11-20T9:15', '2026-11-20T08:15:00.000Z'],
    ['2026-7-1 9:15', '2026-07-01T07:15:00.000Z'],
    ['2026-11-20 9:15 Z', '2026-11-20T09:15:00.000Z'],
    ['2026-11-20 9:15 -0500', '2026-11-20T14:15:00.000Z'],
    ['now', '2026-11-23T13:00:00.000Z'],
    ['yesterday 17:00', '2026-11-22T16:00:00.000Z'],
    ['Yesterday, 5:00 pm', '2026-11-22T16:00:00.000Z'],
    ['today 9:15', '2026-11-23T08:15:00.000Z'],
    ['-20m', '2026-11-23T12:40:00.000Z'],
    ['- 1h 30m', '2026-11-23T11:30:00.000Z'],
    ['-1.5h', '2026-11-23T11:30:00.000Z'],
    ['20 min ago', '2026-11-23T12:40:00.000Z'],
    ['1h ago', '2026-11-23T12:00:00.000Z'],
  ])('%j is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it('without a date is the latest one that has passed', () => {
    expect(iso('14:04')).toBe('2026-11-23T13:04:00.000Z');
    expect(iso('18:00')).toBe('2026-11-22T17:00:00.000Z');
  });

  it('without a date is on the day that is being edited', () => {
    expect(iso('18:00', { day: '2026-11-10' })).toBe('2026-11-10T17:00:00.000Z');
  });

  it('that ends a record is after its start, on the next day if need be', () => {
    const after = Date.UTC(2026, 10, 20, 22);
    expect(iso('23:30', { after })).toBe('2026-11-20T22:30:00.000Z');
    expect(iso('1:30', { after })).toBe('2026-11-21T00:30:00.000Z');
  });

  it.each(['', '9', '9.15', '25:00', '9:60', '13:00 pm', '2026-02-30 9:15', 'yesterday', '9:15 +1', '2026-11-20'])(
    'refuses %j with a sentence',
    (text) => {
      expect(() => parseTime(text, { zone, now })).toThrow(/time: \S.*\.$/);
    },
  );

  it('before the start and not yet on the next day is left for the start to complain about', () => {
    expect(iso('8:00', { after: Date.UTC(2026, 10, 23, 8) })).toBe('2026-11-23T07:00:00.000Z');
  });

  it.each(['-', 'ago', '20m', '-20m ago', 'yesterday', 'tomorrow 9:00', '-h'])('%j is not understood', (text) => {
    expect(() => iso(text)).toThrow();
  });

  it('does not exist while the clocks go forward', () => {
    expect(() => parseTime('2026-03-29 2:30', { zone, now })).toThrow('does not exist');
  });

  it('is the first of two while the clocks go back, unless an offset or the start says otherwise', () => {
    expect(parseTime('2026-10-25 2:30', { zone, now })).toEqual({
      ms: Date.UTC(2026, 9, 25, 0, 30),
      occurrence: 'first',
    });
    expect(parseTime('2026-10-25 2:30 +01:00', { zone, now }).ms).toBe(Date.UTC(2026, 9, 25, 1, 30));
    const after = Date.UTC(2026, 9, 25, 0, 45);
    expect(parseTime('2:30', { zone, now, after })).toEqual({ ms: Date.UTC(2026, 9, 25, 1, 30), occurrence: 'second' });
  });

  it('reads back what it writes, to the second, in every zone and on every clock change', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    );
    const anywhere = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2050, 0, 1) / 1000 });
    const atChange = fc
      .tuple(fc.integer({ min: 2015, max: 2040 }), fc.integer({ min: -7200, max: 7200 }))
      .map(([year, seconds]) => Date.UTC(year, 9, 31 - (((5 * Math.floor(year)) / 4 + 1) % 7), 1) / 1000 + seconds)
      .map(Math.floor);
    fc.assert(
      fc.property(zones, fc.oneof(anywhere, atChange), (anyZone, seconds) => {
        const text = formatTimeInput(seconds * 1000, anyZone);
        expect(parseTime(text, { zone: anyZone, now }).ms).toBe(seconds * 1000);
      }),
      { numRuns: 1000 },
    );
  });
});
