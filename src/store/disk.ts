import * as fs from 'node:fs';

/** Identifies one version of a file: a commit replaces the file, so inode, time or size differ. */
export interface FileStamp {
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly size: bigint;
}

export function sameStamp(a: FileStamp | undefined, b: FileStamp | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.ino === b.ino && a.mtimeNs === b.mtimeNs && a.size === b.size;
}

interface AppendSteps {
  at(step: 'journalWritten' | 'journalSynced'): void | Promise<void>;
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
  /** Rejects with EACCES, EPERM or EROFS, of the call `access`, when the file is one that may only be read. */
  assertWritable(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /**
   * The bytes and the stamp of the very file they came from. From `ROOM_FROM` on the bytes may be the beginning of a
   * longer buffer that is theirs alone and has zeros behind them.
   */
  read(path: string): Promise<{ readonly bytes: Uint8Array; readonly stamp: FileStamp }>;
  /** The first `length` bytes, fewer when the file is shorter. */
  readHead(path: string, length: number): Promise<Uint8Array>;
  /** All bytes from `offset` on, and the stamp of the very file they came from. */
  readFrom(path: string, offset: number): Promise<{ readonly bytes: Uint8Array; readonly stamp: FileStamp }>;
  /**
   * Adds to the end of a file and waits until it is on the disk, provided that the file is there, is `size` bytes long
   * and `may` agrees; all that is asked synchronously right before. When the disk refuses, what was added is taken back
   * if `may` still agrees and nobody has added anything behind it.
   * @returns the file's stamp afterwards, or `undefined` when nothing was added.
   */
  append(
    path: string,
    bytes: Uint8Array,
    size: number,
    may: () => boolean,
    steps?: AppendSteps,
  ): Promise<FileStamp | undefined>;
  /** Cuts a file; synchronous like `stampNow`. */
  truncateNow(path: string, size: number): void;
  /** Makes a file that must not exist yet and waits until it is on the disk. */
  writeNew(path: string, bytes: Uint8Array, steps?: NewFileSteps): Promise<FileStamp>;
  /** Copies to a file that must not exist yet and waits until it is on the disk. */
  copyNew(from: string, to: string): Promise<void>;
  /** Gives a file a second name, which must not exist yet. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /**
   * Keeps the file that has this name now from being freed on the disk when the name goes to another one.
   * @returns how to let go of it; `undefined` when it cannot be held.
   */
  hold(path: string): Promise<(() => Promise<void>) | undefined>;
  /** Makes renames in this folder durable; does nothing where the platform cannot. */
  syncFolder(folder: string): Promise<void>;
}

/** From how many bytes on a file is read into a longer buffer, see `Disk.read`. */
export const ROOM_FROM = 1024 * 1024;
/** What share of a file's length is behind it. */
const ROOM_SHARE = 1 / 16;
const READ_AT_ONCE = 64 * 1024 * 1024;
const OWNER_ONLY = 0o600;
const ANYBODY_WRITES = 0o222;

function stampOf(stat: fs.BigIntStats): FileStamp {
  return { ino: stat.ino, mtimeNs: stat.mtimeNs, size: stat.size };
}

async function read(path: string): Promise<{ bytes: Uint8Array; stamp: FileStamp }> {
  const handle = await fs.promises.open(path, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = size < ROOM_FROM ? await handle.readFile() : await readWithRoom(handle, size);
    return { bytes, stamp: stampOf(await handle.stat({ bigint: true })) };
  } finally {
    await handle.close();
  }
}

async function readWithRoom(handle: fs.promises.FileHandle, size: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(size + Math.ceil(size * ROOM_SHARE));
  for (let length = 0; length < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, length, Math.min(READ_AT_ONCE, buffer.length - length), null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  // Somebody is making it longer.
  return Buffer.concat([buffer, await handle.readFile()]);
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  const handle = await fs.promises.open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, await fill(buffer, handle, 0));
  } finally {
    await handle.close();
  }
}

