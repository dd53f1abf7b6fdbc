import type initSqlJs from 'sql.js';
import type { Depth } from './folding/fold.ts';
import type { JournalContents, JournalPosition } from './journal/journalFiles.ts';
import { replay } from './journal/replay.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './migrations/index.ts';
import { Sqlite } from './sqlite.ts';

/** What became of the journal that continues a file. `part`: commits in it may be missing; `readable` bytes are not. */
export type Continued =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly position: JournalPosition }
  | { readonly kind: 'part'; readonly why: string; readonly readable: number };

/**
 * What a file turned out to be. `newer` was written by a later version of this extension; `migratedFrom` is the older
 * schema version that the bytes have and `db` no longer has.
 */
export type Verdict =
  | {
      readonly kind: 'good';
      readonly db: Sqlite;
      readonly migratedFrom: number | undefined;
      readonly journal: Continued;
    }
  | { readonly kind: 'newer'; readonly db: Sqlite; readonly journal: Continued }
  | { readonly kind: 'damaged'; readonly why: string };

/** Where the journal of a file may be found. */
export interface Journals {
  /** All that lie beside the file. */
  readonly beside: readonly JournalContents[];
  /** Those that were backed up. */
  readonly copies?: readonly JournalContents[];
}

/** The length of SQLite's file header. */
export const HEADER_BYTES = 100;

const MAGIC = 'SQLite format 3\0';
const PAGE_SIZE_AT = 16;
const WRITE_VERSION_AT = 18;
const CHANGE_COUNTER_AT = 24;
const PAGE_COUNT_AT = 28;
const VALID_FOR_AT = 92;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
const LARGEST_PAGE = 65_536;
/** No release can be this far ahead; a larger version is damage. */
const VERSIONS_AHEAD = 1_000;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How many commits a file has seen, from SQLite's change counter; -1 for what is no database. */
export function changeCounter(bytes: Uint8Array): number {
  return bytes.length < HEADER_BYTES ? -1 : view(bytes).getUint32(CHANGE_COUNTER_AT);
}

/** Counts a commit. sql.js leaves the counter as it is, and two versions of a file should differ in it. */
export function setChangeCounter(bytes: Uint8Array, count: number): void {
  const header = view(bytes);
  header.setUint32(CHANGE_COUNTER_AT, count);
  // SQLite trusts the header's page count only while these two agree.
  header.setUint32(VALID_FOR_AT, count);
}

function headerProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  if (bytes.length < HEADER_BYTES) return 'it is too short';
  if (Buffer.from(bytes.buffer, bytes.byteOffset, MAGIC.length).toString('latin1') !== MAGIC) {
    return 'it is not an SQLite database';
  }
  const header = view(bytes);
  if (header.getUint32(APPLICATION_ID_AT) !== APPLICATION_ID) return 'it belongs to another program';
  // SQLite opens a file of an unknown write version, and then refuses every change of it.
  if (header.getUint8(WRITE_VERSION_AT) > 2) return 'its header is damaged';
  if (header.getUint32(USER_VERSION_AT) > SCHEMA_VERSION + VERSIONS_AHEAD) return 'its version is impossible';
  const pageSize = header.getUint16(PAGE_SIZE_AT) === 1 ? LARGEST_PAGE : header.getUint16(PAGE_SIZE_AT);
  if (bytes.length < pageSize * header.getUint32(PAGE_COUNT_AT)) return 'its end is missing';
  return undefined;
}

/** A tool that looked at the file may have left it in write-ahead mode, which a database in memory cannot open. */
function withoutWriteAhead(bytes: Uint8Array): Uint8Array {
  if (bytes[WRITE_VERSION_AT] !== 2) return bytes;
  const copy = Uint8Array.from(bytes);
  copy.set([1, 1], WRITE_VERSION_AT);
  return copy;
}

function integrityProblem(db: Sqlite, depth: Depth): string | undefined {
  const row = db.first(depth === 'full' ? 'PRAGMA integrity_check(1)' : 'PRAGMA quick_check(1)');
  const answer = row === undefined ? 'no answer' : String(Object.values(row)[0]);
  return answer === 'ok' ? undefined : answer;
}

function open(sqlJs: initSqlJs.SqlJsStatic, bytes: Uint8Array): Sqlite | string {
  try {
    return new Sqlite(sqlJs, withoutWriteAhead(bytes));
  } catch (error) {
    return String(error);
  }
}

