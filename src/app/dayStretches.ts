import { Temporal } from 'temporal-polyfill';
import type { RecordGroup } from '../core/recordList.ts';

/** So many days are summed up before others have their turn. */
const DAYS_AT_ONCE = 120;
/** A search for words reads every record; this many are read before others have their turn. */
const RECORDS_AT_ONCE = 5_000;

/** Enough for a lifetime; a date that is centuries away must not cost a question for each year between. */
const MOST_SPANS = 250;

/** Calendar days, both included. */
export interface Stretch {
  readonly fromDay: string;
  readonly toDay: string;
}

/** The days from first to last, cut into stretches, newest first. */
export function spansOf(days: { readonly first: string; readonly last: string } | undefined): readonly Stretch[] {
  if (days === undefined) return [];
  const first = Temporal.PlainDate.from(days.first);
  const spans: Stretch[] = [];
  let to = Temporal.PlainDate.from(days.last);
  while (Temporal.PlainDate.compare(to, first) >= 0) {
    const from = spans.length < MOST_SPANS ? later(to.subtract({ days: DAYS_AT_ONCE - 1 }), first) : first;
    spans.push({ fromDay: from.toString(), toDay: to.toString() });
    to = from.subtract({ days: 1 });
  }
  return spans;
}

function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) < 0 ? b : a;
}

/** Days, newest first, cut into stretches of not too many records. */
export function stretchesOf(days: readonly RecordGroup[]): readonly Stretch[] {
  const stretches: { fromDay: string; toDay: string; count: number }[] = [];
  for (const { key, count } of days) {
    const last = stretches.at(-1);
    if (last !== undefined && last.count + count <= RECORDS_AT_ONCE) {
      last.fromDay = key;
      last.count += count;
    } else stretches.push({ fromDay: key, toDay: key, count });
  }
  return stretches.map(({ fromDay, toDay }) => ({ fromDay, toDay }));
}
