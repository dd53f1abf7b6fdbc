import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findingsByDay,
  gapsIn,
  type Overlap,
  overlappingIds,
  overlapsIn,
  repaired,
  repairsOf,
  stretchesOf,
} from '../../../src/core/dayCheck.ts';
import { splitAtMidnights } from '../../../src/core/days.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Two days around which clocks change: in Berlin and in Lord Howe (by half an hour); Kathmandu and Chatham never fit. */
const STARTS = [
  Date.parse('2026-10-23T22:00:00Z'),
  Date.parse('2026-04-03T13:00:00Z'),
  Date.parse('2026-03-28T23:00:00Z'),
];
const ZONES = ['Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Chatham', 'UTC'];

function record(id: string, timeIn: number, timeOut: number | null, zone = 'UTC'): TimeRecord {
  return newRecord({ id, timeIn, timeOut, zone, now: timeIn, issueKey: null, notes: '', source: 'timer' });
}

/** Up to a dozen records within three days, of one zone; lengths from a millisecond to a day and a half. */
const days = fc
  .record({ start: fc.constantFrom(...STARTS), zone: fc.constantFrom(...ZONES) })
  .chain(({ start, zone }) =>
    fc
      .array(fc.record({ at: fc.integer({ min: 0, max: 72 * 4 }), quarters: fc.integer({ min: 1, max: 150 }) }), {
        maxLength: 12,
      })
      .map((all) =>
        all.map(({ at, quarters }, index) =>
          record(`r${index}`, start + at * 15 * MINUTE, start + (at + quarters) * 15 * MINUTE, zone),
        ),
      ),
  );

const now = Date.parse('2027-01-01T00:00:00Z');
const stretches = (records: readonly TimeRecord[]) => stretchesOf(records, now, 'UTC');
const lengthOf = (all: readonly { from: number; to: number }[]) =>
  all.reduce((sum, { from, to }) => sum + to - from, 0);
const spansOf = (records: readonly TimeRecord[]) =>
  records.map(({ timeIn, timeOut }) => ({ from: timeIn, to: timeOut ?? now }));

/** How many of the spans hold each stretch between two neighbouring bounds. */
function depths(spans: readonly { from: number; to: number }[]) {
  const bounds = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return bounds.slice(1).map((to, index) => {
    const from = bounds[index] ?? to;
    return { length: to - from, depth: spans.filter((span) => span.from <= from && span.to >= to).length };
  });
}

const union = (spans: readonly { from: number; to: number }[]) =>
  depths(spans).reduce((sum, { length, depth }) => sum + (depth > 0 ? length : 0), 0);

