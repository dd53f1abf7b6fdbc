import { setTimeout as delay } from 'node:timers/promises';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { namesIn } from './leftovers.ts';
import { work } from './work.ts';

const AT_MOST_MS = 10_000;
const LOOK_EVERY_MS = 20;

/**
 * Makes one change and has the journal folded.
 * @param change its name
 * @returns what is in the folder then
 */
export async function foldNow(options: Pick<StoreOptions, 'folder' | 'journalFrom'>, change: string) {
  let isFolded = false;
  const hooks = {
    at: (step: string) => {
      if (step === 'folderSynced') isFolded = true;
    },
  };
  const store = await openStore({
    ...{ ...options, foldFrom: 1, foldQuietMs: 0, wasm, clock: systemClock, log: QUIET, watch: false, hooks },
  });
  try {
    await store.commit((tx) => work(tx, change));
    for (const end = Date.now() + AT_MOST_MS; !isFolded && Date.now() < end; ) await delay(LOOK_EVERY_MS);
    if (!isFolded) throw new Error('The journal was not folded');
  } finally {
    await store.close();
  }
  return namesIn(options.folder);
}
