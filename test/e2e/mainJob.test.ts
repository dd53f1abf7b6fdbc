import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Demo, startDemo } from '../../tools/demo/demo.ts';
import { doMainJob } from '../../tools/demo/mainJob.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import { launchBrowser, openWindow, webviewFrame } from '../../tools/vscode/browser.ts';

/* The same clicks on Jira Cloud are `npm start -- --check`, which `npm test` runs too. */
describe('the main job on Data Center', () => {
  let browser: Browser;
  let demo: Demo;

  beforeAll(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ vsix: inject('vsix'), deployment: 'dataCenter', connected: false });
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('is done by clicks, and Jira holds one worklog', async () => {
    const page = await openWindow(browser, demo.vscode.url);
    const before = Date.now();
    const worklog = await doMainJob(page, demo, fromRoot('screenshots/e2e/data-center'), () => undefined);
    expect(worklog).toMatchObject({ issueKey: 'DEMO-7', timeSpentSeconds: 60, commentText: 'Tracked with Timecard' });
    expect(worklog.started).toBeGreaterThanOrEqual(before - 1_000);
    expect(worklog.started).toBeLessThanOrEqual(Date.now());
  });
});

describe('the demo', () => {
  let browser: Browser;
  let demo: Demo;

  beforeAll(async () => {
    browser = await launchBrowser();
    demo = await startDemo({ vsix: inject('vsix'), deployment: 'cloud', connected: true });
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('is connected in every tab that is opened', async () => {
    for (const tab of ['first', 'second']) {
      const page = await openWindow(browser, demo.vscode.url);
      await page.getByRole('tab', { name: 'Timecard' }).first().click();
      await webviewFrame(page).getByText('Connected: Mia Krystof').waitFor({ timeout: 60_000 });
      // The call to sign in stays in the page, hidden.
      const signedOut = webviewFrame(page).getByText('Signed out').filter({ visible: true });
      expect(await signedOut.count(), tab).toBe(0);
    }
  });
});
