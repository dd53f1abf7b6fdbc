import { performance } from 'node:perf_hooks';
import type { StoreNotice } from '../../../src/core/storePorts.ts';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { backupProblems, backupsNow, hasBackup, type KeptBackups, keepBackups } from './backupCheck.ts';
import { type Changes, problemsOf } from './changes.ts';
import { integrityProblems } from './integrity.ts';
import { countLeftovers, type Leftovers, leftoverProblems, namesIn } from './leftovers.ts';
import { watchStandstill } from './standstill.ts';
import { type Found, look, work } from './work.ts';

/** What must be found. */
export interface Expected extends Changes {
  /** Acknowledged changes that every backup must have. */
  readonly inBackup: ReadonlySet<string>;
  /** How long opening and the next change may wait for the lock of somebody who is dead, in ms. */
  readonly waitAtMostMs: number;
  /** How much may be left behind. */
  readonly leftAtMost: Leftovers;
  /** What may lie in the folder besides the store's files. */
  readonly others?: readonly RegExp[];
}

export interface Aftermath {
  /** In words; none when everything is as it must be. */
  readonly problems: readonly string[];
  readonly found: Found;
  /** How long opening and a change right afterwards took, in ms, less what this process itself stood still. */
  readonly waitedMs: number;
  readonly notices: readonly StoreNotice[];
  /** What was still there after that. */
  readonly left: Leftovers;
}

type Options = Pick<StoreOptions, 'folder' | 'journalFrom' | 'foldFrom' | 'foldQuietMs' | 'lockStaleMs'>;

/**
 * Opens the database as the extension does, looks at everything that was promised, and makes one more change.
 * @param probe the name of that change; it is acknowledged with this call
 */
export async function inspectAftermath(options: Options, probe: string, expected: Expected): Promise<Aftermath> {
  const { folder } = options;
  const backups = await keepBackups(folder);
  try {
    const { found, after, waitedMs, notices } = await lookTwice(options, probe);
    const withProbe = { ...expected, acknowledged: new Set([...expected.acknowledged, probe]) };
    const names = await namesIn(folder);
    const problems = [
      ...problemsOf(found, expected),
      ...problemsOf(after, withProbe),
      ...(await integrityProblems(folder)),
      ...(await allBackupProblems(folder, backups, backedUp(expected, probe))),
      // What takes the place of a damaged file is not backed up at once.
      ...(notices.length > 0 || (await hasBackup(folder)) ? [] : ['there is no backup']),
      ...leftoverProblems(names, expected.leftAtMost, expected.others ?? []),
      ...(waitedMs > expected.waitAtMostMs ? [`the next change waited ${Math.round(waitedMs)} ms`] : []),
    ];
    return { problems, found, waitedMs, notices, left: countLeftovers(names) };
  } finally {
    await backups.remove();
  }
}

function backedUp({ acknowledged, inBackup, inDoubt, old }: Expected, probe: string): Changes {
  return { acknowledged: inBackup, inDoubt: new Set([...acknowledged, ...inDoubt, probe]), old };
}

/** Of the backups as they were found, which were kept, and as they are after another process has opened the database. */
async function allBackupProblems(folder: string, kept: KeptBackups, expected: Changes): Promise<string[]> {
  const now = await backupsNow(folder);
  const before = kept.stamps === now ? [] : await backupProblems(kept.folder, expected);
  return [...before, ...(await backupProblems(folder, expected))];
}

/** Before and after one more change. The clock runs from the beginning: who opens a database may need the lock for it. */
async function lookTwice(options: Options, probe: string) {
  const notices: StoreNotice[] = [];
  const started = performance.now();
  const standstill = watchStandstill();
  const store = await openStore({ ...options, wasm, clock: systemClock, log: QUIET, watch: false });
  store.onNotice((notice) => notices.push(notice));
  try {
    const found = await store.read(look);
    await store.commit((tx) => work(tx, probe));
    const waitedMs = performance.now() - started - standstill.stop();
    return { found, after: await store.read(look), waitedMs, notices };
  } finally {
    standstill.stop();
    await store.close();
  }
}
