import initSqlJs from 'sql.js';
import { ROOM_FROM } from './disk.ts';

export type SqlValue = number | string | null;
export type Row = Readonly<Record<string, unknown>>;

type SqlJs = initSqlJs.SqlJsStatic;

let engine: Promise<SqlJs> | undefined;

/** Loads SQLite once for each process. A failed load can be tried again. */
export function loadSqlite(wasm: () => Promise<Uint8Array>): Promise<SqlJs> {
  engine ??= wasm()
    .then((bytes) => initSqlJs({ wasmBinary: new Uint8Array(bytes).buffer }))
    .catch((error: unknown) => {
      engine = undefined;
      throw error;
    });
  return engine;
}

/**
 * sql.js keeps a file in what `slice` gives it. With room there the file can grow; else the whole of it is copied, in the
 * middle of some commit.
 */
function withRoom(bytes: Uint8Array): Uint8Array {
  if (bytes.length < ROOM_FROM || bytes.byteOffset > 0) return bytes;
  const whole = new Uint8Array(bytes.buffer);
  return Object.assign(bytes.subarray(), { slice: () => whole });
}

function rowOf(names: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (const [at, name] of names.entries()) row[name] = values[at];
  return row;
}

/** One database in memory, with its prepared statements. */
export class Sqlite {
  readonly #db: initSqlJs.Database;
  readonly #statements = new Map<string, initSqlJs.Statement>();

  /**
   * @param bytes from `ROOM_FROM` on the beginning of a buffer of their own; they are changed with the database.
   * @throws when they are not a database.
   */
  constructor(sqlJs: SqlJs, bytes?: Uint8Array) {
    this.#db = new sqlJs.Database(bytes === undefined ? undefined : withRoom(bytes));
    this.#configure();
  }

  all(sql: string, params: readonly SqlValue[] = []): Row[] {
    const rows: Row[] = [];
    this.each(sql, params, (row) => {
      rows.push(row);
      return true;
    });
    return rows;
  }

  first(sql: string, params: readonly SqlValue[] = []): Row | undefined {
    let found: Row | undefined;
    this.each(sql, params, (row) => {
      found = row;
      return false;
    });
    return found;
  }

  /** Hands over rows until `visit` says false. */
  each(sql: string, params: readonly SqlValue[], visit: (row: Row) => boolean): void {
    const statement = this.#prepare(sql);
    try {
      statement.bind([...params]);
      // SQLite may have learnt of other columns when the first row is there; sql.js would ask for all names again for each.
      let names: readonly string[] | undefined;
      while (statement.step()) {
        names ??= statement.getColumnNames();
        if (!visit(rowOf(names, statement.get()))) break;
      }
    } finally {
      statement.reset();
    }
  }

  /** The first column of the first row as a number; 0 without one. */
  number(sql: string, params: readonly SqlValue[] = []): number {
    const row = this.first(sql, params);
    const value = row === undefined ? 0 : Object.values(row)[0];
    return typeof value === 'number' ? value : 0;
  }

  /** Runs one statement and says how many rows it changed. */
  run(sql: string, params: readonly SqlValue[] = []): number {
    const statement = this.#prepare(sql);
    try {
      statement.run([...params]);
    } finally {
      statement.reset();
    }
    return this.#db.getRowsModified();
  }

  /** Runs several statements without parameters. */
  script(sql: string): void {
    this.#db.exec(sql);
  }

  /** All of `work` or nothing of it; an exception is passed on. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  totalChanges(): number {
    return this.number('SELECT total_changes() AS n');
  }

  /** How many bytes the file would have. */
  size(): number {
    return this.number('PRAGMA page_count') * this.number('PRAGMA page_size');
  }

  /** The file's bytes. sql.js closes and reopens the database for it, which ends statements and pragmas. */
  export(): Uint8Array {
    this.#statements.clear();
    const bytes = this.#db.export();
    this.#configure();
    return bytes;
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): initSqlJs.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #configure(): void {
    this.#db.exec(
      'PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;',
    );
  }
}
