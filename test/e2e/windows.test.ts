import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { pickQuickItem, runCommand, statusBarItem } from '../../tools/vscode/browser.ts';
import { useDemo } from './stage.ts';

const TIMER = 'timecard.timer';
/** What the issue promises for a change made in another window. */
const OTHER_WINDOW_MS = 2_000;

function timer(page: Page, text: string | RegExp) {
  return statusBarItem(page, TIMER).filter({ hasText: text });
}

describe('two windows', () => {
  const stage = useDemo({ deployment: 'cloud', connected: true });
  let one: Page;
  let two: Page;

  beforeAll(async () => {
    one = await stage.open();
    two = await stage.open();
    for (const page of [one, two]) await timer(page, 'Clock in DEMO-7').waitFor({ timeout: 60_000 });
  });

  it('show a timer that was started in the other, on an issue picked from Jira', async () => {
    await runCommand(one, 'Timecard: Clock in on…');
    await pickQuickItem(one, /issue/i, 'DEMO-4');
    await timer(one, /DEMO-4.*0:00/).waitFor();
    await timer(two, /DEMO-4.*0:0\d/).waitFor({ timeout: OTHER_WINDOW_MS });
  });

  it('keep the timer through a reload', async () => {
    await one.reload();
    await timer(one, /DEMO-4.*0:0\d/).waitFor({ timeout: 60_000 });
  });

  it('show that it was stopped in the other', async () => {
    await statusBarItem(two, TIMER).click();
    await timer(two, 'Clock in').waitFor();
    await timer(one, 'Clock in').waitFor({ timeout: OTHER_WINDOW_MS });
    expect(stage.demo.jira.state.worklogs('DEMO-4')).toEqual([]);
  });
});
