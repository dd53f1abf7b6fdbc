import { once } from 'node:events';
import { COMMIT_STEPS } from '../../../src/store/options.ts';
import { bundleChild, startChild } from '../support/bundle.ts';
import type { Dice } from '../support/numbers.ts';
import type { Counts } from './counts.ts';
import type { Death, Job } from './job.ts';

/** A process that pushes. */
export interface Child {
  /** When its window is open, or it has ended before that. */
  readonly opened: Promise<void>;
  /** @returns what went wrong, and not because it was killed */
  readonly ended: Promise<string | undefined>;
  /** @param why what the kill is called in the table */
  kill(why: string): void;
}

export type StartChild = (job: Job, counts: Counts) => Child;

/** Bundles child.ts once. @returns how to start it */
export async function prepareChildren(): Promise<StartChild> {
  const script = await bundleChild('tools/prove/sync/child.ts', 'sync-child');
  return (job, counts) => start(script, job, counts);
}

function start(script: string, job: Job, counts: Counts): Child {
  const child = startChild(script, job);
  let output = '';
  let why = job.death === undefined ? '' : nameOf(job.death);
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('open\n')) open();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const end = async () => {
    await once(child, 'close');
    open();
    for (const [, what = ''] of output.matchAll(/^count (.+)$/gm)) counts.add(what);
    if (child.signalCode === 'SIGKILL') counts.add(`killed: ${why}`);
    else if (child.exitCode !== 0) return `A process failed: ${output.slice(-500)}`;
    return undefined;
  };
  const kill = (reason: string) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    why = reason;
    child.kill('SIGKILL');
  };
  return { opened, ended: end(), kill };
}

/** A moment at which a process kills itself, or none. */
export function anyDeath(dice: Dice): Death | undefined {
  const nth = 1 + dice.below(2);
  const at = dice.pick(['commit', 'commit', 'leaving', 'flying', 'flying', 'answered', 'none'] as const);
  if (at === 'none') return undefined;
  if (at === 'commit') return { at, step: dice.pick([...COMMIT_STEPS]), nth: 1 + dice.below(5) };
  return at === 'flying' ? { at, nth, afterMs: dice.below(12) } : { at, nth };
}

function nameOf(death: Death): string {
  const words = { leaving: 'before a write left', answered: 'answer not yet written down', flying: 'write under way' };
  return death.at === 'commit' ? 'at a step of a commit' : words[death.at];
}
