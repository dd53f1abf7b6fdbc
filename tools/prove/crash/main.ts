import { rm } from 'node:fs/promises';
import { machine, writeResults } from '../../support/results.ts';
import { prepareChildren } from '../support/children.ts';
import { temporaryFiles } from '../support/leftovers.ts';
import { Dice, short, table } from '../support/numbers.ts';
import { commandLine, proofOptions } from '../support/options.ts';
import { makeTemplate, type Victim } from '../support/template.ts';
import { Lane, MOMENTS, type Moment, momentsOf, type Round, VICTIMS } from './kills.ts';
import { type Cuts, cutPower } from './powerCut.ts';

/*
 * `npm run prove:crash`: processes that use the database are killed at every step of a commit, of a fold and of a
 * backup and at random, and the power is cut in a model of the disk. `--runs` (of each moment and kind of database), `--minutes`, `--seed`, `--short`,
 * `--only kill|power`, `--write docs/reliability.md`.
 */

const LANES_OF_A_VICTIM = 2;
const SHORT = { minutes: 0.3, cuts: 120 };
const CUTS_OF_A_RUN = 100;
/** How much of the time goes to the power. */
const POWER_SHARE = 0.25;

const args = process.argv.slice(2);
const options = proofOptions(args);
const dice = new Dice(options.seed);
const minutes = options.minutes ?? (options.short ? SHORT.minutes : undefined);
const forMs = minutes === undefined ? Number.POSITIVE_INFINITY : minutes * 60_000;
const deadline = Date.now() + forMs;
const runs = options.runs ?? (minutes === undefined ? 10 : Number.POSITIVE_INFINITY);

/** Rounds of all moments in turn, until there were enough or the time is up. */
async function runLane(lane: Lane, moments: readonly Moment[], order: Dice): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  const total = Math.ceil((runs * moments.length) / LANES_OF_A_VICTIM);
  let at = order.below(moments.length);
  for (let n = 0; n < total && Date.now() < deadline; n += 1) {
    const round = await lane.round(moments[at % moments.length] ?? 'at random');
    for (const problem of round.problems) console.error(`${round.victim}, killed ${round.moment}: ${problem}`);
    rounds.push(round);
    at += 1;
  }
  await lane.close();
  return rounds;
}

async function kill(): Promise<readonly Round[]> {
  const start = await prepareChildren();
  const victims = options.short ? VICTIMS.filter(({ limits }) => limits.lockStaleMs !== undefined) : VICTIMS;
  const templates = await Promise.all(victims.map(async (victim) => ({ victim, folder: await makeTemplate(victim) })));
  const lanes = templates.flatMap(({ victim, folder }) =>
    Array.from({ length: LANES_OF_A_VICTIM }, () => ({
      lane: new Lane(victim, folder, start, dice.split()),
      moments: momentsOf(victim),
      order: dice.split(),
    })),
  );
  const rounds = await Promise.all(lanes.map(({ lane, moments, order }) => runLane(lane, moments, order)));
  await Promise.all(templates.map(({ folder }) => rm(folder, { recursive: true, force: true })));
  return rounds.flat();
}

function sum(rounds: readonly Round[], value: (round: Round) => number): number {
  return rounds.reduce((total, round) => total + value(round), 0);
}

function killTable(rounds: readonly Round[]): string {
  const cell = ({ name }: Victim, moment: string) =>
    sum(
      rounds.filter((round) => round.victim === name && round.moment === moment),
      ({ killed }) => killed,
    );
  const rows = MOMENTS.map((moment) => ({
    'killed at': moment,
    ...Object.fromEntries(VICTIMS.map((victim) => [victim.name, cell(victim, moment) || '–'])),
  }));
  return table(rows);
}

function killSummary(rounds: readonly Round[]): string {
  const row = (name: string, of: readonly Round[]) => ({
    database: name,
    rounds: of.length,
    'processes killed': sum(of, ({ killed }) => killed),
    'changes acknowledged': sum(of, ({ acknowledged }) => acknowledged),
    'cut short, yet wholly there': sum(of, ({ wholly }) => wholly),
    'longest wait for a dead process, s': short(Math.max(0, ...of.map(({ waitedMs }) => waitedMs)) / 1000),
    'and for its sync lock, s': short(Math.max(0, ...of.map(({ leaseMs }) => leaseMs)) / 1000),
    'temporary files at most': Math.max(0, ...of.map(({ left }) => temporaryFiles(left))),
    'journals at most': Math.max(0, ...of.map(({ left }) => left.journals)),
    'lost, half there, twice, or otherwise wrong': sum(of, ({ problems }) => problems.length),
  });
  return table(
    VICTIMS.map(({ name }) =>
      row(
        name,
        rounds.filter(({ victim }) => victim === name),
      ),
    ),
  );
}

function cutTable(all: readonly Cuts[]): string {
  return table(
    all.map(({ name, cuts, acknowledged, wholly, told, problems }) => ({
      database: name,
      'power cuts': cuts,
      'changes that had been acknowledged': acknowledged,
      'cut short, yet wholly there': wholly,
      'taken for damage': told,
      'lost, half there, twice, or otherwise wrong': problems.length,
    })),
  );
}

async function main(): Promise<void> {
  console.log(`Seed ${options.seed}`);
  const wanted = (part: string) => options.only === undefined || options.only === part;
  const cutsAtMost = options.short ? SHORT.cuts : runs * CUTS_OF_A_RUN;
  const share = options.only === 'power' ? 1 : POWER_SHARE;
  const cuts = wanted('power') ? await cutPower(dice.split(), cutsAtMost, forMs * share) : [];
  const rounds = wanted('kill') ? await kill() : [];
  const parts = [`\`${commandLine('prove:crash', args)}\`, seed ${options.seed}; ${machine()}`];
  if (rounds.length > 0) parts.push(killSummary(rounds), killTable(rounds));
  if (cuts.length > 0) parts.push(cutTable(cuts));
  const markdown = parts.join('\n\n');
  console.log(`\n${markdown}`);
  if (options.write !== undefined) await writeResults(options.write, 'crash', markdown);
  const problems = sum(rounds, ({ problems }) => problems.length) + cuts.flatMap(({ problems }) => problems).length;
  if (problems > 0) process.exitCode = 1;
}

await main();
