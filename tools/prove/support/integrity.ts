import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { decodeEntries, decodeHead } from '../../../src/store/journal/lines.ts';
import { wasm } from '../../support/parts.ts';

let loaded: Promise<initSqlJs.SqlJsStatic> | undefined;

async function sqlJs(): Promise<initSqlJs.SqlJsStatic> {
  loaded ??= initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  return loaded;
}

/** What SQLite says about the very file, and about the file with its journal; by another road than the store's. */
export async function integrityProblems(folder: string): Promise<string[]> {
  const db = new (await sqlJs()).Database(await readFile(join(folder, 'timecard.sqlite')));
  try {
    const file = checks(db).map((problem) => `integrity_check of the file: ${problem}`);
    const generation = db.exec('SELECT generation FROM store_file WHERE journaled = 1')[0]?.values[0]?.[0];
    if (typeof generation !== 'string') return file;
    return [...file, ...(await journalProblems(db, join(folder, `timecard.${generation}.journal`)))];
  } finally {
    db.close();
  }
}

async function journalProblems(db: initSqlJs.Database, path: string): Promise<string[]> {
  const journal = await readFile(path).catch(() => undefined);
  if (journal === undefined) return ['its journal is missing'];
  const head = decodeHead(journal);
  if (head === undefined) return ['the journal cannot be read'];
  const { entries, tail } = decodeEntries(journal.subarray(head.length), head.sum);
  for (const { changes } of entries) for (const [sql, params] of changes) db.run(sql, [...params]);
  return [
    ...(tail === 'damaged' ? ['its journal is damaged'] : []),
    ...checks(db).map((problem) => `integrity_check with the journal: ${problem}`),
  ];
}

function checks(db: initSqlJs.Database): string[] {
  const answers = db.exec('PRAGMA integrity_check').flatMap(({ values }) => values.map(([answer]) => String(answer)));
  const broken = db.exec('PRAGMA foreign_key_check').flatMap(({ values }) => values.map((row) => row.join(' ')));
  return [...answers.filter((answer) => answer !== 'ok'), ...broken];
}
