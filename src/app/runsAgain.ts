import { type Absence, without } from '../core/absence.ts';
import type { RecordChange } from '../core/recordChanges.ts';
import type { Reader, Tx } from '../core/storePorts.ts';
import { unasked } from './absenceParts.ts';

/** The time in which a record did not run that is to run again; UTC ms, until now. */
export interface Pause extends Absence {
  readonly recordId: string;
}

export interface PauseStamp {
  /** New ids; the same for the same number within one commit. */
  readonly id: (index: number) => string;
  /** UTC ms */
  readonly now: number;
  /** A shorter pause counts without a question; 0 never asks. */
  readonly limitMs: number;
}

/**
 * What would begin to count when a change is taken back that ended the running record: the time since, as far as the
 * records that go with it do not count it already. To be asked before the records are what they were.
 */
export function pauseOf(db: Reader, rows: readonly RecordChange[], now: number): Pause | undefined {
  const ending = rows.find(({ before }) => before !== null && before.timeOut === null && !before.removed);
  const record = ending === undefined ? undefined : db.record(ending.recordId, true);
  if (ending === undefined || record === undefined) return undefined;
  if (record.timeOut === null && record.deletedAt === null) return undefined;
  const counted = rows.flatMap((row) => countedBy(db, row, now));
  // The record ran on until the user decided.
  const decided = db
    .absences({ changeGroup: ending.group })
    .map(({ from, decidedAt }) => ({ from, to: decidedAt ?? from }));
  const last = without({ from: record.timeIn, to: now }, [...counted, ...decided]).at(-1);
  return last === undefined || last.to < now ? undefined : { ...last, recordId: record.id };
}

function countedBy(db: Reader, { recordId, before, at }: RecordChange, now: number): readonly Absence[] {
  const record = db.record(recordId, true);
  if (record === undefined) return [];
  const { timeIn, timeOut, deletedAt } = record;
  if (deletedAt === null) return [{ from: timeIn, to: timeOut ?? now }];
  return before?.timeOut === null ? [{ from: timeIn, to: Math.max(timeIn, at) }] : [];
}

/** Makes a question of a pause, once the record runs again: nobody knows whether it was work. */
export function askAbout(tx: Tx, pause: Pause | undefined, { id, now, limitMs }: PauseStamp): void {
  const record = tx.running();
  if (pause === undefined || record?.id !== pause.recordId || limitMs === 0) return;
  const stretches = unasked(tx, record, pause, now).filter(({ from, to }) => to - from >= limitMs);
  for (const [index, { from, to }] of stretches.entries())
    tx.insertAbsence({
      ...{ id: id(index), recordId: record.id, from, to, crashed: false, askedAt: now },
      ...{ decision: null, decidedAt: null, changeGroup: null },
    });
}
