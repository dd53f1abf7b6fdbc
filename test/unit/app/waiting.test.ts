import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Waiting } from '../../../src/app/sync/waiting.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

it('tells at each moment what a set that was copied then would tell', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...NAMES)), fc.array(fc.constantFrom(...NAMES)), (ids, ends) => {
      const waiting = new Waiting(ids);
      const left = new Set(ids);
      const moments = [{ told: waiting.now(), copied: new Set(left) }];
      for (const id of ends) {
        waiting.end(id);
        left.delete(id);
        moments.push({ told: waiting.now(), copied: new Set(left) });
        expect(waiting.done).toBe(ids.length - left.size);
      }
      for (const { told, copied } of moments) {
        expect(NAMES.filter((name) => told.has(name))).toEqual(NAMES.filter((name) => copied.has(name)));
      }
    }),
  );
});

it('costs the same for each of very many', () => {
  const ids = Array.from({ length: 100_000 }, (_, n) => `record-${n}`);
  const waiting = new Waiting(ids);
  const from = performance.now();
  for (const id of ids) {
    waiting.end(id);
    if (waiting.now().has(id)) throw new Error(`${id} still waits`);
  }
  expect(waiting.done).toBe(ids.length);
  expect(performance.now() - from).toBeLessThan(5_000);
});
