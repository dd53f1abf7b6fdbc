import type { FrameLocator, Page } from 'playwright-core';
import type { Demo } from '../demo/demo.ts';
import {
  answerQuickInput,
  notifications,
  quickInput,
  runCommand,
  statusBarItem,
  webviewFrame,
} from '../vscode/browser.ts';
import type { Picture } from './camera.ts';
import { changeInJira, writeLater, writeWeek } from './week.ts';

export interface Scene {
  readonly name: string;
  /** Leads here from the scene before. */
  readonly play: (page: Page, demo: Demo) => Promise<void>;
  readonly pose?: (page: Page) => Promise<void>;
  readonly pictures?: readonly Picture[];
}

const IMAGES = 'docs/images';

const row = (view: FrameLocator, text: string) => view.locator('.record', { hasText: text }).first();
const box = (view: FrameLocator, text: string) => row(view, text).getByRole('checkbox');

export const SCENES: readonly Scene[] = [
  {
    name: 'empty',
    play: async (page) => {
      await page.setViewportSize({ width: 1100, height: 700 });
      await page.getByRole('tab', { name: 'Timecard' }).first().click();
      await webviewFrame(page).getByText('Connected: Mia Krystof').waitFor({ timeout: 60_000 });
      await widenSidebar(page);
      await openFile(page, 'basket.ts');
    },
  },
  {
    name: 'history',
    play: async (page, demo) => {
      const view = webviewFrame(page);
      await writeWeek(demo);
      await syncFromPalette(page);
      await changeInJira(demo);
      await syncFromPalette(page);
      await writeLater(demo);
      await row(view, 'Planning').waitFor();
      await page.mouse.move(800, 400);
    },
    pictures: [
      { theme: 'dark-modern', file: 'media/screenshot.png', part: 'window' },
      { theme: 'dark-modern', file: `${IMAGES}/history-dark.png`, part: 'view' },
      { theme: 'light-modern', file: `${IMAGES}/history-light.png`, part: 'view' },
      { theme: 'high-contrast', file: `${IMAGES}/history-hc.png`, part: 'view' },
    ],
  },
  {
    name: 'open-row',
    play: async (page) => {
      const view = webviewFrame(page);
      await row(view, 'Two accounts').locator('.range').click();
      await view.locator('.own-attempt').first().waitFor();
      await scrollToTop(view, 'Signed-off audit report');
    },
    pictures: [{ theme: 'dark-modern', file: `${IMAGES}/open-row.png`, part: 'view' }],
  },
  {
    name: 'editing',
    play: async (page) => {
      const view = webviewFrame(page);
      await row(view, 'Two accounts').focus();
      await page.keyboard.press('F2');
      await view.getByRole('textbox', { name: 'Start', exact: true }).fill('9:15');
      await row(view, 'Two accounts').getByText('(1:50)').waitFor();
    },
    pictures: [{ theme: 'dark-modern', file: `${IMAGES}/editing.png`, part: 'view' }],
  },
  {
    name: 'selection',
    play: async (page) => {
      const view = webviewFrame(page);
      const start = view.getByRole('textbox', { name: 'Start', exact: true });
      await start.press('Escape');
      await start.waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await view.locator('.detail').waitFor({ state: 'detached' });
      // What scrolls under the timer cannot be clicked.
      await view.locator('html').evaluate((html) => html.scrollTo(0, 0));
      await box(view, 'Reproduced with Emma').click({ force: true });
      // Not further down: the bar that comes at the bottom covers the rows there.
      await box(view, 'Planning').click({ force: true, modifiers: ['Shift'] });
      await view.locator('.selection-bar').getByText('2 selected').waitFor();
    },
    pictures: [{ theme: 'dark-modern', file: `${IMAGES}/selection.png`, part: 'view' }],
  },
  {
    name: 'filter',
    play: async (page) => {
      const view = webviewFrame(page);
      await view.getByRole('button', { name: 'Clear the selection' }).click();
      await view.getByRole('button', { name: 'Filters', exact: true }).click();
      await view.getByLabel('State', { exact: true }).selectOption('waiting');
      await view.getByRole('button', { name: 'Filters: 1 in use' }).waitFor();
      await view.locator('.found', { hasText: /records?,/u }).waitFor();
    },
    pictures: [{ theme: 'dark-modern', file: `${IMAGES}/filter.png`, part: 'view' }],
  },
  {
    name: 'by-issue',
    play: async (page) => {
      const view = webviewFrame(page);
      await view.getByRole('button', { name: /^Stop filtering by State/u }).click();
      await page.keyboard.press('Enter');
      await view.locator('.filter-panel').waitFor({ state: 'hidden' });
      await view.getByRole('button', { name: 'Issue', exact: true }).click();
      await view.locator('.group-head', { hasText: 'PROJ-123' }).waitFor();
    },
  },
  {
    name: 'sync-log',
    play: async (page) => {
      const view = webviewFrame(page);
      await view.getByRole('button', { name: 'Day', exact: true }).click();
      await view.getByRole('tab', { name: 'Sync log' }).click();
      await view.locator('.attempt', { hasText: 'Failed' }).first().locator('.attempt-time').click();
      await view.locator('.attempt-error').waitFor();
    },
  },
  {
    name: 'sync-log-tab',
    play: async (page) => {
      await runCommand(page, 'Timecard: Open history in an editor tab');
      const view = webviewFrame(page);
      await view.locator('main[data-place="editor"]').getByText('Connected: Mia Krystof').waitFor();
      await page.keyboard.press('Control+B');
      await page.locator('.part.sidebar').waitFor({ state: 'hidden' });
      await view.getByRole('tab', { name: 'Sync log' }).click();
      await view.locator('.attempt', { hasText: 'Failed' }).first().locator('.attempt-time').click();
      await view.locator('.attempt-error').waitFor();
    },
    pictures: [{ theme: 'dark-modern', file: `${IMAGES}/sync-log.png`, part: 'view' }],
  },
  {
    name: 'editor-tab',
    play: async (page) => {
      const view = webviewFrame(page);
      await view.getByRole('tab', { name: 'Records' }).click();
      await row(view, 'Planning').waitFor();
    },
    pictures: [{ theme: 'light-modern', file: `${IMAGES}/editor-tab.png`, part: 'window' }],
  },
  {
    name: 'tooltip',
    play: async (page) => {
      await runCommand(page, 'View: Close Editor');
      await page.getByRole('tab', { name: 'Timecard history' }).waitFor({ state: 'detached' });
      await page.getByRole('tab', { name: 'Timecard' }).first().click();
      await webviewFrame(page).locator('main[data-place="sidebar"]').getByRole('tab', { name: 'Records' }).click();
    },
    pose: async (page) => {
      await page.mouse.move(700, 300);
      await statusBarItem(page, 'timecard.timer').hover();
      const hover = page.locator('.workbench-hover:visible', { hasText: 'Today' });
      await hover.waitFor();
      // Until it has faded in.
      await hover.evaluate((element) => {
        const fading: { finished: Promise<unknown> }[] = (
          element.closest('.workbench-hover-container') ?? element
        ).getAnimations({ subtree: true });
        return Promise.all(fading.map(({ finished }) => finished));
      });
    },
  },
  {
    name: 'offline',
    play: async (page, demo) => {
      await page.mouse.move(700, 300);
      await demo.jira.goOffline();
      await webviewFrame(page).getByRole('button', { name: 'Sync all' }).click();
      await webviewFrame(page).locator('.connection[data-state="offline"]').waitFor({ timeout: 90_000 });
    },
  },
  {
    name: 'signed-out',
    play: async (page, demo) => {
      await demo.jira.goOnline();
      demo.jira.revokeToken('classic');
      await untilSignedOut(page);
    },
  },
  {
    name: 'email-again',
    play: async () => undefined,
    pose: async (page) => {
      await page.keyboard.press('Escape');
      await runCommand(page, 'Timecard: Connect to Jira');
      await answerQuickInput(page, /token/i, 'a-token-that-jira-does-not-know');
      await quickInput(page).getByText('Check the email address of your Atlassian account').waitFor();
    },
  },
];

