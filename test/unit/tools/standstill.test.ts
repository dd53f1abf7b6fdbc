import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchStandstill } from '../../../tools/prove/support/standstill.ts';

it('counts what the process stood still, and not what it waited', async () => {
  const watch = watchStandstill();
  await delay(60);
  const begun = performance.now();
  while (performance.now() - begun < 200);
  await delay(60);
  const still = watch.stop();
  expect(still).toBeGreaterThan(150);
  expect(watch.stop()).toBeGreaterThanOrEqual(still);
});
