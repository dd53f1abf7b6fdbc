import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { TimeRecord } from '../../src/core/records.ts';
import type { Store } from '../../src/core/storePorts.ts';
import { openStore } from '../../src/store/store.ts';

const HOUR = 3_600_000;
/** So that the 100,000th record is of now: a history is never of the future. */
const START = Math.floor(Date.now() / HOUR) * HOUR - 100_000 * HOUR;
const COMMITS = 40;
const QUERIES = 50;

/** A record that is in Jira, the n-th of a long history. */
export function record(n: number): TimeRecord {
  const timeIn = START + n * HOUR;
  const notes = `Worked on the login page, part ${n}`;
  const basis = { timeIn, timeOut: timeIn + HOUR / 2, zone: 'Europe/Berlin', notes };
  const issueKey = `PROJ-${n % 200}`;
  return {
    id: crypto.randomUUID(),
    ...basis,
    externalLink: null,
    source: 'timer',
    branch: `feature/${issueKey}-login`,
    commits: [],
    connectionId: 'c1',
    issueKey,
    worklog: {
      connectionId: 'c1',
      issueId: '10001',
      issueKey,
      worklogId: String(n),
      startedMs: timeIn,
      seconds: 1800,
      comment: notes,
      basis,
    },
    intent: 'mirror',
    attempt: 'none',
    lookFirst: false,
    problem: null,
    lastSyncedAt: timeIn,
    createdAt: timeIn,
    updatedAt: timeIn,
    deletedAt: null,
  };
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function timed(count: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await work(n);
    times.push(performance.now() - start);
  }
  return median(times);
}

function open(folder: string): Promise<Store> {
  const wasm = () => readFile(createRequire(join(process.cwd(), 'package.json')).resolve('sql.js/dist/sql-wasm.wasm'));
  const clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };
  const log = { info: () => undefined, warn: console.warn, error: console.error };
  return openStore({ folder, wasm, clock, log, watch: false });
}

async function measure(count: number): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  try {
    const filling = await open(folder);
    await filling.commit((tx) => {
      for (let n = 0; n < count; n += 1) tx.insertRecord(record(n));
    });
    await filling.close();
    const opening = performance.now();
    const store = await open(folder);
    const opened = performance.now() - opening;
    const read = (query: Parameters<typeof store.read>[0]) => timed(QUERIES, () => store.read(query));
    const recent = START + (count - 40) * HOUR;
    const row = {
      records: String(count),
      open: opened.toFixed(1),
      commit: (await timed(COMMITS, (n) => store.commit((tx) => tx.insertRecord(record(count + n))))).toFixed(1),
      page: (await read((db) => db.records({ limit: 50 }))).toFixed(1),
      count: (await read((db) => db.countRecords())).toFixed(1),
      text: (await read((db) => db.records({ text: 'part 7', limit: 50 }))).toFixed(1),
      noText: (await read((db) => db.records({ text: 'not there', limit: 50 }))).toFixed(1),
      week: (await read((db) => db.overlapping(recent, recent + 40 * HOUR))).toFixed(1),
      due: (await read((db) => db.dueRecordIds())).toFixed(1),
    };
    await store.close();
    return row;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long the database takes with 1,000 to 100,000 records on file, in milliseconds; medians but for `open`. */
export async function benchStore(): Promise<readonly Record<string, string>[]> {
  const rows: Record<string, string>[] = [];
  for (const count of [1_000, 10_000, 100_000]) rows.push(await measure(count));
  return rows;
}
