import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspectAftermath } from '../support/aftermath.ts';
import { type Child, changesOf, type Ended, failures, type prepareChildren } from '../support/children.ts';
import { type Dice, percentile, short } from '../support/numbers.ts';
import { makeTemplate, type Victim } from '../support/template.ts';

/** What happens to some of the windows meanwhile. */
type Disturbance = 'none' | 'killed' | 'stopped';

export interface Scenario {
  readonly windows: number;
  readonly victim: Victim;
  /** How much longer every access to the disk takes, in ms. */
  readonly slowMs: number;
  readonly disturbance: Disturbance;
}

export interface Outcome {
  readonly row: Readonly<Record<string, string | number>>;
  readonly problems: readonly string[];
}

const STALE_MS = 2_000;
const SMALL: Victim = { name: 'small', records: 20, limits: { lockStaleMs: STALE_MS } };
const LARGE: Victim = { name: 'large, with a journal', records: 4_000, limits: { lockStaleMs: STALE_MS } };
const JOURNAL: Victim = {
  name: 'small, with a journal, folded often',
  records: 20,
  limits: { journalFrom: 0, foldFrom: 20_000, foldQuietMs: 0, lockStaleMs: STALE_MS },
};
const SLOW_MS = 4;

export const SCENARIOS: readonly Scenario[] = [SMALL, JOURNAL, LARGE].flatMap((victim) =>
  [2, 4, 8].flatMap((windows) => [
    { windows, victim, slowMs: 0, disturbance: 'none' as const },
    { windows, victim, slowMs: SLOW_MS, disturbance: 'none' as const },
    { windows, victim, slowMs: 0, disturbance: 'killed' as const },
    { windows, victim, slowMs: SLOW_MS, disturbance: 'killed' as const },
    { windows, victim, slowMs: 0, disturbance: 'stopped' as const },
  ]),
);
export const FEW_SCENARIOS: readonly Scenario[] = [
  { windows: 4, victim: SMALL, slowMs: 0, disturbance: 'none' },
  { windows: 3, victim: JOURNAL, slowMs: SLOW_MS, disturbance: 'killed' },
  { windows: 4, victim: LARGE, slowMs: 0, disturbance: 'stopped' },
];

/** Time for the processes to start before they all begin at once. */
const START_MS = 1_500;
/** Long enough for another to take the lock over. */
const STOPPED_MS = STALE_MS + 800;
/** A dead holder's lock, and one more who died waiting for it. */
const WAIT_AT_MOST_MS = 2 * (STALE_MS + 1_000) + 4_000;

type Start = Awaited<ReturnType<typeof prepareChildren>>;

/** Has so many processes commit at once for `forMs`, and looks at what is there afterwards. */
export async function play(scenario: Scenario, forMs: number, start: Start, dice: Dice): Promise<Outcome> {
  const { victim, disturbance } = scenario;
  const folder = await makeTemplate(victim);
  await mkdir(join(folder, 'acknowledged'));
  const from = Date.now() + START_MS;
  const until = from + forMs;
  const run = (name: string) =>
    start({
      ...{ folder, name, limits: victim.limits, slowMs: scenario.slowMs, changes: Number.MAX_SAFE_INTEGER },
      ...{ from, until, acknowledged: join(folder, 'acknowledged', name) },
    });
  const children = Array.from({ length: scenario.windows }, (_value, n) => run(`w${n}`));
  const disturbed = disturbance === 'none' ? [] : children.slice(0, Math.floor(scenario.windows / 2));
  await delay(from - Date.now());
  const more = disturbance === 'killed' ? await killSome(disturbed, until, run, dice) : [];
  if (disturbance === 'stopped') await stopSome(disturbed, until, dice);
  const ended = await Promise.all([...children, ...more].map(({ ended }) => ended));
  const undisturbed = ended.slice(disturbed.length, children.length);
  try {
    return await outcomeOf(scenario, folder, ended, undisturbed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kills one of these windows now and then, and opens another in its place. @returns those that were opened */
async function killSome(
  windows: readonly Child[],
  until: number,
  run: (name: string) => Child,
  dice: Dice,
): Promise<readonly Child[]> {
  const open = [...windows];
  const opened: Child[] = [];
  for (;;) {
    await delay(300 + dice.below(900));
    if (Date.now() >= until) return opened;
    const at = dice.below(open.length);
    open[at]?.process.kill('SIGKILL');
    await open[at]?.ended;
    const next = run(`k${opened.length}`);
    opened.push(next);
    open[at] = next;
  }
}

/** Stops one of these windows for longer than the lock waits for it, again and again. */
async function stopSome(windows: readonly Child[], until: number, dice: Dice): Promise<void> {
  for (;;) {
    await delay(100 + dice.below(400));
    if (Date.now() >= until) return;
    const { process } = windows[dice.below(windows.length)] ?? {};
    process?.kill('SIGSTOP');
    await delay(STOPPED_MS);
    process?.kill('SIGCONT');
  }
}

async function outcomeOf(
  { windows, victim, slowMs, disturbance }: Scenario,
  folder: string,
  ended: readonly Ended[],
  undisturbed: readonly Ended[],
): Promise<Outcome> {
  const { acknowledged, inDoubt } = changesOf(ended);
  const after = await inspectAftermath({ folder, ...victim.limits }, 'probe', {
    ...{ acknowledged: new Set(acknowledged), inDoubt: new Set(inDoubt), old: victim.records },
    ...{ waitAtMostMs: WAIT_AT_MOST_MS, others: [/^acknowledged$/] },
  });
  const waits = undisturbed.flatMap(({ waits }) => waits);
  const shares = undisturbed.map(({ waits }) => waits.length);
  const longest = Math.max(0, ...waits);
  const problems = [
    ...after.problems,
    ...failures(ended),
    ...(longest > WAIT_AT_MOST_MS ? [`a window waited ${Math.round(longest)} ms`] : []),
    ...(acknowledged.length === 0 ? ['nobody got anything done'] : []),
  ];
  const row = {
    windows,
    database: victim.name,
    disk: slowMs === 0 ? 'as it is' : `${slowMs} ms slower`,
    'half of them': disturbance === 'none' ? '–' : disturbance,
    changes: acknowledged.length,
    'p50, ms': short(percentile(waits, 0.5)),
    'p95, ms': short(percentile(waits, 0.95)),
    'longest, ms': short(longest),
    share: shares.length < 2 ? '–' : (Math.max(...shares) / Math.max(1, Math.min(...shares))).toFixed(2),
    'lost, half there, twice, or otherwise wrong': problems.length,
  };
  return { row, problems };
}
