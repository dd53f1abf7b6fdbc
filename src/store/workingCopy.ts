import type initSqlJs from 'sql.js';
import { TimecardError } from '../core/errors.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Reader, Tx } from '../core/storePorts.ts';
import type { Backups } from './backups.ts';
import { type DatabaseFile, sameStamp } from './databaseFile.ts';
import type { FileStamp } from './disk.ts';
import { changeCounter, emptyDatabase, HEADER_BYTES, inspect, setChangeCounter, type Verdict } from './inspect.ts';
import type { HeldLock } from './lock.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';
import type { Notices } from './notices.ts';
import type { Hooks } from './options.ts';
import { DbReader } from './reader.ts';
import { type Replacement, replacementNotice } from './replacement.ts';
import type { Sqlite } from './sqlite.ts';
import { DbTx } from './tx.ts';

export type Change = (tx: Tx) => unknown;

/** The new file is in place, but the disk would not confirm that it survives a power cut. */
export class NotDurable extends Error {
  constructor(override readonly cause: unknown) {
    super('The disk did not confirm the change.');
  }
}

interface Parts {
  readonly sqlJs: initSqlJs.SqlJsStatic;
  readonly file: DatabaseFile;
  readonly backups: Backups;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
  readonly hooks: Hooks;
  /** Called when another process's commit has been loaded. */
  readonly onLoaded: () => void;
}

/**
 * The database in memory: the newest file that was loaded, plus changes that the disk would not take. Its methods must
 * not overlap; the caller sees to that.
 */
export class WorkingCopy {
  #db: Sqlite | undefined;
  /** The file that `#db` stands for; `undefined` when there was none. */
  #base: FileStamp | undefined;
  #header: Uint8Array | undefined;
  #commits = 0;
  #newer = false;
  /** Whether `#db` has a later schema than the file it stands for. */
  #migrated = false;
  /** Whether `#db` holds changes that lost a race and must be loaded anew. */
  #stale = false;
  /** Set while `#db` is to take the place of a damaged or missing file. */
  #replacement: Replacement | undefined;
  #pending: readonly Change[] = [];
  readonly #reported = new Set<string>();

  constructor(private readonly parts: Parts) {}

  get base(): FileStamp | undefined {
    return this.#base;
  }

  get isNewer(): boolean {
    return this.#newer;
  }

  get needsSaving(): boolean {
    return this.#replacement !== undefined || this.#migrated || this.#pending.length > 0;
  }

  /** Whether a damaged or missing file was found since the last commit and should be replaced soon. */
  get needsRescue(): boolean {
    return this.#replacement !== undefined && !this.#replacement.told;
  }

