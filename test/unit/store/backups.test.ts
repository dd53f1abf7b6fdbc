import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { backupProblems } from '../../../tools/prove/support/backupCheck.ts';
import { fill, work } from '../../../tools/prove/support/work.ts';
import { open, tempFolder } from './helpers.ts';

const WITH_JOURNAL = { journalFrom: 0, foldFrom: 1_000_000 };
const OLD = 3;

const isBackup = (path: string) => path.includes('backups');

/** A database with a journal and without a backup; the change `a` is in its journal. */
async function withoutBackup(): Promise<string> {
  const folder = await tempFolder();
  const { store } = await open(folder, WITH_JOURNAL);
  await store.commit((tx) => fill(tx, OLD));
  await store.commit((tx) => work(tx, 'a'));
  await store.close();
  await rm(join(folder, 'backups'), { recursive: true });
  return folder;
}

/** What a window that is killed there does of a backup while another one makes the same: half a copy of the journal. */
function killedInJournal(other: () => Promise<void>): Disk {
  let copies = 0;
  return {
    ...nodeDisk,
    copyNew: async (from, to) => {
      if (!isBackup(to)) return nodeDisk.copyNew(from, to);
      copies += 1;
      if (copies === 1) return nodeDisk.copyNew(from, to).then(other);
      const bytes = await readFile(from);
      await writeFile(to, bytes.subarray(0, bytes.length / 2));
      throw new Error('killed');
    },
    rename: (from, to) => (isBackup(to) ? Promise.reject(new Error('killed')) : nodeDisk.rename(from, to)),
  };
}

it('a backup that another window has made stays whole when one is killed that was about to make it, too', async () => {
  const folder = await withoutBackup();
  const other = async () => (await open(folder, WITH_JOURNAL)).store.close();
  const { store } = await open(folder, { ...WITH_JOURNAL, disk: killedInJournal(other) });
  await store.close();
  expect((await readdir(join(folder, 'backups'))).some((name) => name.endsWith('.sqlite'))).toBe(true);
  const expected = { acknowledged: new Set(['a']), inDoubt: new Set<string>(), old: OLD };
  expect(await backupProblems(folder, expected)).toEqual([]);
});
