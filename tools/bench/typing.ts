import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_PAUSE_MS, SearchScheduler } from '../../src/editor/searchScheduler.ts';
import { startJira } from '../jira/simulator.ts';
import { openOffice } from './office.ts';
import type { Scale, Table } from './part.ts';

const KEYSTROKES = 1_000;
const SHORT_KEYSTROKES = 80;
const PAUSE_EVERY = 40;
const PHRASES = ['login fails for users', 'invoice rounding', 'checkout page is slow', 'two accounts at once'];

/** The texts in the box while somebody types one phrase after the other, letter by letter. */
function* typed(): Generator<string> {
  for (let n = 0; ; n += 1) {
    const phrase = PHRASES[n % PHRASES.length] ?? '';
    for (let length = 1; length <= phrase.length; length += 1) yield phrase.slice(0, length);
  }
}

/** How many requests the search of the issue picker makes while somebody types, with a pause now and then. */
export async function benchTyping({ short }: Scale): Promise<readonly Table[]> {
  const keystrokes = short ? SHORT_KEYSTROKES : KEYSTROKES;
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  const jira = await startJira({ deployment: 'cloud' });
  try {
    const { store, issues } = await openOffice(jira, folder);
    jira.clearRequests();
    const searches: Promise<unknown>[] = [];
    const scheduler = new SearchScheduler((query, signal) => {
      searches.push(issues.search(query, signal).catch(() => []));
    });
    const pauses = await type(scheduler, keystrokes);
    await Promise.all(searches);
    const requests = jira.state.requests().length;
    await store.close();
    return [{ title: 'Typing into the issue picker', keys: ['keystrokes'], rows: [{ keystrokes, pauses, requests }] }];
  } finally {
    await jira.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function type(scheduler: SearchScheduler, keystrokes: number): Promise<number> {
  const texts = typed();
  let pauses = 0;
  for (let key = 1; key <= keystrokes; key += 1) {
    scheduler.typed(String(texts.next().value));
    const isPause = key % PAUSE_EVERY === 0;
    if (isPause) pauses += 1;
    await delay(isPause ? SEARCH_PAUSE_MS + 100 : 5);
  }
  return pauses;
}
