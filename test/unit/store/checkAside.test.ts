import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldInWorker } from '../../../src/store/store.ts';
import { damages, edit } from './damages.ts';
import { ids, open, record, TestClock, tempFolder, wasm } from './helpers.ts';
import { bundledThread } from './thread.ts';

const script = bundledThread();
const LARGE = { journalFrom: 0, foldFrom: 1_000_000 };

type OnThreads = ReturnType<typeof foldInWorker>;

/** A thread's work with a count of the checks in it. */
function counted({ fold, check }: OnThreads): OnThreads & { checks: number } {
  const counter = {
    checks: 0,
    fold,
    check: (...what: Parameters<typeof check>) => {
      counter.checks += 1;
      return check(...what);
    },
  };
  return counter;
}

/** A closed database: `a` is in the file and its backup, `b` in the journal. */
async function filled(): Promise<string> {
  const folder = await tempFolder();
  const { store } = await open(folder, LARGE);
  await store.commit((tx) => tx.insertRecord(record('a')));
  await store.commit((tx) => tx.insertRecord(record('b')));
  await store.close();
  return folder;
}

async function copyOf(folder: string): Promise<string> {
  const copy = await tempFolder();
  await cp(folder, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** What the user finds and is told after opening the database. */
async function opened(folder: string, onThreads: Partial<OnThreads>) {
  const clock = new TestClock();
  const { store, notices, log } = await open(folder, { ...LARGE, clock, ...onThreads });
  const found = await ids(store);
  await store.commit((tx) => tx.insertRecord(record('next')));
  const told = JSON.parse(JSON.stringify(notices).replaceAll(folder, '…'));
  const names = (await readdir(folder)).filter((name) => /^timecard\.damaged-.*\.sqlite$/.test(name));
  const kept = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return { found, told, kept, after: await ids(store), log };
}

async function endingThread(): Promise<string> {
  const path = join(await tempFolder(), 'ends.js');
  await writeFile(path, 'process.exit(0);');
  return path;
}

/** Damage that only comparing an index with its table shows. */
function wrongIndex(path: string): Promise<void> {
  return edit(path, (db) => {
    const from = "'(time_out)', '(time_in)'";
    db.exec('PRAGMA writable_schema = ON');
    db.exec(`UPDATE sqlite_schema SET sql = replace(sql, ${from}) WHERE name = 'time_records_ends'`);
  });
}

describe('a large file that is opened', () => {
  it.each([...damages, ['an index that does not fit its table', wrongIndex] as const])(
    'with %s is found damaged on a thread as it is without one',
    async (_what, damage) => {
      const one = await filled();
      await damage(join(one, 'timecard.sqlite'));
      const other = await copyOf(one);
      const { log: _log, ...without } = await opened(other, {});
      const thread = counted(foldInWorker(script(), wasm));
      const { log, ...on } = await opened(one, thread);
      expect(on).toEqual(without);
      expect(on.told).toMatchObject([{ kind: 'restored' }]);
      expect(on.kept).toHaveLength(1);
      expect(on.after).toContain('next');
      expect(thread.checks).toBe(1);
      expect(log.lines.join('\n')).toContain('The database file is damaged');
    },
  );

  it('and is sound is checked on a thread, and can be read and changed', async () => {
    const folder = await filled();
    const thread = counted(foldInWorker(script(), wasm));
    const { found, told, after } = await opened(folder, thread);
    expect(found).toEqual(['a', 'b']);
    expect(told).toEqual([]);
    expect(after).toEqual(['a', 'b', 'next']);
    expect(thread.checks).toBe(1);
  });

  it.each([
    ['cannot be started', async () => `${script()}.not-there`],
    ['ends before it has answered', () => endingThread()],
  ])('is checked where it is opened when the thread %s', async (_how, broken) => {
    const sound = await filled();
    const damaged = await copyOf(sound);
    await wrongIndex(join(damaged, 'timecard.sqlite'));
    const thread = counted(foldInWorker(await broken(), wasm));
    expect((await opened(sound, thread)).after).toEqual(['a', 'b', 'next']);
    const { told, log } = await opened(damaged, thread);
    expect(told).toMatchObject([{ kind: 'restored' }]);
    expect(log.lines.join('\n')).toContain('cannot be checked on a thread of its own');
    expect(thread.checks).toBe(2);
  });

  it('is checked where it is opened when it is small', async () => {
    const folder = await filled();
    const thread = counted(foldInWorker(script(), wasm));
    const { store } = await open(folder, { journalFrom: 10_000_000, ...thread });
    expect(await ids(store)).toEqual(['a', 'b']);
    expect(thread.checks).toBe(0);
  });
});

describe('the thread', () => {
  it('is not started when the database is closed before that', async () => {
    const folder = await tempFolder();
    const [script, started] = [join(folder, 'works.js'), join(folder, 'started')];
    await writeFile(
      script,
      `require('node:fs').writeFileSync(${JSON.stringify(started)}, ''); setTimeout(() => 0, 4e3);`,
    );
    const stop = new AbortController();
    const { fold } = foldInWorker(script, async () => {
      stop.abort();
      return new Uint8Array(8);
    });
    const stamp = { ino: 1n, mtimeNs: 1n, size: 1n };
    const names = { file: 'f', journal: 'j', generation: 'g', temp: 't' };
    const folding = fold({ ...names, stamp, end: 1, commits: 1 }, stop.signal);
    await expect(folding).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(folder)).toEqual(['works.js']);
  });

  it('gives back the bytes that it checked', async () => {
    const { check } = foldInWorker(script(), wasm);
    const bytes = await readFile(join(await filled(), 'timecard.sqlite'));
    const before = Buffer.from(bytes);
    const checked = await check(new Uint8Array(bytes), 'full');
    expect(checked.problem).toBeUndefined();
    expect(Buffer.compare(Buffer.from(checked.bytes), before)).toBe(0);
  });
});
