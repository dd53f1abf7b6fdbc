import type { ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMIT_STEPS, type CommitStep, openStore, type StoreOptions } from '../../../src/store/store.ts';
import { finish, start } from './children.ts';
import { ids, record, storeLimits, TestClock, TestLog, wasm, withJournal } from './helpers.ts';

/** Not `tempFolder` of the helpers: concurrent tests have hooks of their own. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-store-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const OURS = ['backups', 'timecard.sqlite', 'timecard.sqlite.owner', 'timecard.sqlite.waiting'];

async function litter(folder: string): Promise<string[]> {
  const journals = withJournal ? /^timecard\.[0-9a-f]{16}\.journal$/ : /^$/;
  return (await readdir(folder)).filter((name) => !OURS.includes(name) && !journals.test(name));
}

function openHere(folder: string, limits: Partial<StoreOptions> = storeLimits) {
  return openStore({
    folder,
    wasm,
    clock: new TestClock(),
    log: new TestLog(),
    watch: false,
    ...limits,
    lockStaleMs: 2_000,
  });
}

const SOON = { timeout: 15_000 };

async function untilSleeping({ stdout }: ChildProcess): Promise<void> {
  let output = '';
  for await (const chunk of on(stdout ?? process.stdin, 'data')) {
    output += String(chunk);
    if (output.includes('sleeping')) return;
  }
}

describe('several processes at once', () => {
  it('lose nothing', async () => {
    await inFolder(async (folder) => {
      const jobs = ['a', 'b', 'c', 'd'].map((name) => finish(start({ folder, kind: 'insert', name, count: 15 })));
      const acknowledged = (await Promise.all(jobs)).flatMap(({ lines }) => lines);
      expect(acknowledged).toHaveLength(60);
      const store = await openHere(folder);
      expect(await ids(store)).toEqual(acknowledged.sort());
      await store.close();
      expect(await litter(folder)).toEqual([]);
    });
  }, 60_000);

  it('never have two timers running', async () => {
    await inFolder(async (folder) => {
      const jobs = ['a', 'b', 'c'].map((name) => finish(start({ folder, kind: 'timer', name, count: 10 })));
      await Promise.all(jobs);
      const store = await openHere(folder);
      const all = await store.read((db) => db.records());
      expect(all).toHaveLength(30);
      expect(all.filter(({ timeOut }) => timeOut === null)).toHaveLength(1);
      await store.close();
    });
  }, 60_000);

  it('lose nothing that was acknowledged when some are killed', async () => {
    await inFolder(async (folder) => {
      const children = ['a', 'b', 'c'].map((name) => start({ folder, kind: 'insert', name, count: 12 }));
      const results = children.map(finish);
      const victim = children[0];
      victim?.stdout?.once('data', () => victim.kill('SIGKILL'));
      const acknowledged = (await Promise.all(results)).flatMap(({ lines }) => lines);
      expect(acknowledged.filter((id) => !id.startsWith('a'))).toHaveLength(24);
      const store = await openHere(folder);
      expect(await ids(store)).toEqual(expect.arrayContaining(acknowledged));
      await store.close();
    });
  }, 60_000);
});

interface Aftermath {
  readonly signal: NodeJS.Signals | null;
  readonly acknowledged: readonly string[];
  readonly found: readonly string[];
  readonly leftovers: readonly string[];
  readonly waitedMs: number;
  readonly foundLater: readonly string[];
}

const FOLDING = withJournal ? { untilFolded: true, limits: { journalFrom: 0, foldFrom: 400, foldQuietMs: 0 } } : {};
const JOURNAL_STEPS: readonly CommitStep[] = ['journalWritten', 'journalSynced', 'journalCreated'];
const STEPS = COMMIT_STEPS.filter((step) => withJournal || !JOURNAL_STEPS.includes(step));
/** From when on the change is found again: with a journal, all that comes after it is folding. */
const IN_PLACE: CommitStep = withJournal ? 'journalWritten' : 'renamed';

function killAt(step: CommitStep): Promise<Aftermath> {
  return inFolder(async (folder) => {
    const before = await openHere(folder);
    await before.commit((tx) => tx.insertRecord(record('before')));
    await before.close();
    // Only a damaged file is set aside.
    if (step === 'setAside') await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    const { signal, lines } = await finish(
      start({ folder, kind: 'insert', name: 'x', count: 1, dieAt: step, ...FOLDING }),
    );
    const after = await openHere(folder);
    const found = await ids(after);
    const leftovers = (await readdir(folder)).filter((name) => name.endsWith('.tmp'));
    const started = performance.now();
    await after.commit((tx) => tx.insertRecord(record('after')));
    const waitedMs = performance.now() - started;
    const foundLater = await ids(after);
    await after.close();
    return { signal, acknowledged: lines, found, leftovers, waitedMs, foundLater };
  });
}

