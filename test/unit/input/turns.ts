import { performance } from 'node:perf_hooks';

/** For longer than this the editor must not stand still, whatever it reads. */
export const STANDSTILL_MS = 100;
const TRIES = 5;

/** Parsing this takes `USUAL_MS` on a machine that has little else to do. */
const YARDSTICK = `[${'1,'.repeat(250_000)}1]`;
const USUAL_MS = 13;

/**
 * Measures from now on, in ms, what the clock or the processor says, whichever is less: the clock also runs while other
 * programs have the processor, and the processor's time also holds what other threads of this process do.
 */
export function stopwatch(): () => number {
  const since = now();
  return () => {
    const { clock, processor } = now();
    return Math.min(clock - since.clock, processor - since.processor);
  };
}

/** The longest time for which `work` let nobody else have a turn, in ms. */
export async function longestTurn(work: () => unknown): Promise<number> {
  let longest = 0;
  let isOver = false;
  let passed = stopwatch();
  const look = () => {
    longest = Math.max(longest, passed());
    passed = stopwatch();
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

/** How long it would have taken on a machine that is not busy: one that is has no processor caches to itself. */
export function onUsualMachine(ms: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const passed = stopwatch();
    JSON.parse(YARDSTICK);
    least = Math.min(least, passed());
  }
  return ms / Math.max(1, least / USUAL_MS);
}

/** The least of a few tries; a try may be the one in which memory is collected or code is compiled. */
export async function leastLongestTurn(work: () => unknown, enough = STANDSTILL_MS): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries += 1) least = Math.min(least, await longestTurn(work));
  return least > enough ? onUsualMachine(least) : least;
}

function now(): { readonly clock: number; readonly processor: number } {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: (user + system) / 1_000 };
}
