import type initSqlJs from 'sql.js';
import type { Log } from '../core/ports.ts';
import type { Backups } from './backups.ts';
import type { DatabaseFile } from './databaseFile.ts';
import { type FileStamp, sameStamp } from './disk.ts';
import type { Check } from './folding/fold.ts';
import { changeCounter, emptyDatabase, HEADER_BYTES, inspect, type Journals, type Verdict } from './inspect.ts';
import type { JournalContents, JournalFiles, JournalPosition } from './journal/journalFiles.ts';
import { replay } from './journal/replay.ts';
import { type Memory, NEWER_MESSAGE, ON_NOTHING } from './memory.ts';
import type { Notices } from './notices.ts';
import type { Replacement } from './replacement.ts';
import type { JournalLimits } from './saving.ts';

const LOADS_AT_MOST = 10;

interface Parts {
  readonly memory: Memory;
  readonly sqlJs: initSqlJs.SqlJsStatic;
  readonly file: DatabaseFile;
  readonly journals: JournalFiles;
  readonly backups: Backups;
  readonly limits: JournalLimits;
  /** Checks large files, those that have a journal, on another thread. */
  readonly check: Check | undefined;
  readonly notices: Notices;
  readonly log: Log;
  /** Called when another process's commit has been taken in. */
  readonly onLoaded: () => void;
}

type Good = Extract<Verdict, { kind: 'good' }>;
type Loaded = 'kept' | 'loaded';

/** Brings memory to what is on the disk: by the journal when that is enough, else by loading the file. */
export class Loading {
  /** Whether no other thread was to be had for a check. */
  #checksHere = false;

  constructor(private readonly parts: Parts) {}

  /** Takes in what is new on the disk. `thorough` also compares headers, for use under the lock. */
  async refresh(thorough: boolean): Promise<Loaded> {
    const stamp = await this.parts.file.stamp();
    if ((await this.#isCurrent(stamp, thorough)) || (await this.#adopt(stamp))) {
      const followed = await this.#follow();
      if (followed !== 'lost') return followed;
    }
    return this.#load(thorough);
  }

  async #isCurrent(stamp: FileStamp | undefined, thorough: boolean): Promise<boolean> {
    const { memory, file } = this.parts;
    const { base, header } = memory.standing;
    if (!memory.isOpen || memory.isStale || !sameStamp(stamp, base)) return false;
    if (thorough && isUnsure(memory.replacement)) return false;
    if (!thorough || stamp === undefined || header === undefined) return true;
    const present = await file.header();
    return present !== undefined && Buffer.compare(present, header) === 0;
  }

  /** Takes in what other windows have added to the journal. */
  async #follow(): Promise<Loaded | 'lost'> {
    const { memory, journals } = this.parts;
    const { journal } = memory.standing;
    if (journal === undefined) return 'kept';
    const news = await journals.news(journal);
    if (news.kind === 'none') return 'kept';
    if (news.kind === 'lost' || news.position.tail === 'damaged') return 'lost';
    if (news.entries.length > 0 && memory.isDirty) return 'lost';
    if (!this.#continue(news.entries, news.position)) return 'lost';
    if (news.entries.length === 0) return 'kept';
    this.parts.onLoaded();
    return 'loaded';
  }

