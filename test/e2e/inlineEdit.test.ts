import { beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from '../../tools/support/paths.ts';
import { chooseFromMenu, notifications, quickInput, runCommand, screenshot } from '../../tools/vscode/browser.ts';
import { addRecord, untilConnected, useDemo } from './stage.ts';

const SHOTS = fromRoot('screenshots/e2e/inline-edit');

describe('editing a record in its row', () => {
  const stage = useDemo({ deployment: 'cloud', connected: true });

  beforeAll(async () => {
    await stage.openSidebar();
    await untilConnected(stage.view);
  });

  const row = () => stage.view.locator('.record', { hasText: 'DEMO-7' }).first();
  const field = (name: string) => row().getByRole('textbox', { name, exact: true });

  it('begins with a record of yesterday', async () => {
    await addRecord(stage.page, { from: 'yesterday 9:00', to: 'yesterday 10:00', issueKey: 'DEMO-7' });
    await row().getByText('1:00', { exact: true }).waitFor();
  });

  it('is done by keyboard, and a reload in the middle of it loses nothing', async () => {
    await row().focus();
    await stage.page.keyboard.press('F2');
    await field('Start').waitFor();
    // The first field has focus, and its text is marked.
    await stage.page.keyboard.type('9:30');
    await row().getByText('(0:30)').waitFor();
    await screenshot(stage.page, SHOTS, '1-editing');
    await field('Notes').focus();
    await stage.page.keyboard.type('Found the flicker');
    await stage.page.keyboard.press('Enter');
    await stage.page.keyboard.type('and a way around it');
    await runCommand(stage.page, 'Developer: Reload Webviews');
    await field('Start').waitFor();
    expect(await field('Start').inputValue()).toBe('9:30');
    expect(await field('Notes').inputValue()).toBe('Found the flicker\nand a way around it');
    await screenshot(stage.page, SHOTS, '2-after-reload');
  });

  it('keeps the draft while another view is on the screen', async () => {
    await stage.page
      .getByRole('tab', { name: /^Explorer/u })
      .first()
      .click();
    await stage.view.locator('main').waitFor({ state: 'detached' });
    await stage.page.getByRole('tab', { name: 'Timecard' }).first().click();
    await field('Start').waitFor();
    expect(await field('Start').inputValue()).toBe('9:30');
  });

  it('is saved by a key, and Jira gets what was typed', async () => {
    await field('Notes').focus();
    await stage.page.keyboard.press('Control+Enter');
    await field('Start').waitFor({ state: 'detached' });
    await row().getByText('0:30', { exact: true }).waitFor();
    await screenshot(stage.page, SHOTS, '3-saved');
    await runCommand(stage.page, 'Timecard: Sync to Jira');
    await notifications(stage.page).filter({ hasText: '1 record synced' }).waitFor();
    const [worklog, ...others] = stage.demo.jira.state.worklogs('DEMO-7');
    expect(others).toEqual([]);
    expect(worklog).toMatchObject({ timeSpentSeconds: 1_800, commentText: 'Found the flicker\nand a way around it' });
    expect(new Date(worklog?.started ?? 0).getMinutes()).toBe(30);
  });

  it('begins, too, when it is chosen from the row’s menu', async () => {
    await row()
      .locator('.lines')
      .click({ button: 'right', position: { x: 40, y: 8 } });
    await chooseFromMenu(stage.page, 'Edit');
    await field('Start').waitFor();
    expect(await quickInput(stage.page).filter({ visible: true }).count()).toBe(0);
    await field('Start').focus();
    await stage.page.keyboard.press('Escape');
    await field('Start').waitFor({ state: 'detached' });
  });
});
