import { readFile, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Disk } from '../../../src/store/disk.ts';

/** What a backup goes through, in order; a process can be killed at each. */
export const BACKUP_STEPS = [
  'backupHalfCopied',
  'backupCopied',
  'backupJournalHalfCopied',
  'backupJournalCopied',
  'backupJournalRenamed',
  'backupRenamed',
] as const;

export type BackupStep = (typeof BACKUP_STEPS)[number];

export function isBackupStep(step: string): step is BackupStep {
  return BACKUP_STEPS.some((one) => one === step);
}

/** The same disk, which tells of the steps of a backup. */
export function tellingBackups(disk: Disk, at: (step: BackupStep) => void): Disk {
  const isBackup = (path: string) => basename(dirname(path)) === 'backups';
  return {
    ...disk,
    copyNew: async (from, to) => {
      if (!isBackup(to)) return disk.copyNew(from, to);
      const isJournal = basename(to).includes('.journal');
      await copyHalf(from, to);
      at(isJournal ? 'backupJournalHalfCopied' : 'backupHalfCopied');
      await unlink(to);
      await disk.copyNew(from, to);
      at(isJournal ? 'backupJournalCopied' : 'backupCopied');
    },
    rename: async (from, to) => {
      await disk.rename(from, to);
      if (isBackup(to)) at(to.endsWith('.journal') ? 'backupJournalRenamed' : 'backupRenamed');
    },
  };
}

async function copyHalf(from: string, to: string): Promise<void> {
  const bytes = await readFile(from);
  await writeFile(to, bytes.subarray(0, bytes.length / 2), { flag: 'wx' });
}
