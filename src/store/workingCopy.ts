import type initSqlJs from 'sql.js';
import type { Clock, Log } from '../core/ports.ts';
import type { Reader, Tx } from '../core/storePorts.ts';
import type { Backups } from './backups.ts';
import type { DatabaseFile } from './databaseFile.ts';
import { type FileStamp, sameStamp } from './disk.ts';
import type { Check, FoldedFile, FoldJob } from './folding/fold.ts';
import { type Doubt, type Fate, fateOf } from './journal/doubt.ts';
import type { JournalFiles, JournalPosition } from './journal/journalFiles.ts';
import { newCommitId } from './journal/lines.ts';
import { Loading } from './loading.ts';
import type { HeldLock } from './lock.ts';
import { type Kept, Memory } from './memory.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';
import type { Notices } from './notices.ts';
import type { Hooks } from './options.ts';
import { type JournalLimits, type Saved, Saving } from './saving.ts';

/** A journal of so many times the limit is folded even while commits go on. */
const FOLDED_AT_ONCE_FROM = 4;

/** One version of the database on the disk. */
export interface Version {
  readonly file: FileStamp | undefined;
  readonly journal: FileStamp | undefined;
}

export function sameVersion(a: Version, b: Version): boolean {
  return sameStamp(a.file, b.file) && sameStamp(a.journal, b.journal);
}

interface Parts {
  readonly sqlJs: initSqlJs.SqlJsStatic;
  readonly file: DatabaseFile;
  readonly journals: JournalFiles;
  readonly limits: JournalLimits;
  readonly backups: Backups;
  /** Checks large files on another thread. */
  readonly check: Check | undefined;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
  readonly hooks: Hooks;
  /** Called when another process's commit has been taken in. */
  readonly onLoaded: () => void;
}

/**
 * The database in memory and its way from and to the disk. Its methods must not overlap; the caller sees to that.
 */
export class WorkingCopy {
  readonly #memory: Memory;
  readonly #loading: Loading;
  readonly #saving: Saving;

  constructor(private readonly parts: Parts) {
    this.#memory = new Memory(parts);
    this.#loading = new Loading({ ...parts, memory: this.#memory });
    this.#saving = new Saving({ ...parts, memory: this.#memory });
  }

  /** The version that is in memory. */
  get version(): Version {
    const { base, journal } = this.#memory.standing;
    return { file: base, journal: journal?.stamp };
  }

  get isNewer(): boolean {
    return this.#memory.isNewer;
  }

  get needsSaving(): boolean {
    return this.#memory.needsSaving || this.#saving.isNeeded;
  }

  /** Whether changes were applied since the last save that are in memory only. */
  get hasUnsaved(): boolean {
    return this.#memory.unsaved.length > 0;
  }

  /** Whether a damaged or missing file was found since the last commit and should be replaced soon. */
  get needsRescue(): boolean {
    return this.#memory.replacement?.told === false;
  }

  /** When the journal should be folded into the file. */
  get wantsFolding(): 'no' | 'whenQuiet' | 'now' {
    const { isNewer, isDirty, standing } = this.#memory;
    const { foldFrom } = this.parts.limits;
    const length = standing.journal?.end ?? 0;
    if (isNewer || isDirty || length < foldFrom) return 'no';
    return length < foldFrom * FOLDED_AT_ONCE_FROM ? 'whenQuiet' : 'now';
  }

  /** The version that is on the disk, as far as it is the one in memory or its continuation. */
  async versionOnDisk(): Promise<Version> {
    const { file, journals } = this.parts;
    const { journal } = this.#memory.standing;
    return {
      file: await file.stamp(),
      journal: journal === undefined ? undefined : await journals.stamp(journal),
    };
  }

  /** Takes in what is new on the disk. `thorough` also compares headers, for use under the lock. */
  refresh(thorough: boolean): Promise<'kept' | 'loaded'> {
    return this.#loading.refresh(thorough);
  }

  /** Whether a commit that was in doubt is in the database. To be asked right after a refresh. */
  fateOf(doubt: Doubt): Fate {
    return fateOf(doubt, this.#memory.standing.journal);
  }

  query<T>(question: (db: Reader) => T): T {
    return this.#memory.query(question);
  }

  /** Applies a change in memory, wholly or not at all. */
  apply<T>(change: (tx: Tx) => T): { readonly result: T; readonly changed: boolean } {
    return this.#memory.apply(change);
  }

  /** Remembers changes that are in memory only, to be applied again onto whatever file is loaded later. */
  keep(changes: readonly Kept[]): void {
    this.#memory.keep(changes);
  }

  async backUp(): Promise<void> {
    const { isNewer, isMigrated, replacement, standing } = this.#memory;
    if (standing.base === undefined || isNewer || replacement !== undefined) return;
    const source = { stamp: standing.base, journal: standing.journal?.path };
    if (isMigrated) await this.parts.backups.makeBefore(SCHEMA_VERSION, source);
    await this.parts.backups.makeDaily(source);
  }

  /** Writes everything to the disk: at the journal's end, or as a new file. */
  save(lock: HeldLock): Promise<Saved> {
    return this.#saving.save(lock);
  }

  /** Has the next refresh load the file whatever its stamp, because memory can no longer be trusted. */
  distrust(): void {
    this.#memory.isStale = true;
  }

  /** Tells the user what became of a damaged or missing file, once. */
  tellReplacement(): void {
    this.#saving.tellReplacement();
  }

  /** What is to be folded; `undefined` when there is nothing. */
  foldJob(): { readonly job: FoldJob; readonly from: JournalPosition } | undefined {
    const { base, commits, journal: from } = this.#memory.standing;
    if (from === undefined || base === undefined || from.tail !== 'clean') return undefined;
    const { file } = this.parts;
    const job: FoldJob = {
      ...{ file: file.path, stamp: base, journal: from.path, end: from.end },
      ...{ generation: newCommitId(), commits: commits + 1, temp: file.tempPath() },
    };
    return { job, from };
  }

  /**
   * Puts a folded file in the file's place, with a journal of what was committed since. Only right after a refresh.
   * @returns whether it did; not when the file is another one by now.
   */
  async useFolded(job: FoldJob, from: JournalPosition, folded: FoldedFile, lock: HeldLock): Promise<boolean> {
    const { file, hooks, journals } = this.parts;
    const { base, journal } = this.#memory.standing;
    if (journal?.generation !== from.generation || !sameStamp(base, job.stamp) || this.#memory.isDirty) return false;
    await file.assertWritable(journal.path);
    const since = await journals.between(from, journal);
    const head = {
      generation: job.generation,
      folded: { generation: from.generation, commits: from.commits },
      file: folded.stamp,
    };
    const next = await journals.create(head, since);
    // Windows that have not read the old journal to its end can still do so.
    const others = await journals.others([next.generation, from.generation]);
    if (!(await file.replaceBy(job.temp, base, lock, () => journals.endsAtNow(journal)))) return false;
    this.#memory.standing = { base: folded.stamp, header: folded.header, commits: job.commits, journal: next };
    await hooks.at('renamed');
    await file.makeDurable(folded.stamp);
    await hooks.at('folderSynced');
    await journals.remove(others);
    return true;
  }

  close(): void {
    this.#memory.close();
  }
}
