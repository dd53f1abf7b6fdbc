import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Demo, type DemoOptions, startDemo } from '../../tools/demo/demo.ts';
import {
  answerQuickInput,
  fillQuickInput,
  launchBrowser,
  openWindow,
  pickQuickItem,
  quickInput,
  runCommand,
  webviewFrame,
} from '../../tools/vscode/browser.ts';

/** What the tests of one `describe` are played on: a demo and a browser of their own. */
export interface Stage {
  readonly demo: Demo;
  /** The window that was opened first. */
  readonly page: Page;
  /** The extension's webview in that window. */
  readonly view: FrameLocator;
  /** Opens one more window. */
  open(): Promise<Page>;
  /** Opens one more window, with the extension's view on the screen. */
  openSidebar(): Promise<Page>;
}

/** Starts a demo before the tests of the `describe` that calls it, and ends it after them. */
export function useDemo(options: Omit<DemoOptions, 'vsix'>): Stage {
  let browser: Browser | undefined;
  let demo: Demo | undefined;
  let first: Page | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ ...options, vsix: inject('vsix') });
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  return {
    get demo() {
      return there(demo, 'demo');
    },
    get page() {
      return there(first, 'window');
    },
    get view() {
      return webviewFrame(this.page);
    },
    async open() {
      const page = await openWindow(there(browser, 'browser'), this.demo.vscode.url);
      first ??= page;
      return page;
    },
    async openSidebar() {
      const page = await this.open();
      await page.getByRole('tab', { name: 'Timecard' }).first().click();
      return page;
    },
  };
}

function there<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`There is no ${name} yet`);
  return value;
}

/** Waits until the view says who is signed in, which a window that has just opened takes its time for. */
export function untilConnected(view: FrameLocator): Promise<void> {
  return view.getByText('Connected: Mia Krystof').waitFor({ timeout: 60_000 });
}

/**
 * Adds a record by the commands.
 * @param span.from as a person types it, for example `yesterday 9:00`
 */
export async function addRecord(
  page: Page,
  { from, to, issueKey }: { readonly from: string; readonly to: string; readonly issueKey: string },
): Promise<void> {
  await runCommand(page, 'Timecard: Add a record');
  await answerQuickInput(page, 'Start:', from);
  await answerQuickInput(page, 'End:', to);
  await fillQuickInput(page, 'Type words, a key', issueKey);
  await pickQuickItem(page, 'Type words, a key', issueKey);
  await pickQuickItem(page, 'Choose what to change', 'Save');
  await quickInput(page).waitFor({ state: 'hidden' });
}
