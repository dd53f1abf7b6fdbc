import type { Disk } from './disk.ts';
import { hasCode } from './failures.ts';

/**
 * Makes the names in a folder survive a power cut, as they are. Some file systems (network, FUSE) cannot; they decide for
 * themselves. Rejects with the disk's own error when it failed or is full.
 */
export async function keepNames(disk: Pick<Disk, 'syncFolder'>, folder: string): Promise<void> {
  try {
    await disk.syncFolder(folder);
  } catch (error) {
    if (hasCode(error, 'EIO', 'ENOSPC', 'EDQUOT')) throw error;
  }
}