describe('a process killed in a commit', () => {
  const aftermaths = new Map<CommitStep, Aftermath>();

  beforeAll(async () => {
    await Promise.all(STEPS.map(async (step) => aftermaths.set(step, await killAt(step))));
  }, 60_000);

  it.each(STEPS)('at "%s" leaves all or nothing, and others can go on', (step) => {
    const after = aftermaths.get(step);
    const replaced = COMMIT_STEPS.indexOf(step) >= COMMIT_STEPS.indexOf(IN_PLACE);
    // A first commit has no earlier state to back up, so there is nothing to restore.
    const expected = step === 'setAside' ? [] : replaced ? ['before', 'x-0'] : ['before'];
    expect(after).toMatchObject({ signal: 'SIGKILL', found: expected, leftovers: [] });
    expect(after?.found).toEqual(expect.arrayContaining([...(after?.acknowledged ?? [])]));
    expect(after?.foundLater).toEqual(['after', ...expected]);
    expect(after?.waitedMs).toBeLessThan(10_000);
  });
});

describe('a process that slept in a commit', () => {
  it.each(withJournal ? (['applied', 'journalWritten'] as const) : (['exported', 'tempSynced'] as const))(
    'at "%s" while others went on overwrites nothing and commits on top',
    async (sleepAt) => {
      await inFolder(async (folder) => {
        const store = await openHere(folder);
        await store.commit((tx) => tx.insertRecord(record('first')));
        const sleeper = start({ folder, kind: 'insert', name: 'x', count: 1, sleepAt });
        const result = finish(sleeper);
        await once(sleeper.stdout ?? sleeper, 'data');
        await store.commit((tx) => tx.insertRecord(record('meanwhile')));
        sleeper.kill('SIGCONT');
        expect((await result).lines).toEqual(['sleeping', 'x-0']);
        expect(await ids(store)).toEqual(['first', 'meanwhile', 'x-0']);
        await store.commit((tx) => tx.insertRecord(record('later')));
        await store.close();
        expect(await litter(folder)).toEqual([]);
      });
    },
    60_000,
  );
});

describe('a process that slept after it had folded the journal', () => {
  it('while others went on and folded again leaves their journal alone', async () => {
    await inFolder(async (folder) => {
      const limits = { journalFrom: 0, foldFrom: 400, foldQuietMs: 0 };
      const journals = async () => (await readdir(folder)).filter((name) => name.endsWith('.journal'));
      const store = await openHere(folder, { ...limits, foldFrom: 1_000_000 });
      await store.commit((tx) => tx.insertRecord(record('first')));
      await store.close();
      const sleeper = start({
        folder,
        kind: 'insert',
        name: 'x',
        count: 1,
        limits,
        sleepAt: 'folderSynced',
        untilFolded: true,
      });
      const result = finish(sleeper);
      await untilSleeping(sleeper);
      const before = await journals();
      const other = await openHere(folder, limits);
      await other.commit((tx) => tx.insertRecord(record('meanwhile')));
      await expect.poll(async () => (await journals()).some((name) => !before.includes(name)), SOON).toBe(true);
      await other.close();
      const last = await openHere(folder, { ...limits, foldFrom: 1_000_000 });
      await last.commit((tx) => tx.insertRecord(record('later')));
      await last.close();
      sleeper.kill('SIGCONT');
      expect((await result).lines).toContain('x-0');
      const after = await openHere(folder, limits);
      expect(await ids(after)).toEqual(['first', 'later', 'meanwhile', 'x-0']);
      await after.close();
    });
  }, 60_000);
});

describe.runIf(withJournal)('a process that slept after its line was written', () => {
  const MEANWHILE = 70;

  it.each([
    ['was folded often', storeLimits],
    ['was never folded', { journalFrom: 0, foldFrom: 1_000_000 }],
  ])(
    'while the others committed a lot, and the journal %s, does nothing twice',
    async (_how, limits) => {
      await inFolder(async (folder) => {
        const store = await openHere(folder, limits);
        await store.commit((tx) => tx.insertRecord(record('first')));
        const sleeper = start({ folder, kind: 'insert', name: 'x', count: 1, sleepAt: 'journalWritten', limits });
        const result = finish(sleeper);
        await once(sleeper.stdout ?? sleeper, 'data');
        for (let n = 0; n < MEANWHILE; n += 1) await store.commit((tx) => tx.insertRecord(record(`n-${n}`)));
        sleeper.kill('SIGCONT');
        expect((await result).lines).toEqual(['sleeping', 'x-0']);
        expect(await ids(store)).toHaveLength(MEANWHILE + 2);
        await store.close();
      });
    },
    60_000,
  );
});

describe('a named lock', () => {
  it('is not given while another process holds it, and soon after that process was killed', async () => {
    await inFolder(async (folder) => {
      const store = await openHere(folder);
      const holder = start({ folder, kind: 'hold' });
      await once(holder.stdout ?? holder, 'data');
      const refused = store.withLock('sync', { waitMs: 100 }, async () => 'got it');
      await expect(refused).rejects.toMatchObject({ reason: 'storageBusy' });
      holder.kill('SIGKILL');
      expect(await store.withLock('sync', { waitMs: 20_000 }, async () => 'got it')).toBe('got it');
      await store.close();
    });
  }, 60_000);
});
