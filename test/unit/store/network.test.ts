import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { ids, open, record, tempFolder } from './helpers.ts';

/* What shares and FUSE mounts cannot do: tell of changes, sync a folder, give a file a second name. */

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code, syscall: 'link', errno: -1 });
}

const share: Disk = {
  ...nodeDisk,
  link: async () => {
    throw systemError('ENOTSUP');
  },
  syncFolder: async () => {
    throw systemError('EINVAL');
  },
};

function reportByHand(): { readonly report: () => void } {
  const { watch } = fs;
  const listeners: ((event: string, name: null) => void)[] = [];
  const watchNothing = (...[, , listener]: [string, unknown, (event: string, name: null) => void]) => {
    listeners.push(listener);
    return Object.assign(new EventEmitter(), { close: () => undefined });
  };
  Object.assign(fs, { watch: watchNothing });
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(fs, { watch });
    syncBuiltinESMExports();
  });
  return {
    report: () => {
      for (const listener of listeners) listener('rename', null);
    },
  };
}

describe('a folder on a network', () => {
  it('takes commits, and other windows find them by looking', async () => {
    reportByHand();
    const folder = await tempFolder();
    const [one, other] = [
      await open(folder, { disk: share, watch: true }),
      await open(folder, { disk: share, watch: true }),
    ];
    const noticed = new Promise<void>((resolve) => {
      other.store.onDidChange(resolve);
    });
    await one.store.commit((tx) => tx.insertRecord(record('a')));
    await noticed;
    expect(await ids(other.store)).toEqual(['a']);
  });

  it('that hangs is not asked again before it has answered, and once more then', async () => {
    const { report } = reportByHand();
    const folder = await tempFolder();
    const hanging: (() => void)[] = [];
    let hangs = false;
    const stamp: Disk['stamp'] = async (path) => {
      const found = await nodeDisk.stamp(path);
      if (hangs) await new Promise<void>((answer) => hanging.push(answer));
      return found;
    };
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { store } = await open(folder, { disk: { ...nodeDisk, stamp }, watch: true });
    const other = await open(folder);
    await other.store.commit((tx) => tx.insertRecord(record('a')));
    expect(await ids(store)).toEqual(['a']);
    hangs = true;
    vi.advanceTimersByTime(15_000);
    await expect.poll(() => hanging.length, { timeout: 10_000 }).toBeGreaterThan(0);

    await other.store.commit((tx) => tx.insertRecord(record('b')));
    report();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(hanging).toHaveLength(1);
    const noticed = new Promise<void>((resolve) => {
      store.onDidChange(resolve);
    });
    hangs = false;
    for (const answer of hanging) answer();
    await noticed;
    expect(await ids(store)).toEqual(['a', 'b']);
  });

  it('keeps a damaged file by copying it', async () => {
    const folder = await tempFolder();
    const first = await open(folder, { disk: share });
    await first.store.commit((tx) => tx.insertRecord(record('a')));
    await first.store.close();
    await writeFile(join(folder, 'timecard.sqlite'), 'broken');
    const { store } = await open(folder, { disk: share });
    await store.commit((tx) => tx.insertRecord(record('b')));
    const [damaged = ''] = (await readdir(folder)).filter(
      (name) => name.includes('damaged') && name.endsWith('.sqlite'),
    );
    expect(await readFile(join(folder, damaged), 'utf8')).toBe('broken');
    expect(await ids(store)).toContain('b');
  });
});
