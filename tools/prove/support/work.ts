import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import type { Reader, Tx } from '../../../src/core/storePorts.ts';

/*
 * What the processes of a proof do to the database. Every change is made of several statements that belong together: a
 * pair of records, a counter, and the timer. So a change that is half there, lost, or made twice shows.
 */

const START = Date.UTC(2026, 0, 5, 8);
const MINUTE = 60_000;
const COUNTER = 'counter';
const HALVES = ['a', 'b'] as const;

function seedOf(id: string, notes: string, timeOut: number | null): TimeRecord {
  const span = { timeIn: START, timeOut, zone: 'Europe/Berlin' };
  return newRecord({ id, ...span, now: START, issueKey: 'PROJ-1', notes, source: 'timer' });
}

/** Fills a new database: the counter, and as many records as it is to be large. */
export function fill(tx: Tx, records: number): void {
  tx.insertRecord(seedOf(COUNTER, '0', START + MINUTE));
  for (let n = 0; n < records; n += 1) {
    const timeIn = START - (n + 1) * 60 * MINUTE;
    const notes = `Worked on the login page, part ${n}`;
    tx.insertRecord({ ...seedOf(`old-${n}`, notes, null), timeIn, timeOut: timeIn + 30 * MINUTE });
  }
}

/** One change. @param id no two changes have the same */
export function work(tx: Tx, id: string): void {
  const counter = tx.record(COUNTER);
  if (counter === undefined) throw new Error('The counter is gone');
  tx.updateRecord({ ...counter, notes: String(Number(counter.notes) + 1) });
  const running = tx.running();
  if (running !== undefined) tx.updateRecord({ ...running, timeOut: START + MINUTE });
  const [first, second] = HALVES;
  tx.insertRecord(seedOf(`${id}/${first}`, id, null));
  tx.insertRecord(seedOf(`${id}/${second}`, id, START + MINUTE));
}

/** What the database says of the changes. */
export interface Found {
  readonly whole: ReadonlySet<string>;
  readonly half: readonly string[];
  readonly counter: number;
  readonly running: number;
  readonly old: number;
}

const ALL = { limit: 1_000_000_000 };

export function look(db: Reader): Found {
  const halves = new Map<string, number>();
  let running = 0;
  let old = 0;
  for (const { id, timeOut } of db.records(ALL)) {
    if (timeOut === null) running += 1;
    if (id.startsWith('old-')) old += 1;
    const [change, half] = id.split('/');
    if (change !== undefined && half !== undefined) halves.set(change, (halves.get(change) ?? 0) + 1);
  }
  const whole = [...halves].filter(([, count]) => count === HALVES.length).map(([id]) => id);
  const half = [...halves].filter(([, count]) => count !== HALVES.length).map(([id]) => id);
  return { whole: new Set(whole), half, running, old, counter: Number(db.record(COUNTER)?.notes) };
}
