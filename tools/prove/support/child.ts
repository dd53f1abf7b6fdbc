/** A process that uses the store, for the proofs. Started with one JSON argument (children.ts). */
import { appendFileSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CommitStep, foldInWorker, openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import type { Job } from './job.ts';
import { slowDisk } from './slowDisk.ts';
import { work } from './work.ts';

/** Folds, and checks files, on a thread whose script children.ts bundles beside this one. */
function foldAside(): Pick<StoreOptions, 'fold' | 'check'> {
  const { fold, check } = foldInWorker(fileURLToPath(new URL('foldJournal.cjs', import.meta.url)), wasm);
  const telling: typeof fold = async (job, signal) => {
    writeSync(1, 'folding\n');
    const folded = await fold(job, signal);
    writeSync(1, 'folded\n');
    return folded;
  };
  return { fold: telling, check };
}

async function main(job: Job): Promise<void> {
  let left = job.die?.times ?? 0;
  const at = (step: CommitStep) => {
    if (step !== job.die?.step) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  writeSync(1, 'opening\n');
  const disk = job.slowMs > 0 ? { disk: slowDisk(job.slowMs) } : {};
  const store = await openStore({
    ...{ folder: job.folder, wasm, clock: systemClock, log: QUIET, watch: false, hooks: { at } },
    ...job.limits,
    ...disk,
    ...(job.onThread === true ? foldAside() : {}),
  });
  writeSync(1, 'open\n');
  await delay(Math.max(0, (job.from ?? 0) - Date.now()));
  for (let n = 0; n < job.changes && Date.now() < (job.until ?? Number.POSITIVE_INFINITY); n += 1) {
    const started = performance.now();
    await store.commit((tx) => work(tx, `${job.name}-${n}`));
    // In the kernel's hands before anything else is done, so it outlives this process.
    appendFileSync(job.acknowledged, `${n} ${(performance.now() - started).toFixed(2)}\n`);
  }
  await store.close();
}

void main(JSON.parse(process.argv[2] ?? '{}'));
