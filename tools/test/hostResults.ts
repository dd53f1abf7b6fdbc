import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Outcome } from './stages.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '-' } as const;

const HostResults = v.array(
  v.object({
    title: v.string(),
    state: v.picklist(['passed', 'failed', 'skipped']),
    ms: v.number(),
    error: v.optional(v.string()),
  }),
);

/** Reads what test/host/index.ts wrote. Throws when there is nothing: then the host did not finish. */
export async function readHostResults(file: string): Promise<Outcome> {
  const results = v.parse(HostResults, JSON.parse(await readFile(file, 'utf8')));
  const lines = results.flatMap(({ title, state, ms, error }) => [
    `  ${MARKS[state]} ${title} (${ms} ms)`,
    ...(error === undefined ? [] : [error.replace(/^/gm, '      ')]),
  ]);
  const count = (state: string) => results.filter((result) => result.state === state).length;
  return { passed: count('passed'), failed: count('failed'), output: lines.join('\n') };
}
