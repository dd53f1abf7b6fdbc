import { setTimeout as delay } from 'node:timers/promises';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';

/** The real disk, with every access that may wait taking longer by a random time. @param meanMs on average, in ms */
export function slowDisk(meanMs: number): Disk {
  const slow = async <T>(access: () => Promise<T>): Promise<T> => {
    await delay(Math.random() * 2 * meanMs);
    return access();
  };
  return {
    ...nodeDisk,
    list: (folder) => slow(() => nodeDisk.list(folder)),
    stamp: (path) => slow(() => nodeDisk.stamp(path)),
    rename: (from, to) => slow(() => nodeDisk.rename(from, to)),
    read: (path) => slow(() => nodeDisk.read(path)),
    readHead: (path, length) => slow(() => nodeDisk.readHead(path, length)),
    readFrom: (path, offset) => slow(() => nodeDisk.readFrom(path, offset)),
    append: (path, bytes, size, may, steps) => slow(() => nodeDisk.append(path, bytes, size, may, steps)),
    writeNew: (path, bytes, steps) => slow(() => nodeDisk.writeNew(path, bytes, steps)),
    copyNew: (from, to) => slow(() => nodeDisk.copyNew(from, to)),
    syncFolder: (folder) => slow(() => nodeDisk.syncFolder(folder)),
  };
}
