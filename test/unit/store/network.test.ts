import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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

function reportNoChanges(): void {
  const { watch } = fs;
  Object.assign(fs, { watch: () => Object.assign(new EventEmitter(), { close: () => undefined }) });
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(fs, { watch });
    syncBuiltinESMExports();
  });
}

describe('a folder on a network', () => {
  it('takes commits, and other windows find them by looking', async () => {
    reportNoChanges();
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
