import fs from 'node:fs';
import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { ids, open, record, tempFolder } from './helpers.ts';
import { ALL, filled, JOURNALED, journalOf } from './three.ts';

/* A read may give less than was asked for: a bad page, a share, FUSE. What is missing then is not gone. */

/** What `FileHandle.read` does is changed for the rest of the test. */
async function changeReads(
  path: string,
  change: (read: fs.promises.FileHandle['read']) => (...what: [Buffer, number, number, number | null]) => unknown,
): Promise<void> {
  const handle = await fs.promises.open(path, 'r');
  const shared = Object.getPrototypeOf(handle);
  await handle.close();
  const { read } = shared;
  onTestFinished(() => void Object.assign(shared, { read }));
  const changed = function (this: fs.promises.FileHandle, ...what: [Buffer, number, number, number | null]) {
    return change(read.bind(this))(...what);
  };
  Object.assign(shared, { read: changed });
}

/** A disk of which so many `readFrom` as are `armed` give what `spoil` leaves of the bytes. */
function spoiling(spoil: (bytes: Uint8Array) => Uint8Array): { disk: Disk; armed: number; offsets: number[] } {
  const stub = {
    armed: 0,
    offsets: [] as number[],
    disk: {
      ...nodeDisk,
      readFrom: async (path: string, offset: number) => {
        const { bytes, stamp } = await nodeDisk.readFrom(path, offset);
        if (stub.armed === 0) return { bytes, stamp };
        stub.armed -= 1;
        stub.offsets.push(offset);
        return { bytes: spoil(bytes), stamp };
      },
    },
  };
  return stub;
}

const half = (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length / 2));

describe('a read of the end of a file', () => {
  it('that gives 100 bytes at a time is gone on with', async () => {
    const { folder, clock } = await filled(JOURNALED);
    const path = await journalOf(folder);
    const bytes = await readFile(path);
    await changeReads(path, (read) => (buffer, at, length, from) => read(buffer, at, Math.min(100, length), from));
    expect(Buffer.from((await nodeDisk.readFrom(path, 7)).bytes)).toEqual(bytes.subarray(7));
    expect(Buffer.from(await nodeDisk.readHead(path, 1_000))).toEqual(bytes.subarray(0, 1_000));
    const one = await open(folder, { ...JOURNALED, clock });
    expect(await ids(one.store)).toEqual(ALL);
    const other = await open(folder, { ...JOURNALED, clock });
    await other.store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids(one.store)).toEqual(['first', 'next', 'second', 'third']);
  });

  it('that gives nothing while the file goes on fails', async () => {
    const { folder } = await filled(JOURNALED);
    const path = await journalOf(folder);
    await changeReads(path, () => async (buffer: Buffer) => ({ buffer, bytesRead: 0 }));
    await expect(nodeDisk.readFrom(path, 0)).rejects.toMatchObject({ code: 'EIO' });
  });

  it('that somebody cuts meanwhile has the stamp of what is left', async () => {
    const path = join(await tempFolder(), 'file');
    await writeFile(path, 'a line and a half');
    await changeReads(path, (read) => async (...what) => {
      if (what[1] === 0) await truncate(path, 6);
      return read(...what);
    });
    const { bytes, stamp } = await nodeDisk.readFrom(path, 0);
    expect(Buffer.from(bytes).toString()).toBe('a line');
    expect(stamp.size).toBe(6n);
  });
});

