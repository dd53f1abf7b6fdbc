import { type Absence, type AbsenceEntry, without } from '../core/absence.ts';
import { asTimecardError, invalid } from '../core/errors.ts';
import { newRecord } from '../core/newRecord.ts';
import { type RecordChange, type RecordContents, undone } from '../core/recordChanges.ts';
import type { TimeRecord } from '../core/records.ts';
import { shareCommits } from '../core/sharedCommits.ts';
import type { Reader, Tx } from '../core/storePorts.ts';
import { partsOf } from './absenceParts.ts';
import { askAbout, type PauseStamp, pauseOf } from './runsAgain.ts';

/**
 * Takes a decision about time away back, also when the records went on since: then the time that went is recorded
 * again, as far as nothing else was recorded in it, and what was moved goes back to its issue. The absence is a
 * question again, and so is the time since it was decided on when the record runs again. Throws `invalid` when there is
 * nothing left to take back; nothing is changed then.
 */
export function takeDecisionBack(tx: Tx, absence: AbsenceEntry, stamp: PauseStamp): void {
  if (absence.decision?.kind === 'keep') askAgain(tx, absence, stamp.now);
  else undoDecision(tx, absence, stamp);
}

function undoDecision(tx: Tx, absence: AbsenceEntry, stamp: PauseStamp): void {
  const { changeGroup } = absence;
  const rows = changeGroup === null ? [] : tx.changes({ group: changeGroup, limit: Number.MAX_SAFE_INTEGER });
  if (rows.length === 0) throw invalid('id', 'There is no change to undo, or it is too old.');
  const pause = pauseOf(tx, rows, stamp.now);
  const before = recordsBefore(tx, rows, stamp.now);
  const recordId = before === undefined ? giveBack(tx, absence, rows, stamp) : putBack(tx, absence, before);
  tx.updateAbsence({ ...absence, recordId, decision: null, decidedAt: null, changeGroup: null });
  if (before !== undefined) askAbout(tx, pause, stamp);
}

/** What was kept changed nothing. */
function askAgain(tx: Tx, absence: AbsenceEntry, now: number): void {
  if (partsOf(tx, absence, now).length === 0) throw gone();
  tx.updateAbsence({ ...absence, decision: null, decidedAt: null, changeGroup: null });
}

function putBack(tx: Tx, absence: AbsenceEntry, records: readonly TimeRecord[]): string {
  for (const record of records) tx.updateRecord(record);
  for (const record of shareCommits(records.flatMap(({ id }) => tx.record(id, true) ?? []))) tx.updateRecord(record);
  return absence.recordId;
}

/** The records exactly as they were, or `undefined` when that is no longer possible. */
function recordsBefore(db: Reader, rows: readonly RecordChange[], now: number): readonly TimeRecord[] | undefined {
  try {
    // Newest first, so that a record stops running before another one runs again.
    const records = rows.toReversed().flatMap((row) => {
      const record = db.record(row.recordId, true);
      return record === undefined ? [] : [undone(record, row, now)];
    });
    const running = db.running()?.id;
    const runs = records.some(({ timeOut, deletedAt }) => timeOut === null && deletedAt === null);
    const isFree = running === undefined || !runs || records.some(({ id }) => id === running);
    return isFree ? records : undefined;
  } catch (error) {
    if (asTimecardError(error).reason === 'invalid') return undefined;
    throw error;
  }
}

function giveBack(tx: Tx, absence: AbsenceEntry, rows: readonly RecordChange[], stamp: PauseStamp): string {
  const { decision } = absence;
  const original = rows.find(({ before }) => before !== null)?.before;
  if (original === undefined || original === null) throw gone();
  if (decision?.kind === 'move') return moveBack(tx, rows, decision.issueKey, original, stamp);
  const free = lostBy(rows).flatMap((lost) => without(lost, taken(tx, lost, stamp.now)));
  const pieces = free.map(({ from, to }, index) => pieceOf(original, from, to, stamp.id(index), stamp.now));
  const [first] = pieces;
  if (first === undefined) throw gone();
  for (const piece of pieces) tx.insertRecord(piece);
  return first.id;
}

function moveBack(
  tx: Tx,
  rows: readonly RecordChange[],
  issueKey: string | null,
  { issueKey: own, connectionId }: RecordContents,
  { now }: PauseStamp,
): string {
  const elsewhere = rows
    .filter(({ before, after }) => after.issueKey === issueKey && before?.issueKey !== issueKey)
    .flatMap(({ recordId }) => tx.record(recordId) ?? [])
    .filter((record) => record.issueKey === issueKey);
  const [first] = elsewhere;
  if (first === undefined) throw gone();
  for (const record of elsewhere)
    tx.updateRecord({ ...record, issueKey: own, connectionId, problem: null, updatedAt: now });
  return first.id;
}

/** What was recorded before a change and no longer after it. */
function lostBy(rows: readonly RecordChange[]): readonly Absence[] {
  const spans = (of: 'before' | 'after') =>
    rows.flatMap((row) => {
      const contents = row[of];
      if (contents === null || contents.removed) return [];
      return [{ from: contents.timeIn, to: contents.timeOut ?? Math.max(row.at, contents.timeIn) }];
    });
  return spans('before').flatMap((span) => without(span, spans('after')));
}

function taken(db: Reader, { from, to }: Absence, now: number): readonly Absence[] {
  return db.overlapping(from, to).map(({ timeIn, timeOut }) => ({ from: timeIn, to: timeOut ?? Math.max(now, to) }));
}

function pieceOf(original: RecordContents, timeIn: number, timeOut: number, id: string, now: number): TimeRecord {
  const { zone, issueKey, notes, externalLink, connectionId } = original;
  const seed = { id, timeIn, timeOut, zone, now, issueKey, notes, externalLink, connectionId };
  return newRecord({ ...seed, source: 'split' });
}

function gone() {
  return invalid('id', 'This can no longer be undone: the records were changed since, or other records take the time.');
}
