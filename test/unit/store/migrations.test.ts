import { describe, expect, it } from 'vitest';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from '../../../src/store/migrations/index.ts';
import { loadSqlite, Sqlite } from '../../../src/store/sqlite.ts';
import { wasm } from './helpers.ts';

async function empty(): Promise<Sqlite> {
  return new Sqlite(await loadSqlite(wasm));
}

function names(db: Sqlite, sql: string): string[] {
  return db.all(sql).map(({ name }) => String(name));
}

describe('migrations', () => {
  it('bring an empty database to the present schema, which is marked as ours', async () => {
    const db = await empty();
    migrate(db);
    expect(db.number('PRAGMA user_version')).toBe(SCHEMA_VERSION);
    expect(db.number('PRAGMA application_id')).toBe(APPLICATION_ID);
    const tables = names(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    expect(tables).toEqual(expect.arrayContaining(['jira_connections', 'jira_sync_logs', 'time_records']));
  });

  it('do nothing to a database that has them', async () => {
    const db = await empty();
    migrate(db);
    const before = db.export();
    migrate(db);
    expect(Buffer.compare(db.export(), before)).toBe(0);
  });

  it('run only the steps that are missing, and keep what is there', async () => {
    const db = await empty();
    const steps = ['CREATE TABLE t (a TEXT)', "ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new'"];
    migrate(db, steps.slice(0, 1));
    db.run("INSERT INTO t VALUES ('old')");
    migrate(db, steps);
    expect(db.all('SELECT * FROM t')).toEqual([{ a: 'old', b: 'new' }]);
    expect(db.number('PRAGMA user_version')).toBe(2);
  });

  it('leave the last good version when a step fails', async () => {
    const db = await empty();
    const steps = ['CREATE TABLE t (a TEXT)', 'CREATE TABLE u (a TEXT); CREATE TABLE t (b TEXT)'];
    expect(() => migrate(db, steps)).toThrow();
    expect(db.number('PRAGMA user_version')).toBe(1);
    expect(names(db, 'SELECT name FROM sqlite_schema')).toEqual(['t']);
  });

  it('make no column that could hold a token', async () => {
    const db = await empty();
    migrate(db);
    const columns = names(db, 'SELECT c.name AS name FROM sqlite_schema s, pragma_table_info(s.name) c');
    expect(columns.length).toBeGreaterThan(50);
    expect(columns.filter((name) => /token|secret|password|credential/i.test(name))).toEqual([]);
  });

  it('keep the rules on after the file was exported', async () => {
    const db = await empty();
    migrate(db);
    db.export();
    expect(db.number('PRAGMA foreign_keys')).toBe(1);
  });
});