describe('a journal of which a disk gave the first half only', () => {
  it('when it was opened is not cut there by the next commit', async () => {
    const { folder, clock } = await filled(JOURNALED);
    const stub = spoiling(half);
    stub.armed = 1;
    const { store, notices } = await open(folder, { ...JOURNALED, clock, disk: stub.disk });
    expect(stub.armed).toBe(0);
    await store.commit((tx) => tx.insertRecord(record('next')));
    await store.close();
    expect(await ids((await open(folder, { ...JOURNALED, clock })).store)).toEqual([
      'first',
      'next',
      'second',
      'third',
    ]);
    expect(notices).toEqual([]);
  });

  it('when another window had added to it is not cut there by the next commit', async () => {
    const { folder, clock } = await filled(JOURNALED);
    const stub = spoiling(half);
    const { store } = await open(folder, { ...JOURNALED, clock, disk: stub.disk });
    const other = await open(folder, { ...JOURNALED, clock });
    for (const id of ['a', 'b']) await other.store.commit((tx) => tx.insertRecord(record(id)));
    stub.armed = 1;
    await store.commit((tx) => tx.insertRecord(record('c')));
    expect(stub.armed).toBe(0);
    await store.close();
    expect(await ids((await open(folder, { ...JOURNALED, clock })).store)).toEqual(['a', 'b', 'c', ...ALL]);
  });

  it('again and again cannot be opened, and stays as it is', async () => {
    const { folder, clock } = await filled(JOURNALED);
    const stub = spoiling(half);
    stub.armed = 1_000;
    const opening = open(folder, { ...JOURNALED, clock, disk: stub.disk });
    await expect(opening).rejects.toMatchObject({ reason: 'storageReadOnly' });
    expect(await ids((await open(folder, { ...JOURNALED, clock })).store)).toEqual(ALL);
  });

  it('still has an unfinished last line cut off', async () => {
    const { folder, clock } = await filled(JOURNALED);
    await appendFile(await journalOf(folder), '{"after":"0123","commit":"x","chan');
    const { store } = await open(folder, { ...JOURNALED, clock });
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect((await readFile(await journalOf(folder), 'utf8')).includes('"0123"')).toBe(false);
  });
});

describe('a commit that was made during a fold', () => {
  const FEW = { journalFrom: 0, foldFrom: 2_000, foldQuietMs: 0 };

  /** Folds with `spoil` done between writing the file and putting it in place. @returns what is there afterwards */
  async function folded(disk: Disk, spoil: (folder: string) => Promise<void>) {
    const folder = await tempFolder();
    let go: () => void = () => undefined;
    const spoilt = new Promise<void>((resolve) => {
      go = resolve;
    });
    let waits = 0;
    const at = (step: string) => {
      // The new file is on the disk, so that it is seen to go when the fold ends.
      if (step !== 'tempSynced') return undefined;
      waits += 1;
      // The first one is the commit that makes the file.
      return waits === 2 ? spoilt : undefined;
    };
    const { store, notices } = await open(folder, { ...FEW, disk, hooks: { at } });
    for (const id of ALL) await store.commit((tx) => tx.insertRecord(record(id)));
    await expect.poll(() => waits).toBe(2);
    await store.commit((tx) => tx.insertRecord(record('during')));
    await spoil(folder);
    go();
    await expect.poll(async () => (await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const found = await ids(store);
    await store.close();
    const again = await open(folder, { ...FEW, foldFrom: 1_000_000 });
    return { found, later: await ids(again.store), told: [...notices, ...again.notices].map(({ kind }) => kind) };
  }

  async function flipLastLine(folder: string): Promise<void> {
    const path = await journalOf(folder);
    const bytes = await readFile(path);
    await writeFile(path, flipped(bytes));
  }

  const flipped = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 60 ? byte ^ 0x10 : byte));

  it('and was damaged before the file is in place is not lost', async () => {
    const { found, later } = await folded(nodeDisk, flipLastLine);
    expect(found).toEqual(['during', ...ALL]);
    expect(later).toEqual(found);
  });

  it.each([
    ['for a moment', 1, []],
    ['any more', 2, ['restored']],
  ])('and cannot be read %s when the file is put in place is not lost', async (_long, reads, expected) => {
    const stub = spoiling(flipped);
    const { found, later, told } = await folded(stub.disk, async () => {
      stub.armed = reads;
    });
    expect(told).toEqual(expected);
    expect(stub.offsets[0]).toBeGreaterThan(0);
    expect(found).toEqual(['during', ...ALL]);
    expect(later).toEqual(found);
  });
});
