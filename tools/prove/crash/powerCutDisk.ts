import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import type { Dice } from '../support/numbers.ts';

/** A file: what the disk holds for certain, and what it was told since. */
interface FileState {
  durable: Buffer;
  current: Buffer;
}

type Names = Map<string, FileState>;
type Change = (names: Names) => void;

interface FolderState {
  durable: Names;
  /** What became of the names since the folder was last synced, oldest first. */
  changes: Change[];
}

/** What a disk may hold after a power cut: the files of each folder. */
export type Remains = ReadonlyMap<string, ReadonlyMap<string, Buffer>>;

/**
 * How many of the changes of names a power cut may take: `ordered` only the last ones, as file systems with a journal
 * do (ext4, XFS, APFS, NTFS); `any`, as POSIX allows.
 */
export type NamesLost = 'ordered' | 'any';

/**
 * The real disk, and beside it a model of what would be left of it after a power cut at this moment: of a file that was
 * not synced any beginning, zeros, or nothing; of names that were not synced those of before.
 */
export class PowerCutDisk {
  readonly #folders = new Map<string, FolderState>();
  readonly disk: Disk;

  /** @param at called after each access that changes something */
  constructor(private readonly at: () => void) {
    this.disk = this.#wrapped();
  }

  /** One of the states that a power cut now may leave. */
  remains(dice: Dice, lost: NamesLost): Remains {
    const remains = new Map<string, ReadonlyMap<string, Buffer>>();
    for (const [path, { durable, changes }] of this.#folders) {
      const names = new Map(durable);
      for (const change of survivors(changes, dice, lost)) change(names);
      remains.set(path, new Map([...names].map(([name, file]) => [name, contentAfter(file, dice)])));
    }
    return remains;
  }

  #wrapped(): Disk {
    return {
      ...nodeDisk,
      renameNow: (from, to) => {
        nodeDisk.renameNow(from, to);
        this.#moved(from, to);
      },
      rename: async (from, to) => {
        await nodeDisk.rename(from, to);
        this.#moved(from, to);
      },
      append: (path, bytes, size, may, steps) => {
        const at = async (step: 'journalWritten' | 'journalSynced') => {
          const file = this.#file(path);
          if (step === 'journalWritten') file.current = Buffer.concat([file.current, bytes]);
          else file.durable = file.current;
          this.at();
          await steps?.at(step);
        };
        return nodeDisk.append(path, bytes, size, may, { at });
      },
      truncateNow: (path, size) => {
        nodeDisk.truncateNow(path, size);
        const file = this.#file(path);
        file.current = file.current.subarray(0, size);
        this.at();
      },
      writeNew: (path, bytes, steps) => {
        const file: FileState = { durable: Buffer.alloc(0), current: Buffer.alloc(0) };
        const at = async (step: 'tempCreated' | 'tempWritten' | 'tempSynced') => {
          if (step === 'tempCreated') this.#named(path, file);
          if (step === 'tempWritten') file.current = Buffer.from(bytes);
          if (step === 'tempSynced') file.durable = file.current;
          this.at();
          await steps?.at(step);
        };
        return nodeDisk.writeNew(path, bytes, { at });
      },
      copyNew: async (from, to) => {
        await nodeDisk.copyNew(from, to);
        const bytes = await readFile(to);
        this.#named(to, { durable: bytes, current: bytes });
        this.at();
      },
      link: async (from, to) => {
        await nodeDisk.link(from, to);
        this.#named(to, this.#file(from));
        this.at();
      },
      remove: async (path) => {
        await nodeDisk.remove(path);
        this.#change(path, (names) => names.delete(basename(path)));
      },
      syncFolder: async (folder) => {
        // What is changed while the folder is being synced is not promised.
        const known = this.#folder(folder).changes.length;
        await nodeDisk.syncFolder(folder);
        const state = this.#folder(folder);
        for (const change of state.changes.splice(0, known)) change(state.durable);
        this.at();
      },
    };
  }

  #folder(path: string): FolderState {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const made: FolderState = { durable: new Map(), changes: [] };
    this.#folders.set(path, made);
    return made;
  }

  #change(path: string, change: Change): void {
    this.#folder(dirname(path)).changes.push(change);
    this.at();
  }

  #named(path: string, file: FileState): void {
    this.#folder(dirname(path)).changes.push((names) => names.set(basename(path), file));
  }

  #moved(from: string, to: string): void {
    const file = this.#file(from);
    this.#change(to, (names) => {
      names.delete(basename(from));
      names.set(basename(to), file);
    });
  }

  #file(path: string): FileState {
    const { durable, changes } = this.#folder(dirname(path));
    const names = new Map(durable);
    for (const change of changes) change(names);
    const file = names.get(basename(path));
    if (file === undefined) throw new Error(`The model does not know ${path}`);
    return file;
  }
}

function survivors(changes: readonly Change[], dice: Dice, lost: NamesLost): readonly Change[] {
  if (lost === 'any') return changes.filter(() => dice.chance(0.5));
  return changes.slice(0, dice.below(changes.length + 1));
}

/** What was not synced may be there, be cut anywhere, be zeros, or not be there. */
function contentAfter({ durable, current }: FileState, dice: Dice): Buffer {
  if (durable === current) return current;
  const extended = current.subarray(0, durable.length).equals(durable);
  const cut = (extended ? durable.length : 0) + dice.below(current.length - (extended ? durable.length : 0) + 1);
  const torn = current.subarray(0, cut);
  const how = dice.below(4);
  if (how === 0) return durable;
  if (how === 1) return current;
  if (how === 2) return torn;
  return Buffer.concat([torn, Buffer.alloc(current.length - cut)]);
}
