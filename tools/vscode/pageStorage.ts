import type { Page } from 'playwright-core';
import * as v from 'valibot';

const Named = v.object({ name: v.string(), value: v.string() });
const Store = v.object({ name: v.string(), records: v.array(v.unknown()) });
const State = v.object({
  cookies: v.array(Named),
  origins: v.array(
    v.object({
      localStorage: v.array(Named),
      indexedDB: v.optional(v.array(v.object({ name: v.string(), stores: v.array(Store) })), []),
    }),
  ),
});

/** Where the browser keeps a text for its pages; a VS Code in a browser has its state there. */
export async function placesInBrowser(page: Page, text: string): Promise<readonly string[]> {
  const { cookies, origins } = v.parse(State, await page.context().storageState({ indexedDB: true }));
  const all: (readonly [string, unknown])[] = [
    ...cookies.map(({ name, value }) => [`cookie ${name}`, value] as const),
    ...origins.flatMap(({ localStorage }) => localStorage.map(({ name, value }) => [`local ${name}`, value] as const)),
    ...origins
      .flatMap(({ indexedDB }) => indexedDB)
      .flatMap((db) =>
        db.stores.flatMap((store) => store.records.map((each) => [`${db.name}/${store.name}`, each] as const)),
      ),
  ];
  return all.flatMap(([place, value]) => (JSON.stringify(value).includes(text) ? [place] : []));
}
