import { overlappingIds, stretchesOf } from '../core/dayCheck.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader } from '../core/storePorts.ts';

/** How long before a record another one that reaches into it may have begun, in ms; the running one may be longer. */
const LONGEST_MS = 72 * 3_600_000;

/**
 * Ids of the records that overlap another one, also one that is not among them; may hold ids of others. Reads only
 * what is near the records, so that those of one issue may be years apart.
 */
export function overlappingRecords(
  db: Pick<Reader, 'records' | 'countRecords' | 'running'>,
  records: readonly TimeRecord[],
): ReadonlySet<string> {
  const running = db.running();
  return new Set(
    stretchesAround(records).flatMap(({ from, to }) => {
      const near = { from: from - LONGEST_MS, to };
      const found = db.records({ ...near, limit: db.countRecords(near) });
      const all = running === undefined ? found : [...found.filter(({ id }) => id !== running.id), running];
      return [...overlappingIds(stretchesOf(all, Number.MAX_SAFE_INTEGER, 'UTC'))];
    }),
  );
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
