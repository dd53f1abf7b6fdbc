import { mkdir } from 'node:fs/promises';
import type { TimeRecord } from '../../src/core/records.ts';
import type { Store, Tx } from '../../src/core/storePorts.ts';
import { openStore } from '../../src/store/store.ts';
import { wasm } from '../support/parts.ts';

const MINUTE_MS = 60_000;

/** The zone of this machine, which is that of the demo's VS Code too. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** UTC ms of a time of day, `days` days ago in this machine's zone. */
export function daysAgo(days: number, hour: number, minute = 0): number {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, hour, minute).getTime();
}

export interface DemoRecord {
  /** UTC ms. */
  readonly timeIn: number;
  readonly minutes: number;
  readonly issueKey?: string;
  readonly notes?: string;
  readonly branch?: string;
  readonly externalLink?: string;
}

/** A finished record that was not sent yet. */
export function demoRecord(about: DemoRecord): TimeRecord {
  const { timeIn, minutes, issueKey = null, notes = '', branch = null, externalLink = null } = about;
  const timeOut = timeIn + minutes * MINUTE_MS;
  return {
    ...{ id: crypto.randomUUID(), timeIn, timeOut, zone: ZONE, notes, externalLink, branch, issueKey },
    ...{ source: 'timer', commits: [], connectionId: null, worklog: null, intent: 'mirror' },
    ...{ attempt: 'none', lookFirst: false, problem: null, lastSyncedAt: null },
    ...{ createdAt: timeOut, updatedAt: timeOut, deletedAt: null },
  };
}

/**
 * Works on the extension's database through its own store, as another window would.
 * @param folder the extension's global storage; made when it is not there
 */
export async function inStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const store = await open(folder);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Changes what is in the extension's database, in one commit. */
export function changeStore<T>(folder: string, change: (tx: Tx) => T): Promise<T> {
  return inStore(folder, (store) => store.commit(change));
}

/** Puts records into the extension's database. */
export function writeRecords(folder: string, records: Iterable<TimeRecord>): Promise<void> {
  return changeStore(folder, (tx) => {
    for (const record of records) tx.insertRecord(record);
  });
}

function open(folder: string): Promise<Store> {
  const clock = { now: () => Date.now(), zone: () => ZONE };
  const log = { info: () => undefined, warn: console.warn, error: console.error };
  return openStore({ folder, wasm, clock, log, watch: false });
}
