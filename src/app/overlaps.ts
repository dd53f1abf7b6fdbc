import { overlappingIds } from '../core/dayCheck.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader } from '../core/storePorts.ts';

/** How long before a record another one that reaches into it may have begun, in ms; the running one may be longer. */
const LONGEST_MS = 72 * 3_600_000;

/**
 * Ids of the records that overlap another one, also one that is not among them; may hold ids of others. Reads only
 * what is near the records, so that those of one issue may be years apart.
 */
export function overlappingRecords(
  db: Pick<Reader, 'spans' | 'running'>,
  records: readonly TimeRecord[],
): ReadonlySet<string> {
  const running = db.running();
  return new Set(
    stretchesAround(records).flatMap(({ from, to }) => {
      const near = db.spans(from - LONGEST_MS, to);
      const all = running === undefined ? near : [...near.filter(({ id }) => id !== running.id), running];
      return [...overlappingIds(all)];
    }),
  );
}

/** The records in the order they begin, cut into parts that lie in not more than `most` stretches each. */
export function nearbyParts(records: readonly TimeRecord[], most: number): readonly (readonly TimeRecord[])[] {
  const parts: TimeRecord[][] = [];
  let [stretches, end] = [most, 0];
  for (const record of records.toSorted((a, b) => a.timeIn - b.timeIn)) {
    const isNear = stretches > 0 && record.timeIn - end <= LONGEST_MS;
    if (!isNear) stretches += 1;
    end = Math.max(isNear ? end : 0, record.timeOut ?? Number.MAX_SAFE_INTEGER);
    const part = parts.at(-1);
    if (part === undefined || stretches > most) {
      parts.push([record]);
      stretches = 1;
    } else part.push(record);
  }
  return parts;
}

/** The stretches that records lie in, those near each other in one. */
function stretchesAround(records: readonly TimeRecord[]): readonly { readonly from: number; readonly to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { timeIn, timeOut } of records.toSorted((a, b) => a.timeIn - b.timeIn)) {
    const last = stretches.at(-1);
    const end = timeOut ?? Number.MAX_SAFE_INTEGER;
    if (last !== undefined && timeIn - last.to <= LONGEST_MS) last.to = Math.max(last.to, end);
    else stretches.push({ from: timeIn, to: end });
  }
  return stretches;
}