async function readFrom(path: string, offset: number): Promise<{ bytes: Uint8Array; stamp: FileStamp }> {
  const handle = await fs.promises.open(path, 'r');
  try {
    const stamp = stampOf(await handle.stat({ bigint: true }));
    const buffer = Buffer.alloc(bytesFrom(offset, stamp));
    const length = await fill(buffer, handle, offset);
    if (length === buffer.length) return { bytes: buffer, stamp };
    // Somebody has cut the file meanwhile, or the disk does not give what is there.
    const now = stampOf(await handle.stat({ bigint: true }));
    if (length < bytesFrom(offset, now)) throw brokenOff(path);
    return { bytes: buffer.subarray(0, bytesFrom(offset, now)), stamp: now };
  } finally {
    await handle.close();
  }
}

/** How many bytes of a file are behind the first `offset` ones. */
export function bytesFrom(offset: number, { size }: FileStamp): number {
  return Math.max(0, Number(size) - offset);
}

/** The error for a file of which the disk gives less than there is; like one of the system's, so that it is told as one. */
export function brokenOff(path: string): Error {
  return Object.assign(new Error(`EIO: the end of the file is not given, read '${path}'`), {
    ...{ code: 'EIO', syscall: 'read', path },
  });
}

/** Reads until the buffer is full or nothing more comes. @returns how many bytes came */
async function fill(buffer: Buffer, handle: fs.promises.FileHandle, offset: number): Promise<number> {
  for (let length = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, offset + length);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) return length;
  }
}

/** @param progress told how much is written, also when that ends with an error */
function writeAllNow(fd: number, bytes: Uint8Array, progress: { written: number }): void {
  while (progress.written < bytes.length) progress.written += fs.writeSync(fd, bytes, progress.written);
}

/**
 * Takes back what was added to a file, as far as the disk lets it. Not what another process may have read by now, and
 * least of all what it has added behind it.
 * @param end where the file ends when nobody else has added anything
 */
function takeBack(fd: number, size: number, end: number, may: () => boolean): void {
  try {
    if (fs.fstatSync(fd).size === end && may()) fs.ftruncateSync(fd, size);
  } catch {
    // The reason for taking it back is what the caller hears; a half line at the end of a journal does no harm.
  }
}

async function append(
  path: string,
  bytes: Uint8Array,
  size: number,
  may: () => boolean,
  steps?: AppendSteps,
): Promise<FileStamp | undefined> {
  // Without O_CREAT: a file that somebody removed meanwhile is not made anew.
  const handle = await fs.promises.open(path, fs.constants.O_RDWR | fs.constants.O_APPEND);
  try {
    if (fs.fstatSync(handle.fd).size !== size || !may()) return undefined;
    const progress = { written: 0 };
    try {
      writeAllNow(handle.fd, bytes, progress);
      await steps?.at('journalWritten');
      await handle.datasync();
    } catch (error) {
      takeBack(handle.fd, size, size + progress.written, may);
      throw error;
    }
    await steps?.at('journalSynced');
    return stampOf(await handle.stat({ bigint: true }));
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

async function assertWritable(path: string): Promise<void> {
  await fs.promises.access(path, fs.constants.W_OK);
  // Root may write them all; a file that has nobody who may is meant to stay as it is.
  const { mode } = await fs.promises.stat(path);
  if ((mode & ANYBODY_WRITES) !== 0) return;
  const error = new Error(`EACCES: permission denied, access '${path}'`);
  throw Object.assign(error, { code: 'EACCES', syscall: 'access', path });
}

async function hold(path: string): Promise<(() => Promise<void>) | undefined> {
  // Windows does not rename to the name of an open file.
  if (process.platform === 'win32') return undefined;
  try {
    const handle = await fs.promises.open(path, 'r');
    return () => handle.close();
  } catch {
    // Without it everything works as well, only slower.
    return undefined;
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
  assertWritable,
  rename: (from, to) => fs.promises.rename(from, to),
  read,
  readHead,
  readFrom,
  append,
  truncateNow: (path, size) => fs.truncateSync(path, size),
  writeNew,
  copyNew,
  link: (from, to) => fs.promises.link(from, to),
  remove: (path) => fs.promises.unlink(path),
  hold,
  syncFolder,
};