describe('overlaps', () => {
  it('count each stretch once for each pair of records that both have it', () => {
    fc.assert(
      fc.property(days, (records) => {
        const spans = spansOf(records);
        const pairs = depths(spans).reduce((sum, { length, depth }) => sum + (length * depth * (depth - 1)) / 2, 0);
        const found = overlapsIn(stretches(records));
        expect(lengthOf(found)).toBe(pairs);
        expect(
          found.every(({ earlier, later, from, to }) => from < to && from === later.timeIn && earlier.timeIn <= from),
        ).toBe(true);
        if (depths(spans).every(({ depth }) => depth < 3)) expect(lengthOf(found)).toBe(lengthOf(spans) - union(spans));
      }),
    );
  });

  it('mark the same records, in one pass', () => {
    fc.assert(
      fc.property(days, (records) => {
        const pairs = overlapsIn(stretches(records)).flatMap(({ earlier, later }) => [earlier.id, later.id]);
        expect(overlappingIds(records)).toEqual(new Set(pairs));
      }),
    );
  });

  it('do not depend on the order of the records', () => {
    fc.assert(
      fc.property(
        days.chain((records) =>
          fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
        ),
        ([records, shuffled]) => {
          expect(findingsByDay(stretches(shuffled))).toEqual(findingsByDay(stretches(records)));
        },
      ),
    );
  });

  it('leave out records that touch, that were removed, and a running one that has not lasted yet', () => {
    const [a, b] = [record('a', 0, HOUR), record('b', HOUR, 2 * HOUR)];
    expect(overlapsIn(stretchesOf([a, b], now, 'UTC'))).toEqual([]);
    const removed = { ...record('c', 0, HOUR), deletedAt: 1 };
    expect(overlapsIn(stretchesOf([a, removed], now, 'UTC'))).toEqual([]);
    expect(overlapsIn(stretchesOf([a, record('d', HOUR - 1, null)], HOUR - 1, 'UTC'))).toEqual([]);
    expect(overlapsIn(stretchesOf([a, record('d', HOUR - 1, null)], HOUR, 'UTC'))).toHaveLength(1);
    expect(overlappingIds([a, b, record('e', HOUR, HOUR)])).toEqual(new Set());
    expect(overlappingIds([record('d', HOUR - 1, null), a, b])).toEqual(new Set(['a', 'b', 'd']));
  });

  it('of a hundred thousand records are found at once, even when one of them spans them all', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => record(`r${index}`, index * 10, index * 10 + 10));
    const began = performance.now();
    expect(overlappingIds([record('all', 0, 1_000_000), ...many]).size).toBe(100_001);
    expect(overlapsIn(stretches(many))).toEqual([]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('gaps', () => {
  it('and what the records cover make up each local day from its first start to its last end', () => {
    fc.assert(
      fc.property(days, (records) => {
        const zone = records[0]?.zone ?? 'UTC';
        const parts = records.flatMap(({ timeIn, timeOut }) => splitAtMidnights(timeIn, timeOut ?? now, zone));
        const day = new Intl.DateTimeFormat('sv', { timeZone: zone });
        const dates = new Set(parts.map(({ timeIn }) => day.format(timeIn)));
        const gaps = gapsIn(stretches(records), 0);
        for (const date of dates) {
          const ofDay = parts.filter(({ timeIn }) => day.format(timeIn) === date);
          const spans = ofDay.map(({ timeIn, timeOut }) => ({ from: timeIn, to: timeOut }));
          const whole = Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from));
          expect(lengthOf(gaps.filter((gap) => gap.day === date)) + union(spans)).toBe(whole);
        }
        expect(gaps.every(({ day: date }) => dates.has(date))).toBe(true);
      }),
    );
  });

  it('are told from five minutes on, and not where a record in between covers them', () => {
    const morning = record('a', 0, HOUR);
    const at = (ms: number) => gapsIn(stretches([morning, record('b', HOUR + ms, 3 * HOUR)]));
    expect(at(5 * MINUTE - 1)).toEqual([]);
    expect(at(5 * MINUTE)).toMatchObject([{ from: HOUR, to: HOUR + 5 * MINUTE, day: '1970-01-01' }]);
    const long = record('l', 0, 2 * HOUR);
    expect(
      gapsIn(stretches([long, morning, record('b', 90 * MINUTE, 100 * MINUTE), record('c', 2 * HOUR, 3 * HOUR)])),
    ).toEqual([]);
  });

  it('are not the night between two days, in the zone of the records', () => {
    const evening = Date.parse('2026-11-23T18:00:00Z');
    const records = (zone: string) => [
      record('a', evening, evening + HOUR, zone),
      record('b', evening + 6 * HOUR, evening + 7 * HOUR, zone),
    ];
    expect(gapsIn(stretches(records('Europe/Berlin')))).toEqual([]);
    expect(gapsIn(stretches(records('America/New_York')))).toHaveLength(1);
    // 19:00 to midnight, and on from midnight: the whole gap lies in the evening.
    expect(
      gapsIn(
        stretches([record('a', evening, Date.parse('2026-11-24T00:00:00Z')), record('b', evening + 7 * HOUR, now)]),
      ),
    ).toEqual([]);
  });

  it('are found for a zone that this machine does not know', () => {
    const records = [record('a', 0, HOUR, 'Mars/Base'), record('b', 2 * HOUR, 3 * HOUR, 'Mars/Base')];
    expect(gapsIn(stretchesOf(records, now, 'Europe/Berlin'))).toMatchObject([{ zone: 'Europe/Berlin' }]);
  });
});

describe('repairing an overlap', () => {
  const stamp = { id: 'new', now };
  const pairs = fc
    .tuple(...[0, 1].map(() => fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 20 }))))
    .map((spans) => spans.map(([at = 0, length = 1], index) => record(`r${index}`, at * HOUR, (at + length) * HOUR)));
  const overlapOf = (records: readonly TimeRecord[]): Overlap | undefined => overlapsIn(stretches(records))[0];

  function after(overlap: Overlap, repair: Parameters<typeof repaired>[1]): readonly TimeRecord[] {
    const { changed, made } = repaired(overlap, repair, stamp);
    const other = changed.id === overlap.earlier.id ? overlap.later : overlap.earlier;
    return [other, changed, ...(made === undefined ? [] : [made])];
  }

  it('counts nothing twice afterwards and leaves something of both; cutting loses nothing at all', () => {
    fc.assert(
      fc.property(pairs, (records) => {
        const overlap = overlapOf(records);
        fc.pre(overlap !== undefined);
        for (const repair of repairsOf(overlap, now)) {
          const left = after(overlap, repair);
          expect(overlapsIn(stretches(left))).toEqual([]);
          expect(stretches(left)).toHaveLength(left.length);
          expect(lengthOf(spansOf(left))).toBeLessThanOrEqual(union(spansOf(records)));
          if (repair === 'cutEarlier') expect(lengthOf(spansOf(left))).toBe(union(spansOf(records)));
        }
      }),
    );
  });

  it.each([
    ['one after the other', [0, 2], [1, 3], ['endEarlier', 'startLater']],
    ['one inside the other', [0, 3], [1, 2], ['cutEarlier', 'endEarlier']],
    ['the same start', [0, 2], [0, 3], ['startLater']],
    ['the same end', [0, 3], [1, 3], ['endEarlier']],
    ['the same', [0, 2], [0, 2], []],
    ['the later one running', [0, 2], [1, null], ['endEarlier', 'startLater']],
    ['one inside the running one', [0, null], [1, 2], ['cutEarlier']],
  ] as const)('offers only what leaves something: %s', (_, [aIn, aOut], [bIn, bOut], expected) => {
    const hours = (out: number | null) => (out === null ? null : out * HOUR);
    const overlap = overlapOf([record('a', aIn * HOUR, hours(aOut)), record('b', bIn * HOUR, hours(bOut))]);
    expect(overlap === undefined ? undefined : repairsOf(overlap, now)).toEqual(expected);
  });

  it('cuts a finished record out of the running one, which goes on', () => {
    const overlap = overlapOf([record('a', 0, null), record('b', HOUR, 2 * HOUR)]);
    if (overlap === undefined) throw new Error('They overlap.');
    const { changed, made } = repaired(overlap, 'cutEarlier', stamp);
    expect([changed.timeIn, changed.timeOut, made?.timeIn, made?.timeOut]).toEqual([0, HOUR, 2 * HOUR, null]);
    expect(() => repaired(overlap, 'endEarlier', stamp)).toThrow(/repair/);
  });
});