/** Jira must have refused the token three times; the queue may have been there before the click. */
async function untilSignedOut(page: Page): Promise<void> {
  const view = webviewFrame(page);
  const again = view.getByRole('button', { name: /^(Retry now|Retry|Sync all)$/ });
  const signedOut = view.locator('.connection[data-state="signedOut"]');
  const until = Date.now() + 90_000;
  while (!(await signedOut.isVisible())) {
    if (Date.now() > until) throw new Error('Refused tokens do not sign anybody out.');
    // It may have gone by the time it is clicked.
    await again
      .first()
      .click({ timeout: 2_000 })
      .catch(() => undefined);
  }
}

async function widenSidebar(page: Page): Promise<void> {
  const sidebar = await page.locator('.part.sidebar').boundingBox();
  if (sidebar === null) throw new Error('The side bar is not there.');
  const edge = sidebar.x + sidebar.width;
  await page.mouse.move(edge, 300);
  await page.mouse.down();
  await page.mouse.move(395, 300, { steps: 5 });
  await page.mouse.up();
}

/** Puts a row right below what sticks to the top, the timer and a heading, so that no row is shown in half. */
async function scrollToTop(view: FrameLocator, text: string): Promise<void> {
  const timer = await view.locator('.timer').boundingBox();
  const heading = await view.locator('.group-head').first().boundingBox();
  const wanted = await row(view, text).boundingBox();
  if (timer === null || heading === null || wanted === null) throw new Error('The list is not there.');
  const by = wanted.y - timer.y - timer.height - heading.height;
  await view.locator('html').evaluate((html, distance) => html.scrollBy(0, distance), by);
}

async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await quickInput(page).locator('.quick-input-box input').fill(name);
  await quickInput(page).locator('.monaco-list-row', { hasText: name }).first().click();
  await page.locator('.editor-instance .view-lines').waitFor();
}

async function syncFromPalette(page: Page): Promise<void> {
  await runCommand(page, 'Timecard: Sync to Jira');
  await notifications(page)
    .filter({ hasText: /synced/u })
    .waitFor();
  await notifications(page).filter({ hasText: 'Syncing to Jira' }).waitFor({ state: 'hidden' });
  await runCommand(page, 'Notifications: Clear All Notifications');
  await notifications(page).first().waitFor({ state: 'hidden' });
}
