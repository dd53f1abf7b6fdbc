import type { Page } from 'playwright-core';
import type { StoredWorklog } from '../jira/simulator.ts';
import {
  answerQuickInput,
  fillQuickInput,
  notifications,
  quickInput,
  runCommand,
  screenshot,
  statusBarItem,
  webviewFrame,
} from '../vscode/browser.ts';
import { DEMO_ISSUE, type Demo } from './demo.ts';

/** A step of the main job that did not come to its end. */
export class StepFailed extends Error {
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(`${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StepFailed';
    this.step = step;
  }
}

interface Step {
  readonly name: string;
  readonly run: (page: Page, demo: Demo, picture: Picture) => Promise<void>;
}

/** Saves what the window shows in the middle of a step. */
type Picture = (detail: string) => Promise<void>;

const TIMER = 'timecard.timer';

const STEPS: readonly Step[] = [
  { name: 'start', run: async (page) => statusBarItem(page, TIMER).waitFor() },
  { name: 'connect through the wizard', run: connect },
  {
    name: 'clock in from the status bar',
    run: async (page) => {
      await statusBarItem(page, TIMER).click();
      await statusBarItem(page, TIMER)
        .filter({ hasText: /DEMO-7.*0:00/ })
        .waitFor();
    },
  },
  {
    name: 'clock out from the status bar',
    run: async (page) => {
      await statusBarItem(page, TIMER).click();
      await statusBarItem(page, TIMER).filter({ hasText: 'Clock in' }).waitFor();
    },
  },
  {
    name: 'sync from the command palette',
    run: async (page) => {
      await runCommand(page, 'Timecard: Sync to Jira');
      await notifications(page).filter({ hasText: '1 record synced' }).waitFor();
      await notifications(page).filter({ hasText: 'Syncing to Jira' }).waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'see it synced in the sidebar',
    run: async (page) => {
      await page.getByRole('tab', { name: 'Timecard' }).first().click();
      await webviewFrame(page).locator('.record[data-state="synced"]', { hasText: DEMO_ISSUE }).waitFor();
    },
  },
];

/**
 * Does the main job in an open window as a person would, with a screenshot after each step.
 * Resolves with the worklog that Jira then holds; rejects with `StepFailed`.
 */
export async function doMainJob(
  page: Page,
  demo: Demo,
  folder: string,
  say: (text: string) => void,
): Promise<StoredWorklog> {
  page.setDefaultTimeout(20_000);
  for (const [index, { name, run }] of STEPS.entries()) {
    const picture = `${index + 1}-${name.replaceAll(' ', '-')}`;
    const take: Picture = async (detail) => {
      say(`${name}, ${detail}: ${await screenshot(page, folder, `${picture}-${detail}`)}`);
    };
    try {
      await run(page, demo, take);
    } catch (error) {
      await screenshot(page, folder, `${picture}-failed`);
      throw new StepFailed(name, error);
    }
    say(`${name}: ${await screenshot(page, folder, picture)}`);
  }
  const worklogs = demo.jira.state.worklogs(DEMO_ISSUE);
  const [worklog] = worklogs;
  if (worklog === undefined || worklogs.length !== 1) {
    throw new StepFailed('find the worklog in Jira', `there are ${worklogs.length} on ${DEMO_ISSUE}, not 1`);
  }
  return worklog;
}

async function connect(page: Page, { jira, signIn }: Demo, picture: Picture): Promise<void> {
  await runCommand(page, 'Timecard: Connect to Jira');
  await fillQuickInput(page, 'address of your Jira', `${jira.url}/browse/${DEMO_ISSUE}`);
  await picture('address');
  await page.keyboard.press('Enter');
  if (signIn.type === 'apiToken') await answerQuickInput(page, 'email address', signIn.email);
  await fillQuickInput(page, signIn.type === 'apiToken' ? 'An API token' : 'A personal access token', signIn.token);
  await picture('token');
  await page.keyboard.press('Enter');
  await quickInput(page).waitFor({ state: 'hidden' });
  await notifications(page).filter({ hasText: 'Connected' }).waitFor();
}
