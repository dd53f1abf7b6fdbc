import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspectAftermath } from '../support/aftermath.ts';
import { type Child, changesOf, type Ended, failures, foldsOf, type prepareChildren } from '../support/children.ts';
import { fairnessProblems, shareOf } from '../support/fairness.ts';
import { afterKills, NO_LEFTOVERS } from '../support/leftovers.ts';
import { type Dice, percentile, short } from '../support/numbers.ts';
import { hasGrown, hasJournal, LARGE, makeTemplate, type Victim } from '../support/template.ts';

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
const JOURNAL: Victim = {
  name: 'small, with a journal, folded often',
  records: 20,
  limits: { journalFrom: 0, foldFrom: 20_000, foldQuietMs: 0, lockStaleMs: STALE_MS },
};
/** Commits go on without a pause, so it is folded whenever the journal is four times the limit, on a thread. */
const LARGE_ON_THREAD: Victim = {
  name: 'large, folded on a thread',
  records: LARGE,
  limits: { foldFrom: 10_000, lockStaleMs: STALE_MS },
  onThread: true,
};
const SLOW_MS = 4;

export const SCENARIOS: readonly Scenario[] = [SMALL, JOURNAL, LARGE_ON_THREAD].flatMap((victim) =>
  [3, 8].flatMap((windows) => [
    { windows, victim, slowMs: 0, disturbance: 'none' as const },
    { windows, victim, slowMs: SLOW_MS, disturbance: 'none' as const },
    { windows, victim, slowMs: SLOW_MS, disturbance: 'killed' as const },
    { windows, victim, slowMs: 0, disturbance: 'stopped' as const },
  ]),
);
export const FEW_SCENARIOS: readonly Scenario[] = [
  { windows: 4, victim: SMALL, slowMs: 0, disturbance: 'none' },
  { windows: 3, victim: JOURNAL, slowMs: SLOW_MS, disturbance: 'killed' },
  { windows: 4, victim: LARGE_ON_THREAD, slowMs: 0, disturbance: 'stopped' },
];

/** Long enough for another to take the lock over. */
const STOPPED_MS = STALE_MS + 800;
/** A dead holder's lock, and one more who died waiting for it. */
const WAIT_AT_MOST_MS = 2 * (STALE_MS + 1_000) + 4_000;
/** Of fewer waits one in twenty says nothing. */
const WAITS_AT_LEAST = 60;

/** So many changes are several times the limit of each journal here. */
const FOLDED_FROM = 100;

type Start = Awaited<ReturnType<typeof prepareChildren>>;

/** What was done to the windows of a row, beside having them commit. */
interface Done {
  /** Windows that were opened in the place of killed ones. */
  readonly opened: readonly Child[];
  readonly killed: number;
  readonly stopped: number;
}

const NOTHING: Done = { opened: [], killed: 0, stopped: 0 };

