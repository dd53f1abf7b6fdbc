import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { bundleChild, startChild } from './bundle.ts';
import type { Job } from './job.ts';

/** What became of one of the processes. */
export interface Ended {
  readonly job: Job;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** How long each acknowledged change took, in ms; the index is the change's number. */
  readonly waits: readonly number[];
  readonly output: string;
}

/** A process that is using the store. */
export interface Child {
  readonly process: ChildProcess;
  /**
   * When it begins to open the database, has opened it, begins to fold a journal, or has a named lock. Also when it ends
   * before that.
   */
  until(moment: 'opening' | 'open' | 'folding' | 'holding'): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Bundles child.ts, and the thread that folds, once. @returns how to start it */
export async function prepareChildren(): Promise<(job: Job) => Child> {
  const script = await bundleChild('tools/prove/support/child.ts', 'child');
  await bundleChild('src/store/folding/worker.ts', 'foldJournal');
  return (job) => start(script, job);
}

function start(script: string, job: Job): Child {
  const child = startChild(script, job);
  let output = '';
  const waiting = new Map<string, () => void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    for (const [moment, go] of waiting) if (output.includes(`${moment}\n`)) go();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = endOf(child, job, () => output).finally(() => {
    for (const go of waiting.values()) go();
  });
  const until = (moment: string) =>
    new Promise<void>((go) => {
      waiting.set(moment, go);
      if (output.includes(`${moment}\n`) || child.exitCode !== null || child.signalCode !== null) go();
    });
  return { process: child, until, ended };
}

async function endOf(child: ChildProcess, job: Job, output: () => string): Promise<Ended> {
  await once(child, 'close');
  const waits = await waitsIn(job.acknowledged);
  return { job, signal: child.signalCode, code: child.exitCode, waits, output: output() };
}

/** The waits of the changes that a process has acknowledged so far. */
export async function waitsIn(file: string): Promise<readonly number[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => Number(line.split(' ')[1]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether a thread of it was folding a journal when it ended. */
export function wasFolding({ output }: Ended): boolean {
  return output.lastIndexOf('folding\n') > output.lastIndexOf('folded\n');
}

/** Whether it ever had a named lock. */
export function hadLease({ output }: Ended): boolean {
  return output.includes('holding\n');
}

/** How often it was about to put a folded file in its place. */
export function foldsOf({ output }: Ended): number {
  return output.split('folds\n').length - 1;
}

/** The changes that these processes acknowledged, and those that they had begun when they were killed. */
export function changesOf(ended: readonly Ended[]): { acknowledged: string[]; inDoubt: string[] } {
  return {
    acknowledged: ended.flatMap(({ job, waits }) => waits.map((_wait, n) => `${job.name}-${n}`)),
    inDoubt: ended.filter(({ signal }) => signal !== null).map(({ job, waits }) => `${job.name}-${waits.length}`),
  };
}

/** Processes that ended by themselves and not well. */
export function failures(ended: readonly Ended[]): string[] {
  const failed = ended.filter(({ signal, code }) => signal === null && code !== 0);
  return failed.map(({ job, output }) => `${job.name} failed: ${output.trim().slice(-500)}`);
}
