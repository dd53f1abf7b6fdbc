import { join } from 'node:path';
import type { Log } from '../../core/ports.ts';
import { whenFree } from '../busy.ts';
import { brokenOff, bytesFrom, type Disk, type FileStamp, sameStamp } from '../disk.ts';
import { hasCode } from '../failures.ts';
import { keepNames } from '../folderNames.ts';
import type { Hooks } from '../options.ts';
import { InDoubt } from './doubt.ts';
import {
  type Decoded,
  decodeEntries,
  decodeHead,
  type Entry,
  encodeEntry,
  encodeHead,
  type JournalHead,
  sumOfLine,
} from './lines.ts';

const NAME = /^timecard\.([0-9a-f]{16})\.journal$/;
const TEMP_NAME = /^timecard\.[0-9a-f]{16}\.journal\.tmp$/;
/**
 * How many commits from before it a journal names, for telling whether one that was in doubt is in the file: more than the
 * other windows commit while one is stopped for a while.
 */
export const REMEMBERED = 1_000;
/** How often a journal is read of which the disk gives less than there is. */
const READS_AT_MOST = 3;
/** More bytes than the first line of a journal has. */
const LONGEST_HEAD = 32_768;

/** Whether a file of the database's folder is a journal that belongs to it. */
export function isJournalName(name: string): boolean {
  return NAME.test(name);
}

/** A journal up to the last line that somebody has read or written. */
export interface JournalPosition {
  readonly path: string;
  readonly generation: string;
  /** Bytes up to the end of the last line that belongs. */
  readonly end: number;
  /** Bytes of that line. */
  readonly lastLine: number;
  readonly sum: string;
  readonly tail: Decoded['tail'];
  /** All commits of the journal, oldest first, after the last ones that went into the file that it continues. */
  readonly commits: readonly string[];
  readonly stamp: FileStamp;
}

/** A journal as it was read. */
export interface JournalContents {
  readonly head: JournalHead;
  readonly entries: readonly Entry[];
  readonly position: JournalPosition;
}

export type News =
  | { readonly kind: 'none' }
  | { readonly kind: 'more'; readonly entries: readonly Entry[]; readonly position: JournalPosition }
  /** The journal is gone or tells another story than before. */
  | { readonly kind: 'lost' };

/** The journals in the database's folder: how they are made, read and continued. Knows nothing of SQL. */
export class JournalFiles {
  constructor(
    private readonly folder: string,
    private readonly disk: Disk,
    private readonly hooks: Hooks,
    private readonly log: Log,
  ) {}

  /** Every journal that can be read. */
  async readAll(): Promise<readonly JournalContents[]> {
    const found: JournalContents[] = [];
    for (const name of await this.#names()) {
      const contents = await this.read(join(this.folder, name));
      if (contents !== undefined) found.push(contents);
    }
    return found;
  }

  /** The journal that was made together with the file that has this stamp. */
  async madeWith(stamp: FileStamp): Promise<JournalContents | undefined> {
    for (const name of await this.#names()) {
      const path = join(this.folder, name);
      const head = await this.#headOf(path);
      if (head !== undefined && sameStamp(head.file, stamp)) return this.read(path);
    }
    return undefined;
  }

  /** What others have added after `position`. */
  async news(position: JournalPosition): Promise<News> {
    try {
      const now = await whenFree(() => this.disk.stamp(position.path));
      if (sameStamp(now, position.stamp)) return { kind: 'none' };
      // Whoever adds something makes it longer; anything else may have changed what was read before.
      if (now.size <= position.stamp.size) return { kind: 'lost' };
      const from = position.end - position.lastLine;
      const { bytes, stamp } = await this.#rest(position.path, from);
      return continued(position, Buffer.from(bytes), stamp);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return { kind: 'lost' };
      throw error;
    }
  }

  /** The commits of a journal after one position up to another. @throws when the disk does not give all of them. */
  async between(from: JournalPosition, to: JournalPosition): Promise<readonly Entry[]> {
    const { bytes } = await this.#rest(from.path, from.end);
    const { entries, length, sum } = decodeEntries(Buffer.from(bytes), from.sum);
    if (from.end + length !== to.end || sum !== to.sum) throw new Error('The end of the journal cannot be read.');
    return entries;
  }

  /** Makes the journal of a file that is about to get its place, with commits in it that the file does not have. */
  async create(head: JournalHead, entries: readonly Entry[]): Promise<JournalPosition> {
    const path = this.#path(head.generation);
    const folded = { ...head.folded, commits: head.folded.commits.slice(-REMEMBERED) };
    const first = encodeHead({ ...head, folded });
    const lines = [first];
    for (const entry of entries) lines.push(encodeEntry(entry, lines.at(-1)?.sum ?? ''));
    const temp = `${path}.tmp`;
    const stamp = await this.disk.writeNew(temp, Buffer.concat(lines.map(({ bytes }) => bytes)));
    await whenFree(() => this.disk.rename(temp, path));
    // A file that names its journal must not be there before the journal is, in whatever order a disk keeps names.
    await keepNames(this.disk, this.folder);
    await this.hooks.at('journalCreated');
    const commits = [...folded.commits, ...entries.map(({ commit }) => commit)];
    const last = lines.at(-1) ?? first;
    return {
      ...{ path, generation: head.generation, commits, stamp, tail: 'clean', sum: last.sum },
      ...{ end: Number(stamp.size), lastLine: last.bytes.length },
    };
  }

