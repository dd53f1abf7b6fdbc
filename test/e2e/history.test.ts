import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { daysAgo, demoRecord, writeRecords } from '../../tools/demo/records.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import {
  answerQuickInput,
  chooseFromMenu,
  fillQuickInput,
  notifications,
  pickQuickItem,
  quickInput,
  runCommand,
  screenshot,
} from '../../tools/vscode/browser.ts';
import { fakeAttempts } from './attempts.ts';
import { untilConnected, useDemo } from './stage.ts';

const SHOTS = fromRoot('screenshots/e2e/history');
const PLANNING = 'Sprint planning';
const PAIRING = 'Pairing with Emma';

const RECORDS = [
  { timeIn: daysAgo(1, 9), minutes: 60, issueKey: 'DEMO-7', notes: 'Saved card form' },
  { timeIn: daysAgo(1, 10), minutes: 60, notes: PLANNING },
  { timeIn: daysAgo(1, 11), minutes: 30, notes: 'Review of the basket' },
  { timeIn: daysAgo(1, 12), minutes: 60, notes: PAIRING },
  { timeIn: daysAgo(2, 9), minutes: 90, issueKey: 'PROJ-123', notes: 'Two accounts' },
  { timeIn: daysAgo(2, 11), minutes: 30, issueKey: 'DEMO-4', notes: 'Voucher codes' },
  { timeIn: daysAgo(40, 9), minutes: 60, issueKey: 'OPS-1', notes: 'Certificates' },
].map(demoRecord);

