import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Demo, startDemo } from '../../tools/demo/demo.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import {
  answerQuickInput,
  fillQuickInput,
  launchBrowser,
  openWindow,
  pickQuickItem,
  quickInput,
  runCommand,
  screenshot,
  statusBarItem,
  webviewFrame,
} from '../../tools/vscode/browser.ts';

const SHOTS = fromRoot('screenshots/e2e/history-tab');

describe('the history in an editor tab', () => {
  let browser: Browser;
  let demo: Demo;
  let page: Page;
  let view: FrameLocator;

  beforeAll(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ vsix: inject('vsix'), deployment: 'cloud', connected: true });
    page = await openWindow(browser, demo.vscode.url);
    page.setDefaultTimeout(20_000);
    view = webviewFrame(page);
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const editorTabs = () => page.locator('.tabs-container .tab', { hasText: 'Timecard history' });
  const tab = (name: string) => view.getByRole('tab', { name });
  const record = (issueKey: string) => view.locator('.record', { hasText: issueKey }).first();
  const attempt = (issueKey: string) => view.locator('.attempt', { hasText: issueKey });

  async function add(from: string, to: string, issueKey: string): Promise<void> {
    await runCommand(page, 'Timecard: Add a record');
    await answerQuickInput(page, 'Start:', `yesterday ${from}`);
    await answerQuickInput(page, 'End:', `yesterday ${to}`);
    await fillQuickInput(page, 'Type words, a key', issueKey);
    await pickQuickItem(page, 'Type words, a key', issueKey);
    await pickQuickItem(page, 'Choose what to change', 'Save');
    await quickInput(page).waitFor({ state: 'hidden' });
  }

  it('opens once', async () => {
    await statusBarItem(page, 'timecard.timer').waitFor({ timeout: 60_000 });
    await runCommand(page, 'Timecard: Open history in an editor tab');
    await view.getByText('Connected: Mia Krystof').waitFor({ timeout: 60_000 });
    await runCommand(page, 'Timecard: Open history in an editor tab');
    await quickInput(page).waitFor({ state: 'hidden' });
    expect(await editorTabs().count()).toBe(1);
    // Bringing it to the front moves focus into the page, which would close the next box.
    await tab('Records').click();
  });

  it('tells in the sync log what was sent and what was refused', async () => {
    await add('9:00', '10:00', 'DEMO-7');
    await add('11:00', '11:30', 'DEMO-99999');
    await record('DEMO-99999').waitFor();
    await runCommand(page, 'Timecard: Sync to Jira');
    await tab('Sync log').click();
    await attempt('DEMO-7').getByText('Done').waitFor();
    await attempt('DEMO-99999').getByText('Failed').waitFor();
    await attempt('DEMO-99999').click();
    await view.locator('.attempt-error').waitFor();
    await screenshot(page, SHOTS, '1-sync-log');
  });

  it('goes from an attempt to its record, and from the record’s menu to its attempts', async () => {
    await view.getByRole('button', { name: 'Go to record' }).click();
    await record('DEMO-99999').locator('.own-attempt').waitFor();
    expect(await tab('Records').getAttribute('aria-selected')).toBe('true');
    await record('DEMO-7').click({ button: 'right' });
    const menu = page.locator('.monaco-menu');
    await menu.getByText('Open sync log').waitFor();
    expect(await menu.getByText('Sync one record to Jira').count()).toBe(0);
    await screenshot(page, SHOTS, '2-menu');
    await menu.getByText('Open sync log').click();
    await view.getByText(/^Only:/u).waitFor();
    expect(await view.locator('.attempt').count()).toBe(1);
    expect(await attempt('DEMO-7').count()).toBe(1);
  });

  it('comes back after the window was reloaded, as it was left', async () => {
    await runCommand(page, 'Developer: Reload Window');
    await view.getByText(/^Only:/u).waitFor({ timeout: 60_000 });
    expect(await editorTabs().count()).toBe(1);
    expect(await tab('Sync log').getAttribute('aria-selected')).toBe('true');
    await attempt('DEMO-7').getByText('Done').waitFor();
    await screenshot(page, SHOTS, '3-after-reload');
    await runCommand(page, 'Timecard: Open history in an editor tab');
    expect(await editorTabs().count()).toBe(1);
  });

  it('is gone when it is closed', async () => {
    await runCommand(page, 'View: Close Editor');
    await editorTabs().waitFor({ state: 'detached' });
  });
});
