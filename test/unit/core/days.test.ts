import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayOf,
  dayRange,
  formatDuration,
  isZone,
  knownZone,
  splitAtMidnights,
  weekRange,
} from '../../../src/core/days.ts';

const HOUR = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const hours = ({ from, to }: { from: number; to: number }) => (to - from) / HOUR;

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });

describe('isZone', () => {
  it.each(ZONES)('knows %s', (name) => {
    expect(isZone(name)).toBe(true);
  });

  it.each(['', 'Mars/Olympus', 'Europe/', '2020-01-01T00:00[Europe/Berlin]', '../etc/passwd', 'x'.repeat(1_000_000)])(
    'refuses %.40j',
    (name) => {
      expect(isZone(name)).toBe(false);
    },
  );
});

describe('a zone that this machine does not know', () => {
  it.each(['Nowhere/At_All', 'Etc/Unknown', 'GMT+02:00', ''])('counts as UTC: %j', (where) => {
    const noon = at('2026-11-23T12:00:00Z');
    expect(knownZone(where)).toBe('UTC');
    expect(dayOf(noon, where)).toBe('2026-11-23');
    expect(dayRange('2026-11-23', where)).toEqual(dayRange('2026-11-23', 'UTC'));
    expect(weekRange(noon, where, 1)).toEqual(weekRange(noon, 'UTC', 1));
    expect(splitAtMidnights(noon, noon + 24 * HOUR, where)).toEqual(splitAtMidnights(noon, noon + 24 * HOUR, 'UTC'));
  });
});

describe('dayOf', () => {
  it.each([
    ['2026-11-23T22:59:59.999Z', 'Europe/Berlin', '2026-11-23'],
    ['2026-11-23T23:00:00Z', 'Europe/Berlin', '2026-11-24'],
    ['2026-11-23T18:14:59Z', 'Asia/Kathmandu', '2026-11-23'],
    ['2026-11-23T18:15:00Z', 'Asia/Kathmandu', '2026-11-24'],
    ['2026-11-23T10:00:00Z', 'Pacific/Kiritimati', '2026-11-24'],
  ])('%s in %s is %s', (iso, where, day) => {
    expect(dayOf(at(iso), where)).toBe(day);
  });

  it('agrees with the Intl of the platform', () => {
    fc.assert(
      fc.property(instant, zone, (ms, where) => {
        const intl = new Intl.DateTimeFormat('en-CA', { timeZone: where, dateStyle: 'short' }).format(ms);
        expect(dayOf(ms, where)).toBe(intl);
      }),
    );
  });
});

describe('dayRange', () => {
  it.each([
    ['2026-11-23', 'Europe/Berlin', 24],
    ['2026-03-29', 'Europe/Berlin', 23],
    ['2026-10-25', 'Europe/Berlin', 25],
    ['2026-10-04', 'Australia/Lord_Howe', 23.5],
    ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['2018-11-04', 'America/Sao_Paulo', 23],
    ['2024-04-26', 'Africa/Cairo', 23],
    ['2024-03-31', 'Asia/Beirut', 23],
    ['2024-10-26', 'Asia/Beirut', 25],
    ['2011-12-30', 'Pacific/Apia', 0],
  ])('%s in %s has %d hours', (day, where, length) => {
    expect(hours(dayRange(day, where))).toBe(length);
  });

  it('begins at the first instant of a day without midnight', () => {
    expect(dayRange('2018-11-04', 'America/Sao_Paulo').from).toBe(at('2018-11-04T03:00:00Z'));
  });

  it.each([
    ['2026-02-30', 'UTC'],
    ['yesterday', 'UTC'],
  ])('refuses %s in %s', (day, where) => {
    expect(() => dayRange(day, where)).toThrow(RangeError);
  });

  it('holds the instants of its day, and days follow each other', () => {
    // Newfoundland's clocks went back at 00:01 until 2011: minutes of one day lie after the next one's midnight.
    const regular = zone.filter((name) => name !== 'America/St_Johns');
    fc.assert(
      fc.property(instant, regular, (ms, where) => {
        const { from, to } = dayRange(dayOf(ms, where), where);
        expect(from <= ms && ms < to).toBe(true);
        expect(dayRange(dayOf(to, where), where).from).toBe(to);
      }),
    );
  });
});

describe('weekRange', () => {
  it.each([
    [1, '2026-11-23', 168],
    [7, '2026-11-22', 168],
    [6, '2026-11-21', 168],
    [2, '2026-11-17', 168],
  ])('begins on weekday %d', (weekStart, day, length) => {
    const range = weekRange(at('2026-11-23T12:00:00Z'), 'Europe/Berlin', weekStart);
    expect(dayOf(range.from, 'Europe/Berlin')).toBe(day);
    expect(hours(range)).toBe(length);
  });

  it('is a day shorter where a day was skipped', () => {
    const range = weekRange(at('2011-12-28T12:00:00Z'), 'Pacific/Apia', 1);
    expect([dayOf(range.from, 'Pacific/Apia'), dayOf(range.to, 'Pacific/Apia')]).toEqual(['2011-12-26', '2012-01-02']);
    expect(hours(range)).toBe(144);
  });

  it('is an hour shorter or longer when the clocks change', () => {
    expect(hours(weekRange(at('2026-03-25T12:00:00Z'), 'Europe/Berlin', 1))).toBe(167);
    expect(hours(weekRange(at('2026-10-21T12:00:00Z'), 'Europe/Berlin', 1))).toBe(169);
  });
});

