import { partsByDay } from '../core/recordEdits.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Tx } from '../core/storePorts.ts';

export interface EndingStamp {
  /** New ids; the same for the same number within one commit. */
  readonly id: (index: number) => string;
  /** What ends a running record across local midnight becomes several records. */
  readonly splitAtMidnight: boolean;
}

/**
 * Writes down what a record has become. One that ran and has ended falls into days when that is wanted; a finished one
 * stays as the user has left it. Returns its parts, oldest first.
 */
export function writeEnded(
  tx: Tx,
  before: TimeRecord,
  record: TimeRecord,
  { id, splitAtMidnight }: EndingStamp,
): readonly TimeRecord[] {
  const parts = splitAtMidnight && before.timeOut === null ? partsByDay(record, id) : [record];
  for (const [index, part] of parts.entries()) {
    if (index === 0) tx.updateRecord(part);
    else tx.insertRecord(part);
  }
  return parts;
}
