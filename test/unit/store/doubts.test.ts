import { mkdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store, Tx } from '../../../src/core/storePorts.ts';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { fateOf } from '../../../src/store/journal/doubt.ts';
import type { CommitStep } from '../../../src/store/store.ts';
import { type Opened, open, record, tempFolder } from './helpers.ts';
import { JOURNALED, journalOf } from './three.ts';

/* Commits of which it is not known, for a while, whether they are on the disk. */

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code, syscall: 'fdatasync', errno: -1 });
}

/** A disk that refuses before it has written anything, or after all of it; a new file it takes only when `takesFiles`. */
class WaveringDisk {
  refuses: 'before' | 'after' | undefined;
  takesFiles = false;
  readonly disk: Disk = {
    ...nodeDisk,
    writeNew: async (...what) => {
      if (this.refuses !== undefined && !this.takesFiles) throw systemError('EIO');
      return nodeDisk.writeNew(...what);
    },
    append: async (...what) => {
      if (this.refuses === 'before') throw systemError('ENOSPC');
      const stamp = await nodeDisk.append(...what);
      if (this.refuses === 'after' && stamp !== undefined) throw systemError('EIO');
      return stamp;
    },
  };
}

/** A change that shows how often it was applied. */
function marking(mark: string): (tx: Tx) => void {
  return (tx) => {
    const marked = tx.record('a');
    if (marked !== undefined) tx.updateRecord({ ...marked, notes: `${marked.notes}${mark}` });
  };
}

const notesOf = (store: Store) => store.read((db) => db.record('a')?.notes);

async function openWith(folder: string, options: Parameters<typeof open>[1]): Promise<Opened> {
  const opened = await open(folder, { ...JOURNALED, ...options });
  await opened.store.commit((tx) => tx.insertRecord(record('a')));
  return opened;
}

describe('a line that stayed in the journal although the disk refused it', () => {
  it('is not written a second time, and the user hears that it is saved', async () => {
    const folder = await tempFolder();
    const wavering = new WaveringDisk();
    const { store, notices } = await openWith(folder, { disk: wavering.disk });
    wavering.refuses = 'after';
    // It is there for everybody to read, and the user hears that the disk is not well.
    await store.commit(marking('1'));
    expect(notices.map(({ kind }) => kind)).toEqual(['unsaved']);
    expect(await notesOf(store)).toBe('1');
    expect(await notesOf((await open(folder, JOURNALED)).store)).toBe('1');
    wavering.refuses = undefined;
    await expect.poll(() => notices.map(({ kind }) => kind), { timeout: 5_000 }).toEqual(['unsaved', 'saved']);
    await store.commit(marking('2'));
    expect(await notesOf((await open(folder, JOURNALED)).store)).toBe('12');
    expect(notices.map(({ kind }) => kind)).toEqual(['unsaved', 'saved']);
  });

  it('is not written a second time when the file can be written, and nobody hears of it', async () => {
    const folder = await tempFolder();
    const wavering = new WaveringDisk();
    const { store, notices } = await openWith(folder, { disk: wavering.disk });
    wavering.takesFiles = true;
    wavering.refuses = 'after';
    const before = await journalOf(folder);
    await store.commit(marking('1'));
    expect(await journalOf(folder)).not.toBe(before);
    wavering.refuses = undefined;
    await store.commit(marking('2'));
    expect(await notesOf((await open(folder, JOURNALED)).store)).toBe('12');
    expect(notices).toEqual([]);
  });

  it('has with it what had been waiting for the disk before', async () => {
    const folder = await tempFolder();
    const wavering = new WaveringDisk();
    const { store } = await openWith(folder, { disk: wavering.disk });
    wavering.refuses = 'before';
    await expect(store.commit(marking('1'))).rejects.toMatchObject({ reason: 'storageFull' });
    wavering.refuses = 'after';
    await store.commit(marking('2'));
    wavering.refuses = undefined;
    const other = await open(folder, JOURNALED);
    await other.store.commit(marking('3'));
    await store.commit(marking('4'));
    expect(await notesOf(other.store)).toBe('1234');
  });
});

/** Takes the lock away from the one who has it, and keeps it. */
async function takeLock(folder: string): Promise<void> {
  const lock = join(folder, 'timecard.sqlite.lock');
  await mkdir(lock, { recursive: true });
  await writeFile(join(folder, 'timecard.sqlite.owner'), 'somebody else');
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), 100);
  onTestFinished(async () => {
    clearInterval(alive);
    await rm(lock, { recursive: true, force: true });
  });
}

describe('a turn that is lost after the line was written', () => {
  /** A store that loses its turn, and the lock for good, at its second commit. */
  async function losing(folder: string, and: () => Promise<void> = async () => undefined, disk?: Disk) {
    let isLost = true;
    const at = async (step: CommitStep) => {
      if (step !== 'journalSynced' || isLost) return;
      isLost = true;
      await takeLock(folder);
      await and();
    };
    const opened = await openWith(folder, { hooks: { at }, lockWaitMs: 300, ...(disk === undefined ? {} : { disk }) });
    return {
      ...opened,
      lose: () => {
        isLost = false;
      },
    };
  }

  it('is told from one that did nothing, also when the lock stays busy', async () => {
    const folder = await tempFolder();
    const { store, lose } = await losing(folder);
    lose();
    await store.commit(marking('1'));
    expect(await notesOf(store)).toBe('1');
  });

  it('is not called undone when the line cannot be found', async () => {
    const folder = await tempFolder();
    const opened = await losing(folder, async () => truncate(await journalOf(folder), size));
    const { size } = await stat(await journalOf(folder));
    opened.lose();
    await expect(opened.store.commit(marking('1'))).rejects.toMatchObject({
      reason: 'storageBusy',
      outcome: 'unknown',
    });
    expect(await notesOf(opened.store)).toBe('');
  });

  it('has with it what had been waiting for the disk before', async () => {
    const folder = await tempFolder();
    const wavering = new WaveringDisk();
    const { store, lose } = await losing(folder, undefined, wavering.disk);
    wavering.refuses = 'before';
    await expect(store.commit(marking('1'))).rejects.toMatchObject({ reason: 'storageFull' });
    wavering.refuses = undefined;
    lose();
    await store.commit(marking('2'));
    expect(await notesOf(store)).toBe('12');
  });
});

describe('the fate of a commit', () => {
  const end = {
    path: '',
    end: 0,
    lastLine: 0,
    sum: '',
    tail: 'clean',
    stamp: { ino: 0n, mtimeNs: 0n, size: 0n },
  } as const;
  const position = (generation: string, ...commits: readonly string[]) => ({ ...end, generation, commits });
  const doubt = { commit: 'mine', after: position('one', 'a', 'b') };

  it.each([
    ['in', position('one', 'a', 'b', 'mine', 'c')],
    ['out', position('one', 'a', 'b', 'c')],
    ['in', position('two', 'b', 'mine', 'c')],
    ['out', position('two', 'b', 'c')],
    ['unknown', position('two', 'c', 'd')],
    ['unknown', undefined],
  ])('is "%s" by what is known of all that came since', (fate, now) => {
    expect(fateOf(doubt, now)).toBe(fate);
  });
});
