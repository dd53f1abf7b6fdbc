import { readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import * as v from 'valibot';
import { fromRoot, ROOT } from '../../support/paths.ts';
import { cleanEnv, run } from '../../support/process.ts';
import { machine, writeResults } from '../../support/results.ts';
import { table } from '../support/numbers.ts';
import { commandLine, proofOptions } from '../support/options.ts';

/*
 * `npm run prove:input`: the fuzz tests of `npm test` with many more tries of each (`--runs 20`: twenty times as many),
 * and `--write docs/security.md`.
 */

/** As vitest finds them: a part of the path. */
const FILES = [
  ...['test/unit/input/', 'test/unit/editor-input/', 'test/unit/jira/anyReply', 'test/unit/core/issueKey'],
  ...['test/unit/core/syncLogCsv', 'test/unit/editor-branch/readHead', 'test/unit/editor-branch/ownPattern'],
  ...['test/unit/editor/viewSafety', 'test/webview/malformed'],
];
const PROJECTS = ['unit', 'editor', 'heavy', 'webview'];
const Report = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      startTime: v.number(),
      endTime: v.number(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({ status: v.string(), fullName: v.string(), failureMessages: v.nullish(v.array(v.string())) }),
      ),
    }),
  ),
});
type FileResult = v.InferOutput<typeof Report>['testResults'][number];

const args = process.argv.slice(2);
const options = proofOptions(args);
const times = options.short ? 1 : (options.runs ?? 20);

async function fuzz(): Promise<readonly FileResult[]> {
  const report = fromRoot('out/prove-input.json');
  await rm(report, { force: true });
  const chosen = [...PROJECTS.flatMap((project) => ['--project', project]), '--testTimeout', '1800000'];
  const reporters = ['--reporter=json', `--outputFile=${report}`];
  await run(process.execPath, [fromRoot('node_modules/vitest/vitest.mjs'), 'run', ...FILES, ...chosen, ...reporters], {
    cwd: ROOT,
    env: cleanEnv({ FUZZ_TIMES: String(times) }),
  });
  return v.parse(Report, JSON.parse(await readFile(report, 'utf8'))).testResults;
}

function failuresOf({ name, message, assertionResults }: FileResult): readonly string[] {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (assertionResults.length === 0) return [`${name}: ${message}`];
  return failed.map(({ fullName, failureMessages }) => `${fullName}\n${(failureMessages ?? []).join('\n')}`);
}

const results = await fuzz();
const failures = results.flatMap(failuresOf);
for (const failure of failures) console.error(failure);
const rows = [...results]
  .sort((a, b) => a.name.localeCompare(b.name))
  .map((file) => ({
    file: `\`${relative(ROOT, file.name)}\``,
    tests: file.assertionResults.length,
    'times as many tries as in npm test': times,
    seconds: Math.round((file.endTime - file.startTime) / 1000),
    'crashes, hangs and refusals without a reason': failuresOf(file).length,
  }));
const markdown = `${table(rows)}\n\n\`${commandLine('prove:input', args)}\`, ${machine()}`;
console.log(markdown);
if (options.write !== undefined) await writeResults(options.write, 'input', markdown);
process.exitCode = failures.length > 0 || results.length === 0 ? 1 : 0;
