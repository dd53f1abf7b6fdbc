import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { RecordList } from '../../src/app/recordList.ts';
import { Reports } from '../../src/app/reports.ts';
import { SyncLog } from '../../src/app/syncLog.ts';
import type { Store } from '../../src/core/storePorts.ts';
import { HistoryFeed } from '../../src/editor/sidebar/historyFeed.ts';
import type { ToView } from '../../src/protocol/messages.ts';
import { VIEW_TEXTS } from '../../src/protocol/texts.ts';
import { dressScript } from '../../test/webview/dress.ts';
import { DARK } from '../../test/webview/themes.ts';
import { findChromium } from '../vscode/chromium.ts';
import type { Scale, Table } from './part.ts';
import { fillStore, openBenchStore } from './storeOf.ts';
import { PAGE_END } from './viewBridge.ts';
import { type Load, legsOf, type PageTimes, ROWS_PAINTED, WATCH_PAGE, watchExtension } from './viewLegs.ts';
import { type ServedPage, servePage } from './viewPage.ts';

const FULL = { records: 100_000, loads: 21, wheelTurns: 150 };
const SHORT = { records: 2_000, loads: 3, wheelTurns: 20 };
/** The browser is busy for a while after it has opened or closed a page; the editor is not when somebody opens a view. */
const REST_MS = 400;
const ROW_COUNT = "Number(document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount'))";
const nothing = { dispose: () => undefined };
const clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };
const log = { info: () => undefined, warn: console.warn, error: console.error };
const settings = { weekStart: () => 1, targets: () => ({}) };

interface Measured {
  readonly times: PageTimes;
  readonly frames: readonly number[];
  readonly longTasks: readonly number[];
}

/** The history view with a long history on file: its size, its first rows, and its frames while it is used. */
export async function benchView({ short }: Scale): Promise<readonly Table[]> {
  const { records, loads: many, wheelTurns } = short ? SHORT : FULL;
  const onFile = `with ${records.toLocaleString('en')} records on file`;
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  const store = await filledStore(folder, records);
  const page = await servePage(join(folder, 'view'));
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  try {
    const open = () => openPage(store, page, () => browser.newPage({ viewport: { width: 400, height: 900 } }));
    const loads: Load[] = [];
    for (let n = 0; n < many; n += 1) {
      const { load, close } = await open();
      loads.push(load);
      await close();
      await delay(REST_MS);
    }
    const { tab, close } = await open();
    const scrolling = await framesDuring(tab, () => scroll(tab, wheelTurns));
    const filtering = await framesDuring(tab, () => filter(tab));
    await close();
    const times = [
      ...scrolling.map(({ what, ms }) => ({ what: `scrolling: ${what}`, ms })),
      ...filtering.map(({ what, ms }) => ({ what: `filtering: ${what}`, ms })),
    ];
    return [
      {
        title: `The history view opens ${onFile}, leg by leg; ms, medians`,
        keys: ['leg', 'of'],
        rows: legsOf(loads),
      },
      { title: `It is used ${onFile}; ms`, keys: ['what'], rows: times },
      { title: 'The script of the history view', keys: ['part'], rows: page.sizes },
    ];
  } finally {
    await browser.close();
    await page.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function filledStore(folder: string, records: number): Promise<Store> {
  await fillStore(folder, records);
  return openBenchStore(folder);
}

/** A page and the extension's own feed, talking as they do in the editor. Resolves once rows are shown. */
async function openPage(store: Store, served: ServedPage, newTab: () => Promise<Page>) {
  const tab = await newTab();
  const feed = createFeed(store);
  const watched = watchExtension();
  served.bridge.listen((message) => {
    watched.heard(message);
    void feed.receive(message);
  });
  const post = (message: ToView) => {
    watched.posted(message);
    served.bridge.post(message);
  };
  await tab.addInitScript(WATCH_PAGE);
  await tab.addInitScript(PAGE_END);
  await tab.addInitScript(dressScript(DARK));
  const surface = feed.attach({ isVisible: () => true, post, showWaiting: () => undefined });
  const painted = tab.waitForEvent('console', (message) => message.text() === ROWS_PAINTED);
  await delay(REST_MS);
  await tab.goto(served.origin);
  await painted;
  const { times } = await measuredIn(tab);
  const close = async () => {
    surface.dispose();
    feed.dispose();
    await tab.close();
  };
  return { tab, load: { ...times, ...watched.times() }, close };
}

function createFeed(store: Store): HistoryFeed {
  const refuse = () => undefined;
  const services = {
    store,
    reports: new Reports({ store, clock, settings }),
    connections: { list: async () => [], isSignedIn: async () => true, test: async () => Promise.reject(new Error()) },
    sync: { progress: undefined, onDidChangeProgress: () => nothing },
    issues: { refresh: async () => undefined },
    recordList: new RecordList({ store, settings, breathe: () => nextTurn() }),
    syncLog: new SyncLog({ store }),
  };
  return new HistoryFeed({
    ready: Promise.resolve(services),
    clock,
    branch: { current: () => ({ branch: null, issueKey: null, why: '' }), onDidChange: () => nothing },
    log,
    settings,
    t: (text) => text,
    locale: 'en',
    texts: VIEW_TEXTS,
    changes: [],
    run: async () => undefined,
    notify: () => undefined,
    many: () => ({
      syncMany: refuse,
      syncAll: refuse,
      syncOne: refuse,
      issueMany: refuse,
      removeMany: refuse,
      cancelSync: refuse,
      undo: refuse,
    }),
    editing: () => ({ beginEdit: refuse, check: refuse, save: refuse, suggest: refuse }),
    explain: (error) => String(error),
  });
}

async function scroll(tab: Page, turns: number): Promise<void> {
  await tab.mouse.move(200, 600);
  for (let turn = 0; turn < turns; turn += 1) {
    await tab.mouse.wheel(0, turn % 10 === 9 ? 40_000 : 400);
    await delay(20);
  }
}

/** Words that few records hold, so that all of them are looked through, and everything again. */
async function filter(tab: Page): Promise<void> {
  await tab.locator('[data-control="search"]').focus();
  await tab.keyboard.type('part 777', { delay: 60 });
  await until(tab, `${ROW_COUNT} < 1000`);
  await tab.keyboard.press('Escape');
  await until(tab, `${ROW_COUNT} > 1000`);
}

/** Asks again and again; the page's own policy forbids waiting inside it. */
async function until(tab: Page, condition: string): Promise<void> {
  while (!(await tab.evaluate<boolean>(condition))) await delay(10);
}

async function framesDuring(tab: Page, work: () => Promise<void>) {
  await tab.evaluate('void (window.measured.frames.length = 0, window.measured.longTasks.length = 0)');
  const begun = performance.now();
  await work();
  const took = performance.now() - begun;
  const { frames, longTasks } = await measuredIn(tab);
  const sorted = [...frames].sort((a, b) => a - b);
  return [
    { what: 'took', ms: took },
    { what: 'frame, 95th percentile', ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0 },
    { what: 'longest frame', ms: sorted.at(-1) ?? 0 },
    { what: 'longest task, if over 50 ms', ms: Math.max(0, ...longTasks) },
  ];
}

function measuredIn(tab: Page): Promise<Measured> {
  return tab.evaluate<Measured>('({ ...window.measured, began: undefined })');
}
