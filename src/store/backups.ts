import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import type initSqlJs from 'sql.js';
import type { Clock, Log } from '../core/ports.ts';
import type { DatabaseFile } from './databaseFile.ts';
import { type FileStamp, sameStamp } from './disk.ts';
import { hasCode } from './failures.ts';
import { keepNames } from './folderNames.ts';
import { changeCounter, HEADER_BYTES, inspect } from './inspect.ts';
import type { JournalContents, JournalFiles } from './journal/journalFiles.ts';
import { localDateTime } from './localTime.ts';
import type { Sqlite } from './sqlite.ts';

const DAILY_NAME = /^timecard-\d{4}-\d{2}-\d{2}\.sqlite$/;
const BACKUP_NAME = /^timecard-(?:\d{4}-\d{2}-\d{2}|before-v\d+)\.sqlite$/;
const TEMP_NAME = /^timecard-(?:\d{4}-\d{2}-\d{2}|before-v\d+)\.(?:sqlite|journal)\.[0-9a-f]+\.tmp$/;
const TEMP_MAX_AGE_MS = 60_000;
const RETRY_AFTER_MS = 10 * 60_000;

/** Where the journal of a backup lies. */
function journalOf(backup: string): string {
  return backup.replace(/sqlite$/, 'journal');
}

interface FoundBackup {
  readonly db: Sqlite;
  readonly path: string;
  /** How many commits it has seen. */
  readonly commits: number;
  /** UTC ms. */
  readonly madeAt: number;
  /** Whether what was recorded after it was found in the journal beside the database. */
  readonly continued: boolean;
}

/** What is backed up: the version of the file that passed its check, and the journal that continues it. */
interface Source {
  readonly stamp: FileStamp;
  readonly journal: string | undefined;
}

/**
 * Copies of the database file and its journal, in a folder beside it: one for each of the last days, and one from before
 * each change of the schema, which stays. A backup that cannot be made never stops a commit.
 */
export class Backups {
  readonly #folder: string;
  #doneFor = '';
  #retryAt = 0;

  constructor(
    private readonly file: DatabaseFile,
    private readonly journals: JournalFiles,
    private readonly keep: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#folder = join(file.folder, 'backups');
  }

