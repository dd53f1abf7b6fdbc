import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DEMO_ISSUE, type Demo } from '../../tools/demo/demo.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import { freePort } from '../../tools/support/ports.ts';
import {
  answerQuickInput,
  notifications,
  pickQuickItem,
  quickInput,
  runCommand,
  screenshot,
  statusBarItem,
} from '../../tools/vscode/browser.ts';
import { type Stage, useDemo } from './stage.ts';

const CLIENT_ID = 'simulated-client';
const TIMER = 'timecard.timer';

describe('signing in with OAuth on Jira Cloud', () => {
  const stage = useDemo({ deployment: 'cloud', connected: false });

  it('comes back over loopback, syncs through the gateway and renews the access once', async () => {
    const { demo } = stage;
    const { jira } = demo;
    const redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
    jira.setOAuth({ redirectUri });
    await demo.setUserSettings({
      'timecard.oauth.cloudClientId': CLIENT_ID,
      'timecard.oauth.redirectUri': redirectUri,
    });
    const page = await open(stage);

    await chooseOAuth(page, demo);
    const tab = page.context().waitForEvent('page');
    await answerQuickInput(page, 'Client secret', 'simulated-client-secret');
    await (await tab).getByText('You can close this page').waitFor();
    await notifications(page).filter({ hasText: 'Connected as Mia Krystof' }).waitFor();
    await quickInput(page).waitFor({ state: 'hidden' });
    await screenshot(page, fromRoot('screenshots/e2e/oauth'), 'cloud-connected');

    await trackAndSync(page, demo, 1);
    jira.expireAccess();
    await trackAndSync(page, demo, 2);

    const writes = jira.state.requests({ method: 'POST', path: /\/worklog$/ });
    expect(writes.length).toBeGreaterThanOrEqual(2);
    expect(writes.every(({ host, headers }) => host === 'gateway' && headers.authorization === 'Bearer ***')).toBe(
      true,
    );
    expect(writes.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(grants(demo)).toEqual(['authorization_code', 'refresh_token']);
  });
});

describe('signing in with OAuth on Data Center', () => {
  const stage = useDemo({ deployment: 'dataCenter', connected: false });

  it('takes the address that the browser ended at when nobody listens there', async () => {
    const { demo } = stage;
    const { jira } = demo;
    const redirectUri = `https://127.0.0.1:${await freePort()}/callback`;
    jira.setOAuth({ redirectUri });
    await demo.setUserSettings({
      'timecard.oauth.dataCenterClientIds': { [jira.url]: CLIENT_ID },
      'timecard.oauth.redirectUri': redirectUri,
    });
    const page = await open(stage);

    // The tab shows the browser's own error page, so its address is taken from what it asked for.
    const last = page.context().waitForEvent('request', (request) => request.url().startsWith(redirectUri));
    await chooseOAuth(page, demo);
    const address = (await last).url();
    await page.bringToFront();
    await page.getByPlaceholder('Waiting for the browser').waitFor();
    await screenshot(page, fromRoot('screenshots/e2e/oauth'), 'data-center-waiting');

    await answerQuickInput(page, 'Waiting for the browser', address.replace(/state=[^&]+/, 'state=somebody-else'));
    await quickInput(page).getByText('This address is of another sign-in').waitFor();
    expect(grants(demo)).toEqual([]);
    await answerQuickInput(page, 'Waiting for the browser', address);
    await notifications(page).filter({ hasText: 'Connected as Mia Krystof' }).waitFor();
    expect(grants(demo)).toEqual(['authorization_code']);
    await trackAndSync(page, demo, 1);
  });
});

async function open(stage: Stage): Promise<Page> {
  const page = await stage.open();
  // This VS Code opens pages of its own machine through a proxy that is not started.
  await page.context().route(/\/proxy\/\d+\//, (route) => {
    const [, port, rest] = /\/proxy\/(\d+)\/(.*)$/.exec(route.request().url()) ?? [];
    return route.fulfill({ status: 302, headers: { location: `http://127.0.0.1:${port}/${rest}` } });
  });
  await statusBarItem(page, TIMER).waitFor({ timeout: 60_000 });
  return page;
}

async function chooseOAuth(page: Page, { jira }: Demo): Promise<void> {
  await runCommand(page, 'Timecard: Connect to Jira');
  await answerQuickInput(page, 'address of your Jira', jira.url);
  await pickQuickItem(page, 'How do you want to sign in?', 'OAuth');
}

/** Clocks in and out and syncs; afterwards Jira holds `total` worklogs on the issue. */
async function trackAndSync(page: Page, { jira }: Demo, total: number): Promise<void> {
  const timer = statusBarItem(page, TIMER);
  await timer.click();
  await timer.filter({ hasText: /DEMO-7.*0:00/ }).waitFor();
  await timer.click();
  await timer.filter({ hasText: 'Clock in' }).waitFor();
  await runCommand(page, 'Timecard: Sync to Jira');
  await expect.poll(() => jira.state.worklogs(DEMO_ISSUE).length, { timeout: 20_000 }).toBe(total);
  await notifications(page).filter({ hasText: '1 record synced' }).first().waitFor();
  await runCommand(page, 'Notifications: Clear All Notifications');
  await notifications(page).first().waitFor({ state: 'hidden' });
}

/** What was asked of the place that gives access, in this order. */
function grants({ jira }: Demo): readonly string[] {
  return jira.state.requests({ method: 'POST', path: /\/token$/ }).map(({ body }) => grantTypeOf(body));
}

function grantTypeOf(body: unknown): string {
  if (typeof body === 'string') return new URLSearchParams(body).get('grant_type') ?? '';
  const value: unknown = Object(body).grant_type;
  return String(value);
}
