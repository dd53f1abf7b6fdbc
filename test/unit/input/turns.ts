import { performance } from 'node:perf_hooks';

/** For longer than this the editor must not stand still, whatever it reads. */
export const STANDSTILL_MS = 100;
const TRIES = 5;

/**
 * The longest time for which `work` let nobody else have a turn, in ms. A turn counts what the clock or the processor
 * says, whichever is less: the clock also runs while other programs have the processor, and the processor's time also
 * holds what other threads of this process do.
 */
export async function longestTurn(work: () => unknown): Promise<number> {
  let longest = 0;
  let isOver = false;
  let since = now();
  const look = () => {
    const { clock, processor } = now();
    longest = Math.max(longest, Math.min(clock - since.clock, processor - since.processor));
    since = now();
  };
  const watch = () => {
    look();
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  try {
    await work();
  } finally {
    isOver = true;
    look();
  }
  return longest;
}

/** The least of a few tries; a try may be the one in which memory is collected or code is compiled. */
export async function leastLongestTurn(work: () => unknown, enough = STANDSTILL_MS): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries += 1) least = Math.min(least, await longestTurn(work));
  return least;
}

function now(): { readonly clock: number; readonly processor: number } {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1_000 };
}
