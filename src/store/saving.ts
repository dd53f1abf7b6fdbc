import type { Clock } from '../core/ports.ts';
import type { DatabaseFile } from './databaseFile.ts';
import type { FileStamp } from './disk.ts';
import { isFull } from './failures.ts';
import { nameGeneration } from './folding/job.ts';
import { HEADER_BYTES, setChangeCounter } from './inspect.ts';
import { type Doubt, InDoubt } from './journal/doubt.ts';
import { type JournalFiles, type JournalPosition, lineAfter } from './journal/journalFiles.ts';
import { newCommitId } from './journal/lines.ts';
import type { HeldLock } from './lock.ts';
import type { Memory } from './memory.ts';
import type { Notices } from './notices.ts';
import type { Hooks } from './options.ts';
import { isWhole, replacementNotice } from './replacement.ts';
import { STATEMENTS_AT_MOST } from './tx.ts';

/** The new file is in place, but the disk would not confirm that it survives a power cut. */
export class NotDurable extends Error {
  constructor(override readonly cause: unknown) {
    super('The disk did not confirm the change.');
  }
}

/**
 * How saving ended. After `raced` another process was quicker: memory must be refreshed and the changes applied again,
 * unless the commit `doubt` turns out to be in the database after all.
 */
export type Saved = { readonly kind: 'saved' } | { readonly kind: 'raced'; readonly doubt?: Doubt };

export interface JournalLimits {
  /** From how many bytes on the file gets a journal. */
  readonly journalFrom: number;
  /** From how many bytes on the journal is folded into the file. */
  readonly foldFrom: number;
}

/** A journal that nobody can fold is written into the file by a commit when it is so many times the limit. */
const FOLDS_MISSED_AT_MOST = 16;

interface Parts {
  readonly memory: Memory;
  readonly file: DatabaseFile;
  readonly journals: JournalFiles;
  readonly limits: JournalLimits;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly hooks: Hooks;
}

/** Brings what is in memory to the disk: at the journal's end, or as a new file. */
export class Saving {
  /** Whether the disk failed in a way after which the journal is not to be trusted. */
  #distrustsJournal = false;

  constructor(private readonly parts: Parts) {}

  /** Whether the file must be written although all that is in memory is in it or its journal. */
  get isNeeded(): boolean {
    return this.#distrustsJournal;
  }

  async save(lock: HeldLock): Promise<Saved> {
    const { memory, notices, file } = this.parts;
    const { journal } = memory.standing;
    await file.assertWritable(journal?.path);
    const saved =
      journal !== undefined && this.#fits(journal) ? await this.#addTo(journal, lock) : await this.#saveFile(lock);
    if (saved.kind === 'saved') notices.saved();
    else if (saved.doubt === undefined) memory.isStale = true;
    else memory.doubt(saved.doubt);
    return saved;
  }

  /** Tells the user what became of a damaged or missing file, once. */
  tellReplacement(): void {
    const { memory, notices, clock } = this.parts;
    const { replacement } = memory;
    if (replacement === undefined || replacement.told) return;
    notices.add(replacementNotice(replacement, clock.zone()));
    memory.replacement = { ...replacement, told: true };
  }

  #fits(journal: JournalPosition): boolean {
    const { memory, limits } = this.parts;
    if (memory.replacement !== undefined || memory.isMigrated || this.#distrustsJournal) return false;
    if (journal.end > limits.foldFrom * FOLDS_MISSED_AT_MOST) return false;
    return memory.unsaved.length <= STATEMENTS_AT_MOST;
  }

