import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { makePackageQuietly } from '../package/make.ts';
import { makeHostFolders } from '../test/hostWorkspace.ts';
import { launchBrowser, openWindow, statusBarItem } from '../vscode/browser.ts';
import { startVsCode } from '../vscode/server.ts';
import type { Row, Scale, Table } from './part.ts';

/** The kernel counts a process's time in hundredths of a second. */
const TICKS_PER_S = 100;
const SETTLE_MS = 20_000;
const IDLE_MS = 60_000;
const PAIRS = 3;

/** Memory of the extension host, and its CPU time while nobody does anything, with and without a running timer. */
export async function benchHost({ short }: Scale): Promise<readonly Table[]> {
  const title = `The extension host ${IDLE_MS / 1_000} idle seconds long`;
  if (process.platform !== 'linux') return [{ title, rows: [{ host: 'measured on Linux only, from /proc' }] }];
  const vsix = await makePackageQuietly();
  const browser = await launchBrowser();
  const waits = short ? { settleMs: 3_000, idleMs: 5_000 } : { settleMs: SETTLE_MS, idleMs: IDLE_MS };
  try {
    const rows: Row[] = [];
    for (let pair = 0; pair < (short ? 1 : PAIRS); pair += 1) {
      rows.push({ host: 'without Timecard', ...(await measure(browser, undefined, waits)) });
      rows.push({ host: 'with Timecard, a timer running', ...(await measure(browser, vsix, waits)) });
    }
    return [
      { title: `The extension host over ${waits.idleMs / 1_000} idle seconds; memory in MiB, CPU time in ms`, rows },
    ];
  } finally {
    await browser.close();
  }
}

interface Waits {
  readonly settleMs: number;
  readonly idleMs: number;
}

async function measure(browser: Browser, vsix: string | undefined, { settleMs, idleMs }: Waits): Promise<Row> {
  const folders = await makeHostFolders();
  const server = await startVsCode({
    workspaceFolder: folders.workspace,
    userDataDir: folders.userData,
    ...(vsix === undefined ? {} : { vsix: [vsix] }),
  });
  try {
    const page = await openWindow(browser, server.url);
    const pid = await extensionHostOf(folders.userData);
    if (vsix !== undefined) await startTimer(page);
    await delay(settleMs);
    const before = await cpuMs(pid);
    await delay(idleMs);
    const cpu = (await cpuMs(pid)) - before;
    const memory = await memoryOf(pid);
    await page.close();
    return { ...memory, cpu };
  } finally {
    await server.stop();
    await folders.remove();
  }
}

async function startTimer(page: Parameters<typeof statusBarItem>[0]): Promise<void> {
  const timer = statusBarItem(page, 'timecard.timer');
  await timer.click({ timeout: 60_000 });
  await timer.filter({ hasText: /\d:\d\d/ }).waitFor({ timeout: 30_000 });
}

/** The process that runs the extensions of the one window of this server, known by the server's own folder. */
async function extensionHostOf(userData: string): Promise<number> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    for (const pid of (await readdir('/proc')).map(Number).filter(Number.isInteger)) {
      const parts = await commandOf(pid);
      if (!parts.some((part) => part === '--type=extensionHost')) continue;
      if ((await commandOf(await parentOf(pid))).includes(userData)) return pid;
    }
    await delay(200);
  }
  throw new Error('The window has no extension host.');
}

/** Empty for a process that is gone by now. */
async function commandOf(pid: number): Promise<readonly string[]> {
  return (await read(`/proc/${pid}/cmdline`)).split('\0');
}

async function parentOf(pid: number): Promise<number> {
  return Number(statFields(await read(`/proc/${pid}/stat`))[1]);
}

async function cpuMs(pid: number): Promise<number> {
  const fields = statFields(await read(`/proc/${pid}/stat`));
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
}

/** What follows the name, which may hold spaces itself: state, parent, … */
function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function memoryOf(pid: number): Promise<Row> {
  const text = await read(`/proc/${pid}/smaps_rollup`);
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1_024;
  return { Rss: mib('Rss'), Pss: mib('Pss') };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}
