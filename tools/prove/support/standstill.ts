import { performance } from 'node:perf_hooks';

const TICK_MS = 20;

/**
 * Measures how long this process stood still, in ms: on a machine that has other things to do, that is no wait for
 * anybody else.
 */
export function watchStandstill(): { stop(): number } {
  let still = 0;
  let last = performance.now();
  const look = (): void => {
    const now = performance.now();
    still += Math.max(0, now - last - TICK_MS);
    last = now;
  };
  const timer = setInterval(look, TICK_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return still;
    },
  };
}
