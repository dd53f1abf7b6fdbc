import type initSqlJs from 'sql.js';
import { TimecardError } from '../core/errors.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Reader, Tx } from '../core/storePorts.ts';
import type { Backups } from './backups.ts';
import { type DatabaseFile, sameStamp } from './databaseFile.ts';
import type { FileStamp } from './disk.ts';
import { isFull } from './failures.ts';
import { type FoldedFile, type FoldJob, nameGeneration } from './folding/job.ts';
import { changeCounter, emptyDatabase, HEADER_BYTES, inspect, setChangeCounter, type Verdict } from './inspect.ts';
import { type JournalContents, type JournalFiles, type JournalPosition, lineAfter } from './journal/journalFiles.ts';
import { newCommitId, type Statement } from './journal/lines.ts';
import { replay } from './journal/replay.ts';
import type { HeldLock } from './lock.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';
import type { Notices } from './notices.ts';
import type { Hooks } from './options.ts';
import { DbReader } from './reader.ts';
import { isWhole, type Replacement, replacementNotice } from './replacement.ts';
import type { Sqlite } from './sqlite.ts';
import { DbTx } from './tx.ts';

export type Change = (tx: Tx) => unknown;

/** The new file is in place, but the disk would not confirm that it survives a power cut. */
export class NotDurable extends Error {
  constructor(override readonly cause: unknown) {
    super('The disk did not confirm the change.');
  }
}

/**
 * How saving ended. After `raced` another process was quicker: the copy must be refreshed and the changes applied again,
 * unless the commit `doubt` turns out to be in the file after all.
 */
export type Saved = { readonly kind: 'saved' } | { readonly kind: 'raced'; readonly doubt?: string };

/** One version of the database on the disk. */
export interface Version {
  readonly file: FileStamp | undefined;
  readonly journal: FileStamp | undefined;
}

export function sameVersion(a: Version, b: Version): boolean {
  return sameStamp(a.file, b.file) && sameStamp(a.journal, b.journal);
}

type Good = Extract<Verdict, { kind: 'good' }>;

interface Parts {
  readonly sqlJs: initSqlJs.SqlJsStatic;
  readonly file: DatabaseFile;
  readonly journals: JournalFiles;
  readonly limits: JournalLimits;
  readonly backups: Backups;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
  readonly hooks: Hooks;
  /** Called when another process's commit has been loaded. */
  readonly onLoaded: () => void;
}

export interface JournalLimits {
  /** From how many bytes on the file gets a journal. */
  readonly journalFrom: number;
  /** From how many bytes on the journal is folded into the file. */
  readonly foldFrom: number;
}

/** A journal that nobody can fold is written into the file by a commit when it is so many times the limit. */
const FOLDS_MISSED_AT_MOST = 8;
/** A commit with so many statements goes into the file at once: reading it again would take as long. */
const STATEMENTS_AT_MOST = 1_000;
const LOADS_AT_MOST = 10;

/**
 * The database in memory: the newest file that was loaded, plus changes that the disk would not take. Its methods must
 * not overlap; the caller sees to that.
 */
export class WorkingCopy {
  #db: Sqlite | undefined;
  /** The file that `#db` stands for; `undefined` when there was none. */
  #base: FileStamp | undefined;
  #header: Uint8Array | undefined;
  /** The end of the journal that `#db` includes; `undefined` when the file has none. */
  #journal: JournalPosition | undefined;
  #commits = 0;
  #newer = false;
  /** Whether `#db` has a later schema than the file it stands for. */
  #migrated = false;
  /** Whether `#db` holds changes that lost a race and must be loaded anew. */
  #stale = false;
  /** Whether the disk failed in a way after which the journal is not to be trusted. */
  #distrustJournal = false;
  /** Set while `#db` is to take the place of a damaged or missing file. */
  #replacement: Replacement | undefined;
  #pending: readonly Change[] = [];
  /** What `#db` has and the disk has not. */
  #unsaved: Statement[] = [];
  readonly #reported = new Set<string>();

  constructor(private readonly parts: Parts) {}

