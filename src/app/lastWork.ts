import type { TimeRecord } from '../core/records.ts';
import type { Reader } from '../core/storePorts.ts';
import { isTimed } from './absenceParts.ts';

/** How many of the newest records are looked at. */
const RECENT = 20;
/** The timer's last record is forgotten when others ended this much later, in ms. */
const FORGOTTEN_MS = 24 * 3_600_000;

/**
 * What the user worked on last: the running record, else the one that ended last. What the timer measured comes before
 * what was added by hand, such as a meeting that lay within.
 */
export function lastWork(db: Reader): TimeRecord | undefined {
  const running = db.running();
  if (running !== undefined) return running;
  const endOf = ({ timeIn, timeOut }: TimeRecord) => timeOut ?? timeIn;
  const ended = db.records({ limit: RECENT }).toSorted((a, b) => endOf(b) - endOf(a));
  const [last] = ended;
  if (last === undefined) return undefined;
  return ended.find((record) => endOf(last) - endOf(record) < FORGOTTEN_MS && isTimed(db, record)) ?? last;
}
