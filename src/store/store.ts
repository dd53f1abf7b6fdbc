import { TimecardError } from '../core/errors.ts';
import type { Disposable, Log } from '../core/ports.ts';
import type { Lease, Reader, Store, StoreNotice, Tx } from '../core/storePorts.ts';
import { Backups } from './backups.ts';
import { Committer } from './committer.ts';
import { DATABASE_NAME, DatabaseFile } from './databaseFile.ts';
import { nodeDisk } from './disk.ts';
import { lockRefusal, unreadable } from './failures.ts';
import { Folding } from './folding/folding.ts';
import { foldHere } from './folding/job.ts';
import { JournalFiles } from './journal/journalFiles.ts';
import { COMMIT_LIMITS, CrossProcessLock, type LockLimits, NAMED_LIMITS } from './lock.ts';
import { Listeners, Notices } from './notices.ts';
import type { Hooks, StoreOptions } from './options.ts';
import { loadSqlite } from './sqlite.ts';
import { Mutex } from './wait.ts';
import { Watcher } from './watcher.ts';
import { sameVersion, type Version, WorkingCopy } from './workingCopy.ts';

const BACKUPS = 14;
const LOCK_WAIT_MS = 20_000;
const TELL_CHANGE_AFTER_MS = 10;
const JOURNAL_FROM = 1024 * 1024;
const FOLD_FROM = 256 * 1024;
const FOLD_QUIET_MS = 1_000;
const LOCK_NAME = /^[a-z][a-z0-9-]{0,40}$/i;
const NO_HOOKS: Hooks = { at: () => undefined };

