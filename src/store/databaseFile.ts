import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../core/ports.ts';
import { isOpenElsewhere, whenFree } from './busy.ts';
import { type Disk, type FileStamp, sameStamp } from './disk.ts';
import { hasCode } from './failures.ts';
import { keepNames } from './folderNames.ts';
import { HEADER_BYTES } from './inspect.ts';
import type { HeldLock } from './lock.ts';
import type { Hooks } from './options.ts';
import { wait } from './wait.ts';

export const DATABASE_NAME = 'timecard.sqlite';

const TEMP_NAME = /^timecard\.sqlite\.(\d+)-[0-9a-f]+\.tmp$/;
const TEMP_MAX_AGE_MS = 60_000;
const RENAME_TRIES = 10;
const RENAME_PAUSE_MS = 30;
/** The rename of a file that takes the place of a larger one would hold up this thread until the disk has freed that. */
const HELD_FROM = 1024n * 1024n;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** `2026-11-24T05-33-40-123Z`: an instant that can be part of a file name everywhere. */
function fileTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[:.]/g, '-');
}

/** The database's file: how it is read, replaced in one step, and set aside. Knows nothing of what is in it. */
export class DatabaseFile {
  readonly path: string;
  /** The version of the file that is known to be there after a power cut. */
  #durable: FileStamp | undefined;

  constructor(
    readonly folder: string,
    readonly disk: Disk,
    private readonly log: Log,
    private readonly hooks: Hooks,
  ) {
    this.path = join(folder, DATABASE_NAME);
  }

