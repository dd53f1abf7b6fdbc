import { performance } from 'node:perf_hooks';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { watchStandstill } from '../support/standstill.ts';

type Options = Pick<StoreOptions, 'folder' | 'journalFrom' | 'foldFrom' | 'foldQuietMs' | 'lockStaleMs'>;

/**
 * Takes a named lock that somebody held who is dead.
 * @param atMostMs it is not waited for longer
 * @returns how long that took, in ms, less what this process itself stood still
 */
export async function takeLease(options: Options, name: string, atMostMs: number): Promise<number> {
  const started = performance.now();
  const standstill = watchStandstill();
  const store = await openStore({ ...options, wasm, clock: systemClock, log: QUIET, watch: false });
  try {
    await store.withLock(name, { waitMs: atMostMs }, async (lease) => lease.assertHeld());
    return performance.now() - started - standstill.stop();
  } finally {
    standstill.stop();
    await store.close();
  }
}
