/** What can be wrong with a database file. */
import { readFile, truncate, writeFile } from 'node:fs/promises';
import initSqlJs from 'sql.js';
import { wasm } from './helpers.ts';

/** Changes a file by another road than the store's. */
export async function edit(path: string, change: (db: initSqlJs.Database) => void): Promise<void> {
  const sqlJs = await initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  const db = new sqlJs.Database(await readFile(path));
  change(db);
  await writeFile(path, db.export());
  db.close();
}

export const damages: [string, (path: string) => Promise<void>][] = [
  ['0 bytes', (path) => truncate(path, 0)],
  ['half of its bytes', async (path) => truncate(path, Math.floor((await readFile(path)).length / 2))],
  ['its last byte missing', async (path) => truncate(path, (await readFile(path)).length - 1)],
  ['other bytes', (path) => writeFile(path, 'PK this is a zip file, really'.repeat(20))],
  ['a few bytes', (path) => writeFile(path, 'SQLite')],
  [
    'a page of zeros',
    async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0, 4096, 3 * 4096));
    },
  ],
  ["another program's tables", (path) => edit(path, (db) => db.exec('PRAGMA application_id = 7'))],
];
