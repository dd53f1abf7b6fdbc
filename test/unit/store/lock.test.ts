import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Lease } from '../../../src/core/storePorts.ts';
import { ids, open, record, tempFolder } from './helpers.ts';

describe('withLock', () => {
  it('runs one piece of work at a time, in one process too', async () => {
    const { store } = await open(await tempFolder());
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await store.commit((tx) => tx.insertRecord(record(name)));
      events.push(`${name} ends`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => store.withLock('sync', { waitMs: 10_000 }, work(name))));
    for (const n of [0, 2, 4]) expect(events[n + 1]).toBe(events[n]?.replace('begins', 'ends'));
    expect(events).toHaveLength(6);
  });

  it('is not taken over within one process, however abandoned it looks after the machine has slept', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    const events: string[] = [];
    const second = await store.withLock('sync', { waitMs: 0 }, async () => {
      // What the second one finds when the clock has gone on and the first one has not said yet that it lives.
      await rm(join(folder, 'sync.lock'), { recursive: true });
      const waiting = store.withLock('sync', { waitMs: 10_000 }, async () => void events.push('second'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      events.push('first');
      return { waiting };
    });
    await second.waiting;
    expect(events).toEqual(['first', 'second']);
  });

  it('gives the lock back when the work fails, and passes the failure and the result on', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    const problem = new Error('no');
    const failing = store.withLock('sync', { waitMs: 0 }, () => Promise.reject(problem));
    await expect(failing).rejects.toBe(problem);
    expect(await store.withLock('sync', { waitMs: 0 }, async () => 7)).toBe(7);
    expect(await readdir(folder)).not.toContain('sync.lock');
  });

  it('rejects with the reason when it waited long enough, or when the wait is cancelled', async () => {
    const { store } = await open(await tempFolder());
    await store.withLock('sync', { waitMs: 0 }, async () => {
      const busy = store.withLock('sync', { waitMs: 30 }, async () => 1);
      await expect(busy).rejects.toMatchObject({ reason: 'storageBusy' });
      const controller = new AbortController();
      const waiting = store.withLock('sync', { waitMs: 60_000, signal: controller.signal }, async () => 1);
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ reason: 'cancelled' });
    });
    const other = store.withLock('sync', { waitMs: 0, signal: AbortSignal.abort() }, async () => 1);
    await expect(other).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('tells the holder that somebody else took over, and leaves the lock to that one', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    await store.withLock('sync', { waitMs: 0 }, async (lease: Lease) => {
      lease.assertHeld();
      // What another process does that takes this one for dead.
      await rm(join(folder, 'sync.lock'), { recursive: true });
      await mkdir(join(folder, 'sync.lock'));
      await writeFile(join(folder, 'sync.owner'), 'somebody else');
      expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ reason: 'storageBusy' }));
    });
    expect(await readdir(folder)).toContain('sync.lock');
  });

  it('refuses a name that could be a path', async () => {
    const { store } = await open(await tempFolder());
    const refused = store.withLock('../x', { waitMs: 0 }, async () => 1);
    await expect(refused).rejects.toMatchObject({ reason: 'invalid' });
  });
});

describe('a dead lock', () => {
  it('from before the clock was set back stops nobody for long', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder, { lockStaleMs: 2_000 });
    const lock = join(folder, 'timecard.sqlite.lock');
    await mkdir(lock);
    const future = new Date(Date.now() + 86_400_000);
    await utimes(lock, future, future);
    await store.commit((tx) => tx.insertRecord(record('a')));
    expect(await ids(store)).toEqual(['a']);
  });

  it('that is alive makes a commit give up with the reason, and changes nothing', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder, { lockWaitMs: 50 });
    await mkdir(join(folder, 'timecard.sqlite.lock'));
    const refused = store.commit((tx) => tx.insertRecord(record('a')));
    await expect(refused).rejects.toMatchObject({ reason: 'storageBusy' });
    expect(await ids(store)).toEqual([]);
  });
});
