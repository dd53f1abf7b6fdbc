import { beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from '../../tools/support/paths.ts';
import { quickInput, runCommand, screenshot, statusBarItem } from '../../tools/vscode/browser.ts';
import { addRecord, untilConnected, useDemo } from './stage.ts';

const SHOTS = fromRoot('screenshots/e2e/history-tab');

describe('the history in an editor tab', () => {
  const stage = useDemo({ deployment: 'cloud', connected: true });

  beforeAll(() => stage.open());

  const editorTabs = () => stage.page.locator('.tabs-container .tab', { hasText: 'Timecard history' });
  const tab = (name: string) => stage.view.getByRole('tab', { name });
  const record = (issueKey: string) => stage.view.locator('.record', { hasText: issueKey }).first();
  const attempt = (issueKey: string) => stage.view.locator('.attempt', { hasText: issueKey });

  const add = (from: string, to: string, issueKey: string) =>
    addRecord(stage.page, { from: `yesterday ${from}`, to: `yesterday ${to}`, issueKey });

  it('opens once', async () => {
    await statusBarItem(stage.page, 'timecard.timer').waitFor({ timeout: 60_000 });
    await runCommand(stage.page, 'Timecard: Open history in an editor tab');
    await untilConnected(stage.view);
    await runCommand(stage.page, 'Timecard: Open history in an editor tab');
    await quickInput(stage.page).waitFor({ state: 'hidden' });
    expect(await editorTabs().count()).toBe(1);
    // Bringing it to the front moves focus into the page, which would close the next box.
    await tab('Records').click();
  });

  it('tells in the sync log what was sent and what was refused', async () => {
    await add('9:00', '10:00', 'DEMO-7');
    await add('11:00', '11:30', 'DEMO-99999');
    await record('DEMO-99999').waitFor();
    await runCommand(stage.page, 'Timecard: Sync to Jira');
    await tab('Sync log').click();
    await attempt('DEMO-7').getByText('Done').waitFor();
    await attempt('DEMO-99999').getByText('Failed').waitFor();
    await attempt('DEMO-99999').click();
    await stage.view.locator('.attempt-error').waitFor();
    await screenshot(stage.page, SHOTS, '1-sync-log');
  });

  it('goes from an attempt to its record, and from the record’s menu to its attempts', async () => {
    await stage.view.getByRole('button', { name: 'Go to record' }).click();
    await record('DEMO-99999').locator('.own-attempt').waitFor();
    expect(await tab('Records').getAttribute('aria-selected')).toBe('true');
    await record('DEMO-7').click({ button: 'right' });
    const menu = stage.page.locator('.monaco-menu');
    await menu.getByText('Show in the sync log').waitFor();
    expect(await menu.getByText('Sync to Jira').count()).toBe(0);
    await screenshot(stage.page, SHOTS, '2-menu');
    await menu.getByText('Show in the sync log').click();
    await stage.view.getByText(/^Only:/u).waitFor();
    expect(await stage.view.locator('.attempt').count()).toBe(1);
    expect(await attempt('DEMO-7').count()).toBe(1);
  });

  it('comes back after the window was reloaded, as it was left', async () => {
    await runCommand(stage.page, 'Developer: Reload Window');
    await stage.view.getByText(/^Only:/u).waitFor({ timeout: 60_000 });
    expect(await editorTabs().count()).toBe(1);
    expect(await tab('Sync log').getAttribute('aria-selected')).toBe('true');
    await attempt('DEMO-7').getByText('Done').waitFor();
    await screenshot(stage.page, SHOTS, '3-after-reload');
    await runCommand(stage.page, 'Timecard: Open history in an editor tab');
    expect(await editorTabs().count()).toBe(1);
  });

  it('is gone when it is closed', async () => {
    await runCommand(stage.page, 'View: Close Editor');
    await editorTabs().waitFor({ state: 'detached' });
  });
});
