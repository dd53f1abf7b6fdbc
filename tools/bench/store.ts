import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as v from 'valibot';
import { fromRoot } from '../support/paths.ts';
import { runOrThrow } from '../support/process.ts';
import { installVsCode } from '../vscode/install.ts';
import { median, type Row, type Scale, type Table } from './part.ts';
import { fillStore, openBenchStore, record, startOf, stepOf } from './storeOf.ts';

const COMMITS = 40;
const QUERIES = 50;
const COUNTS = [1_000, 10_000, 100_000, 500_000];
const SHORT_COUNTS = [1_000];

const Limit = v.object({
  journalMode: v.string(),
  ...{ records: v.number(), open: v.number(), commit: v.number(), slowestCommit: v.number() },
  ...{ page: v.number(), count: v.number(), noText: v.number(), week: v.number() },
});

async function timed(count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await work(n);
    times.push(performance.now() - start);
  }
  return times;
}

async function measure(count: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  try {
    await fillStore(folder, count);
    const copy = join(folder, 'copy.sqlite');
    await copyFile(join(folder, 'timecard.sqlite'), copy);
    const ours = await measureStore(folder, count);
    return [ours, ...(await measureLimit(copy, count))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureStore(folder: string, count: number): Promise<Row> {
  const opening = performance.now();
  const store = await openBenchStore(folder);
  const open = performance.now() - opening;
  try {
    const read = async (query: Parameters<typeof store.read>[0]) =>
      median(await timed(QUERIES, () => store.read(query)));
    const week = startOf(count) + (count - 40) * stepOf(count);
    const commits = await timed(COMMITS, (n) =>
      store.commit((tx) => tx.insertRecord(record(count - COMMITS + n, count))),
    );
    return {
      records: count,
      database: 'the store',
      open,
      commit: median(commits),
      'slowest commit': Math.max(...commits),
      page: await read((db) => db.records({ limit: 50 })),
      count: await read((db) => db.countRecords()),
      'text not found': await read((db) => db.records({ text: 'not there', limit: 50 })),
      '40 in a span': await read((db) => db.overlapping(week, week + 40 * stepOf(count))),
      'all that is due': await read((db) => db.dueRecordIds()),
    };
  } finally {
    await store.close();
  }
}

/** The same file and the same work by SQLite itself, as Node has it built in. */
async function measureLimit(file: string, count: number): Promise<readonly Row[]> {
  const { node } = await installVsCode();
  const args = ['--no-warnings', fromRoot('tools/bench/sqliteLimit.ts')];
  const output = await runOrThrow(node, [...args, file, String(COMMITS), String(QUERIES)]);
  const limits = v.parse(v.array(Limit), JSON.parse(output));
  if (limits[0]?.records !== count) throw new Error(`SQLite measured ${limits[0]?.records} records, not ${count}.`);
  return limits.map((limit) => ({
    records: count,
    database: `node:sqlite, ${limit.journalMode}`,
    open: limit.open,
    commit: limit.commit,
    'slowest commit': limit.slowestCommit,
    page: limit.page,
    count: limit.count,
    'text not found': limit.noText,
    '40 in a span': limit.week,
  }));
}

/** How long the database takes, beside `node:sqlite` on the same file as the limit. */
export async function benchStore({ short }: Scale): Promise<readonly Table[]> {
  const rows: Row[] = [];
  for (const count of short ? SHORT_COUNTS : COUNTS) rows.push(...(await measure(count)));
  return [
    { title: 'The database; ms, medians but for `open` and `slowest commit`', keys: ['records', 'database'], rows },
  ];
}
