import * as fs from 'node:fs';

/** Identifies one version of a file: a commit replaces the file, so inode, time or size differ. */
export interface FileStamp {
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly size: bigint;
}

interface NewFileSteps {
  at(step: 'tempCreated' | 'tempWritten' | 'tempSynced'): void | Promise<void>;
}

/** What the store asks of the file system. Methods reject or throw with Node's errors. */
export interface Disk {
  makeFolder(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  stamp(path: string): Promise<FileStamp>;
  /** Synchronous, so that nothing of this process runs between the last check and the rename. */
  stampNow(path: string): FileStamp;
  renameNow(from: string, to: string): void;
  rename(from: string, to: string): Promise<void>;
  /** The bytes and the stamp of the very file they came from. */
  read(path: string): Promise<{ readonly bytes: Uint8Array; readonly stamp: FileStamp }>;
  /** The first `length` bytes, fewer when the file is shorter. */
  readHead(path: string, length: number): Promise<Uint8Array>;
  /** Makes a file that must not exist yet and waits until it is on the disk. */
  writeNew(path: string, bytes: Uint8Array, steps?: NewFileSteps): Promise<FileStamp>;
  /** Copies to a file that must not exist yet and waits until it is on the disk. */
  copyNew(from: string, to: string): Promise<void>;
  /** Gives a file a second name, which must not exist yet. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes renames in this folder durable; does nothing where the platform cannot. */
  syncFolder(folder: string): Promise<void>;
}

const OWNER_ONLY = 0o600;

function stampOf(stat: fs.BigIntStats): FileStamp {
  return { ino: stat.ino, mtimeNs: stat.mtimeNs, size: stat.size };
}

async function read(path: string): Promise<{ bytes: Uint8Array; stamp: FileStamp }> {
  const handle = await fs.promises.open(path, 'r');
  try {
    const bytes = await handle.readFile();
    return { bytes, stamp: stampOf(await handle.stat({ bigint: true })) };
  } finally {
    await handle.close();
  }
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  const handle = await fs.promises.open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function writeNew(path: string, bytes: Uint8Array, steps?: NewFileSteps): Promise<FileStamp> {
  const handle = await fs.promises.open(path, 'wx', OWNER_ONLY);
  try {
    await steps?.at('tempCreated');
    await handle.writeFile(bytes);
    await steps?.at('tempWritten');
    await handle.sync();
    await steps?.at('tempSynced');
    return stampOf(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
  }
}

async function copyNew(from: string, to: string): Promise<void> {
  await fs.promises.copyFile(from, to, fs.constants.COPYFILE_EXCL);
  const handle = await fs.promises.open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to sync it; NTFS journals the rename itself.
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const nodeDisk: Disk = {
  makeFolder: async (path) => void (await fs.promises.mkdir(path, { recursive: true })),
  list: (folder) => fs.promises.readdir(folder),
  stamp: async (path) => stampOf(await fs.promises.stat(path, { bigint: true })),
  stampNow: (path) => stampOf(fs.statSync(path, { bigint: true })),
  renameNow: (from, to) => fs.renameSync(from, to),
  rename: (from, to) => fs.promises.rename(from, to),
  read,
  readHead,
  writeNew,
  copyNew,
  link: (from, to) => fs.promises.link(from, to),
  remove: (path) => fs.promises.unlink(path),
  syncFolder,
};
