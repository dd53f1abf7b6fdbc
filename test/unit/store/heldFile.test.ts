import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatabaseFile } from '../../../src/store/databaseFile.ts';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { TestLog, tempFolder } from './helpers.ts';

const LARGE = 1024 * 1024;
const lock = { isHeld: () => true, assertHeld: () => undefined, release: async () => undefined };

async function holding(bytes: number, renameNow: (isHeld: boolean) => void = () => undefined) {
  const folder = await tempFolder();
  const seen: string[] = [];
  let held = 0;
  const disk: Disk = {
    ...nodeDisk,
    hold: async (path) => {
      const letGo = await nodeDisk.hold(path);
      seen.push('held');
      held += 1;
      return async () => {
        held -= 1;
        seen.push('let go');
        await letGo?.();
      };
    },
    renameNow: (from, to) => {
      renameNow(held > 0);
      nodeDisk.renameNow(from, to);
      seen.push('renamed');
    },
  };
  const log = new TestLog();
  const file = new DatabaseFile(folder, disk, log, { at: () => undefined });
  await writeFile(file.path, Buffer.alloc(bytes));
  return { file, seen, log };
}

describe('a database file that is replaced', () => {
  it('is freed after the rename and not by it when it is large', async () => {
    const { file, seen } = await holding(LARGE);
    expect(await file.replace(Buffer.from('new'), await file.stamp(), lock)).toBeDefined();
    expect(seen).toEqual(['held', 'renamed', 'let go']);
    expect(await readFile(file.path, 'utf8')).toBe('new');
  });

  it('is not held when it is small', async () => {
    const { file, seen } = await holding(LARGE - 1);
    await file.replace(Buffer.from('new'), await file.stamp(), lock);
    expect(seen).toEqual(['renamed']);
  });

  it('is replaced on a disk that does not rename to the name of an open file', async () => {
    const { file, seen } = await holding(LARGE, (isHeld) => {
      if (isHeld) throw Object.assign(new Error('made up'), { code: 'EBUSY' });
    });
    await file.replace(Buffer.from('new'), await file.stamp(), lock);
    expect(seen).toEqual(['held', 'let go', 'renamed']);
    expect(await readFile(file.path, 'utf8')).toBe('new');
  });

  it('is let go of when somebody else was quicker', async () => {
    const { file, seen } = await holding(LARGE);
    const expected = await file.stamp();
    await appendFile(file.path, 'changed');
    expect(await file.replace(Buffer.from('new'), expected, lock)).toBeUndefined();
    expect(seen).toEqual(['held', 'let go']);
  });
});

describe('what cannot be held', () => {
  it('is no error', async () => {
    expect(await nodeDisk.hold(join(await tempFolder(), 'not-there'))).toBeUndefined();
  });
});