/**
 * Opens the database `timecard.sqlite` in a folder, recovering it from a backup when it is damaged.
 * docs/decisions tells how a commit works.
 * @throws `storageReadOnly` when the file is there and cannot be read.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = new SqliteStore(options, await loadSqlite(options.wasm));
  await store.open();
  return store;
}

class SqliteStore implements Store {
  readonly #file: DatabaseFile;
  readonly #copy: WorkingCopy;
  readonly #committer: Committer;
  readonly #folding: Folding;
  readonly #watcher: Watcher;
  readonly #mutex = new Mutex();
  readonly #notices: Notices;
  readonly #changes: Listeners<void>;
  readonly #locks = new Map<string, CrossProcessLock>();
  readonly #log: Log;
  #told: Version = { file: undefined, journal: undefined };
  #tellTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly options: StoreOptions,
    sqlJs: Awaited<ReturnType<typeof loadSqlite>>,
  ) {
    const { folder, clock, log } = options;
    const hooks = options.hooks ?? NO_HOOKS;
    this.#log = log;
    const disk = options.disk ?? nodeDisk;
    this.#file = new DatabaseFile(folder, disk, log, hooks);
    this.#notices = new Notices(log);
    this.#changes = new Listeners(log);
    const journals = new JournalFiles(folder, disk, hooks, log);
    const backups = new Backups(this.#file, journals, options.backups ?? BACKUPS, clock, log);
    this.#copy = new WorkingCopy({
      sqlJs,
      file: this.#file,
      journals,
      limits: { journalFrom: options.journalFrom ?? JOURNAL_FROM, foldFrom: options.foldFrom ?? FOLD_FROM },
      backups,
      check: options.check,
      notices: this.#notices,
      clock,
      log,
      hooks,
      onLoaded: () => this.#tellSoon(),
    });
    this.#committer = new Committer({
      folder,
      copy: this.#copy,
      mutex: this.#mutex,
      lock: new CrossProcessLock(folder, DATABASE_NAME, this.#limits(COMMIT_LIMITS), log),
      lockWaitMs: options.lockWaitMs ?? LOCK_WAIT_MS,
      notices: this.#notices,
      hooks,
      log,
      onChanged: () => this.#tellOwnChange(),
    });
    this.#folding = new Folding({
      copy: this.#copy,
      committer: this.#committer,
      refresh: () => this.#mutex.run(() => this.#copy.refresh(false)),
      fold: options.fold ?? ((job) => foldHere(job, sqlJs, disk, hooks)),
      file: this.#file,
      quietMs: options.foldQuietMs ?? FOLD_QUIET_MS,
      log,
    });
    this.#watcher = new Watcher(folder, () => this.#look(), log);
  }

  async open(): Promise<void> {
    await this.#prepareFolder();
    try {
      await this.#copy.refresh(false);
    } catch (error) {
      throw unreadable(error, this.#file.path);
    }
    this.#told = this.#copy.version;
    if (this.#copy.needsSaving) await this.#recover();
    else await this.#mutex.run(() => this.#copy.backUp());
    this.#folding.consider();
    if (this.options.watch ?? true) this.#watcher.start();
  }

  async read<T>(query: (db: Reader) => T): Promise<T> {
    return this.#mutex.run(async () => {
      this.#assertOpen();
      try {
        await this.#copy.refresh(false);
      } catch (error) {
        throw unreadable(error, this.#file.path);
      }
      if (this.#copy.needsRescue) this.#committer.saveSoon();
      return this.#copy.query(query);
    });
  }

  async commit<T>(change: (tx: Tx) => T): Promise<T> {
    this.#assertOpen();
    return this.#committer.commit(change);
  }

  async withLock<T>(
    name: string,
    options: { waitMs: number; signal?: AbortSignal },
    work: (lease: Lease) => Promise<T>,
  ): Promise<T> {
    this.#assertOpen();
    const held = await this.#acquire(name, options);
    try {
      return await work({ assertHeld: () => held.assertHeld() });
    } finally {
      await held.release();
    }
  }

  onDidChange(listener: () => void): Disposable {
    return this.#changes.add(listener);
  }

  onNotice(listener: (notice: StoreNotice) => void): Disposable {
    return this.#notices.on(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#watcher.stop();
    if (this.#copy.needsSaving) await this.#lastTry();
    this.#closed = true;
    await this.#folding.close();
    await this.#committer.close();
    await this.#mutex.run(async () => this.#copy.close());
    clearTimeout(this.#tellTimer);
    this.#changes.clear();
  }

  async #prepareFolder(): Promise<void> {
    try {
      await this.#file.disk.makeFolder(this.options.folder);
      await this.#file.removeLeftovers();
    } catch (error) {
      this.#log.warn(`The database folder cannot be prepared: ${String(error)}`);
    }
  }

  async #recover(): Promise<void> {
    try {
      await this.#committer.save();
    } catch (error) {
      this.#log.error('The recovered database could not be saved yet.', error);
    }
  }

  async #lastTry(): Promise<void> {
    try {
      await this.#committer.save();
    } catch (error) {
      this.#log.error('The database is closed with changes that the disk would not take.', error);
    }
  }

  async #acquire(name: string, { waitMs, signal }: { waitMs: number; signal?: AbortSignal }) {
    if (!LOCK_NAME.test(name)) throw new TimecardError('invalid', 'name: a lock is named with letters and digits');
    const { folder } = this.options;
    const lock = this.#locks.get(name) ?? new CrossProcessLock(folder, name, this.#limits(NAMED_LIMITS), this.#log);
    this.#locks.set(name, lock);
    try {
      return await lock.acquire({ waitMs, signal });
    } catch (error) {
      throw lockRefusal(error, folder) ?? error;
    }
  }

  #limits(usual: LockLimits): LockLimits {
    return { ...usual, staleMs: this.options.lockStaleMs ?? usual.staleMs };
  }

  #assertOpen(): void {
    if (this.#closed) throw new TimecardError('cancelled', 'The database is closed.', { outcome: 'notSent' });
  }

  /** Finds out whether another process changed the file; two stats and nothing else when not. Never rejects. */
  async #look(): Promise<void> {
    if (this.#closed) return;
    try {
      const version = await this.#copy.versionOnDisk();
      if (sameVersion(version, this.#told)) return;
      this.#told = version;
      if (!sameVersion(version, this.#copy.version)) this.#tellSoon();
    } catch (error) {
      this.#log.warn(`The database file cannot be looked at: ${String(error)}`);
    }
  }

  #tellOwnChange(): void {
    this.#told = this.#copy.version;
    this.#tellSoon();
    this.#folding.consider();
  }

  #tellSoon(): void {
    if (this.#tellTimer !== undefined || this.#closed) return;
    this.#tellTimer = setTimeout(() => {
      this.#tellTimer = undefined;
      this.#changes.fire();
    }, TELL_CHANGE_AFTER_MS);
    this.#tellTimer.unref();
  }
}

export { foldInWorker } from './folding/inWorker.ts';
export { COMMIT_STEPS, type CommitStep, type Hooks, type StoreOptions } from './options.ts';
