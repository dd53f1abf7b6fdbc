import { machine, writeResults } from '../../support/results.ts';
import { prepareChildren } from '../support/children.ts';
import { Dice, table } from '../support/numbers.ts';
import { commandLine, proofOptions } from '../support/options.ts';
import { proveHosts } from './hosts.ts';
import { FEW_SCENARIOS, type Outcome, play, SCENARIOS } from './processes.ts';

/*
 * `npm run prove:windows`: several processes commit at once, undisturbed, killed, stopped, on slow disks; then windows
 * of a real VS Code. `--runs` (of each scenario), `--minutes` (of all scenarios together, but 8 s of each at
 * least), `--seed`, `--short`,
 * `--only processes|hosts`, `--write docs/reliability.md`.
 */

const SHORT_ROW_MS = 4_000;
const ROW_MS = 12_000;
/** In less there are too few changes to tell anything, however many minutes were asked for. */
const ROW_AT_LEAST_MS = 8_000;

const args = process.argv.slice(2);
const options = proofOptions(args);
const dice = new Dice(options.seed);
const wanted = (part: string) => options.only === undefined || options.only === part;

async function proveProcesses(): Promise<readonly Outcome[]> {
  const start = await prepareChildren();
  const chosen = options.short ? FEW_SCENARIOS : SCENARIOS;
  const scenarios = Array.from({ length: options.runs ?? 1 }, () => chosen).flat();
  const usualMs = options.short ? SHORT_ROW_MS : ROW_MS;
  const shareMs = ((options.minutes ?? 0) * 60_000) / scenarios.length;
  const forMs = options.minutes === undefined ? usualMs : Math.max(ROW_AT_LEAST_MS, shareMs);
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    const outcome = await play(scenario, forMs, start, dice.split());
    for (const problem of outcome.problems) console.error(`${JSON.stringify(outcome.row)}: ${problem}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Prints the table, and puts it into the page. */
async function report(marker: string, outcomes: readonly Outcome[]): Promise<void> {
  const head = `\`${commandLine('prove:windows', args)}\`, seed ${options.seed}; ${machine()}`;
  const markdown = `${head}\n\n${table(outcomes.map(({ row }) => row))}`;
  console.log(`\n${markdown}`);
  if (options.write !== undefined) await writeResults(options.write, marker, markdown);
  if (outcomes.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

console.log(`Seed ${options.seed}`);
if (wanted('processes')) await report('windows', await proveProcesses());
if (wanted('hosts') && !options.short) await report('hosts', await proveHosts());