  /** The version that is in memory. */
  get version(): Version {
    return { file: this.#base, journal: this.#journal?.stamp };
  }

  get isNewer(): boolean {
    return this.#newer;
  }

  get needsSaving(): boolean {
    return this.#replacement !== undefined || this.#migrated || this.#pending.length > 0;
  }

  /** Whether changes were applied since the last save that are in memory only. */
  get hasUnsaved(): boolean {
    return this.#unsaved.length > 0;
  }

  /** Whether a damaged or missing file was found since the last commit and should be replaced soon. */
  get needsRescue(): boolean {
    return this.#replacement !== undefined && !this.#replacement.told;
  }

  /** Whether the journal should be folded into the file. */
  get wantsFolding(): boolean {
    if (this.#journal === undefined || this.#newer || this.needsSaving || this.#stale) return false;
    return this.#journal.end >= this.parts.limits.foldFrom;
  }

  /** The version that is on the disk, as far as it is the one in memory or its continuation. */
  async versionOnDisk(): Promise<Version> {
    const journal = this.#journal;
    return {
      file: await this.parts.file.stamp(),
      journal: journal === undefined ? undefined : await this.parts.journals.stamp(journal),
    };
  }

  /** Takes in what is new on the disk. `thorough` also compares headers, for use under the lock. */
  async refresh(thorough: boolean): Promise<'kept' | 'loaded'> {
    const stamp = await this.parts.file.stamp();
    if ((await this.#isCurrent(stamp, thorough)) || (await this.#adopt(stamp))) {
      const followed = await this.#follow();
      if (followed !== 'lost') return followed;
    }
    return this.#load();
  }

  /** Whether a commit that was in doubt is in the database. To be asked right after a refresh. */
  includes(commit: string): boolean {
    return this.#journal?.commits.includes(commit) ?? false;
  }

  query<T>(question: (db: Reader) => T): T {
    const reader = new DbReader(this.#open(), this.parts.log, this.#reported);
    if (!this.#newer) return question(reader);
    try {
      return question(reader);
    } catch (error) {
      throw error instanceof TimecardError ? error : newerError(error);
    }
  }

  /** Applies a change in memory, wholly or not at all. */
  apply<T>(change: (tx: Tx) => T): { readonly result: T; readonly changed: boolean } {
    const db = this.#open();
    if (this.#newer) throw newerError();
    const before = db.totalChanges();
    const tx = new DbTx(db, this.parts.log, this.#reported);
    const result = db.transaction(() => complete(change(tx)));
    tx.end();
    for (const statement of tx.statements) this.#unsaved.push(statement);
    return { result, changed: db.totalChanges() !== before };
  }

  /** Remembers changes that are in memory only, to be applied again onto whatever file is loaded later. */
  keep(changes: readonly Change[]): void {
    this.#pending = [...this.#pending, ...changes];
  }

  async backUp(): Promise<void> {
    if (this.#base === undefined || this.#newer || this.#replacement !== undefined) return;
    const source = { stamp: this.#base, journal: this.#journal?.path };
    if (this.#migrated) await this.parts.backups.makeBefore(SCHEMA_VERSION, source);
    await this.parts.backups.makeDaily(source);
  }

  /** Writes everything to the disk: at the journal's end, or as a new file. */
  async save(lock: HeldLock): Promise<Saved> {
    const journal = this.#journal;
    const saved =
      journal !== undefined && this.#fitsJournal(journal)
        ? await this.#saveInJournal(journal, lock)
        : await this.#saveFile(lock);
    if (saved.kind === 'raced') {
      this.#stale = true;
      return saved;
    }
    this.parts.notices.saved();
    return saved;
  }

  /** What is to be folded; `undefined` when there is nothing. */
  foldJob(): { readonly job: FoldJob; readonly from: JournalPosition } | undefined {
    const from = this.#journal;
    if (from === undefined || this.#base === undefined || from.tail !== 'clean') return undefined;
    const { file } = this.parts;
    const job: FoldJob = {
      ...{ file: file.path, stamp: this.#base, journal: from.path, end: from.end },
      ...{ generation: newCommitId(), commits: this.#commits + 1, temp: file.tempPath() },
    };
    return { job, from };
  }

  /**
   * Puts a folded file in the file's place, with a journal of what was committed since. Only right after a refresh.
   * @returns whether it did; not when the file is another one by now.
   */
  async useFolded(job: FoldJob, from: JournalPosition, folded: FoldedFile, lock: HeldLock): Promise<boolean> {
    const { file, hooks, journals } = this.parts;
    const journal = this.#journal;
    if (journal?.generation !== from.generation || !sameStamp(this.#base, job.stamp) || this.#isDirty()) return false;
    const since = await journals.entriesAfter(from.path, from.end, from.sum);
    const head = {
      generation: job.generation,
      folded: { generation: from.generation, commits: from.commits },
      file: folded.stamp,
    };
    const next = await journals.create(head, since);
    const ends = () => journals.endsAtNow(journal);
    if (!(await file.replaceBy(job.temp, this.#base, lock, ends))) return false;
    this.#stands(folded.stamp, folded.header, job.commits, next);
    await hooks.at('renamed');
    await file.syncFolder();
    await hooks.at('folderSynced');
    // Windows that have not read the old journal to its end can still do so.
    await journals.removeOthers([next.generation, from.generation]);
    return true;
  }

  /** Has the next refresh load the file whatever its stamp, because memory can no longer be trusted. */
  distrust(): void {
    this.#stale = true;
  }

  /** Tells the user what became of a damaged or missing file, once. */
  tellReplacement(): void {
    if (this.#replacement === undefined || this.#replacement.told) return;
    this.parts.notices.add(replacementNotice(this.#replacement, this.parts.clock.zone()));
    this.#replacement = { ...this.#replacement, told: true };
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #open(): Sqlite {
    if (this.#db === undefined) throw new TimecardError('storageDamaged', 'The database is not open.');
    return this.#db;
  }

  /** Whether memory is something else than what the disk had when it was last looked at. */
  #isDirty(): boolean {
    return this.#stale || this.needsSaving || this.#unsaved.length > 0;
  }

  async #isCurrent(stamp: FileStamp | undefined, thorough: boolean): Promise<boolean> {
    if (this.#db === undefined || this.#stale || !sameStamp(stamp, this.#base)) return false;
    if (!thorough || stamp === undefined || this.#header === undefined) return true;
    const header = await this.parts.file.header();
    return header !== undefined && Buffer.compare(header, this.#header) === 0;
  }

  /** Takes in what other windows have added to the journal. */
  async #follow(): Promise<'kept' | 'loaded' | 'lost'> {
    if (this.#journal === undefined) return 'kept';
    const news = await this.parts.journals.news(this.#journal);
    if (news.kind === 'none') return 'kept';
    if (news.kind === 'lost' || news.position.tail === 'damaged') return 'lost';
    if (news.entries.length > 0 && this.#isDirty()) return 'lost';
    return this.#continue(news.entries, news.position) ? this.#heard(news.entries) : 'lost';
  }

  /** What other windows have committed may be in the journal even when the file is not to be had. */
  async #followIfClean(): Promise<void> {
    if (!this.#isDirty()) await this.#follow();
  }

  #heard(entries: readonly unknown[]): 'kept' | 'loaded' {
    if (entries.length === 0) return 'kept';
    this.parts.onLoaded();
    return 'loaded';
  }

  /** @returns false when memory must be loaded anew. */
  #continue(entries: JournalContents['entries'], position: JournalPosition): boolean {
    try {
      replay(this.#open(), entries);
    } catch (error) {
      this.parts.log.warn(`A change of another window does not fit what is in memory: ${String(error)}`);
      this.#stale = true;
      return false;
    }
    this.#journal = position;
    return true;
  }

  /**
   * Recognises a file that another window has folded the journal into: memory has all of it already, so nothing needs to
   * be loaded.
   */
  async #adopt(stamp: FileStamp | undefined): Promise<boolean> {
    if (stamp === undefined || this.#db === undefined || this.#newer || this.#isDirty()) return false;
    if (this.#journal === undefined || sameStamp(stamp, this.#base)) return false;
    const made = await this.parts.journals.madeWith(stamp);
    if (made?.head.folded.generation !== this.#journal.generation || made.position.tail === 'damaged') return false;
    if ((await this.#follow()) === 'lost') return false;
    const missing = notKnown(made, this.#journal.commits);
    const header = await this.parts.file.header();
    if (missing === undefined || header === undefined || !this.#continue(missing, made.position)) return false;
    this.#stands(stamp, header, changeCounter(header), made.position);
    if (missing.length > 0) this.parts.onLoaded();
    return true;
  }

  async #load(): Promise<'kept' | 'loaded'> {
    const { file, journals, sqlJs } = this.parts;
    for (let tries = 1; ; tries += 1) {
      const loaded = await file.load();
      const beside = await journals.readAll();
      // A file and the journals beside it belong together only while the file stays the same.
      if (!sameStamp(await file.stamp(), loaded?.stamp) && tries < LOADS_AT_MOST) continue;
      if (loaded === undefined) return this.#withoutFile(beside);
      // A copy: sql.js goes on working in the very bytes that it is given.
      const header = Uint8Array.from(loaded.bytes.subarray(0, HEADER_BYTES));
      const verdict = inspect(sqlJs, loaded.bytes, this.#db === undefined ? 'full' : 'quick', beside);
      if (this.#knowsMore(verdict, loaded.stamp)) return this.#replaceJournal(verdict);
      if (verdict.kind === 'damaged') return this.#replaceDamaged(verdict.why, loaded.stamp, header, beside);
      this.#use(verdict, loaded.stamp, header);
      return 'loaded';
    }
  }

  /** Whether the journal of this very file was lost or damaged, and memory has what was in it. */
  #knowsMore(verdict: Verdict, stamp: FileStamp): verdict is Good {
    const known = this.#journal?.end;
    if (verdict.kind !== 'good' || this.#db === undefined || known === undefined) return false;
    const { journal } = verdict;
    if (!sameStamp(stamp, this.#base) || journal.kind === 'none') return false;
    if (journal.kind === 'part') return known >= journal.readable;
    // A shorter journal with a clean end is one from which a refused commit was taken back.
    return journal.position.tail !== 'clean' && known > journal.position.end;
  }

  #replaceJournal(verdict: Good): 'kept' {
    verdict.db.close();
    this.#stale = false;
    const why = verdict.journal.kind === 'part' ? verdict.journal.why : 'the end of its journal is missing';
    this.parts.log.error(`The journal of the database cannot be used: ${why}`);
    this.#replaceFromMemory('journal', why, this.#base, this.#header);
    return 'kept';
  }

  #use(verdict: Exclude<Verdict, { kind: 'damaged' }>, stamp: FileStamp, header: Uint8Array): void {
    const wasNewer = this.#newer;
    if (this.#db !== undefined) this.parts.onLoaded();
    this.#swap(verdict.db, stamp, header);
    this.#commits = changeCounter(header);
    this.#newer = verdict.kind === 'newer';
    this.#replacement = undefined;
    if (verdict.journal.kind === 'whole') this.#journal = verdict.journal.position;
    if (verdict.kind === 'newer') {
      if (!wasNewer) this.parts.notices.add({ kind: 'newer', message: NEWER_MESSAGE });
      return;
    }
    this.#migrated = verdict.migratedFrom !== undefined;
    if (verdict.journal.kind === 'part') this.#replaceFile(verdict.journal.why);
    this.#applyPending();
  }

  #swap(db: Sqlite, stamp: FileStamp | undefined, header: Uint8Array | undefined): void {
    this.#db?.close();
    this.#db = db;
    this.#base = stamp;
    this.#header = header;
    this.#journal = undefined;
    this.#unsaved = [];
    this.#migrated = false;
    this.#stale = false;
  }

  /** Memory, as it is, stands for this file from now on. */
  #stands(stamp: FileStamp, header: Uint8Array, commits: number, journal: JournalPosition | undefined): void {
    this.#base = stamp;
    this.#header = header;
    this.#commits = commits;
    this.#journal = journal;
  }

  async #withoutFile(journals: readonly JournalContents[]): Promise<'kept' | 'loaded'> {
    const hadFile = this.#base !== undefined;
    if (this.#db !== undefined) {
      await this.#followIfClean();
      this.#stale = false;
      if (hadFile && !this.#newer) this.#replaceFromMemory('gone', 'it was removed', undefined, undefined);
      return 'kept';
    }
    const backup = await this.parts.backups.newestGood(this.parts.sqlJs, journals);
    this.#swap(backup?.db ?? emptyDatabase(this.parts.sqlJs), undefined, undefined);
    this.#commits = backup?.commits ?? 0;
    if (backup !== undefined) {
      this.#replacement = { problem: 'gone', why: 'it was missing', source: backup, told: false };
      this.#lookBeforeCreating();
    }
    return 'loaded';
  }

  async #replaceDamaged(
    why: string,
    stamp: FileStamp,
    header: Uint8Array,
    journals: readonly JournalContents[],
  ): Promise<'kept' | 'loaded'> {
    const { backups, log, sqlJs } = this.parts;
    log.error(`The database file is damaged: ${why}`);
    if (this.#db !== undefined) {
      await this.#followIfClean();
      this.#stale = false;
      if (!this.#newer) this.#replaceFromMemory('damaged', why, stamp, header);
      return 'kept';
    }
    const backup = await backups.newestGood(sqlJs, journals);
    this.#swap(backup?.db ?? emptyDatabase(sqlJs), stamp, header);
    this.#commits = backup?.commits ?? 0;
    this.#replacement = { problem: 'damaged', why, source: backup ?? 'empty', told: false };
    this.#lookBeforeCreating();
    return 'loaded';
  }

  /** What is in memory is at least as new as any backup. */
  #replaceFromMemory(
    problem: Replacement['problem'],
    why: string,
    stamp: FileStamp | undefined,
    header: Uint8Array | undefined,
  ): void {
    this.#base = stamp;
    this.#header = header;
    this.#journal = undefined;
    this.#replacement = { problem, why, source: 'memory', told: false };
    this.#lookBeforeCreating();
  }

  /** The file is sound, but its journal is not: what could be read of both becomes a new file. */
  #replaceFile(why: string): void {
    this.parts.log.error(`The journal of the database cannot be used: ${why}`);
    this.#replacement = { problem: 'journal', why, source: 'file', told: false };
    this.#lookBeforeCreating();
  }

  /** The lost file may have known of worklogs that this copy does not, so a sync must look before it creates. */
  #lookBeforeCreating(): void {
    this.#open().run("UPDATE time_records SET look_first = 1 WHERE worklog_intent = 'mirror' AND look_first = 0");
  }

  #applyPending(): void {
    const changes = this.#pending;
    this.#pending = [];
    for (const change of changes) {
      try {
        this.apply(change);
        this.keep([change]);
      } catch (error) {
        this.parts.log.error('A change that waited for the disk does not fit the newest database any more.', error);
        const message = `A change that was waiting for the disk could not be saved: ${error instanceof Error ? error.message : String(error)}`;
        this.parts.notices.add({ kind: 'unsaved', message });
      }
    }
  }

  #fitsJournal(journal: JournalPosition): boolean {
    if (this.#replacement !== undefined || this.#migrated || this.#distrustJournal) return false;
    if (journal.end > this.parts.limits.foldFrom * FOLDS_MISSED_AT_MOST) return false;
    return this.#unsaved.length <= STATEMENTS_AT_MOST;
  }

  async #saveInJournal(journal: JournalPosition, lock: HeldLock): Promise<Saved> {
    const { file, journals } = this.parts;
    const commit = newCommitId();
    const line = lineAfter(journal, { commit, changes: this.#unsaved });
    const isTurn = () => lock.isHeld() && file.isStill(this.#base);
    let added: JournalPosition | undefined;
    try {
      added = await journals.append(journal, line, isTurn);
    } catch (error) {
      // On a full disk the line was taken back. After any other failure nobody knows what the disk made of it.
      this.#distrustJournal = !isFull(error);
      throw error;
    }
    if (added === undefined) return { kind: 'raced' };
    if (!isTurn() || Number(added.stamp.size) !== added.end) return { kind: 'raced', doubt: commit };
    this.#journal = added;
    this.#allIsSaved();
    return { kind: 'saved' };
  }

  async #saveFile(lock: HeldLock): Promise<Saved> {
    const { file, hooks, journals, limits } = this.parts;
    await this.#setAside();
    const generation = newCommitId();
    const size = this.#base === undefined ? 0n : this.#base.size;
    const journaled = size >= BigInt(limits.journalFrom);
    nameGeneration(this.#open(), generation, journaled);
    const bytes = this.#open().export();
    setChangeCounter(bytes, this.#commits + 1);
    await hooks.at('exported');
    const old = this.#journal;
    let next: JournalPosition | undefined;
    const stamp = await file.replace(bytes, this.#base, lock, {
      prepare: async (stamp) => {
        if (!journaled) return;
        // Without a generation nobody takes the file for what is in their memory plus a journal.
        const folded = { generation: '', commits: old?.commits ?? [] };
        next = await journals.create({ generation, folded, file: stamp }, []);
      },
      may: () => old === undefined || journals.endsAtNow(old),
    });
    if (stamp === undefined) return { kind: 'raced' };
    this.#stands(stamp, bytes.slice(0, HEADER_BYTES), this.#commits + 1, next);
    this.#allIsSaved();
    this.#migrated = false;
    this.#distrustJournal = false;
    this.tellReplacement();
    const hadReplacement = this.#replacement !== undefined;
    this.#replacement = undefined;
    await hooks.at('renamed');
    await this.#syncFolder();
    await hooks.at('folderSynced');
    if (old !== undefined || hadReplacement) await journals.removeOthers(next === undefined ? [] : [next.generation]);
    return { kind: 'saved' };
  }

  #allIsSaved(): void {
    this.#pending = [];
    this.#unsaved = [];
  }

  /** Keeps what is about to be replaced and is not wholly in the replacement. */
  async #setAside(): Promise<void> {
    const { clock, file, hooks, journals } = this.parts;
    const replacement = this.#replacement;
    if (replacement === undefined || replacement.isAside === true) return;
    const journal = isWhole(replacement) ? undefined : await journals.setAside(clock.now());
    const path = replacement.problem === 'damaged' ? await file.setAside(clock.now()) : journal;
    this.#replacement = { ...replacement, isAside: true, ...(path === undefined ? {} : { path }) };
    await hooks.at('setAside');
  }

  async #syncFolder(): Promise<void> {
    try {
      await this.parts.file.syncFolder();
    } catch (error) {
      throw new NotDurable(error);
    }
  }
}

/** The commits of a journal that are not in memory; `undefined` when memory is not what the journal began with. */
function notKnown(made: JournalContents, known: readonly string[]): JournalContents['entries'] | undefined {
  const last = made.head.folded.commits.at(-1);
  const at = last === undefined ? -1 : known.lastIndexOf(last);
  if (at === -1) return undefined;
  const since = known.slice(at + 1);
  const fits = since.every((commit, index) => made.entries[index]?.commit === commit);
  return fits ? made.entries.slice(since.length) : undefined;
}

/** A change that goes on after its transaction would be half in it. */
function complete<T>(result: T): T {
  if (result instanceof Promise) throw new TypeError('A change must not be asynchronous.');
  return result;
}

const NEWER_MESSAGE =
  'The database was written by a newer version of Timecard for Jira. It can be read here but not changed: update the extension and reload the window.';

export function newerError(cause?: unknown): TimecardError {
  return new TimecardError('storageNewer', NEWER_MESSAGE, { cause });
}
