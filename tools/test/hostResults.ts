import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

const HostResults = v.array(
  v.object({
    title: v.string(),
    state: v.picklist(['passed', 'failed', 'skipped']),
    ms: v.number(),
    error: v.optional(v.string()),
  }),
);

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Reads what test/host/index.ts wrote and prints it. Throws when there is nothing: then the host did not finish. */
export async function reportHostResults(file: string): Promise<Count> {
  const results = v.parse(HostResults, JSON.parse(await readFile(file, 'utf8')));
  for (const { title, state, ms, error } of results) {
    console.log(`  ${state === 'passed' ? '✓' : state === 'failed' ? '✗' : '-'} ${title} (${ms} ms)`);
    if (error !== undefined) console.log(error.replace(/^/gm, '      '));
  }
  const count = (state: string) => results.filter((result) => result.state === state).length;
  return { passed: count('passed'), failed: count('failed') };
}
