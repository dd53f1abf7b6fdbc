import type { NewId } from '../core/ports.ts';

/** The same id for the same number on every application of one commit. */
export function sameIds(newId: NewId): (index: number) => string {
  const ids = new Map<number, string>();
  return (index) => {
    const known = ids.get(index) ?? newId();
    ids.set(index, known);
    return known;
  };
}