/** Opens bytes that are sound as far as `depth` goes; else says what is wrong with them. */
function openChecked(sqlJs: initSqlJs.SqlJsStatic, bytes: Uint8Array, depth: Depth | 'none'): Sqlite | string {
  const db = headerProblem(bytes) ?? open(sqlJs, bytes);
  if (typeof db === 'string' || depth === 'none') return db;
  const problem = check(db, depth);
  if (problem === undefined) return db;
  db.close();
  return problem;
}

function check(db: Sqlite, depth: Depth): string | undefined {
  try {
    return integrityProblem(db, depth);
  } catch (error) {
    return String(error);
  }
}

/** What is wrong with a file's bytes; `undefined` when nothing is. They stay as they are. */
export function problemOf(sqlJs: initSqlJs.SqlJsStatic, bytes: Uint8Array, depth: Depth): string | undefined {
  const db = openChecked(sqlJs, bytes, depth);
  if (typeof db === 'string') return db;
  db.close();
  return undefined;
}

/** Which journal must be there; `undefined` when none. */
function journalOf(db: Sqlite): string | undefined {
  const known = db.first("SELECT 1 AS there FROM sqlite_schema WHERE type = 'table' AND name = 'store_file'");
  if (known === undefined) return undefined;
  const generation = db.first('SELECT generation FROM store_file WHERE journaled = 1')?.generation;
  return typeof generation === 'string' ? generation : undefined;
}

/**
 * Brings a database to where its journal ends, as far as that can be read. What can not may be in a copy, which memory goes
 * on from but nobody writes to.
 */
function continueWith(db: Sqlite, { beside, copies = [] }: Journals): Continued {
  const generation = journalOf(db);
  if (generation === undefined) return { kind: 'none' };
  const isOurs = ({ head }: JournalContents) => head.generation === generation;
  const own = beside.find(isOurs);
  const isBroken = own === undefined || own.position.tail === 'damaged';
  const journal = isBroken ? longest(own, copies.filter(isOurs)) : own;
  const missing = 'its journal is missing or cannot be read';
  if (journal === undefined) return { kind: 'part', why: missing, readable: 0 };
  try {
    replay(db, journal.entries);
  } catch (error) {
    return { kind: 'part', why: `a change in its journal does not fit: ${String(error)}`, readable: 0 };
  }
  const { tail, end: readable } = journal.position;
  if (own === undefined) return { kind: 'part', why: missing, readable };
  if (tail === 'damaged' || journal !== own) return { kind: 'part', why: 'its journal is damaged', readable };
  return { kind: 'whole', position: journal.position };
}

/** What goes furthest of a journal and its copies; one that tells another story than the journal is no copy. */
function longest(own: JournalContents | undefined, copies: readonly JournalContents[]): JournalContents | undefined {
  const told = own?.entries ?? [];
  const fits = copies.filter(({ entries }) => told.every(({ commit }, at) => entries[at]?.commit === commit));
  const length = (journal: JournalContents | undefined) => journal?.entries.length ?? -1;
  return fits.reduce<JournalContents | undefined>((best, each) => (length(each) > length(best) ? each : best), own);
}

/**
 * Checks a file's bytes and opens them, continued by its journal and brought to the present schema. Never writes to the
 * disk.
 * @param depth `none` for bytes in which `problemOf` has just found nothing
 */
export function inspect(
  sqlJs: initSqlJs.SqlJsStatic,
  bytes: Uint8Array,
  depth: Depth | 'none',
  journals: Journals,
): Verdict {
  const db = openChecked(sqlJs, bytes, depth);
  if (typeof db === 'string') return { kind: 'damaged', why: db };
  const version = view(bytes).getUint32(USER_VERSION_AT);
  const journal = continueWith(db, journals);
  if (version > SCHEMA_VERSION) return { kind: 'newer', db, journal };
  migrate(db);
  return { kind: 'good', db, journal, migratedFrom: version < SCHEMA_VERSION ? version : undefined };
}

/** An empty database with the present schema. */
export function emptyDatabase(sqlJs: initSqlJs.SqlJsStatic): Sqlite {
  const db = new Sqlite(sqlJs);
  migrate(db);
  return db;
}
