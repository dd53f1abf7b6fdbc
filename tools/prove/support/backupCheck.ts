import { copyFile, cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeHead } from '../../../src/store/journal/lines.ts';
import { openStore } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { type Changes, problemsOf } from './changes.ts';
import { integrityProblems } from './integrity.ts';
import { look } from './work.ts';

const COUNTS = /^timecard-.*\.sqlite$/;

/** Backups as they were at some moment. */
export interface KeptBackups {
  /** Has a folder `backups`, as the database's folder does. */
  readonly folder: string;
  /** See `backupsNow`. */
  readonly stamps: string;
  remove(): Promise<void>;
}

export async function keepBackups(folder: string): Promise<KeptBackups> {
  const kept = await mkdtemp(join(tmpdir(), 'timecard-backups-'));
  const stamps = await backupsNow(folder);
  if (stamps !== '') await cp(join(folder, 'backups'), join(kept, 'backups'), { recursive: true });
  return { folder: kept, stamps, remove: () => rm(kept, { recursive: true, force: true }) };
}

/** Tells whether the backups are still those that were looked at; empty without any. */
export async function backupsNow(folder: string): Promise<string> {
  const names = (await filesIn(join(folder, 'backups'))).filter((name) => !name.endsWith('.tmp'));
  const stamps = names.map(async (name) => {
    const { ino, mtimeNs, size } = await stat(join(folder, 'backups', name), { bigint: true });
    return `${name} ${ino} ${mtimeNs} ${size}`;
  });
  return (await Promise.all(stamps)).sort().join('\n');
}

export async function hasBackup(folder: string): Promise<boolean> {
  return (await filesIn(join(folder, 'backups'))).some((name) => COUNTS.test(name));
}

/**
 * What is wrong with what counts as a backup, in words: with each file and its journal, and with what the newest one
 * brings back when there is nothing else.
 */
export async function backupProblems(folder: string, expected: Changes): Promise<string[]> {
  const names = (await filesIn(join(folder, 'backups'))).filter((name) => COUNTS.test(name));
  const problems: string[] = [];
  for (const name of names) {
    const found = await aside((empty) => fileProblems(join(folder, 'backups', name), empty));
    problems.push(...found.map((problem) => `backups/${name}: ${problem}`));
  }
  if (names.length === 0) return problems;
  const restored = await aside((empty) => restoredProblems(folder, empty, expected));
  return [...problems, ...restored.map((problem) => `restored from the backups: ${problem}`)];
}

/** Puts a backup where a database would be. */
async function fileProblems(backup: string, empty: string): Promise<string[]> {
  await copyFile(backup, join(empty, 'timecard.sqlite'));
  const journal = backup.replace(/sqlite$/, 'journal');
  const generation = decodeHead(await readFile(journal).catch(() => Buffer.alloc(0)))?.head.generation;
  if (generation !== undefined) await copyFile(journal, join(empty, `timecard.${generation}.journal`));
  return integrityProblems(empty).catch((error: unknown) => [String(error)]);
}

async function restoredProblems(folder: string, empty: string, expected: Changes): Promise<string[]> {
  await cp(join(folder, 'backups'), join(empty, 'backups'), { recursive: true });
  const store = await openStore({ folder: empty, wasm, clock: systemClock, log: QUIET, watch: false });
  return problemsOf(await store.read(look).finally(() => store.close()), expected);
}

async function aside<T>(use: (empty: string) => Promise<T>): Promise<T> {
  const empty = await mkdtemp(join(tmpdir(), 'timecard-backup-'));
  try {
    return await use(empty);
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
