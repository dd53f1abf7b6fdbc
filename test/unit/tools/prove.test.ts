import { describe, expect, it } from 'vitest';
import type { Tx } from '../../../src/core/storePorts.ts';
import { problemsOf } from '../../../tools/prove/support/changes.ts';
import { Dice, percentile, table } from '../../../tools/prove/support/numbers.ts';
import { fill, look, work } from '../../../tools/prove/support/work.ts';
import { placeBetween } from '../../../tools/support/results.ts';
import { open, tempFolder } from '../store/helpers.ts';

const OLD = 3;

/** What is found after these changes; `harm` goes wrong in the same database. */
async function foundAfter(changes: readonly string[], harm?: (tx: Tx) => void) {
  const { store } = await open(await tempFolder());
  await store.commit((tx) => fill(tx, OLD));
  for (const id of changes) await store.commit((tx) => work(tx, id));
  if (harm !== undefined) await store.commit(harm);
  return store.read(look);
}

function expected(acknowledged: readonly string[], inDoubt: readonly string[] = []) {
  return {
    acknowledged: new Set(acknowledged),
    inDoubt: new Set(inDoubt),
    old: OLD,
  };
}

describe('the look at what a killed process left', () => {
  it('finds nothing wrong with what was acknowledged, and with a change that was cut short and is there', async () => {
    expect(problemsOf(await foundAfter(['a', 'b']), expected(['a', 'b']))).toEqual([]);
    expect(problemsOf(await foundAfter(['a', 'b']), expected(['a'], ['b']))).toEqual([]);
    expect(problemsOf(await foundAfter(['a']), expected(['a'], ['b']))).toEqual([]);
  });

  it('finds a lost change', async () => {
    expect(problemsOf(await foundAfter(['a']), expected(['a', 'b']))).toEqual(['b was acknowledged and is lost']);
  });

  it('finds a change that nobody made', async () => {
    expect(problemsOf(await foundAfter(['a', 'b']), expected(['a']))).toEqual([
      'b is there and nobody was about to make it',
    ]);
  });

  it('finds a change that is half there', async () => {
    const found = await foundAfter(['a', 'b'], (tx) => {
      const half = tx.record('a/b');
      if (half !== undefined) tx.updateRecord({ ...half, deletedAt: 1 });
    });
    expect(problemsOf(found, expected(['a', 'b']))).toEqual(
      expect.arrayContaining(['a was acknowledged and is lost', 'a is half there']),
    );
  });

  it('finds a change that was made twice', async () => {
    const found = await foundAfter(['a'], (tx) => {
      const counter = tx.record('counter');
      if (counter !== undefined) tx.updateRecord({ ...counter, notes: '2' });
    });
    expect(problemsOf(found, expected(['a']))).toEqual(['1 changes were counted as 2']);
  });

  it('finds older records that are gone', async () => {
    const found = await foundAfter([], (tx) => {
      const old = tx.record('old-1');
      if (old !== undefined) tx.updateRecord({ ...old, deletedAt: 1 });
    });
    expect(problemsOf(found, expected([]))).toEqual(['of 3 older records 2 are there']);
  });

  it('finds two running records', async () => {
    const found = await foundAfter(['a']);
    expect(problemsOf({ ...found, running: 2 }, expected(['a']))).toEqual(['2 records run']);
  });
});

describe('the dice of a proof', () => {
  it('fall the same for the same seed', () => {
    const throws = (seed: number) => Array.from({ length: 20 }, (_value, _n, dice = new Dice(seed)) => dice.below(100));
    const [one, two] = [new Dice(7), new Dice(7)];
    expect(Array.from({ length: 20 }, () => one.below(100))).toEqual(Array.from({ length: 20 }, () => two.below(100)));
    expect(throws(7)).not.toEqual(throws(8));
  });
});

describe('the results of a proof', () => {
  it('take the place of the older ones between their comments', () => {
    const page = 'before\n<!-- begin: x -->\nold\n<!-- end: x -->\nafter';
    expect(placeBetween(page, 'x', 'new\n', 'page.md')).toBe('before\n<!-- begin: x -->\nnew\n<!-- end: x -->\nafter');
  });

  it.each(['no comments', '<!-- begin: x --> only', '<!-- end: x --> <!-- begin: x -->'])(
    'are not put into "%s"',
    (page) => {
      expect(() => placeBetween(page, 'x', 'new', 'page.md')).toThrow('page.md');
    },
  );

  it('are tables, with the value below which a share of all values lies', () => {
    expect(table([{ a: 1, b: 'x' }])).toBe('| a | b |\n| --- | --- |\n| 1 | x |');
    expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(percentile([], 0.5)).toBe(0);
  });
});
