import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { DatabaseSync, type SqlValue } from 'node:sqlite';

/*
 * What SQLite itself takes for the work of store.ts on the same file: one record in a transaction that is on the disk
 * when it ends, and the same questions. Run by a Node that has node:sqlite, which strips the types by itself.
 */

const [file = '', commits = '1', queries = '1'] = process.argv.slice(2);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function timed(count: number, work: (n: number) => void): number[] {
  return Array.from({ length: count }, (_, n) => {
    const start = performance.now();
    work(n);
    return performance.now() - start;
  });
}

function measure(journalMode: string) {
  const opening = performance.now();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA foreign_keys = ON');
  db.exec(`PRAGMA journal_mode = ${journalMode}`);
  db.exec('PRAGMA synchronous = FULL');
  const last = db.prepare('SELECT * FROM time_records ORDER BY time_in DESC LIMIT 1').get() ?? {};
  const open = performance.now() - opening;
  const records = Number(db.prepare('SELECT count(*) AS n FROM time_records').get()?.n);
  const names = Object.keys(last);
  const insert = db.prepare(
    `INSERT INTO time_records (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  const times = timed(Number(commits), () => {
    db.exec('BEGIN IMMEDIATE');
    insert.run(...names.map((name): SqlValue => (name === 'id' ? randomUUID() : (last[name] ?? null))));
    db.exec('COMMIT');
  });
  const ask = (sql: string, ...values: SqlValue[]) => {
    const statement = db.prepare(sql);
    return median(timed(Number(queries), () => statement.all(...values)));
  };
  const { from } =
    db
      .prepare('SELECT min(time_in) AS "from" FROM (SELECT time_in FROM time_records ORDER BY time_in DESC LIMIT 40)')
      .get() ?? {};
  const result = {
    journalMode: journalMode === 'WAL' ? 'WAL' : 'no WAL',
    records,
    open,
    commit: median(times),
    slowestCommit: Math.max(...times),
    page: ask('SELECT * FROM time_records WHERE deleted_at IS NULL ORDER BY time_in DESC LIMIT 50'),
    count: ask('SELECT count(*) FROM time_records WHERE deleted_at IS NULL'),
    noText: ask("SELECT * FROM time_records WHERE deleted_at IS NULL AND notes LIKE '%not there%' LIMIT 50"),
    week: ask('SELECT * FROM time_records WHERE deleted_at IS NULL AND time_in >= ?', from ?? null),
  };
  db.close();
  return result;
}

console.log(JSON.stringify([measure('DELETE'), measure('WAL')]));