  /**
   * Adds a commit, provided that nobody added anything after `position` and `may` agrees right before.
   * @returns `undefined` when it was not added.
   * @throws `InDoubt` when it may have been added.
   */
  async append(position: JournalPosition, line: Line, may: () => boolean): Promise<JournalPosition | undefined> {
    let isBegun = false;
    const begin = () => {
      const isTurn = may();
      isBegun ||= isTurn;
      return isTurn;
    };
    const add = () => this.disk.append(position.path, line.bytes, position.end, begin, this.hooks);
    try {
      if (position.tail !== 'clean') this.#tidy(position, may);
      const stamp = await whenFree(add, () => !isBegun);
      return stamp === undefined ? undefined : after(position, line, stamp);
    } catch (error) {
      if (isBegun) throw new InDoubt(error, { commit: line.commit, after: position });
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Whether the journal ends at `position`; synchronous, for the last look before something is done. */
  endsAtNow(position: JournalPosition): boolean {
    try {
      return Number(this.disk.stampNow(position.path).size) === position.end;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /**
   * What will continue no file any more, when another file is in place: all journals but for those of `generations`. To
   * be asked before that, while the lock is held: the journals that come afterwards may be those of another process.
   */
  async others(generations: readonly string[]): Promise<readonly string[]> {
    const names = await this.#names();
    const others = names.filter((name) => !generations.includes(NAME.exec(name)?.[1] ?? ''));
    return [...others, ...(await this.#names(TEMP_NAME))].map((name) => join(this.folder, name));
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.#remove(path);
  }

  /** Gives every journal a second name that it keeps. @returns the newest one's */
  async setAside(now: number): Promise<string | undefined> {
    let kept: string | undefined;
    const time = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
    for (const name of await this.#names()) {
      const path = join(this.folder, `timecard.damaged-${time}-${NAME.exec(name)?.[1] ?? ''}.journal`);
      try {
        await whenFree(() => this.disk.copyNew(join(this.folder, name), path));
        kept = path;
      } catch (error) {
        if (!hasCode(error, 'ENOENT', 'EEXIST')) throw error;
      }
    }
    return kept;
  }

  /** The stamp of the journal at `position` as it is on the disk. */
  async stamp(position: JournalPosition): Promise<FileStamp | undefined> {
    try {
      return await whenFree(() => this.disk.stamp(position.path));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Removes an unfinished line, which no reader counts and nobody can continue. */
  #tidy(position: JournalPosition, may: () => boolean): void {
    if (may() && Number(this.disk.stampNow(position.path).size) === Number(position.stamp.size)) {
      this.disk.truncateNow(position.path, position.end);
    }
  }

  /** Whatever is missing of what is read would pass for a line that was never finished, and be cut off. */
  async #rest(path: string, offset: number): Promise<{ readonly bytes: Uint8Array; readonly stamp: FileStamp }> {
    for (let reads = 1; reads <= READS_AT_MOST; reads += 1) {
      const read = await whenFree(() => this.disk.readFrom(path, offset));
      if (read.bytes.length === bytesFrom(offset, read.stamp)) return read;
    }
    throw brokenOff(path);
  }

  #path(generation: string): string {
    return join(this.folder, `timecard.${generation}.journal`);
  }

  async #names(which = NAME): Promise<readonly string[]> {
    try {
      return (await this.disk.list(this.folder)).filter((name) => which.test(name));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  async #headOf(path: string): Promise<JournalHead | undefined> {
    try {
      const bytes = await whenFree(() => this.disk.readHead(path, LONGEST_HEAD));
      return decodeHead(Buffer.from(bytes))?.head;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** The journal in this file, wherever it lies; `undefined` when there is none that can be read. */
  async read(path: string): Promise<JournalContents | undefined> {
    try {
      const { bytes, stamp } = await this.#rest(path, 0);
      return contentsOf(path, Buffer.from(bytes), stamp);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.disk.remove(path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.log.warn(`${path} cannot be removed: ${String(error)}`);
    }
  }
}

/** A commit that is ready to be written at the end of a journal. */
export interface Line {
  readonly commit: string;
  readonly bytes: Buffer;
  readonly sum: string;
}

export function lineAfter(position: JournalPosition, entry: Entry): Line {
  return { commit: entry.commit, ...encodeEntry(entry, position.sum) };
}

function after(position: JournalPosition, line: Line, stamp: FileStamp): JournalPosition {
  return {
    ...position,
    ...{ end: position.end + line.bytes.length, lastLine: line.bytes.length, sum: line.sum, tail: 'clean', stamp },
    commits: [...position.commits, line.commit],
  };
}

function continued(position: JournalPosition, bytes: Buffer, stamp: FileStamp): News {
  if (sumOfLine(bytes.subarray(0, position.lastLine)) !== position.sum) return { kind: 'lost' };
  const decoded = decodeEntries(bytes.subarray(position.lastLine), position.sum);
  return { kind: 'more', entries: decoded.entries, position: moved(position, decoded, stamp) };
}

function moved(position: JournalPosition, decoded: Decoded, stamp: FileStamp): JournalPosition {
  const { entries, length, lastLine, sum, tail } = decoded;
  return {
    ...position,
    ...{ end: position.end + length, lastLine: length === 0 ? position.lastLine : lastLine, sum, tail, stamp },
    commits: [...position.commits, ...entries.map(({ commit }) => commit)],
  };
}

function contentsOf(path: string, bytes: Buffer, stamp: FileStamp): JournalContents | undefined {
  const first = decodeHead(bytes);
  if (first === undefined) return undefined;
  const { head, sum, length } = first;
  const start: JournalPosition = {
    ...{ path, generation: head.generation, end: length, lastLine: length, sum, tail: 'clean', stamp },
    commits: head.folded.commits,
  };
  const decoded = decodeEntries(bytes.subarray(length), sum);
  return { head, entries: decoded.entries, position: moved(start, decoded, stamp) };
}
