import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryOwnPattern } from '../../../src/editor/branch/ownPattern.ts';
import { runs } from '../input/runs.ts';

describe('tryOwnPattern', () => {
  it.each([
    ['[A-Z]+-\\d+', 'x/ABC-12/y', 'ABC-12'],
    ['^x/([A-Z]+-\\d+)', 'x/ABC-12/y', 'ABC-12'],
    ['a/(\\w+-1)|b/(\\w+-2)', 'b/two-2', 'two-2'],
  ])('%s in %s finds %s', (pattern, branch, text) => {
    expect(tryOwnPattern(pattern, branch)).toEqual({ kind: 'found', text });
  });

  it.each([
    ['[A-Z]+-\\d+', 'main'],
    ['x*', 'main'],
    ['()', 'main'],
  ])('%s in %s finds nothing', (pattern, branch) => {
    expect(tryOwnPattern(pattern, branch)).toEqual({ kind: 'nothing' });
  });

  it.each(['(', '[', '*', '(?<a', 'x{2,1}'])('reports that %s is wrong', (pattern) => {
    expect(tryOwnPattern(pattern, 'main')).toMatchObject({
      kind: 'unusable',
      why: expect.stringMatching(/^Your own pattern is wrong: Invalid regular expression.*\.$/),
    });
  });

  it.each([
    ['^(a+)+$', 'a'.repeat(240)],
    ['^(?:a|a)*$', 'a'.repeat(240)],
    ['(.*)*(.*)*(.*)*x', 'a'.repeat(240)],
  ])('interrupts %s', (pattern, letters) => {
    const start = performance.now();
    const answer = tryOwnPattern(pattern, `${letters}!`);
    expect(answer).toEqual({ kind: 'unusable', why: 'Your own pattern takes too long on this branch.' });
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(tryOwnPattern('m(.)', 'main')).toEqual({ kind: 'found', text: 'a' });
  });

  it('looks at the first 250 characters only, and at no pattern over 1000', () => {
    expect(tryOwnPattern('b', `${'a'.repeat(250)}b`)).toEqual({ kind: 'nothing' });
    expect(tryOwnPattern('a'.repeat(1_001), 'a')).toMatchObject({ kind: 'unusable' });
  });

  it('cannot be used to run code', () => {
    expect(tryOwnPattern("');process.exit(1)//", 'main')).toMatchObject({ kind: 'unusable' });
  });

  it('never throws', () => {
    const syntax = fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|^$\\.-d1,'), maxLength: 20 });
    fc.assert(
      fc.property(fc.oneof(syntax, fc.string()), fc.string(), (pattern, branch) => {
        expect(['found', 'nothing', 'unusable']).toContain(tryOwnPattern(pattern, branch).kind);
      }),
      { numRuns: runs(100) },
    );
  });
});
