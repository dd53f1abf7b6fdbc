import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from './runs.ts';
import { attacks, type Reader, readOrRefuse, slowReading, standstill, texts } from './timing.ts';

/** Longer than anything that a box or a field takes, and than any name of a branch. */
const LONGEST_TYPED = 40_000;

/** @param longest how long its texts may be, in characters */
export type NamedReader = readonly [name: string, read: Reader, longest?: number];

/** What must be so of everything that reads a text which somebody else wrote. */
export function describeReaders(readers: readonly NamedReader[]): void {
  describe.each(readers.map(withLongest))('%s', (_, read, longest) => {
    it('is read or refused with a reason, whatever it is', () => {
      fc.assert(
        fc.property(texts, (text) => readOrRefuse(read, text)),
        { numRuns: runs(200) },
      );
    });

    it('that is ten times as long takes ten times as long, not a hundred times', () => {
      fc.assert(
        fc.property(attacks, (attack) => {
          expect(slowReading(read, attack)).toBeUndefined();
        }),
        { numRuns: runs(20), endOnFailure: true },
      );
    }, 600_000);

    it('that is as long as there is takes less than 100 ms', () => {
      fc.assert(
        fc.property(attacks, (attack) => {
          expect(standstill(read, attack, longest)).toBeUndefined();
        }),
        { numRuns: runs(20), endOnFailure: true },
      );
    }, 600_000);
  });
}

function withLongest([name, read, longest = LONGEST_TYPED]: NamedReader) {
  return [name, read, longest] as const;
}
