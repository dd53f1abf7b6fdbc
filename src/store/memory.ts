import { TimecardError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Reader, Tx } from '../core/storePorts.ts';
import type { FileStamp } from './disk.ts';
import { type Doubt, fateOf } from './journal/doubt.ts';
import type { JournalPosition } from './journal/journalFiles.ts';
import type { Statement } from './journal/lines.ts';
import type { Notices } from './notices.ts';
import { DbReader } from './reader.ts';
import type { Replacement } from './replacement.ts';
import type { Sqlite } from './sqlite.ts';
import { DbTx } from './tx.ts';

export type Change = (tx: Tx) => unknown;

/** A change that the disk would not take. */
export interface Kept {
  readonly change: Change;
  /** The commit that may have reached the disk with it all the same. */
  readonly doubt?: Doubt | undefined;
}

/** What on the disk a database in memory stands for. */
export interface Standing {
  /** The file; `undefined` when there was none. */
  readonly base: FileStamp | undefined;
  readonly header: Uint8Array | undefined;
  /** SQLite's change counter of the file. */
  readonly commits: number;
  /** The end of the journal that is included; `undefined` when the file has none. */
  readonly journal: JournalPosition | undefined;
}

export const ON_NOTHING: Standing = { base: undefined, header: undefined, commits: 0, journal: undefined };

interface Parts {
  readonly notices: Notices;
  readonly log: Log;
}

/** The database in memory: what it stands for on the disk, plus what the disk does not have yet. */
export class Memory {
  standing: Standing = ON_NOTHING;
  /** Whether a later version of this extension wrote the file. */
  isNewer = false;
  /** Whether the database has a later schema than the file it stands for. */
  isMigrated = false;
  /** Whether it holds changes that lost a race and must be loaded anew. */
  isStale = false;
  /** Set while it is to take the place of a damaged or missing file. */
  replacement: Replacement | undefined;
  #db: Sqlite | undefined;
  #pending: readonly Kept[] = [];
  /** Whether a change that was kept turned out to be in the file, where the disk has not confirmed it. */
  #isUnconfirmed = false;
  #unsaved: Statement[] = [];
  readonly #reported = new Set<string>();

  constructor(private readonly parts: Parts) {}

  get isOpen(): boolean {
    return this.#db !== undefined;
  }

  get db(): Sqlite {
    if (this.#db === undefined) throw new TimecardError('storageDamaged', 'The database is not open.');
    return this.#db;
  }

  /** What was changed and the disk does not have. */
  get unsaved(): readonly Statement[] {
    return this.#unsaved;
  }

  get needsSaving(): boolean {
    return this.replacement !== undefined || this.isMigrated || this.#isUnconfirmed || this.#pending.length > 0;
  }

  /** Whether it is something else than what the disk had when that was last looked at. */
  get isDirty(): boolean {
    return this.isStale || this.needsSaving || this.#unsaved.length > 0;
  }

  /** Takes another database in the present one's place. */
  swap(db: Sqlite, standing: Standing): void {
    this.#db?.close();
    this.#db = db;
    this.standing = standing;
    this.#unsaved = [];
    this.isMigrated = false;
    this.isStale = false;
  }

  query<T>(question: (db: Reader) => T): T {
    const reader = new DbReader(this.db, this.parts.log, this.#reported);
    if (!this.isNewer) return question(reader);
    try {
      return question(reader);
    } catch (error) {
      throw error instanceof TimecardError ? error : newerError(error);
    }
  }

  /** Applies a change, wholly or not at all. */
  apply<T>(change: (tx: Tx) => T): { readonly result: T; readonly changed: boolean } {
    const { db } = this;
    if (this.isNewer) throw newerError();
    const before = db.totalChanges();
    const tx = new DbTx(db, this.parts.log, this.#reported);
    const result = db.transaction(() => complete(change(tx)));
    tx.end();
    for (const statement of tx.statements) this.#unsaved.push(statement);
    return { result, changed: db.totalChanges() !== before };
  }

  /** Remembers changes that are here only, to be applied again onto whatever file is loaded later. */
  keep(changes: readonly Kept[]): void {
    this.#pending = [...this.#pending, ...changes];
    if (changes.some(({ doubt }) => doubt !== undefined)) this.isStale = true;
  }

  /** Notes that all that is here only may be on the disk by now, which the next load tells. */
  doubt(doubt: Doubt): void {
    this.#pending = this.#pending.map(({ change }) => ({ change, doubt }));
    this.isStale = true;
  }

  allIsSaved(): void {
    this.#pending = [];
    this.#isUnconfirmed = false;
    this.#unsaved = [];
  }

  applyPending(): void {
    const waiting = this.#pending;
    this.#pending = [];
    for (const { change, doubt } of waiting) {
      const fate = doubt === undefined ? 'out' : fateOf(doubt, this.standing.journal);
      if (fate === 'in') this.#isUnconfirmed = true;
      else if (fate === 'unknown') this.parts.notices.add({ kind: 'unsaved', message: UNKNOWN_MESSAGE });
      else this.#applyKept(change);
    }
  }

  #applyKept(change: Change): void {
    try {
      this.apply(change);
      this.keep([{ change }]);
    } catch (error) {
      this.parts.log.error('A change that waited for the disk does not fit the newest database any more.', error);
      const message = `A change that was waiting for the disk could not be saved: ${error instanceof Error ? error.message : String(error)}`;
      this.parts.notices.add({ kind: 'unsaved', message });
    }
  }

  /** Has the next save write a new file, because the present one, or its journal, is damaged or gone. */
  replaceFile(replacement: Omit<Replacement, 'told'>, told = false): void {
    this.replacement = { ...replacement, told };
    // The lost file may have known of worklogs that this copy does not, so a sync must look before it creates.
    this.db.run("UPDATE time_records SET look_first = 1 WHERE worklog_intent = 'mirror' AND look_first = 0");
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }
}

/** A change that goes on after its transaction would be half in it. */
function complete<T>(result: T): T {
  if (result instanceof Promise) throw new TypeError('A change must not be asynchronous.');
  return result;
}

export const UNKNOWN_MESSAGE =
  'A change of this window may have been saved or not, which cannot be told any more. Look in the history, and make it again if it is missing.';

/** The change may be in the database, so nobody may repeat it without looking. */
export function unknownFate(cause?: unknown): TimecardError {
  return new TimecardError('storageBusy', UNKNOWN_MESSAGE, { outcome: 'unknown', cause });
}

export const NEWER_MESSAGE =
  'The database was written by a newer version of Timecard for Jira. It can be read here but not changed: update the extension and reload the window.';

export function newerError(cause?: unknown): TimecardError {
  return new TimecardError('storageNewer', NEWER_MESSAGE, { cause });
}
