import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from './part.ts';

const TICK_MS = 1;
const NS_PER_MS = 1e6;

/** By how much one turn of a timer came late, and for how long this thread had work meanwhile and no core; ms. */
interface Gap {
  readonly late: number;
  readonly waited: number;
}

/** Gaps between turns of a 1 ms timer while the work goes on: what the extension host would stand still for. */
async function gapsDuring(work: () => Promise<unknown>): Promise<readonly Gap[]> {
  const gaps: Gap[] = [];
  let last = performance.now();
  let lastWait = coreWait();
  const timer = setInterval(() => {
    const now = performance.now();
    const wait = coreWait();
    gaps.push({ late: Math.max(0, now - last - TICK_MS), waited: wait - lastWait });
    last = now;
    lastWait = wait;
  }, TICK_MS);
  try {
    await work();
    // The last stretch of the work counts too.
    await delay(TICK_MS + 1);
  } finally {
    clearInterval(timer);
  }
  return gaps;
}

/** How long the work took and the event loop stood still meanwhile, ms. */
export async function stall(work: () => Promise<unknown>): Promise<Row> {
  const begun = performance.now();
  const gaps = await gapsDuring(work);
  const took = performance.now() - begun;
  const late = gaps.map((gap) => gap.late).sort((a, b) => a - b);
  const own = gaps.map((gap) => gap.late - gap.waited);
  return {
    took,
    'longest stall': late.at(-1) ?? 0,
    'longest, less waiting for a core': Math.max(0, ...own),
    '99th percentile': late[Math.floor(late.length * 0.99)] ?? 0,
    'over 10 ms': late.filter((ms) => ms > 10).length,
    'of them, less waiting for a core': own.filter((ms) => ms > 10).length,
    'over 50 ms': late.filter((ms) => ms > 50).length,
  };
}

/** How long the main thread has waited for a core so far, ms; 0 where the system does not tell (`proc(5)`, schedstat). */
function coreWait(): number {
  if (process.platform !== 'linux') return 0;
  const [, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(waited) / NS_PER_MS;
}
