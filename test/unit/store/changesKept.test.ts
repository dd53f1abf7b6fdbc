import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireRecord } from '../../../src/app/records.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Store } from '../../../src/core/storePorts.ts';
import { openStore } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../../tools/support/parts.ts';

const HOUR = 3_600_000;
/** More than is kept of older changes. */
const MANY = 2_100;

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timecard-changes-'));
  // Written whole, so that the file alone tells.
  const journalFrom = Number.POSITIVE_INFINITY;
  store = await openStore({ folder, wasm, clock: systemClock, log: QUIET, watch: false, journalFrom });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function rowsInFile(): Promise<number> {
  const { Database } = await initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  const db = new Database(await readFile(join(folder, 'timecard.sqlite')));
  const [answer] = db.exec('SELECT count(*) FROM time_record_changes');
  db.close();
  return Number(answer?.values[0]?.[0]);
}

async function addMany(): Promise<void> {
  const now = Date.now();
  const about = { zone: 'UTC', now, source: 'manual', issueKey: null, notes: '', externalLink: null } as const;
  await store.commit((tx) => {
    for (let n = 0; n < MANY; n += 1) {
      const timeIn = now - (n + 2) * HOUR;
      tx.insertRecord(newRecord({ ...about, id: `r${n}`, timeIn, timeOut: timeIn + HOUR, connectionId: null }));
    }
  });
}

it('a large change is forgotten at once after the next, and goes little by little: no commit takes long', async () => {
  await addMany();
  const left = [await rowsInFile()];
  for (let n = 1; n <= 60; n += 1) {
    await store.commit((tx) => tx.updateRecord({ ...requireRecord(tx, `r${n}`), notes: `changed ${n}` }));
    const groups = await store.read((db) => db.changes({ limit: 10_000 }).map(({ group }) => group));
    expect(new Set(groups).size).toBe(n);
    expect(groups).toHaveLength(n);
    left.push(await rowsInFile());
  }
  const steps = left.slice(1).map((rows, n) => (left[n] ?? 0) - rows);
  expect(left[0]).toBe(MANY);
  expect(Math.max(...steps)).toBeLessThanOrEqual(40);
  expect(left.at(-1)).toBe(60);
});
