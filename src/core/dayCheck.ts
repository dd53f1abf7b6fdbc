import { dayOf, isZone, type Range, type Span } from './days.ts';
import { invalid } from './errors.ts';
import { type EditStamp, splitRecord } from './recordEdits.ts';
import type { TimeRecord } from './records.ts';
import type { RecordSpan } from './storePorts.ts';

/*
 * What of a day is counted twice and what is not counted at all. Stretches are half-open, in UTC ms: records that
 * touch neither overlap nor leave a gap.
 */

/** A shorter gap is not worth a word, in ms. */
export const MIN_GAP_MS = 5 * 60_000;

/** A record as it counts now: a running one until now. */
export interface Stretch extends Span {
  readonly record: TimeRecord;
  /** A zone that this machine knows. */
  readonly zone: string;
}

/** Time that two records count both; `earlier` is the one that begins first. */
export interface Overlap extends Range {
  readonly earlier: TimeRecord;
  readonly later: TimeRecord;
}

/** Time of one local day that no record counts, between two that do. */
export interface Gap extends Range {
  readonly before: TimeRecord;
  readonly after: TimeRecord;
  /** A zone that this machine knows: the one of `before`. */
  readonly zone: string;
  /** YYYY-MM-DD in that zone. */
  readonly day: string;
}

/** What is to be seen on one day. */
export interface DayFindings {
  /** YYYY-MM-DD in the records' own zone. */
  readonly day: string;
  readonly overlaps: readonly Overlap[];
  readonly gaps: readonly Gap[];
}

/**
 * Records in the order they begin; those without length, and removed ones, are left out.
 * @param now UTC ms, where a running record ends
 * @param fallbackZone for a record whose zone this machine does not know
 */
export function stretchesOf(records: readonly TimeRecord[], now: number, fallbackZone: string): readonly Stretch[] {
  const zones = new Map<string, string>();
  const known = (zone: string) => {
    const found = zones.get(zone) ?? (isZone(zone) ? zone : fallbackZone);
    zones.set(zone, found);
    return found;
  };
  return records
    .filter(({ deletedAt, timeIn, timeOut }) => deletedAt === null && (timeOut ?? now) > timeIn)
    .map((record) => ({
      record,
      timeIn: record.timeIn,
      timeOut: record.timeOut ?? now,
      zone: known(record.zone),
    }))
    .sort(byStart);
}

function byStart(a: Stretch, b: Stretch): number {
  return a.timeIn - b.timeIn || a.timeOut - b.timeOut || (a.record.id < b.record.id ? -1 : 1);
}

/** Every pair of records that overlap, in the order they begin to. Takes time for each pair, and n log n. */
export function overlapsIn(stretches: readonly Stretch[]): readonly Overlap[] {
  const found: Overlap[] = [];
  let open: readonly Stretch[] = [];
  for (const later of stretches) {
    const still = open.filter((each) => each.timeOut > later.timeIn);
    for (const earlier of still) {
      const to = Math.min(earlier.timeOut, later.timeOut);
      found.push({ earlier: earlier.record, later: later.record, from: later.timeIn, to });
    }
    open = [...still, later];
  }
  return found;
}

/**
 * Ids of the records that overlap another one; one pass, however many pairs there are. One that runs goes on for ever,
 * one without length overlaps nothing.
 */
export function overlappingIds(records: readonly RecordSpan[]): ReadonlySet<string> {
  const ids = new Set<string>();
  let reaching: (Span & { readonly id: string }) | undefined;
  for (const { id, timeIn, timeOut } of records.toSorted((a, b) => a.timeIn - b.timeIn)) {
    const span = { id, timeIn, timeOut: timeOut ?? Number.MAX_SAFE_INTEGER };
    if (span.timeOut <= timeIn) continue;
    if (reaching !== undefined && reaching.timeOut > timeIn) {
      ids.add(reaching.id);
      ids.add(id);
    }
    reaching = further(reaching, span);
  }
  return ids;
}

