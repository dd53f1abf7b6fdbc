import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { ids, type Opened, open, record, tempFolder, withJournal } from './helpers.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code, syscall: 'write', errno: -1 });
}

/** A disk that refuses every new file, and whatever is added to one, with `code` while it is set. */
class FailingDisk {
  code: string | undefined;
  folderCode: string | undefined;
  readonly disk: Disk = {
    ...nodeDisk,
    writeNew: async (path, bytes, steps) => {
      if (this.code === undefined) return nodeDisk.writeNew(path, bytes, steps);
      await writeFile(path, bytes.subarray(0, 10));
      throw systemError(this.code);
    },
    append: async (path, ...what) => {
      if (this.code !== undefined) throw systemError(this.code);
      return nodeDisk.append(path, ...what);
    },
    syncFolder: async (folder) => {
      if (this.folderCode !== undefined) throw systemError(this.folderCode);
      await nodeDisk.syncFolder(folder);
    },
  };
}

async function untilSaved({ store }: Opened): Promise<void> {
  await new Promise<void>((resolve) => {
    store.onNotice(({ kind }) => {
      if (kind === 'saved') resolve();
    });
  });
}

describe('a disk that refuses', () => {
  it.each([
    ['ENOSPC', 'storageFull', 'free some space'],
    ['EDQUOT', 'storageFull', 'free some space'],
    ['EROFS', 'storageReadOnly', 'writable'],
    ['EACCES', 'storageReadOnly', 'writable'],
    ['EPERM', 'storageReadOnly', 'writable'],
    ['EIO', 'storageReadOnly', 'writable'],
  ])('with %s is named, and the change is kept and saved later', async (code, reason, advice) => {
    const folder = await tempFolder();
    const failing = new FailingDisk();
    const opened = await open(folder, { disk: failing.disk });
    const { store, notices } = opened;
    await store.commit((tx) => tx.insertRecord(record('a')));
    failing.code = code;
    const refused = store.commit((tx) => tx.insertRecord(record('b')));
    await expect(refused).rejects.toMatchObject({ reason, message: expect.stringContaining(advice) });
    expect(await ids(store)).toEqual(['a', 'b']);
    const other = await open(folder);
    expect(await ids(other.store)).toEqual(['a']);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(notices.map(({ kind }) => kind)).toEqual(['unsaved']);

    failing.code = undefined;
    await untilSaved(opened);
    expect(await ids(other.store)).toEqual(['a', 'b']);
    expect(notices.map(({ kind }) => kind)).toEqual(['unsaved', 'saved']);
  });

  it('has the next commit save what waited, on top of what others did meanwhile', async () => {
    const folder = await tempFolder();
    const failing = new FailingDisk();
    const { store } = await open(folder, { disk: failing.disk });
    failing.code = 'ENOSPC';
    await expect(store.commit((tx) => tx.insertRecord(record('mine')))).rejects.toMatchObject({
      reason: 'storageFull',
    });
    const other = await open(folder);
    await other.store.commit((tx) => tx.insertRecord(record('theirs')));
    expect(await ids(store)).toEqual(['mine', 'theirs']);
    failing.code = undefined;
    await store.commit((tx) => tx.insertRecord(record('next')));
    expect(await ids(other.store)).toEqual(['mine', 'next', 'theirs']);
  });

  it('has closing save what waited', async () => {
    const folder = await tempFolder();
    const failing = new FailingDisk();
    const { store } = await open(folder, { disk: failing.disk });
    failing.code = 'EROFS';
    await expect(store.commit((tx) => tx.insertRecord(record('a')))).rejects.toThrow();
    failing.code = undefined;
    await store.close();
    expect(await ids((await open(folder)).store)).toEqual(['a']);
  });

  it('gives a change that fails its own error, and keeps nothing of it', async () => {
    const failing = new FailingDisk();
    const { store } = await open(await tempFolder(), { disk: failing.disk });
    failing.code = 'ENOSPC';
    const problem = new Error('mine');
    const broken = store.commit((tx) => {
      tx.insertRecord(record('a'));
      throw problem;
    });
    await expect(broken).rejects.toBe(problem);
    expect(await ids(store)).toEqual([]);
  });

  it('tells of a waiting change that does not fit the newest file any more', async () => {
    const folder = await tempFolder();
    const failing = new FailingDisk();
    const { store, notices } = await open(folder, { disk: failing.disk });
    failing.code = 'ENOSPC';
    await expect(store.commit((tx) => tx.insertRecord(record('a', { timeOut: null })))).rejects.toThrow();
    const other = await open(folder);
    await other.store.commit((tx) => tx.insertRecord(record('b', { timeOut: null })));
    expect(await ids(store)).toEqual(['b']);
    expect(notices.map(({ message }) => message).join()).toContain('another record is running');
  });

  it('does not confirm a rename: the change is refused once and is there once', async () => {
    const folder = await tempFolder();
    const failing = new FailingDisk();
    const { store } = await open(folder, { disk: failing.disk });
    failing.folderCode = 'EIO';
    await expect(store.commit((tx) => tx.insertRecord(record('a')))).rejects.toMatchObject({
      reason: 'storageReadOnly',
    });
    failing.folderCode = undefined;
    await store.commit((tx) => tx.insertRecord(record('b')));
    expect(await ids((await open(folder)).store)).toEqual(['a', 'b']);
  });

  it('when a damaged file is found keeps that file, works in memory and saves later', async () => {
    const folder = await tempFolder();
    const first = await open(folder);
    for (const id of ['a', 'b']) await first.store.commit((tx) => tx.insertRecord(record(id)));
    await first.store.close();
    await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    const failing = new FailingDisk();
    failing.code = 'ENOSPC';
    const opened = await open(folder, { disk: failing.disk });
    // A journal has what came after the backup.
    const found = withJournal ? ['a', 'b'] : ['a'];
    expect(await ids(opened.store)).toEqual(found);
    await expect.poll(() => opened.notices.map(({ kind }) => kind).sort()).toEqual(['restored', 'unsaved']);
    failing.code = undefined;
    await untilSaved(opened);
    expect(await ids((await open(folder)).store)).toEqual(found);
    expect((await readdir(folder)).filter((name) => name.includes('damaged'))).toHaveLength(1);
  });
});

