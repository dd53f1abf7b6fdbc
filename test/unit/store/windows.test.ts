import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { ids, open, record, tempFolder } from './helpers.ts';

/*
 * What the store does about the file system of Windows, as far as that can be tested elsewhere: there, a file that
 * somebody has open cannot be replaced, and one that is being replaced cannot be opened.
 */

const platform = process.platform;

function pretend(name: NodeJS.Platform): void {
  Object.defineProperty(process, 'platform', { value: name });
}

beforeEach(() => pretend('win32'));
afterEach(() => pretend(platform));

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code, syscall: 'rename', errno: -1 });
}

/** A disk on which the next operations of a kind find the file held by a virus scanner. */
class ScannedDisk {
  readonly left = { rename: 0, read: 0, stamp: 0 };
  constructor(private readonly code: string) {}
  readonly disk: Disk = {
    ...nodeDisk,
    renameNow: (from, to) => {
      this.#meet('rename');
      nodeDisk.renameNow(from, to);
    },
    read: async (path) => {
      this.#meet('read');
      return nodeDisk.read(path);
    },
    stamp: async (path) => {
      this.#meet('stamp');
      return nodeDisk.stamp(path);
    },
  };

  #meet(what: keyof ScannedDisk['left']): void {
    if (this.left[what] === 0) return;
    this.left[what] -= 1;
    throw systemError(this.code);
  }
}

describe.each(['EPERM', 'EBUSY', 'EACCES'])('a file that Windows says %s about', (code) => {
  it('is replaced and read as soon as it is free', async () => {
    const folder = await tempFolder();
    const scanned = new ScannedDisk(code);
    const { store, notices } = await open(folder, { disk: scanned.disk });
    await store.commit((tx) => tx.insertRecord(record('a')));
    Object.assign(scanned.left, { rename: 3, stamp: 2 });
    await store.commit((tx) => tx.insertRecord(record('b')));
    const other = await open(folder);
    await other.store.commit((tx) => tx.insertRecord(record('c')));
    Object.assign(scanned.left, { read: 3, stamp: 2 });
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
    expect(scanned.left).toEqual({ rename: 0, read: 0, stamp: 0 });
    expect(notices).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is left alone when it stays held: the change waits in memory, and the file is what it was', async () => {
    const folder = await tempFolder();
    const scanned = new ScannedDisk(code);
    const { store, notices } = await open(folder, { disk: scanned.disk });
    await store.commit((tx) => tx.insertRecord(record('a')));
    const before = await readFile(join(folder, 'timecard.sqlite'));
    scanned.left.rename = 1_000;
    await expect(store.commit((tx) => tx.insertRecord(record('b')))).rejects.toMatchObject({
      reason: 'storageReadOnly',
    });
    expect(await readFile(join(folder, 'timecard.sqlite'))).toEqual(before);
    expect(await ids(store)).toEqual(['a', 'b']);
    expect(notices.map(({ kind }) => kind)).toEqual(['unsaved']);
    scanned.left.rename = 0;
    await store.close();
    expect(await ids((await open(folder)).store)).toEqual(['a', 'b']);
  });

  it('says so when it cannot be read for long', async () => {
    const folder = await tempFolder();
    const scanned = new ScannedDisk(code);
    const { store } = await open(folder, { disk: scanned.disk });
    await store.commit((tx) => tx.insertRecord(record('a')));
    scanned.left.stamp = 1_000;
    await expect(ids(store)).rejects.toMatchObject({
      reason: 'storageReadOnly',
      message: expect.stringContaining(code),
    });
    scanned.left.stamp = 0;
    expect(await ids(store)).toEqual(['a']);
  });
});

it('elsewhere a refusal is a refusal, at once', async () => {
  pretend('linux');
  const scanned = new ScannedDisk('EACCES');
  const { store } = await open(await tempFolder(), { disk: scanned.disk });
  await store.commit((tx) => tx.insertRecord(record('a')));
  scanned.left.rename = 1;
  await expect(store.commit((tx) => tx.insertRecord(record('b')))).rejects.toMatchObject({ reason: 'storageReadOnly' });
});
