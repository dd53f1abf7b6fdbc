import { chmod, mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { ids, NOON, open, record, tempFolder } from './helpers.ts';
import { ALL, DATABASE, filled, JOURNALED, journalOf, toldOf, WHOLE } from './three.ts';

const YEAR = 365 * 86_400_000;

/** The database and its journals. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => /\.(sqlite|journal)$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'base64')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

describe('a folder', () => {
  it.each([WHOLE, JOURNALED])('that is missing, with those above it, is made (%o)', async (limits) => {
    const folder = join(await tempFolder(), 'not', 'there', 'yet');
    const { store, notices } = await open(folder, limits);
    await store.commit((tx) => tx.insertRecord(record('first')));
    expect(await ids((await open(folder, limits)).store)).toEqual(['first']);
    expect(notices).toEqual([]);
  });

  it.each([WHOLE, JOURNALED])('that is removed while open is made again from memory (%o)', async (limits) => {
    const { folder, clock } = await filled(limits);
    const { store } = await open(folder, { ...limits, clock });
    await rm(folder, { recursive: true });
    expect(await ids(store)).toEqual(ALL);
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids((await open(folder, { ...limits, clock })).store)).toEqual([...ALL, 'next'].sort());
  });

  it('in whose place is a file gives the reason, and the file stays', async () => {
    const parent = await tempFolder();
    const folder = join(parent, 'storage');
    await writeFile(folder, 'mine');
    const attempt = open(folder, WHOLE).then(({ store }) => store.commit((tx) => tx.insertRecord(record('first'))));
    await expect(attempt).rejects.toMatchObject({ reason: expect.stringMatching(/^storage/) });
    expect(await readFile(folder, 'utf8')).toBe('mine');
  });
});

describe('files that may not be read', () => {
  function unreadable(which: RegExp): Disk {
    const refuse = (path: string) => {
      if (which.test(path)) throw Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES', syscall: 'open' });
    };
    return {
      ...nodeDisk,
      read: async (path) => {
        refuse(path);
        return nodeDisk.read(path);
      },
      readFrom: async (path, offset) => {
        refuse(path);
        return nodeDisk.readFrom(path, offset);
      },
    };
  }

  it.each([
    ['the file', /\/timecard\.sqlite$/, WHOLE],
    ['the file with a journal', /\/timecard\.sqlite$/, JOURNALED],
    ['the journal', /\.journal$/, JOURNALED],
  ] as const)('(%s) say so, and stay as they are', async (_name, which, limits) => {
    const { folder, clock } = await filled(limits);
    const before = await contents(folder);
    const opening = open(folder, { ...limits, clock, disk: unreadable(which) });
    await expect(opening).rejects.toMatchObject({ reason: 'storageReadOnly' });
    expect(await contents(folder)).toEqual(before);
    expect(await ids((await open(folder, { ...limits, clock })).store)).toEqual(ALL);
  });
});

describe('a file that may only be read, in a folder that may be written', () => {
  const READ_ONLY = 0o444;

  it.each([
    ['the database', WHOLE, async (folder: string) => join(folder, DATABASE)],
    ['the database beside its journal', JOURNALED, async (folder: string) => join(folder, DATABASE)],
    ['the journal', JOURNALED, journalOf],
  ] as const)(
    '(%s) is read and stays as it is; changes are refused, kept, and saved once it may be written',
    async (_name, limits, find) => {
      const { folder, clock } = await filled(limits);
      const path = await find(folder);
      await chmod(path, READ_ONLY);
      const before = await contents(folder);
      const { ino } = await stat(path);

      const { store, notices } = await open(folder, { ...limits, clock });
      expect(await ids(store)).toEqual(ALL);
      expect(notices).toEqual([]);
      for (const id of ['too', 'u']) {
        await expect(store.commit((tx) => tx.insertRecord(record(id)))).rejects.toMatchObject({
          reason: 'storageReadOnly',
          message: expect.stringContaining(`make ${path} writable`),
        });
      }
      expect(await ids(store)).toEqual([...ALL, 'too', 'u']);
      expect(notices).toMatchObject([
        { kind: 'unsaved', message: expect.stringContaining(`${path} may only be read`) },
      ]);
      expect([await contents(folder), (await stat(path)).ino]).toEqual([before, ino]);
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);

      await chmod(path, 0o600);
      await store.commit((tx) => tx.insertRecord(record('w')));
      expect(notices.map(({ kind }) => kind)).toEqual(['unsaved', 'saved']);
      expect(await ids((await open(folder, { ...limits, clock })).store)).toEqual([...ALL, 'too', 'u', 'w']);
    },
  );

  it('is not replaced when it is damaged either, until it may be written', async () => {
    const { folder, clock } = await filled(WHOLE);
    const path = join(folder, DATABASE);
    await truncate(path, 100);
    await chmod(path, READ_ONLY);
    const before = await readFile(path);
    const { store, notices } = await open(folder, { ...WHOLE, clock });
    expect(await ids(store)).toEqual(['first']);
    await expect.poll(() => notices.map(({ kind }) => kind).sort()).toEqual(['restored', 'unsaved']);
    expect(await readFile(path)).toEqual(before);
    await chmod(path, 0o600);
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids((await open(folder, { ...WHOLE, clock })).store)).toEqual(['first', 'next']);
  });
});

describe('a clock that is set back by a year', () => {
  it.each([WHOLE, JOURNALED])('loses nothing, and the backup with the most in it comes back (%o)', async (limits) => {
    const { folder, clock } = await filled(limits);
    clock.ms = NOON - YEAR;
    const back = await open(folder, { ...limits, clock });
    await back.store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids(back.store)).toEqual([...ALL, 'next'].sort());
    await back.store.close();
    await truncate(join(folder, DATABASE), 0);
    const { store, notices } = await open(folder, { ...limits, clock });
    expect(await ids(store)).toEqual(limits === JOURNALED ? [...ALL, 'next'].sort() : ALL);
    expect(await toldOf(notices)).toContain('The database file was damaged');
  });

  it('leaves a dead window no lock for that year', async () => {
    const { folder, clock } = await filled(WHOLE);
    const lock = join(folder, `${DATABASE}.lock`);
    await mkdir(lock);
    const future = new Date(Date.now() + YEAR);
    await utimes(lock, future, future);
    const { store } = await open(folder, { ...WHOLE, clock, lockStaleMs: 2_000 });
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids(store)).toEqual([...ALL, 'next'].sort());
  });
});