/** Has so many processes commit at once for `forMs`, and looks at what is there afterwards. */
export async function play(scenario: Scenario, forMs: number, start: Start, dice: Dice): Promise<Outcome> {
  const { victim, disturbance, slowMs } = scenario;
  const folder = await makeTemplate(victim);
  await mkdir(join(folder, 'acknowledged'));
  const untilFile = join(folder, 'acknowledged', 'until');
  const run = (name: string) =>
    start({
      ...{ folder, name, limits: victim.limits, slowMs, changes: Number.MAX_SAFE_INTEGER, untilFile },
      ...{ acknowledged: join(folder, 'acknowledged', name) },
      ...(victim.onThread === undefined ? {} : { onThread: victim.onThread }),
    });
  const windows = Array.from({ length: scenario.windows }, (_value, n) => run(`w${n}`));
  await Promise.all(windows.map((window) => window.until('open')));
  const until = Date.now() + forMs;
  await say(untilFile, until);
  const disturbed = disturbance === 'none' ? [] : windows.slice(0, Math.floor(scenario.windows / 2));
  const done = await disturb(disturbance, disturbed, { until, run, dice });
  const ended = await Promise.all([...windows, ...done.opened].map(({ ended }) => ended));
  const undisturbed = ended.slice(disturbed.length, windows.length);
  try {
    return await outcomeOf(scenario, folder, { ended, undisturbed, done });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In one step: the windows look for this file. */
async function say(untilFile: string, until: number): Promise<void> {
  await writeFile(`${untilFile}.tmp`, String(until));
  await rename(`${untilFile}.tmp`, untilFile);
}

interface Disturbing {
  readonly until: number;
  readonly run: (name: string) => Child;
  readonly dice: Dice;
}

async function disturb(kind: Disturbance, windows: readonly Child[], how: Disturbing): Promise<Done> {
  if (kind === 'none') return NOTHING;
  return kind === 'killed' ? killSome(windows, how) : stopSome(windows, how);
}

/** Kills one of these windows now and then, and opens another in its place. */
async function killSome(windows: readonly Child[], { until, run, dice }: Disturbing): Promise<Done> {
  const open = [...windows];
  const opened: Child[] = [];
  for (;;) {
    await delay(300 + dice.below(900));
    if (Date.now() >= until) return { ...NOTHING, opened, killed: opened.length };
    const at = dice.below(open.length);
    open[at]?.process.kill('SIGKILL');
    await open[at]?.ended;
    const next = run(`k${opened.length}`);
    opened.push(next);
    open[at] = next;
  }
}

/** Stops one of these windows for longer than the lock waits for it, again and again. */
async function stopSome(windows: readonly Child[], { until, dice }: Disturbing): Promise<Done> {
  for (let stopped = 0; ; stopped += 1) {
    await delay(100 + dice.below(400));
    if (Date.now() >= until) return { ...NOTHING, stopped };
    const { process } = windows[dice.below(windows.length)] ?? {};
    process?.kill('SIGSTOP');
    await delay(STOPPED_MS);
    process?.kill('SIGCONT');
  }
}

interface Played {
  readonly ended: readonly Ended[];
  readonly undisturbed: readonly Ended[];
  readonly done: Done;
}

async function outcomeOf(scenario: Scenario, folder: string, played: Played): Promise<Outcome> {
  const { windows, victim, slowMs, disturbance } = scenario;
  const { ended, undisturbed, done } = played;
  const { acknowledged, inDoubt } = changesOf(ended);
  const journaled = hasJournal(victim) || (await hasGrown(folder, victim));
  const left = afterKills(NO_LEFTOVERS, done.killed + done.stopped, journaled);
  const after = await inspectAftermath({ folder, ...victim.limits }, 'probe', {
    ...{ acknowledged: new Set(acknowledged), inDoubt: new Set(inDoubt), old: victim.records, inBackup: new Set() },
    ...{ waitAtMostMs: WAIT_AT_MOST_MS, leftAtMost: left, others: [/^acknowledged(\/.*)?$/] },
  });
  const waits = undisturbed.flatMap(({ waits }) => waits);
  const counts = undisturbed.map(({ waits }) => waits.length);
  const folds = ended.reduce((total, one) => total + foldsOf(one), 0);
  const longest = Math.max(0, ...waits);
  const problems = [
    ...after.problems,
    ...failures(ended),
    ...(longest > WAIT_AT_MOST_MS ? [`a window waited ${Math.round(longest)} ms`] : []),
    ...(acknowledged.length === 0 ? ['nobody got anything done'] : []),
    ...(hasJournal(victim) && folds === 0 && acknowledged.length >= FOLDED_FROM ? ['no journal was folded'] : []),
    ...(disturbance === 'none' ? fairnessProblems(counts) : []),
  ];
  const row = {
    windows,
    database: victim.name,
    disk: slowMs === 0 ? 'as it is' : `${slowMs} ms slower`,
    'some of them': disturbance === 'none' ? '–' : disturbance,
    changes: acknowledged.length,
    folds: hasJournal(victim) ? folds : '–',
    'p50, ms': short(percentile(waits, 0.5)),
    'p95, ms': waits.length < WAITS_AT_LEAST ? '–' : short(percentile(waits, 0.95)),
    'longest, ms': short(longest),
    share: shareOf(counts)?.toFixed(2) ?? '–',
    'lost, half there, twice, or otherwise wrong': problems.length,
  };
  return { row, problems };
}
