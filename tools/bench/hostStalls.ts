import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { makePackageQuietly } from '../package/make.ts';
import { launchBrowser, webviewFrame } from '../vscode/browser.ts';
import { inBenchHost } from './benchHost.ts';
import type { Work } from './extension/orders.ts';
import { type JiraProcess, startJiraProcess } from './jiraProcess.ts';
import { median, type Row, type Scale, type Table } from './part.ts';
import { fillStore } from './storeOf.ts';

const FULL = { records: 100_000, rounds: 3, settleMs: 10_000, restMs: 10_000, quietMs: 8_000, commits: 100, due: 50 };
const SHORT = { records: 2_000, rounds: 1, settleMs: 500, restMs: 500, quietMs: 500, commits: 10, due: 3 };
/** A folder for CPU profiles of the host, to see what a stall is made of; taking them takes time itself. */
const PROFILES = process.env.TIMECARD_BENCH_PROFILES ?? '';
const LONGEST = 'longest stall';
const OWN = 'longest, less waiting for a core';
const TAIL = '99th percentile';

/**
 * How long the extension host of a real VS Code stands still while Timecard, with its history on the screen, is given
 * records and syncs them: with an empty database and with a long history, in turn.
 */
export async function benchHostStalls({ short }: Scale): Promise<readonly Table[]> {
  const scale = { ...(short ? SHORT : FULL), ...(PROFILES === '' ? {} : { rounds: 1 }) };
  const vsix = await makePackageQuietly();
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  const browser = await launchBrowser();
  try {
    await fillStore(join(folder, 'long'), scale.records);
    const rows: Row[] = [];
    for (let round = 1; round <= scale.rounds; round += 1) {
      for (const records of [0, scale.records]) {
        const database = records === 0 ? {} : { database: join(folder, 'long') };
        rows.push(...(await measure(browser, { vsix, ...database }, records, scale)));
      }
    }
    return [
      {
        title: `Stalls of a real extension host with the history open, by a 1 ms timer; ms, medians of ${scale.rounds} windows, \`worst\`: of all of them`,
        keys: ['records', 'what'],
        rows: summed(rows),
      },
      {
        title: `The same with ${scale.records} records, times what it is with none`,
        keys: ['what'],
        rows: ratios(summed(rows)),
      },
    ];
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  browser: Browser,
  installed: { readonly vsix: string; readonly database?: string },
  records: number,
  { settleMs, restMs, quietMs, commits, due }: typeof FULL,
): Promise<readonly Row[]> {
  const jira = await startJiraProcess();
  try {
    const issueKeys = await issuesIn(jira, due);
    const work: Work = { restMs, quietMs, commits, issueKeys, profiles: await profilesOf(records) };
    return await inBenchHost(browser, installed, async ({ page, ask }) => {
      await ask('connect', { jiraUrl: jira.url, email: jira.users.mia.email, token: jira.tokens.classic });
      await openHistory(page);
      await delay(settleMs);
      return (await ask('stalls', work)).map((row) => ({ records, ...row }));
    });
  } finally {
    await jira.stop();
  }
}

async function issuesIn(jira: JiraProcess, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, n) => `DEMO-${500 + n}`);
  for (const key of keys) await jira.addIssue({ key, summary: `Bench ${key}` });
  return keys;
}

async function openHistory(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Timecard' }).first().click();
  await webviewFrame(page).getByText('Connected: Mia Krystof').waitFor({ timeout: 60_000 });
}

async function profilesOf(records: number): Promise<string | null> {
  if (PROFILES === '') return null;
  const folder = resolve(PROFILES, `${records} records`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** The windows of one kind put together. */
function summed(rows: readonly Row[]): readonly Row[] {
  const kinds = new Map<string, Row[]>();
  for (const row of rows) {
    const kind = `${row.records} ${row.what}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  return [...kinds.values()].map((alike) => {
    const of = (column: string) => alike.map((row) => Number(row[column]));
    const { records = 0, what = '' } = alike[0] ?? {};
    return {
      ...{ records, what, took: median(of('took')) },
      ...{ [LONGEST]: median(of(LONGEST)), [OWN]: median(of(OWN)), [TAIL]: median(of(TAIL)) },
      ...{ worst: Math.max(...of(LONGEST)), 'worst, less waiting': Math.max(...of(OWN)) },
      ...{
        'over 10 ms': median(of('over 10 ms')),
        'of them, less waiting for a core': median(of('of them, less waiting for a core')),
      },
    };
  });
}

/** Nothing is so many times as long as nothing: such a cell stays empty. */
function ratios(rows: readonly Row[]): readonly Row[] {
  const [empty, long] = [rows.filter(({ records }) => records === 0), rows.filter(({ records }) => records !== 0)];
  return long.map((row) => {
    const beside = empty.find(({ what }) => what === row.what);
    const cells = ['took', LONGEST, OWN, TAIL].flatMap((column): [string, number][] => {
      const than = Number(beside?.[column] ?? 0);
      return than === 0 ? [] : [[column, Number(row[column]) / than]];
    });
    return { what: row.what ?? '', ...Object.fromEntries(cells) };
  });
}
