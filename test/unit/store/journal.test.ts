import { randomBytes } from 'node:crypto';
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/storePorts.ts';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { foldInWorker, type StoreOptions } from '../../../src/store/store.ts';
import { ids, type Opened, open, record, TestClock, tempFolder, wasm } from './helpers.ts';
import { bundledThread } from './thread.ts';

const JOURNAL = /^timecard\.[0-9a-f]{16}\.journal$/;
const NEVER_FOLDED = { journalFrom: 0, foldFrom: 1_000_000 };
const DAY = 24 * 60 * 60_000;
/** A thread takes its time to start while other tests run. */
const SOON = { timeout: 10_000 };

function openLarge(folder: string, options: Partial<StoreOptions> & { clock?: TestClock } = {}): Promise<Opened> {
  return open(folder, { ...NEVER_FOLDED, ...options });
}

async function add(store: Store, ...names: readonly string[]): Promise<void> {
  for (const name of names) await store.commit((tx) => tx.insertRecord(record(name)));
}

async function journalsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => JOURNAL.test(name)).map((name) => join(folder, name));
}

async function journalIn(folder: string): Promise<string> {
  const [path = ''] = await journalsIn(folder);
  return path;
}

/** A folder in which `a` is in the file and `b` and `c` are in its journal, and nobody has it open. */
async function withJournal(): Promise<string> {
  const folder = await tempFolder();
  const { store } = await openLarge(folder);
  await add(store, 'a', 'b', 'c');
  await store.close();
  return folder;
}

/** Damages the line after the first `lines`. */
async function changeByte(path: string, lines: number): Promise<void> {
  const text = await readFile(path, 'latin1');
  const before = text.split('\n', lines).join('\n').length + 1;
  await writeFile(path, `${text.slice(0, before + 20)}#${text.slice(before + 21)}`, 'latin1');
}

function damaged(folder: string): Promise<string[]> {
  return readdir(folder).then((names) => names.filter((name) => name.startsWith('timecard.damaged-')));
}

/** Counts how often whole database files are read. */
function counting(): { readonly disk: Disk; reads: number } {
  const counter = {
    reads: 0,
    disk: {
      ...nodeDisk,
      read: (path: string) => {
        counter.reads += 1;
        return nodeDisk.read(path);
      },
    },
  };
  return counter;
}

describe('a journal', () => {
  it('takes commits while the file stays as it is, and is read when the database is opened', async () => {
    const folder = await tempFolder();
    const { store } = await openLarge(folder);
    await add(store, 'a');
    const before = await readFile(join(folder, 'timecard.sqlite'));
    await add(store, 'b', 'c');
    expect(await readFile(join(folder, 'timecard.sqlite'))).toEqual(before);
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c']);
  });

  it('is not made for a small file', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder, { journalFrom: 1_000_000 });
    await add(store, 'a', 'b');
    expect(await journalsIn(folder)).toEqual([]);
  });

  it('is made by the very commit that makes the file large', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder, { journalFrom: 300_000, foldFrom: 1_000_000 });
    await add(store, 'a');
    expect(await journalsIn(folder)).toEqual([]);
    await store.commit((tx) => {
      for (let n = 0; n < 1_000; n += 1) tx.insertRecord(record(`many-${n}`));
    });
    const before = await readFile(join(folder, 'timecard.sqlite'));
    await add(store, 'b');
    expect(await readFile(join(folder, 'timecard.sqlite'))).toEqual(before);
    const again = await open(folder, { journalFrom: 300_000 });
    expect(await again.store.read((db) => db.countRecords())).toBe(1_002);
  });

  it('tells other windows what is new without their reading the file again', async () => {
    const folder = await tempFolder();
    const one = await openLarge(folder);
    await add(one.store, 'a');
    const counter = counting();
    const two = await openLarge(folder, { disk: counter.disk });
    expect(await ids(two.store)).toEqual(['a']);
    const reads = counter.reads;
    await add(one.store, 'b');
    expect(await ids(two.store)).toEqual(['a', 'b']);
    await add(two.store, 'c');
    expect(await ids(one.store)).toEqual(['a', 'b', 'c']);
    expect(counter.reads).toBe(reads);
  });

  it('does not take a commit that is cheaper to write with the whole file', async () => {
    const folder = await withJournal();
    const { store } = await openLarge(folder);
    await store.commit((tx) => {
      for (let n = 0; n < 600; n += 1) tx.insertRecord(record(`many-${n}`));
    });
    const entries = (await readFile(await journalIn(folder), 'utf8')).trim().split('\n');
    expect(entries).toHaveLength(1);
    expect(await ids((await openLarge(folder)).store)).toHaveLength(603);
  });

  it('is replayed before the schema of an older version is brought up to date', async () => {
    const folder = await withJournal();
    const { store, notices } = await openLarge(folder);
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
    expect(notices).toEqual([]);
  });

  it('is found for a file that was copied or touched', async () => {
    const folder = await withJournal();
    const other = await tempFolder();
    for (const name of await readdir(folder)) {
      if (name.startsWith('timecard.')) await copyFile(join(folder, name), join(other, name));
    }
    const { store, notices } = await openLarge(other);
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
    await add(store, 'd');
    expect(await ids((await openLarge(other)).store)).toEqual(['a', 'b', 'c', 'd']);
    expect(notices).toEqual([]);
  });
});