describe('splitAtMidnights', () => {
  it('leaves a stretch within a day whole', () => {
    expect(splitAtMidnights(10, 20, 'UTC')).toEqual([{ timeIn: 10, timeOut: 20 }]);
  });

  it('does not cut off an empty part at the very midnight', () => {
    const midnight = at('2026-11-23T23:00:00Z');
    expect(splitAtMidnights(midnight, midnight + HOUR, 'Europe/Berlin')).toHaveLength(1);
    expect(splitAtMidnights(midnight - HOUR, midnight, 'Europe/Berlin')).toHaveLength(1);
  });

  it('cuts at several midnights, across both clock changes', () => {
    const lengths = (from: string, to: string) =>
      splitAtMidnights(at(from), at(to), 'Europe/Berlin').map((p) => (p.timeOut - p.timeIn) / HOUR);
    expect(lengths('2026-03-28T22:00:00Z', '2026-03-29T23:00:00Z')).toEqual([1, 23, 1]);
    expect(lengths('2026-10-24T21:00:00Z', '2026-10-26T00:00:00Z')).toEqual([1, 25, 1]);
  });

  it('cuts where quarter-hour zones have midnight', () => {
    const from = at('2026-11-23T18:00:00Z');
    expect(splitAtMidnights(from, from + HOUR, 'Asia/Kathmandu')[0]?.timeOut).toBe(at('2026-11-23T18:15:00Z'));
  });

  it.each([
    // The last half hour of the day before the clock change is repeated, or the one after it is left out.
    ['Australia/Lord_Howe', '2026-04-04T12:00Z', '2026-04-05T14:30Z', [1, 24.5, 1]],
    ['Australia/Lord_Howe', '2026-10-03T12:30Z', '2026-10-04T14:00Z', [1, 23.5, 1]],
    ['Asia/Kolkata', '2026-11-23T17:30Z', '2026-11-24T19:30Z', [1, 24, 1]],
    ['Pacific/Chatham', '2026-04-04T09:15Z', '2026-04-05T12:15Z', [1, 25, 1]],
    // 00:00 to 01:00 does not exist on these days: they begin at 01:00.
    ['America/Sao_Paulo', '2018-11-04T02:00Z', '2018-11-05T03:00Z', [1, 23, 1]],
    ['Asia/Beirut', '2024-03-30T21:00Z', '2024-03-31T22:00Z', [1, 23, 1]],
    // 23:00 to 24:00 comes twice on these.
    ['America/Sao_Paulo', '2018-02-17T01:00Z', '2018-02-18T04:00Z', [1, 25, 1]],
    ['Asia/Beirut', '2024-10-25T20:00Z', '2024-10-26T23:00Z', [1, 25, 1]],
    // 30 December 2011 did not exist in Samoa.
    ['Pacific/Apia', '2011-12-30T09:00Z', '2011-12-30T11:00Z', [1, 1]],
  ] as const)('cuts in %s from %s to %s into days of %j hours', (where, from, to, expected) => {
    const parts = splitAtMidnights(at(from), at(to), where);
    expect(parts.map((part) => (part.timeOut - part.timeIn) / HOUR)).toEqual(expected);
    expect(new Set(parts.map((part) => dayOf(part.timeIn, where))).size).toBe(expected.length);
  });

  it('goes on where the clocks go back just after midnight', () => {
    const parts = splitAtMidnights(at('2010-11-07T02:00:00Z'), at('2010-11-07T05:00:00Z'), 'America/St_Johns');
    expect(parts.map((p) => p.timeOut)).toEqual([at('2010-11-07T02:30:00Z'), at('2010-11-07T05:00:00Z')]);
    const within = splitAtMidnights(at('2010-11-07T02:45:00Z'), at('2010-11-07T03:00:00Z'), 'America/St_Johns');
    expect(within).toHaveLength(1);
  });

  it('loses and adds nothing: the parts join, are never empty, and sum to the whole', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 20 * 24 * HOUR }), zone, (timeIn, length, where) => {
        const parts = splitAtMidnights(timeIn, timeIn + length, where);
        expect(parts[0]?.timeIn).toBe(timeIn);
        expect(parts.at(-1)?.timeOut).toBe(timeIn + length);
        parts.forEach((part, index) => {
          expect(part.timeOut).toBeGreaterThan(part.timeIn);
          if (index > 0) expect(part.timeIn).toBe(parts[index - 1]?.timeOut);
        });
      }),
    );
  });

  it('leaves every part within one day', () => {
    const regular = zone.filter((name) => name !== 'America/St_Johns');
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 5 * 24 * HOUR }), regular, (timeIn, length, where) => {
        for (const part of splitAtMidnights(timeIn, timeIn + length, where)) {
          expect(dayOf(part.timeOut - 1, where)).toBe(dayOf(part.timeIn, where));
        }
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [59.999, '0:00'],
    [60, '0:01'],
    [3_599, '0:59'],
    [3_600, '1:00'],
    [0.1 + 0.2 + 59.7, '0:01'],
    [100 * 3_600 + 540, '100:09'],
    [-5, '0:00'],
    [Number.NaN, '0:00'],
    [Number.POSITIVE_INFINITY, '0:00'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
