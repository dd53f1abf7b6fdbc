import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import type { Job } from './job.ts';
import { fill } from './work.ts';

/** A kind of database that things happen to. */
export interface Victim {
  readonly name: string;
  readonly records: number;
  readonly limits: Job['limits'];
  /** Whether journals are folded on a thread of their own. */
  readonly onThread?: boolean;
}

/** Records of a database that has a journal without being told to. */
export const LARGE = 4_000;

export function hasJournal({ limits, records }: Victim): boolean {
  return limits.journalFrom === 0 || (limits.journalFrom === undefined && records >= LARGE);
}

/** From this size on, in bytes, a file has a journal without being told to. */
const GROWN = 1024 * 1024;

/** Whether the database in this folder has become so large that it has a journal by now. */
export async function hasGrown(folder: string, { limits }: Victim): Promise<boolean> {
  return limits.journalFrom === undefined && (await stat(join(folder, 'timecard.sqlite'))).size >= GROWN;
}

/** A database of this kind, with a backup of it. @returns its folder */
export async function makeTemplate({ records, limits }: Victim): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-proof-'));
  const options = { ...limits, folder, wasm, clock: systemClock, log: QUIET, watch: false };
  const first = await openStore(options);
  await first.commit((tx) => fill(tx, records));
  await first.close();
  // Opening it makes the backup of the day.
  await (await openStore(options)).close();
  return folder;
}