  async #addTo(journal: JournalPosition, lock: HeldLock): Promise<Saved> {
    const { memory, file, journals } = this.parts;
    const commit = newCommitId();
    const line = lineAfter(journal, { commit, changes: memory.unsaved });
    const isTurn = () => lock.isHeld() && file.isStill(memory.standing.base);
    await file.makeDurable(memory.standing.base);
    let added: JournalPosition | undefined;
    try {
      added = await journals.append(journal, line, isTurn);
    } catch (error) {
      const inDoubt = error instanceof InDoubt;
      const isLeft = inDoubt && (!isTurn() || !journals.endsAtNow(journal));
      // On a full disk the line was taken back. After any other failure nobody knows what the disk made of it.
      this.#distrustsJournal = isLeft || !isFull(inDoubt ? error.cause : error);
      if (isLeft) return { kind: 'raced', doubt: error.doubt };
      if (inDoubt) memory.doubt(error.doubt);
      throw error;
    }
    if (added === undefined) return { kind: 'raced' };
    if (!isTurn() || Number(added.stamp.size) !== added.end)
      return { kind: 'raced', doubt: { commit, after: journal } };
    memory.standing = { ...memory.standing, journal: added };
    memory.allIsSaved();
    return { kind: 'saved' };
  }

  async #saveFile(lock: HeldLock): Promise<Saved> {
    const { memory, file, hooks, journals, limits } = this.parts;
    await this.#setAside();
    const { base, commits, journal } = memory.standing;
    const generation = newCommitId();
    const journaled = memory.db.size() >= limits.journalFrom;
    const bytes = this.#export(generation, journaled, commits + 1);
    await hooks.at('exported');
    let next: JournalPosition | undefined;
    const prepare = async (made: FileStamp) => {
      if (journaled) next = await this.#newJournal(generation, journal, made);
    };
    const isFirst = journal === undefined && memory.replacement === undefined;
    const old = isFirst ? [] : await journals.others([generation]);
    const may = () => journal === undefined || journals.endsAtNow(journal);
    const stamp = await file.replace(bytes, base, lock, { prepare, may });
    if (stamp === undefined) return { kind: 'raced' };
    memory.standing = { base: stamp, header: bytes.slice(0, HEADER_BYTES), commits: commits + 1, journal: next };
    await this.#inPlace(old);
    return { kind: 'saved' };
  }

  #export(generation: string, journaled: boolean, commits: number): Uint8Array {
    const { db } = this.parts.memory;
    nameGeneration(db, generation, journaled);
    const bytes = db.export();
    setChangeCounter(bytes, commits);
    return bytes;
  }

  /**
   * It names no generation that was folded, so nobody takes the file for what is in their memory plus a journal. The file
   * itself is the last commit, so that there is one that later doubts came after.
   */
  #newJournal(generation: string, old: JournalPosition | undefined, file: FileStamp): Promise<JournalPosition> {
    const folded = { generation: '', commits: [...(old?.commits ?? []), generation] };
    return this.parts.journals.create({ generation, folded, file }, []);
  }

  async #inPlace(oldJournals: readonly string[]): Promise<void> {
    const { memory, hooks, journals } = this.parts;
    memory.allIsSaved();
    memory.isMigrated = false;
    this.#distrustsJournal = false;
    this.tellReplacement();
    memory.replacement = undefined;
    await hooks.at('renamed');
    await this.#makeDurable();
    await hooks.at('folderSynced');
    await journals.remove(oldJournals);
  }

  /** Keeps what is about to be replaced and is not wholly in the replacement. */
  async #setAside(): Promise<void> {
    const { memory, clock, file, hooks, journals } = this.parts;
    const { replacement } = memory;
    if (replacement === undefined || replacement.isAside === true) return;
    const journal = isWhole(replacement) ? undefined : await journals.setAside(clock.now());
    const path = replacement.problem === 'damaged' ? await file.setAside(clock.now()) : journal;
    memory.replacement = { ...replacement, isAside: true, ...(path === undefined ? {} : { path }) };
    await hooks.at('setAside');
  }

  async #makeDurable(): Promise<void> {
    try {
      await this.parts.file.makeDurable(this.parts.memory.standing.base);
    } catch (error) {
      throw new NotDurable(error);
    }
  }
}
