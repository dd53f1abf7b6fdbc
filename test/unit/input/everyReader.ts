import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from './runs.ts';
import { attacks, type Reader, readOrRefuse, slowReading, texts } from './timing.ts';

/** What must be so of everything that reads a text which somebody else wrote. */
export function describeReaders(readers: readonly (readonly [string, Reader])[]): void {
  describe.each(readers)('%s', (_, read) => {
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
  });
}
