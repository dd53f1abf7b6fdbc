import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { makePackageQuietly } from '../package/make.ts';
import { launchBrowser } from '../vscode/browser.ts';
import { type Installed, inBenchHost } from './benchHost.ts';
import { median, type Row, type Scale, type Table } from './part.ts';
import { fillStore } from './storeOf.ts';

/** The kernel counts a process's time in hundredths of a second. */
const TICKS_PER_S = 100;
const MIB = 1_048_576;
const WITHOUT = 'without Timecard';
const FULL = { records: 100_000, rounds: 3, settleMs: 20_000, idleMs: 60_000 };
const SHORT = { records: 2_000, rounds: 1, settleMs: 500, idleMs: 1_000 };
const FIGURES = ['heap', 'external', 'Rss', 'private', 'cpu'] as const;

/** What an extension host has in use after garbage collection, MiB, and the CPU time it took while idle, ms. */
type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;

interface Host extends Installed {
  readonly name: string;
}

/** Memory of the extension host, and its CPU time while nobody does anything, with and without a running timer. */
export async function benchHost({ short }: Scale): Promise<readonly Table[]> {
  const { records, rounds, ...waits } = short ? SHORT : FULL;
  const title = `The extension host over ${waits.idleMs / 1_000} idle seconds`;
  const keys = ['host'];
  if (process.platform !== 'linux') return [{ title, keys, rows: [{ host: 'measured on Linux only, from /proc' }] }];
  const vsix = await makePackageQuietly();
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  const browser = await launchBrowser();
  try {
    await fillStore(folder, records);
    const hosts: readonly Host[] = [
      { name: WITHOUT },
      { name: 'with it and a timer running, no records before', vsix },
      { name: `with it and a timer running, ${records} records`, vsix, database: folder },
    ];
    const rows = new Map<string, Figures[]>(hosts.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const host of hosts) rows.get(host.name)?.push(await measure(browser, host, waits));
    }
    return [
      { title: `${title}; memory in MiB, CPU time in ms, medians of ${rounds} starts`, keys, rows: mediansOf(rows) },
      { title: 'What Timecard adds, start by start beside the one without it', keys, rows: differencesOf(rows) },
    ];
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(browser: Browser, host: Host, waits: { settleMs: number; idleMs: number }): Promise<Figures> {
  return inBenchHost(browser, host, async ({ ask }) => {
    if (host.vsix !== undefined) await ask('startTimer', null);
    await delay(waits.settleMs);
    // So that both begin without garbage, which would be collected at any time.
    const { pid } = await ask('memory', null);
    const before = await cpuMs(pid);
    await delay(waits.idleMs);
    const cpu = (await cpuMs(pid)) - before;
    const { heapUsed, external } = await ask('memory', null);
    return { heap: heapUsed / MIB, external: external / MIB, ...(await memoryOf(pid)), cpu };
  });
}

function mediansOf(hosts: ReadonlyMap<string, readonly Figures[]>): readonly Row[] {
  return [...hosts].map(([host, starts]) => ({
    host,
    ...Object.fromEntries(FIGURES.map((figure) => [figure, median(starts.map((start) => start[figure]))])),
  }));
}

/** The median of the differences within a round, and between which they were: a smaller one than that is noise. */
function differencesOf(hosts: ReadonlyMap<string, readonly Figures[]>): readonly Row[] {
  const without = hosts.get(WITHOUT) ?? [];
  return [...hosts]
    .filter(([host]) => host !== WITHOUT)
    .map(([host, starts]) => {
      const columns = FIGURES.flatMap((figure): [string, number][] => {
        const more = starts.map((start, round) => start[figure] - (without[round]?.[figure] ?? Number.NaN));
        return [
          [figure, median(more)],
          [`${figure}, least`, Math.min(...more)],
          [`${figure}, most`, Math.max(...more)],
        ];
      });
      return { host, ...Object.fromEntries(columns) };
    });
}

async function cpuMs(pid: number): Promise<number> {
  const fields = statFields(await readFile(`/proc/${pid}/stat`, 'utf8'));
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
}

/** What follows the name, which may hold spaces itself: state, parent, … */
function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function memoryOf(pid: number) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1_024;
  return { Rss: mib('Rss'), private: mib('Private_Clean') + mib('Private_Dirty') };
}