describe('the history', () => {
  const stage = useDemo({ deployment: 'cloud', connected: true });

  beforeAll(() => stage.openSidebar());

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture('failed');
  });

  const button = (name: string | RegExp) => stage.view.getByRole('button', { name, exact: typeof name === 'string' });
  const row = (text: string) => stage.view.locator('.record', { hasText: text }).first();
  const box = (text: string) => row(text).getByRole('checkbox');
  const head = (name: string) => stage.view.locator('.group-head', { hasText: name });
  const found = (text: string) => stage.view.locator('.found', { hasText: text }).waitFor();
  const filters = () => stage.view.locator('.filter-panel');
  const bar = () => stage.view.locator('.selection-bar');
  const empty = () => stage.view.locator('.empty').filter({ visible: true });
  const attempts = () => stage.view.locator('.attempt');
  const worklogs = (issueKey: string) => stage.demo.jira.state.worklogs(issueKey);
  const picture = (name: string) => screenshot(stage.page, SHOTS, name);

  /** Presses Tab until focus is where it should be. */
  async function tabTo(target: Locator): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await target.count()) > 0 && (await target.evaluate((one) => one.matches(':focus')))) return;
      await stage.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${target}`);
  }

  it('says what to do while there is nothing yet, and shows what another process writes', async () => {
    await untilConnected(stage.view);
    await empty().getByText('No time recorded yet').waitFor();
    await empty().getByRole('button', { name: 'Add a record' }).waitFor();
    expect(await empty().getByRole('button').count()).toBe(1);
    await writeRecords(stage.demo.globalStorage, RECORDS);
    await row('Saved card form').waitFor();
    await found('7 records, 6:30');
  });

  it('groups by day with weeks, and by issue', async () => {
    expect(await head('Yesterday').textContent()).toMatch(/4 records.*3:30/u);
    expect(await stage.view.locator('.week-head').count()).toBeGreaterThan(1);
    await button('Issue').click();
    await head('PROJ-123').waitFor();
    expect(await head('No issue').textContent()).toMatch(/3 records.*2:30/u);
    await picture('1-by-issue');
    await button('Day').click();
    await head('Yesterday').waitFor();
  });

  it('opens a record by a click, and closes it by a key', async () => {
    await row('Two accounts').locator('.range').click();
    await row('Two accounts').locator('.facts').getByText('Not synced').waitFor();
    expect(await row('Two accounts').getAttribute('aria-expanded')).toBe('true');
    await picture('2-open');
    await stage.page.keyboard.press('Escape');
    await row('Two accounts').locator('.detail').waitFor({ state: 'detached' });
  });

  it('gives three selected records an issue', async () => {
    await box(PLANNING).click({ force: true });
    await box(PAIRING).click({ force: true, modifiers: ['Shift'] });
    await bar().getByText('3 selected, 2:30').waitFor();
    await button('Set issue of the selected records').click();
    await fillQuickInput(stage.page, 'Issue for 3 records', 'DEMO-2');
    await pickQuickItem(stage.page, 'Issue for 3 records', 'Show delivery time');
    await expect.poll(() => stage.view.locator('.record', { hasText: 'DEMO-2' }).count()).toBe(3);
    await bar().getByText('3 selected').waitFor();
  });

  it('syncs what is selected until it is cancelled', async () => {
    stage.demo.jira.faults.add({ ...worklogPost(), kind: 'latency', when: 'before', ms: 3_000 });
    await button('Sync the selected records to Jira').click();
    await bar().getByText('Syncing 0 of 3').waitFor();
    await picture('3-progress');
    await button('Cancel the sync').click();
    await bar().getByText('Sync stopped: 1 of 3 synced.').waitFor();
    expect(worklogs('DEMO-2')).toHaveLength(1);
  });

  it('tells what failed, and tries that again', async () => {
    const body = JSON.stringify({ errorMessages: ['The worklog was refused.'], errors: {} });
    stage.demo.jira.faults.add({ ...worklogPost(), kind: 'status', when: 'before', status: 400, body });
    await button('Sync the selected records to Jira').click();
    await bar().getByText('1 synced, 1 failed').waitFor();
    await bar().locator('.failure', { hasText: 'The worklog was refused.' }).waitFor();
    await picture('4-failed');
    await button('Retry the records that failed').click();
    await bar().getByText('1 record synced to Jira.').waitFor();
    expect(worklogs('DEMO-2')).toHaveLength(3);
    await button('Dismiss').click();
    await button('Clear the selection').click();
    await bar().waitFor({ state: 'hidden' });
  });

  it('doubles nothing when the window is reloaded in the middle of a sync', async () => {
    const issues = ['DEMO-7', 'PROJ-123', 'DEMO-4', 'OPS-1'];
    // Of one Jira writes the worklog and the answer is lost; the other is written after the window is gone.
    stage.demo.jira.faults.add({ ...worklogPost(), kind: 'latency', when: 'after', ms: 3_000 });
    stage.demo.jira.faults.add({ ...worklogPost(), kind: 'latency', when: 'before', ms: 3_000 });
    await button('Sync all').click();
    await expect.poll(() => stage.demo.jira.faults.pending(), { timeout: 10_000 }).toEqual([]);
    await stage.page.reload();
    await untilConnected(stage.view);
    for (const issueKey of issues) {
      const isSynced = (await row(issueKey).getAttribute('data-state')) === 'synced';
      if (isSynced) expect(worklogs(issueKey), issueKey).toHaveLength(1);
    }
    await runCommand(stage.page, 'Timecard: Sync to Jira');
    await stage.view.getByText('Nothing waits for Jira').waitFor({ timeout: 60_000 });
    expect(await stage.view.locator('.record[data-state="synced"]').count()).toBe(RECORDS.length);
    for (const issueKey of issues) expect(worklogs(issueKey), issueKey).toHaveLength(1);
  });

  it('filters by text, project, period and state, also after a reload', async () => {
    await stage.view.getByRole('textbox', { name: 'Search time records' }).fill('certificates');
    await found('1 record, 1:00');
    await stage.view.getByRole('textbox', { name: 'Search time records' }).fill('');
    await found('7 records');
    await button('Filters').click();
    await filters().getByLabel('Project').selectOption('DEMO');
    await found('5 records, 4:00');
    await filters().getByLabel('Period').selectOption('own');
    await filters().getByLabel('From', { exact: true }).fill(dayText(2));
    await filters().getByLabel('To', { exact: true }).fill(dayText(2));
    await filters().getByLabel('To', { exact: true }).press('Tab');
    await found('1 record, 0:30');
    await filters().getByLabel('State').selectOption('synced');
    await button('Filters: 3 in use').waitFor();
    await picture('5-filtered');
    await runCommand(stage.page, 'Developer: Reload Webviews');
    await button('Filters: 3 in use').waitFor();
    await found('1 record, 0:30');
    expect(await stage.view.locator('.record').count()).toBe(1);
  });

  it('says why nothing is shown, and what to do next', async () => {
    await button(/^Stop filtering by Period/u).click();
    await button(/^Stop filtering by State/u).click();
    await stage.view.getByRole('textbox', { name: 'Search time records' }).fill('no such words');
    await empty().getByText('Nothing found').waitFor();
    await empty().getByRole('button', { name: 'Clear filters' }).click();
    await found('7 records');
    await button('Filters').click();
    await filters().getByLabel('State').selectOption('waiting');
    await empty().getByText('Nothing waits for Jira').waitFor();
    await picture('6-all-in-jira');
    await empty().getByRole('button', { name: 'Show all records' }).click();
    await found('7 records');
  });

  it('shows the sync log by pages, filters it, repeats an attempt and goes to its record', async () => {
    const lost = demoRecord({ timeIn: daysAgo(1, 14), minutes: 30, issueKey: 'DEMO-500', notes: 'Not in Jira yet' });
    await writeRecords(stage.demo.globalStorage, [lost]);
    await fakeAttempts(stage.demo.globalStorage, lost.id, 120);
    await row('Not in Jira yet').getByRole('button', { name: 'Sync to Jira' }).click({ force: true });
    await bar().getByText('0 synced, 1 failed').waitFor();
    await button('Dismiss').click();

    await stage.view.getByRole('tab', { name: 'Sync log' }).click();
    await stage.view.getByText(/^1–50 of 1\d\d$/u).waitFor();
    await button('Next page').click();
    await stage.view.getByText(/^51–100 of 1\d\d$/u).waitFor();
    await stage.view.getByLabel('Attempts per page').selectOption('100');
    await stage.view.getByText(/^1–100 of 1\d\d$/u).waitFor();
    await stage.view.locator('.log-fields').getByLabel('Outcome').selectOption('failed');
    await stage.view.getByText(/^1–\d of \d$/u).waitFor();
    const attempt = attempts().filter({ hasText: 'DEMO-500' });
    await attempt.locator('.attempt-time').click();
    await attempt.locator('.attempt-error').waitFor();
    await picture('7-sync-log');
    stage.demo.jira.addIssue({ key: 'DEMO-500', summary: 'Made meanwhile', status: 'To Do', statusCategory: 'new' });
    await attempt.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => worklogs('DEMO-500')).toHaveLength(1);
    await attempt.getByRole('button', { name: 'Go to record' }).click();
    await row('Not in Jira yet').locator('.own-attempt', { hasText: 'Done' }).first().waitFor();
    await row('Not in Jira yet').focus();
    await stage.page.keyboard.press('Escape');
  });

  it('exports what the sync log shows', async () => {
    const file = path.join(path.dirname(stage.demo.repository), 'sync-log.csv');
    await stage.view.getByRole('tab', { name: 'Sync log' }).click();
    await stage.view.getByText(/^1–\d of \d$/u).waitFor();
    await button('Export as CSV').click();
    const box = quickInput(stage.page).locator('.quick-input-box input');
    // A dialog that opens writes its own proposal over what was typed before.
    await expect.poll(() => box.inputValue(), { timeout: 30_000 }).toContain('timecard-sync-log');
    await fillQuickInput(stage.page, 'Export sync log', file);
    // The dialog has looked into the folder.
    await quickInput(stage.page).getByText(path.basename(stage.demo.repository)).waitFor();
    // A dialog that is still reading the folder takes no answer.
    const ok = quickInput(stage.page).getByRole('button', { name: 'OK' });
    const isWritten = async () => {
      if (await ok.isVisible()) await ok.click();
      return existsSync(file);
    };
    await expect.poll(isWritten, { timeout: 30_000, interval: 500 }).toBe(true);
    await notifications(stage.page).filter({ hasText: 'Exported to sync-log.csv. Entries: ' }).waitFor();
    expect(await readFile(file, 'utf8')).toMatch(/DEMO-500/u);
    await stage.view.getByRole('tab', { name: 'Records' }).click();
  });

  it('deletes by a key and takes it back by another', async () => {
    await writeRecords(stage.demo.globalStorage, [
      demoRecord({ timeIn: daysAgo(1, 15), minutes: 60, notes: 'By mistake' }),
    ]);
    await row('By mistake').focus();
    await stage.page.keyboard.press('Delete');
    await row('By mistake').waitFor({ state: 'detached' });
    await stage.view.locator('.record:focus').waitFor();
    await stage.page.keyboard.press('Control+z');
    await row('By mistake').waitFor();
  });

  it('splits a record from its menu', async () => {
    await row('By mistake').locator('.range').click({ button: 'right' });
    await chooseFromMenu(stage.page, 'Split');
    await answerQuickInput(stage.page, 'Split', '15:20');
    await quickInput(stage.page).waitFor({ state: 'hidden' });
    await expect.poll(() => stage.view.locator('.record', { hasText: 'By mistake' }).count()).toBe(2);
  });

  it('is used by keyboard alone', async () => {
    await stage.page.keyboard.press('F1');
    await stage.page.keyboard.type('Timecard: Open history');
    await quickInput(stage.page).locator('.monaco-list-row.focused', { hasText: 'Open history' }).waitFor();
    await stage.page.keyboard.press('Enter');
    await tabTo(stage.view.locator('.record:focus'));
    await stage.page.keyboard.press('Home');
    await stage.view.locator('.record:focus', { hasText: '0:40' }).waitFor();
    await stage.page.keyboard.press('Enter');
    await stage.view.locator('.record:focus .detail').waitFor();
    await stage.page.keyboard.press('Escape');
    await stage.view.locator('.record .detail').waitFor({ state: 'detached' });
    await stage.page.keyboard.press('x');
    await stage.page.keyboard.press('Shift+ArrowDown');
    await bar().getByText('2 selected, 1:00').waitFor();
    await tabTo(button('Delete the selected records'));
    await stage.page.keyboard.press('Enter');
    await expect.poll(() => stage.view.locator('.record', { hasText: 'By mistake' }).count()).toBe(0);
    // What an earlier sync came to may still stand there.
    await bar()
      .getByText(/\d selected/u)
      .waitFor({ state: 'hidden' });
    await stage.view.locator('.record:focus, .selection-bar :focus').first().waitFor();
  });

  it('repairs a connection whose token was taken away, from its line', async () => {
    await writeRecords(stage.demo.globalStorage, [
      demoRecord({ timeIn: daysAgo(1, 16), minutes: 30, issueKey: 'PROJ-12', notes: 'Build agents' }),
    ]);
    stage.demo.jira.revokeToken('classic');
    await row('Build agents').getByRole('button', { name: 'Sync to Jira' }).click({ force: true });
    const line = stage.view.locator('footer.connection');
    await line.getByText('Something is wrong with').waitFor();
    await row('Build agents').and(stage.view.locator('[data-state="failed"]')).waitFor();
    await picture('8-refused');
    await line.getByRole('button').click();
    await pickQuickItem(stage.page, 'Manage Jira connections', '127.0.0.1');
    await pickQuickItem(stage.page, 'What should happen', 'Sign in again');
    await answerQuickInput(stage.page, 'API token', stage.demo.jira.tokens.scoped);
    await line.getByText('Connected: Mia Krystof').waitFor();
    await row('Build agents').and(stage.view.locator('[data-state="synced"]')).waitFor();
    expect(worklogs('PROJ-12')).toHaveLength(1);
  });
});

/** Strikes the next worklog that is made. */
function worklogPost() {
  return { method: 'POST', path: '/worklog\\b', times: 1 } as const;
}

/** YYYY-MM-DD of a day in this machine's zone. */
function dayText(days: number): string {
  const date = new Date(daysAgo(days, 12));
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
