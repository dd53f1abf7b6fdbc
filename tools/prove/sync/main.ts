import { machine, writeResults } from '../../support/results.ts';
import { table } from '../support/numbers.ts';
import { commandLine, proofOptions } from '../support/options.ts';
import { prepareChildren, type StartChild } from './children.ts';
import { Counts } from './counts.ts';
import { choose, onlyKind, replayOf } from './kinds.ts';
import { type Outcome, playSchedule } from './schedule.ts';

/*
 * `npm run prove:sync`: random schedules of edits, syncs, faults and kills, for Cloud and Data Center. `--runs`,
 * `--minutes`, `--seed` (of the first schedule; the next ones count on), `--short`, `--only windows|processes|late`,
 * `--write docs/reliability.md`. What plays a failed schedule again is printed with it.
 */

const args = process.argv.slice(2);
const options = proofOptions(args);
/** Schedules that are played at once; most of them wait for something. */
const AT_ONCE = 10;
const only = onlyKind(options.only);

const runs = options.runs ?? (options.minutes === undefined ? (options.short ? 40 : 1_000) : Number.POSITIVE_INFINITY);
const until = Date.now() + (options.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
const outcomes: Outcome[] = [];
let next = options.seed;

async function worker(startChild: StartChild): Promise<void> {
  while (next < options.seed + runs && Date.now() < until) {
    const choice = choose(next, only);
    next += 1;
    const outcome = await playSchedule({ ...choice, startChild });
    for (const problem of outcome.problems) console.error(`${replayOf(choice)} (${outcome.name}): ${problem}`);
    outcomes.push(outcome);
  }
}

function kindsTable(): string {
  const names = [...new Set(outcomes.map(({ name }) => name))].sort();
  return table(
    names.map((name) => {
      const mine = outcomes.filter((outcome) => outcome.name === name);
      const counts = new Counts();
      for (const each of mine) counts.addAll(each.counts);
      return {
        schedules: name,
        played: mine.length,
        records: counts.of('records'),
        'worklogs at the end': counts.of('worklogs'),
        syncs: counts.of('pushes'),
        faults: counts.total('fault: '),
        kills: counts.total('killed: '),
        retries: counts.of('retries'),
        'lost writes found in Jira': counts.of('lost writes found in Jira'),
        'conflicts ended': counts.total('conflict resolved: '),
        failures: mine.filter(({ problems }) => problems.length > 0).length,
      };
    }),
  );
}

function happenedTable(): string {
  const counts = new Counts();
  for (const each of outcomes) counts.addAll(each.counts);
  const groups = { 'fault: ': 'fault', 'killed: ': 'killed', 'user: ': 'user', 'in Jira: ': 'somebody in Jira' };
  return table(
    Object.entries(groups).flatMap(([words, group]) =>
      counts.under(words).map(([what, times]) => ({ 'what happened': `${group}: ${what}`, times })),
    ),
  );
}

console.log(`Seed ${options.seed}`);
const startChild = await prepareChildren();
await Promise.all(Array.from({ length: AT_ONCE }, () => worker(startChild)));
const failed = outcomes.filter(({ problems }) => problems.length > 0);
const head = `\`${commandLine('prove:sync', args)}\`, seed ${options.seed}; ${machine()}`;
const seeds = failed.length === 0 ? '' : `\n\nFailed: ${failed.map(replayOf).join(', ')}`;
const markdown = `${head}\n\n${kindsTable()}\n\n${happenedTable()}${seeds}`;
console.log(`\n${markdown}`);
if (options.write !== undefined) await writeResults(options.write, 'sync', markdown);
if (failed.length > 0) process.exitCode = 1;