  /** What other windows have committed may be in the journal even when the file is not to be had. */
  async #followIfClean(): Promise<void> {
    if (!this.parts.memory.isDirty) await this.#follow();
  }

  /** @returns false when memory must be loaded anew. */
  #continue(entries: JournalContents['entries'], journal: JournalPosition): boolean {
    const { memory, log } = this.parts;
    try {
      replay(memory.db, entries);
    } catch (error) {
      log.warn(`A change of another window does not fit what is in memory: ${String(error)}`);
      memory.isStale = true;
      return false;
    }
    memory.standing = { ...memory.standing, journal };
    return true;
  }

  /**
   * Recognises a file that another window has folded the journal into: memory has all of it already, so nothing needs to
   * be loaded.
   */
  async #adopt(stamp: FileStamp | undefined): Promise<boolean> {
    const { memory, journals, file } = this.parts;
    const { base, journal } = memory.standing;
    if (stamp === undefined || !memory.isOpen || memory.isDirty) return false;
    if (journal === undefined || sameStamp(stamp, base)) return false;
    const made = await journals.madeWith(stamp);
    if (made?.head.folded.generation !== journal.generation || made.position.tail === 'damaged') return false;
    if ((await this.#follow()) === 'lost') return false;
    const missing = notKnown(made, memory.standing.journal?.commits ?? []);
    const header = await file.header();
    if (missing === undefined || header === undefined || !this.#continue(missing, made.position)) return false;
    memory.standing = { base: stamp, header, commits: changeCounter(header), journal: made.position };
    if (missing.length > 0) this.parts.onLoaded();
    return true;
  }

  /** @param isLocked whether nobody else writes meanwhile */
  async #load(isLocked: boolean): Promise<Loaded> {
    const { file, journals } = this.parts;
    let copies: readonly JournalContents[] = [];
    for (let tries = 1; ; tries += 1) {
      const loaded = await file.load();
      const beside = await journals.readAll();
      // A file and the journals beside it belong together only while the file stays the same.
      if (!sameStamp(await file.stamp(), loaded?.stamp) && tries < LOADS_AT_MOST) continue;
      if (loaded === undefined) return this.#withoutFile(beside);
      // A copy: sql.js goes on working in the very bytes that it is given.
      const header = Uint8Array.from(loaded.bytes.subarray(0, HEADER_BYTES));
      const verdict = await this.#inspect(loaded.bytes, { beside, copies });
      if (verdict === undefined) continue;
      if (this.#knowsMore(verdict, loaded.stamp)) return this.#replaceJournal(verdict);
      if (verdict.kind === 'damaged') return this.#replaceDamaged(verdict.why, loaded.stamp, header, beside);
      const found = await this.#moreCopies(verdict, copies);
      if (found.length === 0) return this.#use(verdict, loaded.stamp, header, isLocked);
      verdict.db.close();
      copies = found;
    }
  }

  /** What the backups may have of a journal that is missing or damaged, once. */
  async #moreCopies(
    { journal }: Exclude<Verdict, { kind: 'damaged' }>,
    known: readonly JournalContents[],
  ): Promise<readonly JournalContents[]> {
    return journal.kind === 'part' && known.length === 0 ? this.parts.backups.journalCopies() : [];
  }

  /** `undefined` when the bytes are lost and must be read again. */
  async #inspect(bytes: Uint8Array, found: Journals): Promise<Verdict | undefined> {
    const { memory, sqlJs, limits, check } = this.parts;
    const depth = memory.isOpen ? 'quick' : 'full';
    if (check === undefined || this.#checksHere || bytes.length < limits.journalFrom) {
      return inspect(sqlJs, bytes, depth, found);
    }
    const checked = await check(bytes, depth).catch((error: unknown) => this.#checkHere(error));
    if (checked?.problem !== undefined) return { kind: 'damaged', why: checked.problem };
    return checked === undefined ? undefined : inspect(sqlJs, checked.bytes, 'none', found);
  }

  #checkHere(error: unknown): undefined {
    this.parts.log.warn(`The database cannot be checked on a thread of its own: ${String(error)}`);
    this.#checksHere = true;
  }

  #use(
    verdict: Exclude<Verdict, { kind: 'damaged' }>,
    base: FileStamp,
    header: Uint8Array,
    isLocked: boolean,
  ): 'loaded' {
    const { memory, notices, log } = this.parts;
    const { replacement: before } = memory;
    const wasNewer = memory.isNewer;
    if (memory.isOpen) this.parts.onLoaded();
    const journal = verdict.journal.kind === 'whole' ? verdict.journal.position : undefined;
    memory.swap(verdict.db, { base, header, commits: changeCounter(header), journal });
    memory.isNewer = verdict.kind === 'newer';
    memory.replacement = undefined;
    if (verdict.kind === 'newer') {
      if (!wasNewer) notices.add({ kind: 'newer', message: NEWER_MESSAGE });
      return 'loaded';
    }
    memory.isMigrated = verdict.migratedFrom !== undefined;
    if (verdict.journal.kind === 'part') {
      log.error(`The journal of the database cannot be used: ${verdict.journal.why}`);
      const { why } = verdict.journal;
      memory.replaceFile(
        { problem: 'journal', why, source: 'file', isSure: isLocked },
        isUnsure(before) && before.told,
      );
    }
    memory.applyPending();
    return 'loaded';
  }

  /** Whether the journal of this very file was lost or damaged, and memory has what was in it. */
  #knowsMore(verdict: Verdict, stamp: FileStamp): verdict is Good {
    const { memory } = this.parts;
    const { base, journal: own } = memory.standing;
    if (verdict.kind !== 'good' || !memory.isOpen || own === undefined) return false;
    const { journal } = verdict;
    if (!sameStamp(stamp, base) || journal.kind === 'none') return false;
    if (journal.kind === 'part') return own.end >= journal.readable;
    // A shorter journal with a clean end is one from which a refused commit was taken back.
    return journal.position.tail !== 'clean' && own.end > journal.position.end;
  }

  #replaceJournal(verdict: Good): 'kept' {
    const { memory, log } = this.parts;
    verdict.db.close();
    memory.isStale = false;
    const why = verdict.journal.kind === 'part' ? verdict.journal.why : 'the end of its journal is missing';
    log.error(`The journal of the database cannot be used: ${why}`);
    this.#replaceFromMemory('journal', why, memory.standing.base, memory.standing.header);
    return 'kept';
  }

  async #withoutFile(beside: readonly JournalContents[]): Promise<Loaded> {
    const { memory, backups, sqlJs } = this.parts;
    if (memory.isOpen) {
      const hadFile = memory.standing.base !== undefined;
      await this.#followIfClean();
      memory.isStale = false;
      if (hadFile && !memory.isNewer) this.#replaceFromMemory('gone', 'it was removed', undefined, undefined);
      return 'kept';
    }
    const backup = await backups.newestGood(sqlJs, beside);
    memory.swap(backup?.db ?? emptyDatabase(sqlJs), { ...ON_NOTHING, commits: backup?.commits ?? 0 });
    if (backup !== undefined) memory.replaceFile({ problem: 'gone', why: 'it was missing', source: backup });
    return 'loaded';
  }

  async #replaceDamaged(
    why: string,
    base: FileStamp,
    header: Uint8Array,
    beside: readonly JournalContents[],
  ): Promise<Loaded> {
    const { memory, backups, log, sqlJs } = this.parts;
    log.error(`The database file is damaged: ${why}`);
    if (memory.isOpen) {
      await this.#followIfClean();
      memory.isStale = false;
      if (!memory.isNewer) this.#replaceFromMemory('damaged', why, base, header);
      return 'kept';
    }
    const backup = await backups.newestGood(sqlJs, beside);
    const standing = { base, header, commits: backup?.commits ?? 0, journal: undefined };
    memory.swap(backup?.db ?? emptyDatabase(sqlJs), standing);
    memory.replaceFile({ problem: 'damaged', why, source: backup ?? 'empty' });
    return 'loaded';
  }

  /** What is in memory is at least as new as any backup. */
  #replaceFromMemory(
    problem: Replacement['problem'],
    why: string,
    base: FileStamp | undefined,
    header: Uint8Array | undefined,
  ): void {
    const { memory } = this.parts;
    memory.standing = { ...memory.standing, base, header, journal: undefined };
    memory.replaceFile({ problem, why, source: 'memory' });
  }
}

/** Whether a file is to be replaced for its journal, which was looked for without the lock only. */
function isUnsure(replacement: Replacement | undefined): replacement is Replacement {
  return replacement?.problem === 'journal' && replacement.source === 'file' && replacement.isSure !== true;
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
