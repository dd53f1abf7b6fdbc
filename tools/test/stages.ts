import { readFile, rm } from 'node:fs/promises';
import * as v from 'valibot';
import { fromRoot, ROOT } from '../support/paths.ts';
import { cleanEnv, run } from '../support/process.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** One part of `npm test`. A stage that throws, or that ran nothing, counts as one failure. */
export interface Stage {
  readonly name: string;
  readonly run: () => Promise<Outcome>;
}

export interface Outcome extends Count {
  /** Printed under the stage's name. */
  readonly output?: string;
  /** Tests that found they cannot run here; printed beside the stage's name, so that nobody takes them for passed. */
  readonly skipped?: readonly string[];
}

/** A program of node_modules; passes with exit code 0. */
export function programStage(name: string, script: string, args: readonly string[]): Stage {
  return {
    name,
    run: async () => {
      const { code, output } = await runNode([fromRoot('node_modules', script), ...args]);
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output };
    },
  };
}

/** Projects of vitest.config.mts. `env` is made just before, from what earlier stages left behind. */
export function vitestStage(
  name: string,
  projects: readonly string[],
  env: () => Record<string, string> = () => ({}),
): Stage {
  return {
    name,
    run: async () => {
      const report = fromRoot(`out/test-${projects.join('-')}.json`);
      await rm(report, { force: true });
      const chosen = projects.flatMap((project) => ['--project', project]);
      const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile=${report}`];
      const { code, output } = await runNode([fromRoot('node_modules/vitest/vitest.mjs'), ...args], env());
      const { skipped, ...count } = await readVitestReport(report);
      const failed = count.failed === 0 && code !== 0 ? 1 : count.failed;
      return { passed: count.passed, failed, output, skipped };
    },
  };
}

function runNode(args: readonly string[], env: Record<string, string> = {}) {
  return run(process.execPath, args, { cwd: ROOT, env: cleanEnv({ FORCE_COLOR: '0', NO_COLOR: '1', ...env }) });
}

const VitestReport = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  testResults: v.array(
    v.object({
      status: v.string(),
      assertionResults: v.array(v.object({ status: v.optional(v.string()), fullName: v.optional(v.string(), '') })),
    }),
  ),
});

/** Counts tests, and a file that could not be loaded as one failure. */
export function countVitest(report: unknown): Count {
  const { numPassedTests, numFailedTests, testResults } = v.parse(VitestReport, report);
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}

/** The names of tests that were not run. */
export function skippedIn(report: unknown): readonly string[] {
  const tests = v.parse(VitestReport, report).testResults.flatMap(({ assertionResults }) => assertionResults);
  return tests.flatMap(({ status, fullName }) => (status === 'skipped' || status === 'pending' ? [fullName] : []));
}

async function readVitestReport(file: string): Promise<Count & { readonly skipped: readonly string[] }> {
  const report: unknown = JSON.parse(await readFile(file, 'utf8'));
  return { ...countVitest(report), skipped: skippedIn(report) };
}

/** Runs one stage and prints how it went. */
export async function runStage({ name, run: body }: Stage): Promise<Count> {
  const started = Date.now();
  const outcome = await safely(body);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`\n== ${name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)`);
  for (const test of outcome.skipped ?? []) console.log(`   NOT RUN, it cannot be here: ${test}`);
  if (outcome.output) console.log(outcome.output.trimEnd());
  return outcome;
}

async function safely(body: Stage['run']): Promise<Outcome> {
  try {
    const outcome = await body();
    if (outcome.passed + outcome.failed > 0) return outcome;
    return { passed: 0, failed: 1, output: `${outcome.output ?? ''}\nNo test ran.` };
  } catch (error) {
    return { passed: 0, failed: 1, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Runs stages, `width` at a time, and adds them up. */
export async function runStages(stages: readonly Stage[], width = 1): Promise<Count> {
  const waiting = [...stages];
  const counts: Count[] = [];
  const worker = async () => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) counts.push(await runStage(stage));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return addUp(counts);
}

export function addUp(counts: readonly Count[]): Count {
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}
