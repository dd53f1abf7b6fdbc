import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Demo, startDemo } from '../../tools/demo/demo.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import {
  answerQuickInput,
  chooseFromMenu,
  launchBrowser,
  notifications,
  openWindow,
  pickQuickItem,
  quickInput,
  runCommand,
  screenshot,
  webviewFrame,
} from '../../tools/vscode/browser.ts';

const SHOTS = fromRoot('screenshots/e2e/inline-edit');

describe('editing a record in its row', () => {
  let browser: Browser;
  let demo: Demo;
  let page: Page;
  let view: FrameLocator;

  beforeAll(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ vsix: inject('vsix'), deployment: 'cloud', connected: true });
    page = await openWindow(browser, demo.vscode.url);
    page.setDefaultTimeout(20_000);
    await page.getByRole('tab', { name: 'Timecard' }).first().click();
    view = webviewFrame(page);
    await view.getByText('Connected: Mia Krystof').waitFor({ timeout: 60_000 });
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const row = () => view.locator('.record', { hasText: 'DEMO-7' }).first();
  const field = (name: string) => row().getByRole('textbox', { name, exact: true });

  it('begins with a record of yesterday', async () => {
    await runCommand(page, 'Timecard: Add a record');
    await answerQuickInput(page, 'Start:', 'yesterday 9:00');
    await answerQuickInput(page, 'End:', 'yesterday 10:00');
    await pickQuickItem(page, 'Type words, a key', 'DEMO-7');
    await pickQuickItem(page, 'Choose what to change', 'Save');
    await quickInput(page).waitFor({ state: 'hidden' });
    await row().getByText('1:00', { exact: true }).waitFor();
  });

  it('is done by keyboard, and a reload in the middle of it loses nothing', async () => {
    await row().focus();
    await page.keyboard.press('F2');
    await field('Start').waitFor();
    // The first field has focus, and its text is marked.
    await page.keyboard.type('9:30');
    await row().getByText('(0:30)').waitFor();
    await screenshot(page, SHOTS, '1-editing');
    await field('Notes').focus();
    await page.keyboard.type('Found the flicker');
    await page.keyboard.press('Enter');
    await page.keyboard.type('and a way around it');
    await runCommand(page, 'Developer: Reload Webviews');
    await field('Start').waitFor();
    expect(await field('Start').inputValue()).toBe('9:30');
    expect(await field('Notes').inputValue()).toBe('Found the flicker\nand a way around it');
    await screenshot(page, SHOTS, '2-after-reload');
  });

  it('keeps the draft while another view is on the screen', async () => {
    await page
      .getByRole('tab', { name: /^Explorer/u })
      .first()
      .click();
    await view.locator('main').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Timecard' }).first().click();
    await field('Start').waitFor();
    expect(await field('Start').inputValue()).toBe('9:30');
  });

  it('is saved by a key, and Jira gets what was typed', async () => {
    await field('Notes').focus();
    await page.keyboard.press('Control+Enter');
    await field('Start').waitFor({ state: 'detached' });
    await row().getByText('0:30', { exact: true }).waitFor();
    await screenshot(page, SHOTS, '3-saved');
    await runCommand(page, 'Timecard: Sync to Jira');
    await notifications(page).filter({ hasText: '1 record synced' }).waitFor();
    const [worklog, ...others] = demo.jira.state.worklogs('DEMO-7');
    expect(others).toEqual([]);
    expect(worklog).toMatchObject({ timeSpentSeconds: 1_800, commentText: 'Found the flicker\nand a way around it' });
    expect(new Date(worklog?.started ?? 0).getMinutes()).toBe(30);
  });

  it('begins, too, when it is chosen from the row’s menu', async () => {
    await row()
      .locator('.lines')
      .click({ button: 'right', position: { x: 40, y: 8 } });
    await chooseFromMenu(page, 'Edit a record');
    await field('Start').waitFor();
    expect(await quickInput(page).filter({ visible: true }).count()).toBe(0);
    await field('Start').focus();
    await page.keyboard.press('Escape');
    await field('Start').waitFor({ state: 'detached' });
  });
});
