import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newRecord } from '../../src/core/newRecord.ts';
import type { Store } from '../../src/core/ports.ts';
import type { TimeRecord } from '../../src/core/records.ts';
import { openStore } from '../../src/store/store.ts';
import { type Demo, startDemo } from '../../tools/demo/demo.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import {
  fillQuickInput,
  launchBrowser,
  notifications,
  openWindow,
  pickQuickItem,
  quickInput,
  runCommand,
  screenshot,
  statusBarItem,
} from '../../tools/vscode/browser.ts';

const HOUR = 3_600_000;
const SHOTS = fromRoot('screenshots/e2e/time-away');
const QUESTION = /last seen alive/i;

/* An editor that crashed while a record ran, and what the user makes of the time since. */
describe('time away', () => {
  let browser: Browser;
  let demo: Demo;
  let page: Page;
  let begun: TimeRecord;

  beforeAll(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ vsix: inject('vsix'), deployment: 'cloud', connected: false });
    await demo.setUserSettings({ 'window.autoDetectColorScheme': true });
    const now = Date.now();
    begun = newRecord({
      ...{ id: randomUUID(), timeIn: now - 3 * HOUR, timeOut: null, zone: 'UTC', now: now - 3 * HOUR },
      ...{ issueKey: 'DEMO-7', notes: '', source: 'timer' },
    });
    await inDatabase((store) => store.commit((tx) => tx.insertRecord(begun)));
    const mark = { lastSeen: now - 2 * HOUR, open: true };
    await writeFile(path.join(demo.globalStorage, 'presence.json'), JSON.stringify(mark));
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** What a window has written is on disk for everybody. */
  async function inDatabase<T>(work: (store: Store) => Promise<T>): Promise<T> {
    await mkdir(demo.globalStorage, { recursive: true });
    const store = await openStore({
      folder: demo.globalStorage,
      wasm: () => readFile(fromRoot('node_modules/sql.js/dist/sql-wasm.wasm')),
      clock: { now: () => Date.now(), zone: () => 'UTC' },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      watch: false,
    });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** Oldest first; lengths in minutes, `null` for what runs. */
  async function records(): Promise<readonly (readonly [string, number | null])[]> {
    const all = await inDatabase((store) => store.read((db) => db.records()));
    return all
      .toReversed()
      .map(({ id, timeIn, timeOut }) => [
        id === begun.id ? 'begun' : 'new',
        timeOut === null ? null : Math.round((timeOut - timeIn) / 60_000),
      ]);
  }

  const timer = (text: RegExp, where = page) => statusBarItem(where, 'timecard.timer').filter({ hasText: text });

  async function photograph(name: string): Promise<void> {
    for (const [colorScheme, theme] of [
      ['dark', 'vs-dark'],
      ['light', 'vs'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`.monaco-workbench.${theme}`).waitFor();
      await screenshot(page, SHOTS, `${name}-${colorScheme}`);
    }
  }

  it('is told after a crash, and stands in the status bar until it is decided on', async () => {
    page = await openWindow(browser, demo.vscode.url);
    await timer(/DEMO-7 3:0\d.*Time away\?/).waitFor({ timeout: 60_000 });
    const toast = notifications(page).filter({ hasText: QUESTION });
    await toast.filter({ hasText: 'working on DEMO-7. What were the 2:0' }).waitFor();
    expect(await records()).toEqual([['begun', null]]);
    await toast.getByText('Decide…').click();
    await quickInput(page).getByText('Stop at a time…').waitFor();
    await photograph('question');
  });

  it('is cut out when it is discarded, and the work goes on, in every window', async () => {
    const other = await openWindow(browser, demo.vscode.url);
    await timer(/DEMO-7 3:0\d.*Time away\?/, other).waitFor({ timeout: 60_000 });
    await pickQuickItem(page, QUESTION, /Discard 2:0\d and go on/);
    await timer(/^(?!.*Time away).*DEMO-7 0:0\d/).waitFor();
    await timer(/^(?!.*Time away).*DEMO-7 0:0\d/, other).waitFor();
    await other.close();
    expect(await records()).toEqual([
      ['begun', 60],
      ['new', null],
    ]);
  });

  it('comes back whole when that is undone, and is asked about again', async () => {
    await runCommand(page, 'Timecard: Undo a change');
    await pickQuickItem(page, 'Undo a change', 'Time away discarded');
    await timer(/DEMO-7 3:0\d.*Time away\?/).waitFor();
    expect(await records()).toEqual([['begun', null]]);
  });

  it('can end the work at a time that is typed', async () => {
    await runCommand(page, 'Timecard: Decide on the time away');
    await pickQuickItem(page, QUESTION, 'Stop at a time…');
    await fillQuickInput(page, 'End', '-20h');
    await quickInput(page).getByText('must lie within the time away').waitFor();
    await fillQuickInput(page, 'End', '-90m');
    // So long plus what these tests have taken until now.
    await quickInput(page)
      .getByText(/\(1:3\d\)/u)
      .waitFor();
    await photograph('stop-at');
    await quickInput(page).locator('.quick-input-box input').press('Enter');
    await timer(/^(?!.*Time away).*Clock in/).waitFor();
    const [record, ...others] = await records();
    expect(others).toEqual([]);
    expect(record?.[1]).toBeGreaterThanOrEqual(90);
    expect(record?.[1]).toBeLessThan(100);
  });
});
