import { readFile, rm } from 'node:fs/promises';
import * as v from 'valibot';
import { fromRoot, ROOT } from '../../support/paths.ts';
import { cleanEnv, run } from '../../support/process.ts';
import { machine, writeResults } from '../../support/results.ts';
import { table } from '../support/numbers.ts';
import { commandLine, proofOptions } from '../support/options.ts';

/*
 * `npm run prove:damage`: the tests that damage databases, and what each of their cases came to; `--write
 * docs/reliability.md` puts it there.
 */

const FILES = ['damage', 'victims', 'surroundings', 'disk', 'journal', 'olderFile'].map(
  (name) => `test/unit/store/${name}.test.ts`,
);
const Damage = v.object({ what: v.string(), told: v.string(), back: v.array(v.string()) });
const WrongBits = v.object({
  ...{ in: v.string(), places: v.number() },
  ...{ told: v.number(), noJournal: v.number(), unnoticed: v.number(), newer: v.number() },
});
const Report = v.object({
  testResults: v.array(
    v.object({
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({
          ...{ status: v.string(), fullName: v.string() },
          meta: v.optional(v.object({ damage: v.optional(Damage), wrongBits: v.optional(WrongBits) }), {}),
        }),
      ),
    }),
  ),
});

const args = process.argv.slice(2);
const options = proofOptions(args);

async function results(): Promise<v.InferOutput<typeof Report>['testResults']> {
  const report = fromRoot('out/prove-damage.json');
  await rm(report, { force: true });
  const projects = ['--project', 'unit', '--project', 'heavy', '--testTimeout', '600000'];
  const reporters = ['--reporter=json', `--outputFile=${report}`];
  const vitest = fromRoot('node_modules/vitest/vitest.mjs');
  await run(process.execPath, [vitest, 'run', ...FILES, ...projects, ...reporters], { cwd: ROOT, env: cleanEnv() });
  return v.parse(Report, JSON.parse(await readFile(report, 'utf8'))).testResults;
}

/** What the user is told, without what differs from run to run. */
function inShort(told: string): string {
  return told.replace(/ The damaged file is kept as \S+$/u, ' The damaged file is kept as …').replaceAll('|', '\\|');
}

const files = await results();
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const count = (status: string) => tests.filter((test) => test.status === status).length;
const unloaded = files.filter(({ assertionResults }) => assertionResults.length === 0);
for (const { fullName } of tests.filter(({ status }) => status === 'failed')) console.error(`failed: ${fullName}`);
for (const { message } of unloaded) console.error(message);

const damages = tests
  .flatMap(({ meta }) => meta.damage ?? [])
  .map(({ what, told, back }) => ({
    'closed database of three records, the first of them in a backup': what,
    'what the user is told': inShort(told),
    'what came back': back.join(', '),
  }));
const bits = tests
  .flatMap(({ meta }) => meta.wrongBits ?? [])
  .map((each) => ({
    'one wrong bit in': each.in,
    'places tried': each.places,
    'told, set aside, the best that is left came back': each.told,
    'told, its journal set aside, what is in the file came back': each.noJournal,
    'nobody can tell, every record is there': each.unnoticed,
    'taken for a newer version, left as it is': each.newer,
  }));
const failed = count('failed') + unloaded.length;
const markdown = [
  table(damages),
  table(bits),
  `${count('passed')} tests passed, ${failed} failed, ${tests.length - count('passed') - count('failed')} could not run there.`,
  `\`${commandLine('prove:damage', args)}\`, ${machine()}`,
].join('\n\n');
console.log(markdown);
if (options.write !== undefined) await writeResults(options.write, 'damage', markdown);
process.exitCode = failed > 0 || damages.length === 0 ? 1 : 0;
