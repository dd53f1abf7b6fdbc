import type { TimeRecord } from '../../src/core/records.ts';
import type { Store } from '../../src/core/storePorts.ts';
import { foldInWorker, openStore } from '../../src/store/store.ts';
import { build } from '../support/build.ts';
import { wasm } from '../support/parts.ts';
import { fromRoot } from '../support/paths.ts';

const HOUR = 3_600_000;
/** The longest history with a record each hour; a longer one has them closer together, so that it still begins after 1970. */
const HOURLY = 100_000;

const clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };
const log = { info: () => undefined, warn: console.warn, error: console.error };
let built: Promise<void> | undefined;

/** The store as the extension opens it: a journal is folded on a thread of its own. */
export async function openBenchStore(folder: string): Promise<Store> {
  built ??= build({ production: true });
  await built;
  const onThreads = foldInWorker(fromRoot('dist/foldJournal.js'), wasm);
  return openStore({ folder, wasm, ...onThreads, clock, log, watch: false });
}

/** Makes a store of `count` records that are in Jira, the last one of now, and closes it. */
export async function fillStore(folder: string, count: number): Promise<void> {
  const store = await openBenchStore(folder);
  await store.commit((tx) => {
    for (let n = 0; n < count; n += 1) tx.insertRecord(record(n, count));
  });
  await store.close();
}

/** From one record of a history of `count` to the next, ms. */
export function stepOf(count: number): number {
  return count <= HOURLY ? HOUR : (HOUR * HOURLY) / count;
}

/** When the first record of a history of `count` begins: it is never of the future. */
export function startOf(count: number): number {
  return Math.floor(Date.now() / HOUR) * HOUR - count * stepOf(count);
}

/** A record that is in Jira, the n-th of a history of `count`. */
export function record(n: number, count = HOURLY): TimeRecord {
  const timeIn = startOf(count) + n * stepOf(count);
  const long = stepOf(count) / 2;
  const notes = `Worked on the login page, part ${n}`;
  const basis = { timeIn, timeOut: timeIn + long, zone: 'Europe/Berlin', notes };
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
      seconds: Math.floor(long / 1_000),
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
