import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import initSqlJs from 'sql.js';
import type { Store, StoreNotice } from '../../../src/core/storePorts.ts';
import { decodeEntries, decodeHead } from '../../../src/store/journal/lines.ts';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { watchStandstill } from './standstill.ts';
import { type Found, look, work } from './work.ts';

/** What must be found. */
export interface Expected {
  /** Changes that were acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Changes that had begun and of which nobody knows the end. */
  readonly inDoubt: ReadonlySet<string>;
  /** How many records the database was filled with. */
  readonly old: number;
  /** How long the next change may wait for the lock of somebody who is dead, in ms. */
  readonly waitAtMostMs: number;
  /** What may lie in the folder besides the store's files. */
  readonly others?: readonly RegExp[];
}

export interface Aftermath {
  /** In words; none when everything is as it must be. */
  readonly problems: readonly string[];
  readonly found: Found;
  /** How long a change waited that was made right afterwards, in ms, less what this process itself stood still. */
  readonly waitedMs: number;
  readonly notices: readonly StoreNotice[];
  /** Temporary files that were still there after that. */
  readonly temporary: number;
}

/**
 * Opens the database as the extension does, looks at everything that was promised, and makes one more change.
 * @param probe the name of that change; it is acknowledged with this call
 */
export async function inspectAftermath(
  options: Pick<StoreOptions, 'folder' | 'journalFrom' | 'foldFrom' | 'foldQuietMs' | 'lockStaleMs'>,
  probe: string,
  expected: Expected,
): Promise<Aftermath> {
  const notices: StoreNotice[] = [];
  const store = await openStore({ ...options, wasm, clock: systemClock, log: QUIET, watch: false });
  store.onNotice((notice) => notices.push(notice));
  const seen = await lookTwice(store, probe).finally(() => store.close());
  const names = await readdir(options.folder);
  const { found, after, waitedMs } = seen;
  const problems = [
    ...problemsOf(found, expected),
    ...problemsOf(after, { ...expected, acknowledged: new Set([...expected.acknowledged, probe]) }),
    ...(await integrityProblems(options.folder)),
    ...litter(names, expected.others ?? []).map((name) => `${name} is left in the folder`),
    ...(waitedMs > expected.waitAtMostMs ? [`the next change waited ${Math.round(waitedMs)} ms`] : []),
  ];
  return { problems, found, waitedMs, notices, temporary: names.filter((name) => name.endsWith('.tmp')).length };
}

/** Before and after one more change. */
async function lookTwice(store: Store, probe: string): Promise<{ found: Found; after: Found; waitedMs: number }> {
  const found = await store.read(look);
  const started = performance.now();
  const standstill = watchStandstill();
  await store.commit((tx) => work(tx, probe)).finally(() => standstill.stop());
  const waitedMs = performance.now() - started - standstill.stop();
  return { found, after: await store.read(look), waitedMs };
}

/** What is not as it was promised, in words. */
export function problemsOf(found: Found, expected: Expected): string[] {
  const { acknowledged, inDoubt, old } = expected;
  const lost = [...acknowledged].filter((id) => !found.whole.has(id));
  const strange = [...found.whole].filter((id) => !acknowledged.has(id) && !inDoubt.has(id));
  return [
    ...lost.map((id) => `${id} was acknowledged and is lost`),
    ...strange.map((id) => `${id} is there and nobody was about to make it`),
    ...found.half.map((id) => `${id} is half there`),
    ...(found.counter === found.whole.size ? [] : [`${found.whole.size} changes were counted as ${found.counter}`]),
    ...(found.running <= 1 ? [] : [`${found.running} records run`]),
    ...(found.old === old ? [] : [`of ${old} older records ${found.old} are there`]),
  ];
}

const OURS = [
  /^backups$/,
  /^timecard\.sqlite$/,
  /^timecard\.sqlite\.(owner|waiting)$/,
  /^timecard\.[0-9a-f]{16}\.journal$/,
  /\.tmp$/,
];

/** What is in the folder besides the files that belong there and temporary ones. */
function litter(names: readonly string[], others: readonly RegExp[]): string[] {
  const known = [...OURS, ...others];
  return names.filter((name) => !known.some((pattern) => pattern.test(name)));
}

/** What SQLite says about the very file, and about the file with its journal; by another road than the store's. */
export async function integrityProblems(folder: string): Promise<string[]> {
  const sqlJs = await initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  const db = new sqlJs.Database(await readFile(join(folder, 'timecard.sqlite')));
  try {
    const file = checks(db).map((problem) => `integrity_check of the file: ${problem}`);
    const generation = db.exec('SELECT generation FROM store_file WHERE journaled = 1')[0]?.values[0]?.[0];
    if (typeof generation !== 'string') return file;
    const journal = await readFile(join(folder, `timecard.${generation}.journal`));
    const head = decodeHead(journal);
    if (head === undefined) return [...file, 'the journal cannot be read'];
    const { entries } = decodeEntries(journal.subarray(head.length), head.sum);
    for (const { changes } of entries) for (const [sql, params] of changes) db.run(sql, [...params]);
    return [...file, ...checks(db).map((problem) => `integrity_check with the journal: ${problem}`)];
  } finally {
    db.close();
  }
}

function checks(db: initSqlJs.Database): string[] {
  const answers = db.exec('PRAGMA integrity_check').flatMap(({ values }) => values.map(([answer]) => String(answer)));
  const broken = db.exec('PRAGMA foreign_key_check').flatMap(({ values }) => values.map((row) => row.join(' ')));
  return [...answers.filter((answer) => answer !== 'ok'), ...broken];
}
