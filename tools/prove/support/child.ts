/** A process that uses the store, for the proofs. Started with one JSON argument (children.ts). */
import { appendFileSync, existsSync, readFileSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../../src/core/storePorts.ts';
import { type Disk, nodeDisk } from '../../../src/store/disk.ts';
import { type CommitStep, foldInWorker, openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { type BackupStep, isBackupStep, tellingBackups } from './backupSteps.ts';
import type { Job } from './job.ts';
import { slowDisk } from './slowDisk.ts';
import { work } from './work.ts';

const FOR_GOOD_MS = 600_000;

/** Tells children.ts of a moment. */
function say(moment: string): void {
  writeSync(1, `${moment}\n`);
}

/** Folds, and checks files, on a thread whose script children.ts bundles beside this one. */
function foldAside(): Pick<StoreOptions, 'fold' | 'check'> {
  const { fold, check } = foldInWorker(fileURLToPath(new URL('foldJournal.cjs', import.meta.url)), wasm);
  const telling: typeof fold = async (job, signal) => {
    say('folding');
    const folded = await fold(job, signal);
    say('folded');
    return folded;
  };
  return { fold: telling, check };
}

/** The disk of this job, on which it kills itself at a step of a backup. */
function diskOf(job: Job, at: (step: BackupStep) => void): Disk {
  const disk = job.slowMs > 0 ? slowDisk(job.slowMs) : nodeDisk;
  return job.die !== undefined && isBackupStep(job.die.step) ? tellingBackups(disk, at) : disk;
}

/** Waits for the beginning. @returns when the end is, in UTC ms */
async function begin({ untilFile }: Job): Promise<number> {
  if (untilFile === undefined) return Number.POSITIVE_INFINITY;
  while (!existsSync(untilFile)) await delay(20);
  return Number(readFileSync(untilFile, 'utf8'));
}

async function commitAll(store: Store, job: Job): Promise<void> {
  const until = await begin(job);
  for (let n = 0; n < job.changes && Date.now() < until; n += 1) {
    const started = performance.now();
    await store.commit((tx) => work(tx, `${job.name}-${n}`));
    // In the kernel's hands before anything else is done, so it outlives this process.
    appendFileSync(job.acknowledged, `${n} ${(performance.now() - started).toFixed(2)}\n`);
  }
}

async function holdFor(store: Store, lease: string, job: Job): Promise<void> {
  await store.withLock(lease, { waitMs: 60_000 }, async () => {
    say('holding');
    await commitAll(store, job);
    await delay(FOR_GOOD_MS);
  });
}

async function main(job: Job): Promise<void> {
  let left = job.die?.times ?? 0;
  const at = (step: CommitStep | BackupStep) => {
    if (step === 'journalCreated') say('folds');
    if (step !== job.die?.step) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  say('opening');
  const store = await openStore({
    ...{ folder: job.folder, wasm, clock: systemClock, log: QUIET, watch: false, hooks: { at }, disk: diskOf(job, at) },
    ...job.limits,
    ...(job.onThread === true ? foldAside() : {}),
  });
  say('open');
  if (job.lease === undefined) await commitAll(store, job);
  else await holdFor(store, job.lease, job);
  await store.close();
}

void main(JSON.parse(process.argv[2] ?? '{}'));
