import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../../src/store/disk.ts';
import { SCHEMA_VERSION } from '../../../src/store/migrations/index.ts';
import { ids, open, record, tempFolder, wasm } from './helpers.ts';
import { ALL, DATABASE, filled, JOURNALED, journalOf, type Limits, toldOf, WHOLE } from './three.ts';

/*
 * Every way to damage a file that we know of, done to each file that holds records. Nothing may be overwritten, the user
 * must be told, and the best that is left must come back.
 */

/* What `npm run prove:damage` makes its tables of. */
declare module 'vitest' {
  interface TaskMeta {
    damage?: { readonly what: string; readonly told: string; readonly back: readonly string[] };
    wrongBits?: { readonly in: string; readonly places: number } & Record<
      'told' | 'noJournal' | 'unnoticed' | 'newer',
      number
    >;
  }
}

interface Victim {
  readonly name: string;
  readonly limits: Limits;
  /** The file that is damaged. */
  readonly find: (folder: string) => Promise<string>;
  /** What comes back, of `first`, which is backed up, and `second` and `third`, when no more is left than this. */
  readonly atLeast: readonly string[];
  readonly problem: string;
}

const FILE = 'The database file was damaged';
const JOURNAL = 'The last changes of the database were damaged or removed';
const VICTIMS: readonly Victim[] = [
  {
    ...{ name: 'a file that is written whole', limits: WHOLE, atLeast: ['first'], problem: FILE },
    find: async (folder) => join(folder, DATABASE),
  },
  {
    ...{ name: 'a file with a journal', limits: JOURNALED, atLeast: ALL, problem: FILE },
    find: async (folder) => join(folder, DATABASE),
  },
  {
    ...{ name: 'a journal', limits: JOURNALED, atLeast: ['first'], find: journalOf },
    problem: JOURNAL,
  },
];

const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb0043', 'hex'),
  Buffer.alloc(3_000, 7),
]);

async function foreign(): Promise<Uint8Array> {
  const sqlJs = await initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  const db = new sqlJs.Database();
  db.exec("CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.com')");
  return db.export();
}

async function half(path: string): Promise<number> {
  return Math.floor((await readFile(path)).length / 2);
}

const DAMAGES: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['0 bytes', (path) => truncate(path, 0)],
  ['one byte', (path) => truncate(path, 1)],
  ['half of its bytes', async (path) => truncate(path, await half(path))],
  ['zeros only', async (path) => writeFile(path, Buffer.alloc((await readFile(path)).length))],
  ['zeros in its first half', async (path) => writeFile(path, (await readFile(path)).fill(0, 0, await half(path)))],
  ['a picture in its place', (path) => writeFile(path, JPEG)],
  ["another program's database in its place", async (path) => writeFile(path, await foreign())],
  ['its bytes in another order', async (path) => writeFile(path, (await readFile(path)).reverse())],
];

const CASES = VICTIMS.flatMap((victim) =>
  DAMAGES.map(([name, harm]) => ({ title: `${victim.name} has ${name}`, victim, harm })),
);

async function kept(folder: string): Promise<Buffer[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('timecard.damaged-'));
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

function has(copies: readonly Buffer[], bytes: Buffer): boolean {
  return copies.some((copy) => copy.equals(bytes));
}

/** An unfinished last line is what a killed process leaves; it was never acknowledged, so nobody is told. */
function looksCutShort(title: string): boolean {
  return title === 'a journal has half of its bytes';
}

describe('a database that is opened when', () => {
  it.for(CASES)('$title', async ({ title, victim, harm }, { task }) => {
    const { folder, clock } = await filled(victim.limits);
    const path = await victim.find(folder);
    await harm(path);
    const damaged = await readFile(path);

    const { store, notices } = await open(folder, { ...victim.limits, clock });
    const found = await ids(store);
    expect(found).toEqual(ALL.slice(0, found.length));
    expect(found.length).toBeGreaterThanOrEqual(victim.atLeast.length);
    task.meta.damage = { what: title, told: 'nothing', back: found };
    if (!looksCutShort(title)) {
      const told = await toldOf(notices);
      expect(told).toContain(victim.problem);
      expect(has(await kept(folder), damaged)).toBe(true);
      task.meta.damage = { what: title, told: told.replaceAll(folder, ''), back: found };
    }

    await store.commit((tx) => tx.insertRecord(record('next')));
    const again = await open(folder, { ...victim.limits, clock });
    expect(await ids(again.store)).toEqual([...found, 'next'].sort());
    expect(again.notices).toEqual([]);
  });
});