function further<T extends Span>(reaching: T | undefined, span: T): T {
  return reaching === undefined || span.timeOut > reaching.timeOut ? span : reaching;
}

/** Stretches of at least `minMs` that no record counts, each between two records of one local day. */
export function gapsIn(stretches: readonly Stretch[], minMs = MIN_GAP_MS): readonly Gap[] {
  const gaps: Gap[] = [];
  let reaching: Stretch | undefined;
  for (const stretch of stretches) {
    const gap = reaching === undefined ? undefined : gapBetween(reaching, stretch, minMs);
    if (gap !== undefined) gaps.push(gap);
    reaching = further(reaching, stretch);
  }
  return gaps;
}

function gapBetween(before: Stretch, after: Stretch, minMs: number): Gap | undefined {
  const [from, to] = [before.timeOut, after.timeIn];
  if (to <= from || to - from < minMs) return undefined;
  // A record that ends at midnight belongs to the day that is over then.
  const day = dayOf(from - 1, before.zone);
  if (day !== dayOf(to, after.zone)) return undefined;
  return { before: before.record, after: after.record, from, to, zone: before.zone, day };
}

/** Overlaps and gaps by the day they begin on, the newest day first. Days without any are left out. */
export function findingsByDay(stretches: readonly Stretch[], minMs = MIN_GAP_MS): readonly DayFindings[] {
  const days = new Map<string, { overlaps: Overlap[]; gaps: Gap[] }>();
  const of = (day: string) => {
    const known = days.get(day) ?? { overlaps: [], gaps: [] };
    days.set(day, known);
    return known;
  };
  const zones = new Map(stretches.map(({ record, zone }) => [record.id, zone]));
  for (const overlap of overlapsIn(stretches)) {
    const zone = zones.get(overlap.later.id) ?? 'UTC';
    of(dayOf(overlap.from, zone)).overlaps.push(overlap);
  }
  for (const gap of gapsIn(stretches, minMs)) of(gap.day).gaps.push(gap);
  return [...days].map(([day, found]) => ({ day, ...found })).sort((a, b) => (a.day < b.day ? 1 : -1));
}

/**
 * What can be done about an overlap without losing a record: end the earlier one where the later begins, start the
 * later one where the earlier ends, or cut the later one's time out of the earlier one, which goes on after it.
 */
export type OverlapRepair = 'endEarlier' | 'startLater' | 'cutEarlier';

/** The repairs that leave something of both records and nothing counted twice; the one that loses least comes first. */
export function repairsOf({ earlier, later, from, to }: Overlap, now: number): readonly OverlapRepair[] {
  const [earlierEnd, laterEnd] = [earlier.timeOut ?? now, later.timeOut ?? now];
  const startsBefore = earlier.timeIn < from;
  return [
    ...(startsBefore && earlierEnd > to ? (['cutEarlier'] as const) : []),
    ...(startsBefore && earlier.timeOut !== null ? (['endEarlier'] as const) : []),
    ...(earlier.timeOut !== null && laterEnd > earlierEnd ? (['startLater'] as const) : []),
  ];
}

/** The records that a repair changes or, with the stamp's id, makes. Throws `invalid` when it does not fit (any more). */
export function repaired(
  overlap: Overlap,
  repair: OverlapRepair,
  stamp: EditStamp,
): { readonly changed: TimeRecord; readonly made?: TimeRecord } {
  const { earlier, later, from, to } = overlap;
  if (!repairsOf(overlap, stamp.now).includes(repair)) throw invalid('repair', 'does not fit these records');
  const since = { problem: null, updatedAt: stamp.now };
  if (repair === 'startLater') return { changed: { ...later, timeIn: to, ...since } };
  if (repair === 'endEarlier') return { changed: { ...earlier, timeOut: from, ...since } };
  const [first, rest] = splitRecord(earlier, to, stamp);
  return { changed: { ...first, timeOut: from }, made: rest };
}