  /** Makes the backup of the user's present day unless it is there. */
  async makeDaily(source: Source): Promise<void> {
    const now = this.clock.now();
    if (now < this.#retryAt && now > this.#retryAt - RETRY_AFTER_MS) return;
    try {
      const name = `timecard-${localDateTime(now, this.clock.zone()).toPlainDate().toString()}.sqlite`;
      if (name === this.#doneFor) return;
      await this.#make(name, source);
      this.#doneFor = name;
    } catch (error) {
      this.#retryAt = now + RETRY_AFTER_MS;
      this.log.warn(`The daily backup could not be made: ${String(error)}`);
    }
  }

  /** Keeps the file as it is before it is written with schema `version`, once for each version. */
  async makeBefore(version: number, source: Source): Promise<void> {
    try {
      await this.#make(`timecard-before-v${version}.sqlite`, source);
    } catch (error) {
      this.log.warn(`The backup from before the database's new version could not be made: ${String(error)}`);
    }
  }

  /**
   * The backup that holds the latest state of those that pass the check.
   * @param journals all that lie beside the database; one may continue the backup
   */
  async newestGood(
    sqlJs: initSqlJs.SqlJsStatic,
    journals: readonly JournalContents[],
  ): Promise<FoundBackup | undefined> {
    for (const path of await this.#newestFirst()) {
      const found = await this.#unlessUnreadable(path, () => this.#open(sqlJs, path, journals));
      if (found !== undefined) return found;
      this.log.warn(`The backup ${path} is damaged and is left alone.`);
    }
    return undefined;
  }

  /** The journals that were backed up, as far as they can be read. */
  async journalCopies(): Promise<readonly JournalContents[]> {
    const copies: JournalContents[] = [];
    for (const path of await this.#newestFirst()) {
      const copy = await this.#unlessUnreadable(path, () => this.journals.read(journalOf(path)));
      if (copy !== undefined) copies.push(copy);
    }
    return copies;
  }

  async #open(
    sqlJs: initSqlJs.SqlJsStatic,
    path: string,
    journals: readonly JournalContents[],
  ): Promise<FoundBackup | undefined> {
    const { bytes, stamp } = await this.file.disk.read(path);
    const own = await this.journals.read(journalOf(path));
    const verdict = inspect(sqlJs, bytes, 'full', { beside: journals, copies: own === undefined ? [] : [own] });
    if (verdict.kind === 'good') {
      const { db, journal } = verdict;
      const continued = journal.kind === 'whole';
      return { db, path, commits: changeCounter(bytes), madeAt: Number(stamp.mtimeNs / 1_000_000n), continued };
    }
    if (verdict.kind === 'newer') verdict.db.close();
    return undefined;
  }

  /** By the number of commits, because names and file times follow a clock that may have been wrong. */
  async #newestFirst(): Promise<string[]> {
    const names = (await this.#unlessUnreadable(this.#folder, () => this.#names())) ?? [];
    const found: { path: string; commits: number }[] = [];
    for (const name of names.filter((name) => BACKUP_NAME.test(name))) {
      const path = join(this.#folder, name);
      const head = await this.#unlessUnreadable(path, () => this.file.disk.readHead(path, HEADER_BYTES));
      if (head !== undefined) found.push({ path, commits: changeCounter(head) });
    }
    found.sort((a, b) => b.commits - a.commits || (a.path < b.path ? 1 : -1));
    return found.map(({ path }) => path);
  }

  async #unlessUnreadable<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.log.warn(`${path} cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  async #make(name: string, source: Source): Promise<void> {
    const { disk } = this.file;
    await disk.makeFolder(this.#folder);
    const names = await this.#names();
    if (!names.includes(name)) await this.#copy(join(this.#folder, name), source);
    await this.#prune(name);
  }

  /** Nothing gets its name before all of it is whole: another window may be making the same backup. */
  async #copy(path: string, { stamp, journal }: Source): Promise<void> {
    const { disk } = this.file;
    const suffix = `${randomBytes(6).toString('hex')}.tmp`;
    const temp = `${path}.${suffix}`;
    const tempJournal = `${journalOf(path)}.${suffix}`;
    try {
      await disk.copyNew(this.file.path, temp);
      if (journal !== undefined) await disk.copyNew(journal, tempJournal);
      if (!sameStamp(await this.file.stamp(), stamp)) throw new Error('The database changed while it was copied.');
      if ((await this.#names()).includes(basename(path))) return;
      if (journal === undefined) await this.#remove(journalOf(path));
      else await disk.rename(tempJournal, journalOf(path));
      // A file that names its journal must not be there before the journal is, in whatever order a disk keeps names.
      await keepNames(disk, this.#folder);
      await disk.rename(temp, path);
      await keepNames(disk, this.#folder);
    } finally {
      await this.#remove(temp);
      if (journal !== undefined) await this.#remove(tempJournal);
    }
  }

  /** What is named after a day behind that of `present`, the one just made, is from a clock that was wrong and goes first. */
  async #prune(present: string): Promise<void> {
    const names = [...(await this.#names())].sort();
    const daily = names.filter((name) => DAILY_NAME.test(name));
    const backups = [...daily.filter((name) => name > present), ...daily.filter((name) => name <= present)];
    const surplus = backups.slice(0, Math.max(0, backups.length - this.keep));
    for (const name of surplus) {
      await this.#remove(join(this.#folder, name));
      await this.#remove(journalOf(join(this.#folder, name)));
    }
    for (const name of names.filter((name) => TEMP_NAME.test(name))) await this.#removeOld(join(this.#folder, name));
  }

  async #removeOld(path: string): Promise<void> {
    const { mtimeNs } = await this.file.disk.stamp(path);
    if (Date.now() - Number(mtimeNs / 1_000_000n) > TEMP_MAX_AGE_MS) await this.#remove(path);
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.file.disk.remove(path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.log.warn(`${path} cannot be removed: ${String(error)}`);
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await this.file.disk.list(this.#folder);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }
}
