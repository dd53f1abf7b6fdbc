import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TimeRecord } from '../../../src/core/records.ts';
import { daysAgo, demoRecord, inStore, writeRecords } from '../../demo/records.ts';
import { makePackageQuietly } from '../../package/make.ts';
import { fromRoot } from '../../support/paths.ts';
import { makeHostFolders } from '../../test/hostWorkspace.ts';
import { launchBrowser, openWindow } from '../../vscode/browser.ts';
import { startVsCode, type VsCodeServer } from '../../vscode/server.ts';
import { waitsIn } from '../support/children.ts';
import { fairnessProblems, shareOf } from '../support/fairness.ts';
import { integrityProblems } from '../support/integrity.ts';
import { percentile, short } from '../support/numbers.ts';
import type { Outcome } from './processes.ts';

/** Windows of a real VS Code over one kind of database. */
interface HostScenario {
  readonly windows: number;
  readonly database: string;
  readonly records: number;
  /** Whether one of the extension hosts is killed in the middle. */
  readonly kill: boolean;
}

const SCENARIOS: readonly HostScenario[] = [
  { windows: 2, database: 'small', records: 20, kill: false },
  { windows: 4, database: 'small', records: 20, kill: true },
  { windows: 3, database: 'large, with a journal', records: 10_000, kill: false },
  { windows: 4, database: 'large, with a journal', records: 10_000, kill: true },
];
const FOR_MS = 15_000;
const START_LIMIT_MS = 120_000;
const EXTENSION_ID = 'timecard.timecard-for-jira';
/** The lock of a dead window is taken over after 5 s, or after 6 by those who do not trust the clock; others wait, too. */
const WAIT_AT_MOST_MS = 15_000;

/** A window, by the process id of its extension host. */
interface Window {
  readonly pid: number;
  readonly waits: readonly number[];
  readonly end: 'well' | 'killed' | 'opened late';
}

function endOf(pid: number, first: readonly number[], victim: number | undefined): Window['end'] {
  if (pid === victim) return 'killed';
  return first.includes(pid) ? 'well' : 'opened late';
}

