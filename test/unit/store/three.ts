/** Databases of three records, for tests of what happens to files, with and without a journal. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StoreNotice } from '../../../src/core/storePorts.ts';
import type { StoreOptions } from '../../../src/store/store.ts';
import { open, record, TestClock, tempFolder } from './helpers.ts';

export type Limits = Pick<StoreOptions, 'journalFrom' | 'foldFrom' | 'foldQuietMs'>;

export const DATABASE = 'timecard.sqlite';
export const WHOLE: Limits = { journalFrom: Number.MAX_SAFE_INTEGER };
export const JOURNALED: Limits = { journalFrom: 0, foldFrom: 1_000_000 };
/** In alphabetical order; only the first is in the backup, and with a journal in the file. */
export const ALL = ['first', 'second', 'third'];

const JOURNAL = /^timecard\.[0-9a-f]{16}\.journal$/;

export async function journalOf(folder: string): Promise<string> {
  return join(folder, (await readdir(folder)).find((name) => JOURNAL.test(name)) ?? 'no journal');
}

/** A closed database with `ALL` in it. */
export async function filled(limits: Limits): Promise<{ folder: string; clock: TestClock }> {
  const folder = await tempFolder();
  const clock = new TestClock();
  const { store } = await open(folder, { ...limits, clock });
  for (const id of ALL) await store.commit((tx) => tx.insertRecord(record(id)));
  await store.close();
  return { folder, clock };
}

/** Waits until the user was told, once, that something was restored. @returns in which words */
export async function toldOf(notices: readonly StoreNotice[]): Promise<string> {
  await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['restored']);
  return notices[0]?.message ?? '';
}
