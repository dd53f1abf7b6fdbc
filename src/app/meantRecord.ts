import { invalid, TimecardError } from '../core/errors.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader, Store, Tx } from '../core/storePorts.ts';

/*
 * A box may stay open while the timer goes on to something else, in this window or another one. What was answered then
 * is meant for the record that was asked about.
 */

/** A record that the user was asked about, as it was then. */
export type AskedRecord = Pick<TimeRecord, 'id' | 'notes'>;

/** What became of notes that were typed for a record that does not run any more. */
export interface LateNotes {
  readonly running: TimeRecord | undefined;
  /** Whether they are on the record that they were typed for. */
  readonly areKept: boolean;
}

/** Throws `invalid` when another record runs than is meant; `null` means none, `undefined` whichever it is. */
export function checkRuns(running: TimeRecord | undefined, meantId: string | null | undefined): void {
  if (meantId === undefined || (running?.id ?? null) === meantId) return;
  if (running === undefined) throw invalid('timer', 'The timer was stopped meanwhile. Nothing was changed.');
  const what = running.issueKey ?? 'a record without an issue';
  throw invalid('timer', `The timer went on to ${what}. Nothing was changed.`);
}

/** Throws `invalid` when nothing runs, or another record than is meant. */
export function requireRunning(db: Reader, meantId: string | undefined): TimeRecord {
  const running = db.running();
  if (running === undefined) throw invalid('timer', 'Nothing is running. Clock in first.');
  checkRuns(running, meantId);
  return running;
}

/**
 * Commits what depends on which record runs. What the disk refused is applied again later, and by then another window may
 * have used the timer: what the user saw happen to one record must not happen to another.
 */
export async function commitOnWhatRuns<T>(store: Pick<Store, 'commit'>, change: (tx: Tx) => T): Promise<T> {
  let seenId: string | null = null;
  let isRefused = false;
  try {
    return await store.commit((tx) => {
      const running = tx.running();
      const id = running?.id ?? null;
      if (isRefused && id !== seenId) throw usedMeanwhile(running);
      seenId = id;
      return change(tx);
    });
  } catch (error) {
    isRefused = true;
    throw error;
  }
}

/** Told in a notice, without any argument that it could be about. */
function usedMeanwhile(running: TimeRecord | undefined): TimecardError {
  const what = running === undefined ? 'nothing' : (running.issueKey ?? 'a record without an issue');
  const message = `Another window used the timer meanwhile, and ${what} runs now. That was left as it is: add what is missing to the history.`;
  return new TimecardError('invalid', message);
}

/** Puts notes on the record that they were typed for, unless others were written there since or it was removed. */
export function keepTyped(tx: Tx, asked: AskedRecord, notes: string, now: number): LateNotes {
  const record = tx.record(asked.id);
  const areKept = record !== undefined && (record.notes === '' || record.notes === asked.notes);
  if (areKept) tx.updateRecord({ ...record, notes, problem: null, updatedAt: now });
  return { running: tx.running(), areKept };
}