  /** `undefined` when there is no file. */
  async stamp(): Promise<FileStamp | undefined> {
    try {
      return await whenFree(() => this.disk.stamp(this.path));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async load(): Promise<{ readonly bytes: Uint8Array; readonly stamp: FileStamp } | undefined> {
    try {
      return await whenFree(() => this.disk.read(this.path));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** SQLite's header, for telling apart two versions that stamps cannot. */
  async header(): Promise<Uint8Array | undefined> {
    try {
      return await whenFree(() => this.disk.readHead(this.path, HEADER_BYTES));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** A name for a temporary file in the same folder; `removeLeftovers` knows it. */
  tempPath(): string {
    return `${this.path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  }

  /**
   * Puts `bytes` in the file's place in one step, provided that the lock is still held, the file is still the `expected`
   * one, and `may` agrees right before.
   * @param prepare what must be done between writing the bytes and putting them in place; told the new file's stamp
   * @returns the new file's stamp, or `undefined` when somebody else was quicker; then nothing was changed.
   * @throws the file system's error; then nothing was changed either.
   */
  async replace(
    bytes: Uint8Array,
    expected: FileStamp | undefined,
    lock: HeldLock,
    { prepare, may }: { prepare?: (stamp: FileStamp) => Promise<void>; may?: () => boolean } = {},
  ): Promise<FileStamp | undefined> {
    const temp = this.tempPath();
    let renamed = false;
    try {
      const stamp = await this.disk.writeNew(temp, bytes, this.hooks);
      await prepare?.(stamp);
      renamed = await this.#renameIfUnchanged(temp, expected, lock, may);
      return renamed ? stamp : undefined;
    } finally {
      if (!renamed) await this.removeTemp(temp);
    }
  }

  /** Puts a file that is already written in the file's place, as `replace` does. @returns whether it did. */
  async replaceBy(temp: string, expected: FileStamp | undefined, lock: HeldLock, may: () => boolean): Promise<boolean> {
    let renamed = false;
    try {
      renamed = await this.#renameIfUnchanged(temp, expected, lock, may);
      return renamed;
    } finally {
      if (!renamed) await this.removeTemp(temp);
    }
  }

  /** Whether the file is still the `expected` one; synchronous, for the last look before something is done. */
  isStill(expected: FileStamp | undefined): boolean {
    return sameStamp(this.#stampNow(), expected);
  }

  /** A rename would replace a file that may only be read, so it must be asked before. Rejects with the disk's reason. */
  async assertWritable(journal: string | undefined): Promise<void> {
    for (const path of journal === undefined ? [this.path] : [this.path, journal]) {
      try {
        await whenFree(() => this.disk.assertWritable(path));
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
      }
    }
  }

  /**
   * Makes the rename that put the version `stamp` in place survive a power cut: whoever did that may have been killed
   * before.
   */
  async makeDurable(stamp: FileStamp | undefined): Promise<void> {
    if (stamp !== undefined && sameStamp(stamp, this.#durable)) return;
    await keepNames(this.disk, this.folder);
    this.#durable = stamp;
  }

  /**
   * Gives the present file a second name that it keeps when it is replaced.
   * @returns that name's path, or `undefined` when there is no file.
   */
  async setAside(now: number): Promise<string | undefined> {
    for (let count = 1; ; count += 1) {
      const suffix = count === 1 ? '' : `-${count}`;
      const path = join(this.folder, `timecard.damaged-${fileTime(now)}${suffix}.sqlite`);
      try {
        await this.#linkOrCopy(path);
        return path;
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        if (!hasCode(error, 'EEXIST')) throw error;
      }
    }
  }

  /** Removes temporary files that killed processes left behind. */
  async removeLeftovers(): Promise<void> {
    const names = await this.disk.list(this.folder);
    await Promise.all(names.map((name) => this.#removeIfLeft(name)));
  }

  async #removeIfLeft(name: string): Promise<void> {
    const pid = TEMP_NAME.exec(name)?.[1];
    if (pid === undefined) return;
    const path = join(this.folder, name);
    try {
      const { mtimeNs } = await this.disk.stamp(path);
      const age = Date.now() - Number(mtimeNs / 1_000_000n);
      if (age > TEMP_MAX_AGE_MS || !isAlive(Number(pid))) await this.disk.remove(path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.log.warn(`The leftover ${path} cannot be removed: ${String(error)}`);
    }
  }

  async #linkOrCopy(path: string): Promise<void> {
    try {
      await this.disk.link(this.path, path);
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EEXIST')) throw error;
      // FAT and some network shares have no second names.
      await this.disk.copyNew(this.path, path);
    }
  }

  async #renameIfUnchanged(
    temp: string,
    expected: FileStamp | undefined,
    lock: HeldLock,
    may: () => boolean = () => true,
  ): Promise<boolean> {
    const rename = () => lock.isHeld() && this.isStill(expected) && may() && this.#renamed(temp);
    const isLarge = (expected?.size ?? 0n) >= HELD_FROM;
    return (isLarge ? await this.#renameOverHeld(rename) : undefined) ?? this.#renameWhenFree(rename);
  }

  /** @returns `undefined` when that is not possible: some network shares do not rename to the name of an open file. */
  async #renameOverHeld(rename: () => boolean): Promise<boolean | undefined> {
    const letGo = await this.disk.hold(this.path);
    if (letGo === undefined) return undefined;
    let done: boolean | undefined;
    try {
      done = rename();
    } catch (error) {
      this.log.info(`The database file is let go of before it is replaced: ${String(error)}`);
    }
    const freed = letGo().catch((error: unknown) => this.log.warn(`${this.path} stays open: ${String(error)}`));
    if (done === undefined) await freed;
    return done;
  }

  async #renameWhenFree(rename: () => boolean): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        return rename();
      } catch (error) {
        if (!isOpenElsewhere(error) || tries === RENAME_TRIES) throw error;
      }
      await wait(RENAME_PAUSE_MS * tries);
    }
  }

  #renamed(temp: string): boolean {
    try {
      this.disk.renameNow(temp, this.path);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  #stampNow(): FileStamp | undefined {
    try {
      return this.disk.stampNow(this.path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Removes a temporary file, if it is there. */
  async removeTemp(path: string): Promise<void> {
    try {
      await this.disk.remove(path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.log.warn(`The temporary file ${path} cannot be removed: ${String(error)}`);
    }
  }
}