describe('folding', () => {
  const few = { journalFrom: 0, foldFrom: 2_000, foldQuietMs: 0 };

  async function untilFolded(folder: string, generation: string): Promise<void> {
    await expect.poll(async () => (await journalsIn(folder)).some((path) => path !== generation), SOON).toBe(true);
    await expect.poll(async () => (await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }

  it('puts what is in the journal into the file, and commits go on meanwhile', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder, few);
    await add(store, 'a');
    const first = await journalIn(folder);
    const names = Array.from({ length: 30 }, (_value, n) => `n-${String(n).padStart(2, '0')}`);
    await add(store, ...names);
    await untilFolded(folder, first);
    expect(await ids(store)).toEqual(['a', ...names]);
    await store.close();
    expect(await ids((await open(folder, few)).store)).toEqual(['a', ...names]);
    expect((await journalsIn(folder)).length).toBeLessThanOrEqual(2);
  });

  it('by one window has the others go on with what they have in memory', async () => {
    const folder = await tempFolder();
    const one = await open(folder, few);
    await add(one.store, 'a');
    const counter = counting();
    const two = await openLarge(folder, { disk: counter.disk });
    expect(await ids(two.store)).toEqual(['a']);
    const reads = counter.reads;
    const first = await journalIn(folder);
    await add(one.store, 'b', 'c', 'd');
    await untilFolded(folder, first);
    await add(one.store, 'e');
    expect(await ids(two.store)).toEqual(['a', 'b', 'c', 'd', 'e']);
    await add(two.store, 'f');
    expect(await ids(one.store)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(counter.reads).toBe(reads);
  });

  it('that another window has done is not done again', async () => {
    const folder = await tempFolder();
    const waiting: (() => void)[] = [];
    const slow = {
      at: (step: string) =>
        step === 'tempSynced' && waiting.length === 0 ? new Promise<void>((go) => waiting.push(go)) : undefined,
    };
    const first = await openLarge(folder);
    await add(first.store, 'a');
    const one = await open(folder, { ...few, hooks: slow });
    await add(one.store, 'b', 'c', 'd');
    await expect.poll(() => waiting.length).toBe(1);
    const two = await open(folder, few);
    await expect.poll(async () => (await journalsIn(folder)).length).toBe(2);
    await add(two.store, 'e');
    for (const go of waiting) go();
    await expect.poll(async () => (await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await add(one.store, 'f');
    expect(await ids(two.store)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('that fails leaves everything as it is', async () => {
    const folder = await tempFolder();
    const fold = () => Promise.reject(new Error('no thread to be had'));
    const { store, log } = await open(folder, { ...few, fold });
    await add(store, ...Array.from({ length: 10 }, (_value, n) => `n-${n}`));
    expect(log.lines.join()).toContain('no thread to be had');
    expect(await ids((await open(folder, few)).store)).toHaveLength(10);
  });

  it('that always fails ends with the whole file being written by a commit', async () => {
    const folder = await tempFolder();
    const fold = () => Promise.reject(new Error('no thread to be had'));
    const { store } = await open(folder, { ...few, fold });
    const sizes: number[] = [];
    for (let n = 0; n < 120; n += 1) {
      await add(store, `n-${n}`);
      sizes.push((await stat(await journalIn(folder))).size);
    }
    expect(Math.max(...sizes)).toBeGreaterThan(2_000 * 15);
    expect(Math.max(...sizes)).toBeLessThan(2_000 * 17);
    expect(await ids((await open(folder, few)).store)).toHaveLength(120);
  });

  describe('in a quiet moment', () => {
    /** Counts folds. A commit is about 1,100 bytes of the journal, and four times the limit is very long. */
    async function openCounting(folder: string, foldQuietMs: number) {
      let folds = 0;
      const at = (step: string) => {
        if (step === 'exported') folds += 1;
      };
      const opened = await open(folder, { journalFrom: 0, foldFrom: 5_000, foldQuietMs, hooks: { at } });
      await add(opened.store, 'first');
      folds = 0;
      return { ...opened, folds: () => folds };
    }
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

    it('begins only when nothing has been committed for a while', async () => {
      const { store, folds } = await openCounting(await tempFolder(), 1_500);
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
        await add(store, name);
        await pause(100);
      }
      expect(folds()).toBe(0);
      await expect.poll(folds, SOON).toBe(1);
    });

    it('is not waited for when the journal has become very long', async () => {
      const { store, folds } = await openCounting(await tempFolder(), 60_000);
      await add(store, ...Array.from({ length: 30 }, (_value, n) => `n-${n}`));
      await expect.poll(folds, SOON).toBe(1);
    });

    it('does not come any more once the database is closed', async () => {
      const { store, folds } = await openCounting(await tempFolder(), 50);
      await add(store, 'a', 'b', 'c', 'd', 'e', 'f');
      await store.close();
      await pause(200);
      expect(folds()).toBe(0);
    });

    it('leaves alone what another window has folded meanwhile', async () => {
      const folder = await tempFolder();
      const slow = await openCounting(folder, 1_500);
      await add(slow.store, 'a', 'b', 'c', 'd', 'e', 'f');
      const before = await journalIn(folder);
      const quick = await open(folder, few);
      await untilFolded(folder, before);
      await pause(1_800);
      expect(slow.folds()).toBe(0);
      expect(slow.log.lines).toEqual([]);
      expect(await ids(quick.store)).toHaveLength(7);
    });
  });

  describe('on a thread of its own', () => {
    const script = bundledThread();

    it('does the same', async () => {
      const folder = await tempFolder();
      const { store, log } = await open(folder, { ...few, ...foldInWorker(script(), wasm) });
      await add(store, 'a');
      const first = await journalIn(folder);
      await add(store, 'b', 'c', 'd');
      await untilFolded(folder, first);
      await add(store, 'e');
      expect(log.lines.filter((line) => !line.startsWith('info'))).toEqual([]);
      expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('that cannot be started is told of in the log', async () => {
      const folder = await tempFolder();
      const { store, log } = await open(folder, { ...few, ...foldInWorker(`${script()}.not-there`, wasm) });
      await add(store, 'a', 'b', 'c', 'd', 'e');
      await expect.poll(() => log.lines.join()).toContain('could not be folded');
    });
  });
});

describe('a journal that was damaged', () => {
  it('in its last, unfinished line is what a killed process leaves: it is cut off, and nobody is told', async () => {
    const folder = await withJournal();
    await appendFile(await journalIn(folder), '{"after":"0123","commit":"x","chan');
    const { store, notices } = await openLarge(folder);
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
    await add(store, 'd');
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd']);
    expect(notices).toEqual([]);
  });

  it('with zeros at its end, as after a power cut, opens with everything before them', async () => {
    const folder = await withJournal();
    await appendFile(await journalIn(folder), Buffer.alloc(500));
    const { store, notices } = await openLarge(folder);
    await add(store, 'd');
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd']);
    expect(notices).toEqual([]);
  });

  it('by one wrong bit, wherever it is, keeps what is before it, tells, and keeps the journal', async () => {
    const folder = await withJournal();
    const path = await journalIn(folder);
    const bytes = await readFile(path);
    const lines = [...bytes].flatMap((byte, at) => (byte === 0x0a ? [at + 1] : []));
    for (let at = 0; at < bytes.length; at += 17) {
      const copy = await tempFolder();
      for (const name of ['timecard.sqlite', path.slice(folder.length + 1)])
        await copyFile(join(folder, name), join(copy, name));
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      await writeFile(await journalIn(copy), flipped);
      const { store, notices } = await openLarge(copy);
      const whole = lines.filter((end) => end <= at).length;
      const expected = ['a', 'b', 'c'].slice(0, Math.max(1, whole));
      expect(await ids(store), `bit at ${at}`).toEqual(expected);
      expect(
        notices.map(({ kind }) => kind),
        `bit at ${at}`,
      ).toEqual(['restored']);
      expect(notices[0]?.message).toContain('the last changes may be missing');
      const kept = (await damaged(copy)).filter((name) => name.endsWith('.journal'));
      expect(kept).toHaveLength(1);
      expect(await readFile(join(copy, kept[0] ?? ''))).toEqual(flipped);
      await add(store, 'd');
      await store.close();
      expect(await ids((await openLarge(copy)).store)).toEqual([...expected, 'd']);
    }
  }, 60_000);

  it('by a missing last byte keeps the commit', async () => {
    const folder = await withJournal();
    const path = await journalIn(folder);
    await truncate(path, (await stat(path)).size - 1);
    const { store } = await openLarge(folder);
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
  });

  it('and is gone: what is in the file is kept, and the user is told', async () => {
    const folder = await withJournal();
    await rm(await journalIn(folder));
    const { store, notices } = await openLarge(folder);
    expect(await ids(store)).toEqual(['a']);
    expect(notices.map(({ kind }) => kind)).toEqual(['restored']);
    expect(notices[0]?.message).toContain('its journal is missing');
    await add(store, 'd');
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'd']);
  });

  it.each([
    ['is gone', (path: string) => rm(path)],
    ['cannot be read any more', (path: string) => writeFile(path, randomBytes(400))],
    ['is damaged in its first commit', (path: string) => changeByte(path, 1)],
  ])('and %s: what a backup has of it is kept', async (_how, harm) => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await openLarge(folder, { clock });
    await add(store, 'a', 'b');
    clock.ms += DAY;
    await add(store, 'c', 'd');
    await store.close();
    await harm(await journalIn(folder));
    const { store: after, notices } = await openLarge(folder, { clock });
    expect(await ids(after)).toEqual(['a', 'b']);
    expect(notices.map(({ kind }) => kind)).toEqual(['restored']);
    expect(notices[0]?.message).toContain('the last changes may be missing');
    await add(after, 'e');
    expect(await ids((await openLarge(folder, { clock })).store)).toEqual(['a', 'b', 'e']);
  });

  it('and is back a moment later, before anything was written, is used as it is', async () => {
    const folder = await withJournal();
    const path = await journalIn(folder);
    await rename(path, `${path}.moved`);
    let isBack = false;
    const at = async (step: string) => {
      if (step !== 'locked' || isBack) return;
      isBack = true;
      await rename(`${path}.moved`, path);
    };
    const { store, notices } = await openLarge(folder, { hooks: { at } });
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
    await add(store, 'd');
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd']);
    expect(notices).toEqual([]);
  });

  it('further on than a backup has it keeps what can be read of it', async () => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await openLarge(folder, { clock });
    await add(store, 'a', 'b');
    clock.ms += DAY;
    await add(store, 'c', 'd');
    await store.close();
    await changeByte(await journalIn(folder), 3);
    expect(await ids((await openLarge(folder, { clock })).store)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['removed', (path: string) => rm(path)],
    ['overwritten', (path: string) => writeFile(path, randomBytes(400))],
    ['emptied', (path: string) => writeFile(path, '')],
    ['cut in the middle', async (path: string) => truncate(path, Math.floor((await stat(path)).size / 2))],
  ])('while it is open, because it was %s, is written again from memory', async (_how, harm) => {
    const folder = await tempFolder();
    const { store, notices } = await openLarge(folder);
    await add(store, 'a', 'b', 'c');
    await harm(await journalIn(folder));
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
    await add(store, 'd');
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd']);
    expect(notices.every(({ kind }) => kind === 'restored')).toBe(true);
  });
});

describe('a file that another window put in place', () => {
  /** A disk that tells in which order the folder was synced and something was added. */
  function telling(refuses: () => boolean = () => false): { readonly disk: Disk; readonly done: string[] } {
    const done: string[] = [];
    const disk: Disk = {
      ...nodeDisk,
      syncFolder: async (folder) => {
        await nodeDisk.syncFolder(folder);
        if (folder.endsWith('backups')) return;
        if (refuses()) throw Object.assign(new Error('EIO: made up'), { code: 'EIO', syscall: 'fsync' });
        done.push('folder synced');
      },
      append: async (...what) => {
        const stamp = await nodeDisk.append(...what);
        done.push('added');
        return stamp;
      },
    };
    return { disk, done };
  }

  it('is made to survive a power cut before the first commit is added to its journal', async () => {
    const folder = await withJournal();
    const { disk, done } = telling();
    const { store } = await openLarge(folder, { disk });
    done.length = 0;
    await add(store, 'd', 'e');
    expect(done).toEqual(['folder synced', 'added', 'added']);
  });

  it('is so again after another one has folded the journal', async () => {
    const folder = await withJournal();
    const { disk, done } = telling();
    const { store } = await openLarge(folder, { disk });
    await add(store, 'd');
    const before = await journalIn(folder);
    const other = await open(folder, { journalFrom: 0, foldFrom: 2_000, foldQuietMs: 0 });
    await expect.poll(async () => (await journalsIn(folder)).some((path) => path !== before), SOON).toBe(true);
    await other.store.close();
    done.length = 0;
    await add(store, 'e', 'f');
    expect(done).toEqual(['folder synced', 'added', 'added']);
  });

  it('and that the disk does not confirm takes no commit', async () => {
    const folder = await withJournal();
    let refuses = true;
    const { disk, done } = telling(() => refuses);
    const { store } = await openLarge(folder, { disk });
    await expect(add(store, 'd')).rejects.toMatchObject({ reason: 'storageReadOnly' });
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c']);
    refuses = false;
    await add(store, 'e');
    expect(done.slice(0, 2)).toEqual(['folder synced', 'added']);
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is asked for nothing more when this window put it there itself', async () => {
    const { disk, done } = telling();
    const { store } = await openLarge(await tempFolder(), { disk });
    await add(store, 'a');
    done.length = 0;
    await add(store, 'b');
    expect(done).toEqual(['added']);
  });
});

describe('a line that the disk refused', () => {
  const refuse = () => {
    throw new Error('refused');
  };

  async function withLine(): Promise<string> {
    const path = join(await tempFolder(), 'file');
    await writeFile(path, 'old\n');
    return path;
  }

  function append(path: string, may: () => boolean, at: () => void | Promise<void>) {
    return nodeDisk.append(path, Buffer.from('mine\n'), 4, may, { at });
  }

  it('is taken back', async () => {
    const path = await withLine();
    await expect(append(path, () => true, refuse)).rejects.toThrow('refused');
    expect(await readFile(path, 'utf8')).toBe('old\n');
  });

  it('stays when another window has added its own behind it', async () => {
    const path = await withLine();
    const theirs = () => appendFile(path, 'theirs\n').then(refuse);
    await expect(append(path, () => true, theirs)).rejects.toThrow('refused');
    expect(await readFile(path, 'utf8')).toBe('old\nmine\ntheirs\n');
  });

  it('stays when another window may have read it', async () => {
    const path = await withLine();
    let mine = true;
    const lose = () => {
      mine = false;
      refuse();
    };
    await expect(append(path, () => mine, lose)).rejects.toThrow('refused');
    expect(await readFile(path, 'utf8')).toBe('old\nmine\n');
  });

  it('and stayed because the lock was lost is neither done twice nor reported lost, and is written again', async () => {
    const folder = await withJournal();
    const before = await journalIn(folder);
    const owner = join(folder, 'timecard.sqlite.owner');
    let armed = false;
    const at = async (step: string) => {
      if (!armed || step !== 'journalWritten') return;
      armed = false;
      await writeFile(owner, 'another window');
      throw Object.assign(new Error('EIO: made up'), { code: 'EIO', syscall: 'fdatasync' });
    };
    const { store } = await openLarge(folder, { hooks: { at }, lockStaleMs: 2_000 });
    armed = true;
    await store.commit((tx) => tx.insertRecord(record('d')));
    expect(armed).toBe(false);
    expect(await journalsIn(folder)).not.toContain(before);
    await store.close();
    expect(await ids((await openLarge(folder)).store)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a database file that was damaged', () => {
  it('is put together from the backup and the journal, with nothing missing', async () => {
    const folder = await tempFolder();
    const { store } = await openLarge(folder);
    await add(store, 'a', 'b', 'c');
    await store.close();
    await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    const { store: after, notices } = await openLarge(folder);
    expect(await ids(after)).toEqual(['a', 'b', 'c']);
    expect(notices[0]?.message).toContain('and with it what was recorded after it');
  });

  it('and whose journal is gone too comes back with the journal that was backed up', async () => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await openLarge(folder, { clock });
    await add(store, 'a', 'b');
    clock.ms += DAY;
    await add(store, 'c', 'd');
    await store.close();
    await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    await rm(await journalIn(folder));
    const { store: after, notices } = await openLarge(folder, { clock });
    expect(await ids(after)).toEqual(['a', 'b']);
    expect(notices[0]?.message).toContain('what was recorded after it is missing');
  });

  it('without any backup keeps its journal for somebody who can read it', async () => {
    const folder = await withJournal();
    await rm(join(folder, 'backups'), { recursive: true });
    const journal = await readFile(await journalIn(folder));
    await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    const { store } = await openLarge(folder);
    await add(store, 'd');
    const kept = (await damaged(folder)).filter((name) => name.endsWith('.journal'));
    expect(kept).toHaveLength(1);
    expect(await readFile(join(folder, kept[0] ?? ''))).toEqual(journal);
  });

  it('while two windows are open keeps what either of them committed', async () => {
    const folder = await tempFolder();
    const one = await openLarge(folder);
    await add(one.store, 'a');
    const two = await openLarge(folder);
    await ids(two.store);
    await add(one.store, 'b');
    await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    expect(await ids(two.store)).toEqual(['a', 'b']);
    await add(two.store, 'c');
    expect(await ids(one.store)).toEqual(['a', 'b', 'c']);
  });
});

describe('the journals of', () => {
  it('files that were replaced are removed, but for the one before', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder, { journalFrom: 0, foldFrom: 600, foldQuietMs: 0 });
    for (let n = 0; n < 12; n += 1) {
      await add(store, `n-${n}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await expect.poll(async () => (await journalsIn(folder)).length).toBeLessThanOrEqual(2);
  });

  it('daily backups go when the backups go', async () => {
    const folder = await tempFolder();
    const clock = new TestClock();
    const { store } = await openLarge(folder, { clock, backups: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await add(store, name);
      clock.ms += DAY;
    }
    await mkdir(join(folder, 'backups'), { recursive: true });
    const names = (await readdir(join(folder, 'backups'))).sort();
    expect(names.filter((name) => name.endsWith('.sqlite'))).toHaveLength(2);
    expect(names.filter((name) => name.endsWith('.journal'))).toHaveLength(2);
  });
});