function mounted(folder: string, options: string): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    return undefined;
  } catch (error) {
    return `mounting needs root and a kernel that lets it: ${String(error)}`;
  }
}

describe('a real disk', () => {
  it('that is full refuses with its reason and takes the change once there is space', async ({ skip }) => {
    const folder = await tempFolder();
    const problem = mounted(folder, 'size=1m');
    skip(problem !== undefined, problem);
    const opened = await open(folder);
    const { store } = opened;
    await store.commit((tx) => tx.insertRecord(record('a')));
    const filler = join(folder, 'filler');
    await writeFile(filler, Buffer.alloc(1 << 20)).catch(() => undefined);
    // More than what is left of the last page that the disk gave a journal.
    const refused = store.commit((tx) => tx.insertRecord(record('b', { notes: 'n'.repeat(10_000) })));
    await expect(refused).rejects.toMatchObject({ reason: 'storageFull' });
    expect(await ids(store)).toEqual(['a', 'b']);
    expect(await ids((await open(folder)).store)).toEqual(['a']);
    await rm(filler);
    await store.commit((tx) => tx.insertRecord(record('c')));
    expect(await ids((await open(folder)).store)).toEqual(['a', 'b', 'c']);
    await expect.poll(async () => (await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that becomes read-only refuses with its reason and is still read', async ({ skip }) => {
    const folder = await tempFolder();
    const problem = mounted(folder, 'size=2m');
    skip(problem !== undefined, problem);
    const first = await open(folder);
    await first.store.commit((tx) => tx.insertRecord(record('a')));
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const { store, notices } = await open(folder);
    const refused = store.commit((tx) => tx.insertRecord(record('b')));
    await expect(refused).rejects.toMatchObject({ reason: 'storageReadOnly' });
    expect(await ids(store)).toEqual(['a', 'b']);
    expect(notices.map(({ kind }) => kind)).toEqual(['unsaved']);
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    await store.commit((tx) => tx.insertRecord(record('c')));
    expect(await ids(first.store)).toEqual(['a', 'b', 'c']);
  });
});
