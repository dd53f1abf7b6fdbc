import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turnstile } from '../../../src/app/sync/turnstile.ts';

it('lets those that come at once on in the order they came, a turn of the event loop for each', async () => {
  const turnstile = new Turnstile(nextTurn);
  let turn = 0;
  const passed: string[] = [];
  const pass = async (who: string) => {
    await turnstile.pass();
    passed.push(`${who} in turn ${turn}`);
  };
  const all = Promise.all(['first', 'second', 'third'].map(pass));
  for (turn = 1; turn <= 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await all;
  expect(new Set(passed.map((text) => text.replace(/\d+/, ''))).size).toBe(3);
  expect(passed.map((text) => text.split(' ')[0])).toEqual(['first', 'second', 'third']);
  expect(new Set(passed.map((text) => text.split(' ').at(-1))).size).toBe(3);
});

it('is open at once to whoever comes when nobody is waiting', async () => {
  let breaths = 0;
  const turnstile = new Turnstile(async () => {
    breaths += 1;
  });
  await turnstile.pass();
  await turnstile.pass();
  expect(breaths).toBe(2);
});