async function damageWhileOpen({ victim, harm }: (typeof CASES)[number]): Promise<void> {
  const { folder, clock } = await filled(victim.limits);
  const { store, notices } = await open(folder, { ...victim.limits, clock });
  await harm(await victim.find(folder));
  expect(await ids(store)).toEqual(ALL);
  await store.commit((tx) => tx.insertRecord(record('next')));
  const other = await open(folder, { ...victim.limits, clock });
  expect(await ids(other.store)).toEqual([...ALL, 'next'].sort());
  expect(other.notices).toEqual([]);
  await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['restored']);
}

describe('a database that is open while', () => {
  it.each(CASES)('$title loses nothing', damageWhileOpen);
});

describe('one wrong bit in', () => {
  const PLACES = 220;
  const HEAD = 100;

  /** Opens a copy of the folder with the bit turned over. */
  async function turned(source: string, name: string, at: number, limits: Limits) {
    const folder = await tempFolder();
    await nodeDisk.makeFolder(join(folder, 'backups'));
    for (const each of [
      ...(await readdir(source)),
      ...(await readdir(join(source, 'backups'))).map((n) => `backups/${n}`),
    ]) {
      if (/\.(sqlite|journal)$/.test(each)) await nodeDisk.copyNew(join(source, each), join(folder, each));
    }
    const bytes = await readFile(join(folder, name));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    await writeFile(join(folder, name), bytes);
    return { folder, bytes, ...(await open(folder, limits)) };
  }

  function refusalOf(commit: Promise<unknown>): Promise<unknown> {
    return commit.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  async function turnAt(at: number, source: string, name: string, victim: Victim) {
    const { limits } = victim;
    const { folder, bytes, store, notices } = await turned(source, name, at, limits);
    // SQLite has no checksums: a bit in a text changes that text, and nobody can tell.
    const found = await ids(store);
    expect(found.length, `bit ${at}`).toBeLessThanOrEqual(ALL.length);
    const refused = await refusalOf(store.commit((tx) => tx.insertRecord(record('next'))));
    if (refused !== undefined) {
      // A later version is a bit away from this one, and its files are left alone.
      expect(refused, `bit ${at}`).toMatchObject({ reason: 'storageNewer' });
      expect(await readFile(join(folder, name)), `bit ${at}`).toEqual(bytes);
      return 'newer';
    }
    const isTold = notices.length > 0;
    const noJournal = victim.problem === FILE && notices[0]?.message.startsWith(JOURNAL) === true;
    if (noJournal) {
      // The file names its journal; with a bit of that name wrong, what is in the journal is kept but not used.
      expect(has(await kept(folder), await readFile(await journalOf(source))), `bit ${at}`).toBe(true);
      expect(found, `bit ${at}`).toEqual(ALL.slice(0, 1));
    } else if (isTold) {
      expect(has(await kept(folder), bytes), `bit ${at}`).toBe(true);
      expect(found, `bit ${at}`).toEqual(ALL.slice(0, Math.max(found.length, victim.atLeast.length)));
    } else expect(found, `bit ${at}`).toHaveLength(ALL.length);
    await store.close();
    const after = await open(folder, limits);
    expect(await ids(after.store), `bit ${at}`).toContain('next');
    await after.store.close();
    if (noJournal) return 'noJournal';
    return isTold ? 'told' : 'unnoticed';
  }

  it.for(VICTIMS)(
    '$name, wherever it is, ends no window, and nothing is overwritten',
    { timeout: 180_000 },
    async (victim, { task }) => {
      const counts = { told: 0, noJournal: 0, unnoticed: 0, newer: 0 };
      const { folder: source } = await filled(victim.limits);
      const path = await victim.find(source);
      const length = (await readFile(path)).length;
      for (let place = 0; place < PLACES; place += 1) {
        // The header wholly, then all over the file.
        const at = place < HEAD ? place : Math.round(((place - HEAD) / (PLACES - HEAD - 1)) * (length - 1));
        counts[await turnAt(at, source, path.slice(source.length + 1), victim)] += 1;
      }
      task.meta.wrongBits = { in: victim.name, places: PLACES, ...counts };
    },
  );
});

describe('a file with a journal', () => {
  it('of a newer version is read, and both are left as they are', async () => {
    const { folder, clock } = await filled(JOURNALED);
    const path = join(folder, DATABASE);
    const bytes = await readFile(path);
    bytes.writeUInt32BE(SCHEMA_VERSION + 1, 60);
    await writeFile(path, bytes);
    const journal = await readFile(await journalOf(folder));
    const { store, notices } = await open(folder, { ...JOURNALED, clock });
    expect(await ids(store)).toEqual(ALL);
    const refused = store.commit((tx) => tx.insertRecord(record('next')));
    await expect(refused).rejects.toMatchObject({ reason: 'storageNewer' });
    await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['newer']);
    await store.close();
    expect(await readFile(path)).toEqual(bytes);
    expect(await readFile(await journalOf(folder))).toEqual(journal);
  });
});