/** Plays every scenario in a VS Code of its own. */
export async function proveHosts(): Promise<readonly Outcome[]> {
  const vsix = await makePackageQuietly();
  const outcomes: Outcome[] = [];
  for (const scenario of SCENARIOS) {
    const outcome = await playHosts(scenario, vsix);
    for (const problem of outcome.problems) console.error(`${JSON.stringify(outcome.row)}: ${problem}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function playHosts(scenario: HostScenario, vsix: string): Promise<Outcome> {
  const folders = await makeHostFolders();
  const notes = `${folders.userData}-proof`;
  const globalStorage = path.join(folders.userData, 'User/globalStorage', EXTENSION_ID);
  try {
    await mkdir(notes);
    await writeRecords(globalStorage, oldRecords(scenario.records));
    const server = await startVsCode({
      ...{ vsix: [vsix], unpacked: [fromRoot('tools/prove/windows/extension')] },
      ...{ workspaceFolder: folders.workspace, userDataDir: folders.userData, env: { TIMECARD_PROVE: notes } },
    });
    const windows = await playIn(server, scenario, notes).finally(() => server.stop());
    return await outcomeOf(scenario, globalStorage, windows, await failuresIn(notes));
  } finally {
    await folders.remove();
  }
}

async function playIn(server: VsCodeServer, scenario: HostScenario, notes: string): Promise<readonly Window[]> {
  const browser = await launchBrowser();
  try {
    for (let n = 0; n < scenario.windows; n += 1) {
      await openWindow(browser, server.url);
      await untilThere(notes, 'ready', n + 1);
    }
    const pids = await pidsWith(notes, 'ready');
    await writeFile(path.join(notes, 'go.tmp'), String(Date.now() + FOR_MS));
    await rename(path.join(notes, 'go.tmp'), path.join(notes, 'go'));
    const victim = scenario.kill ? pids[0] : undefined;
    if (victim !== undefined) await killLater(victim);
    // VS Code starts another extension host in the place of a killed one, which joins in.
    await untilThere(notes, 'done', scenario.windows);
    return await Promise.all(
      (await pidsWith(notes, 'ready')).map(async (pid) => {
        const waits = await waitsIn(path.join(notes, `${pid}.acknowledged`));
        return { pid, waits, end: endOf(pid, pids, victim) };
      }),
    );
  } finally {
    await browser.close();
  }
}

async function killLater(pid: number): Promise<void> {
  await delay(FOR_MS / 3 + Math.random() * 500);
  process.kill(pid, 'SIGKILL');
}

/** The processes that wrote a file of this kind. */
async function pidsWith(folder: string, kind: string): Promise<readonly number[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(`.${kind}`));
  return names.map((name) => Number(name.split('.')[0]));
}

/** Waits until so many windows have written a file of this kind. */
async function untilThere(folder: string, kind: string, count: number): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; ; ) {
    const failed = await failuresIn(folder);
    if (failed.length > 0) throw new Error(failed.join('\n'));
    const there = await pidsWith(folder, kind);
    if (there.length >= count) return;
    if (Date.now() > end) throw new Error(`${there.length} of ${count} windows are ${kind}`);
    await delay(100);
  }
}

async function failuresIn(folder: string): Promise<string[]> {
  const pids = await pidsWith(folder, 'failed');
  return Promise.all(pids.map((pid) => readFile(path.join(folder, `${pid}.failed`), 'utf8')));
}

function* oldRecords(count: number): Generator<TimeRecord> {
  for (let n = 0; n < count; n += 1) {
    const timeIn = daysAgo(30 + Math.floor(n / 20), 8) + (n % 20) * 30 * 60_000;
    const record = demoRecord({
      timeIn,
      minutes: 20,
      issueKey: 'DEMO-7',
      notes: `Worked on the login page, part ${n}`,
    });
    // Nothing that a sync would have to look at: that is not what is being proved here.
    yield { ...record, intent: 'leave' };
  }
}

async function outcomeOf(
  scenario: HostScenario,
  globalStorage: string,
  windows: readonly Window[],
  failed: readonly string[],
): Promise<Outcome> {
  const records = await inStore(globalStorage, (store) => store.read((db) => db.records({ limit: 1_000_000_000 })));
  const problems = [
    ...failed,
    ...recordProblems(records, windows, scenario.records),
    ...(await integrityProblems(globalStorage)),
  ];
  const going = windows.filter(({ end }) => end === 'well');
  const waits = going.flatMap(({ waits }) => waits);
  const longest = Math.max(0, ...waits);
  if (longest > WAIT_AT_MOST_MS) problems.push(`a window waited ${Math.round(longest)} ms`);
  const counts = going.map(({ waits }) => waits.length);
  if (!scenario.kill) problems.push(...fairnessProblems(counts));
  const row = {
    windows: scenario.windows,
    database: scenario.database,
    'one of them': scenario.kill ? 'killed' : '–',
    changes: windows.reduce((total, { waits }) => total + waits.length, 0),
    'p50, ms': short(percentile(waits, 0.5)),
    'p95, ms': short(percentile(waits, 0.95)),
    'longest, ms': short(longest),
    share: shareOf(counts)?.toFixed(2) ?? '–',
    'lost, twice, or otherwise wrong': problems.length,
  };
  return { row, problems };
}

/** What is not as the windows were told, in words. */
export function recordProblems(records: readonly TimeRecord[], windows: readonly Window[], old: number): string[] {
  const found = new Map<string, number>();
  for (const { notes } of records) found.set(notes, (found.get(notes) ?? 0) + 1);
  const acknowledged = windows.flatMap(({ pid, waits }) => waits.map((_wait, n) => `${pid}-${n}`));
  const inDoubt = windows.filter(({ end }) => end === 'killed').map(({ pid, waits }) => `${pid}-${waits.length}`);
  const known = new Set([...acknowledged, ...inDoubt]);
  const made = [...found].filter(([notes]) => /^\d+-\d+$/.test(notes));
  const running = records.filter(({ timeOut }) => timeOut === null).length;
  return [
    ...acknowledged.filter((notes) => !found.has(notes)).map((notes) => `${notes} was acknowledged and is lost`),
    ...made.filter(([, count]) => count > 1).map(([notes, count]) => `${notes} is there ${count} times`),
    ...made
      .filter(([notes]) => !known.has(notes))
      .map(([notes]) => `${notes} is there and nobody was about to make it`),
    ...(running > 1 ? [`${running} records run`] : []),
    ...(records.length - sum(made) === old ? [] : [`of ${old} older records ${records.length - sum(made)} are there`]),
  ];
}

function sum(made: readonly (readonly [string, number])[]): number {
  return made.reduce((total, [, count]) => total + count, 0);
}