  /** Loads the file if it changed. `thorough` also compares headers, for use under the lock. */
  async refresh(thorough: boolean): Promise<'kept' | 'loaded'> {
    const { file, sqlJs } = this.parts;
    const stamp = await file.stamp();
    if (await this.#isCurrent(stamp, thorough)) return 'kept';
    const loaded = stamp === undefined ? undefined : await file.load();
    if (loaded === undefined) return this.#withoutFile();
    const verdict = inspect(sqlJs, loaded.bytes, this.#db === undefined ? 'full' : 'quick');
    const header = loaded.bytes.slice(0, HEADER_BYTES);
    if (verdict.kind === 'damaged') return this.#replaceDamaged(verdict.why, loaded.stamp, header);
    this.#use(verdict, loaded.stamp, header);
    this.#commits = changeCounter(header);
    return 'loaded';
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
    return { result, changed: db.totalChanges() !== before };
  }

  /** Remembers changes that are in memory only, to be applied again onto whatever file is loaded later. */
  keep(changes: readonly Change[]): void {
    this.#pending = [...this.#pending, ...changes];
  }

  async backUp(): Promise<void> {
    if (this.#base === undefined || this.#newer || this.#replacement !== undefined) return;
    if (this.#migrated) await this.parts.backups.makeBefore(SCHEMA_VERSION, this.#base);
    await this.parts.backups.makeDaily(this.#base);
  }

  /**
   * Writes everything to the file.
   * @returns false when another process was quicker; the copy must then be refreshed and the changes applied again.
   */
  async save(lock: HeldLock): Promise<boolean> {
    const { file, hooks, notices } = this.parts;
    await this.#setAside();
    const bytes = this.#open().export();
    setChangeCounter(bytes, this.#commits + 1);
    await hooks.at('exported');
    const stamp = await file.replace(bytes, this.#base, lock);
    if (stamp === undefined) {
      this.#stale = true;
      return false;
    }
    this.#base = stamp;
    this.#header = bytes.slice(0, HEADER_BYTES);
    this.#commits += 1;
    this.#pending = [];
    this.#migrated = false;
    this.tellReplacement();
    this.#replacement = undefined;
    await hooks.at('renamed');
    await this.#syncFolder();
    await hooks.at('folderSynced');
    notices.saved();
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

  async #isCurrent(stamp: FileStamp | undefined, thorough: boolean): Promise<boolean> {
    if (this.#db === undefined || this.#stale || !sameStamp(stamp, this.#base)) return false;
    if (!thorough || stamp === undefined || this.#header === undefined) return true;
    const header = await this.parts.file.header();
    return header !== undefined && Buffer.compare(header, this.#header) === 0;
  }

  #use(verdict: Exclude<Verdict, { kind: 'damaged' }>, stamp: FileStamp, header: Uint8Array): void {
    const wasNewer = this.#newer;
    if (this.#db !== undefined) this.parts.onLoaded();
    this.#swap(verdict.db, stamp, header);
    this.#newer = verdict.kind === 'newer';
    this.#migrated = verdict.kind === 'good' && verdict.migratedFrom !== undefined;
    this.#replacement = undefined;
    if (!this.#newer) this.#applyPending();
    else if (!wasNewer) this.parts.notices.add({ kind: 'newer', message: NEWER_MESSAGE });
  }

  #swap(db: Sqlite, stamp: FileStamp | undefined, header: Uint8Array | undefined): void {
    this.#db?.close();
    this.#db = db;
    this.#base = stamp;
    this.#header = header;
    this.#migrated = false;
    this.#stale = false;
  }

  async #withoutFile(): Promise<'kept' | 'loaded'> {
    const hadFile = this.#base !== undefined;
    if (this.#db !== undefined) {
      this.#stale = false;
      if (hadFile && !this.#newer) this.#replaceFromMemory('it was removed', false, undefined, undefined);
      return 'kept';
    }
    const backup = await this.parts.backups.newestGood(this.parts.sqlJs);
    this.#swap(backup?.db ?? emptyDatabase(this.parts.sqlJs), undefined, undefined);
    this.#commits = backup?.commits ?? 0;
    if (backup !== undefined) {
      this.#replacement = { why: 'it was missing', damaged: false, source: backup, told: false };
      this.#lookBeforeCreating();
    }
    return 'loaded';
  }

  async #replaceDamaged(why: string, stamp: FileStamp, header: Uint8Array): Promise<'kept' | 'loaded'> {
    const { backups, log, sqlJs } = this.parts;
    log.error(`The database file is damaged: ${why}`);
    if (this.#db !== undefined) {
      this.#stale = false;
      if (!this.#newer) this.#replaceFromMemory(why, true, stamp, header);
      return 'kept';
    }
    const backup = await backups.newestGood(sqlJs);
    this.#swap(backup?.db ?? emptyDatabase(sqlJs), stamp, header);
    this.#commits = backup?.commits ?? 0;
    this.#replacement = { why, damaged: true, source: backup ?? 'empty', told: false };
    this.#lookBeforeCreating();
    return 'loaded';
  }

  /** What is in memory is at least as new as any backup. */
  #replaceFromMemory(
    why: string,
    damaged: boolean,
    stamp: FileStamp | undefined,
    header: Uint8Array | undefined,
  ): void {
    this.#base = stamp;
    this.#header = header;
    this.#replacement = { why, damaged, source: 'memory', told: false };
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

  async #setAside(): Promise<void> {
    const { clock, file, hooks } = this.parts;
    const replacement = this.#replacement;
    if (replacement?.damaged !== true || replacement.path !== undefined) return;
    const path = await file.setAside(clock.now());
    if (path !== undefined) this.#replacement = { ...replacement, path };
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
