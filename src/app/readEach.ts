import type { Breathe } from '../core/ports.ts';
import type { Reader, Store } from '../core/storePorts.ts';

interface Deps {
  readonly store: Pick<Store, 'read'>;
  readonly breathe: Breathe;
}

/** About as many as fit into a few milliseconds. */
const AT_ONCE = 20;

/**
 * What the store has for each of many, in their order. They are read a few at a time, and the rest of the process has
 * its turn in between, so they need not all be of one moment. Rejects with `storage*` reasons.
 */
export async function readEach<Id, Found>(
  { store, breathe }: Deps,
  ids: readonly Id[],
  ask: (db: Reader, id: Id) => Found,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    if (at > 0) await breathe();
    const some = ids.slice(at, at + AT_ONCE);
    found.push(...(await store.read((db) => some.map((id) => ask(db, id)))));
  }
  return found;
}
