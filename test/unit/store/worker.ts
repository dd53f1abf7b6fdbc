/** A process that uses the store, for tests that need several. Started with one JSON argument. */
import { readFileSync, writeSync } from 'node:fs';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { type CommitStep, openStore, type StoreOptions } from '../../../src/store/store.ts';

interface Job {
  readonly folder: string;
  readonly wasmPath: string;
  readonly kind: 'insert' | 'timer' | 'hold';
  readonly name: string;
  readonly count: number;
  readonly limits?: Pick<StoreOptions, 'journalFrom' | 'foldFrom' | 'foldQuietMs'>;
  /** Waits, before the end, until the journal was folded into the file. */
  readonly untilFolded?: boolean;
  readonly dieAt?: CommitStep;
  readonly sleepAt?: CommitStep;
}

function record(id: string, timeOut: number | null): TimeRecord {
  const span = { timeIn: 1_700_000_000_000, timeOut, zone: 'UTC' };
  return newRecord({ id, ...span, now: 1, issueKey: null, notes: id, source: 'timer' });
}

function settled() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const END = 1_700_000_060_000;

async function main(job: Job): Promise<void> {
  const log = { info: () => undefined, warn: () => undefined, error: console.error };
  const clock = { now: () => Date.now(), zone: () => 'UTC' };
  let slept = false;
  const { promise: untilFolded, resolve: folded } = settled();
  const at = (step: CommitStep) => {
    if (step === 'folderSynced') folded();
    if (step === job.dieAt) process.kill(process.pid, 'SIGKILL');
    if (step === job.sleepAt && !slept) {
      slept = true;
      writeSync(1, 'sleeping\n');
      process.kill(process.pid, 'SIGSTOP');
    }
  };
  const wasm = async () => readFileSync(job.wasmPath);
  const store = await openStore({ folder: job.folder, wasm, clock, log, watch: false, ...job.limits, hooks: { at } });
  if (job.kind === 'hold') {
    await store.withLock('sync', { waitMs: 0 }, async () => {
      console.log('held');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
  }
  for (let n = 0; n < job.count; n += 1) {
    const id = `${job.name}-${n}`;
    await store.commit((tx) => {
      const running = tx.running();
      if (running !== undefined && job.kind === 'timer') tx.updateRecord({ ...running, timeOut: END });
      tx.insertRecord(record(id, job.kind === 'timer' ? null : END));
    });
    console.log(id);
  }
  if (job.untilFolded === true) await untilFolded;
  await store.close();
}

void main(JSON.parse(process.argv[2] ?? '{}'));
