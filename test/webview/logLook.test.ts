import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './bundle.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { attempt, everyOutcome, fillLog } from './logSamples.ts';
import { everyState, snapshot } from './samples.ts';
import { THEMES } from './themes.ts';

const SHOTS = path.join(ROOT, 'screenshots/webview');

let harness: Harness;
beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  harness = await startHarness();
});
afterAll(() => harness.close());

const OVERFLOW = `[...document.querySelectorAll('main *')]
  .filter((node) => node.getClientRects().length > 0)
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 || node.getBoundingClientRect().left < -0.5)
  .map((node) => node.className)`;

async function showLog(view: OpenView): Promise<void> {
  await fillLog(view, everyOutcome());
  await view.page.getByRole('tab', { name: 'Sync log' }).click();
  await view.page.locator('[data-attempt="4"]').click();
  await view.page.locator('[data-attempt="6"]').hover();
  await view.settled();
}

describe('how the sync log looks', () => {
  for (const theme of THEMES) {
    for (const width of [220, 300, 900]) {
      test(`${width} px wide in ${theme.name}`, async () => {
        const view = await harness.open({ theme, width, height: 700, snapshot: snapshot({ days: everyState() }) });
        await showLog(view);
        await view.page.screenshot({ path: path.join(SHOTS, `log-${width}-${theme.name}.png`) });
        expect(await view.evaluate(OVERFLOW)).toEqual([]);
        expect(await view.violations()).toEqual([]);
        await view.page.context().close();
      });
    }
  }

  test('at a large font, for one record, and empty', async () => {
    const view = await harness.open({ width: 200, fontSize: '20px', snapshot: snapshot({ days: everyState() }) });
    await showLog(view);
    expect(await view.evaluate(OVERFLOW)).toEqual([]);
    await view.send({ type: 'showTab', tab: 'log', recordId: 'r1' });
    await view.settled();
    await view.page.screenshot({ path: path.join(SHOTS, 'log-one-record.png') });
    expect(await view.evaluate(OVERFLOW)).toEqual([]);
    await fillLog(view, []);
    await view.page.locator('[data-control="logRefresh"]').click();
    await view.settled();
    await view.page.screenshot({ path: path.join(SHOTS, 'log-empty.png') });
    expect(await view.evaluate(OVERFLOW)).toEqual([]);
  });
});

describe('how the connection line looks', () => {
  const off = ['jira.example.org'];
  const states = {
    connected: { state: 'connected', label: 'Mia Krystof at example.atlassian.net', off },
    none: { state: 'none', label: 'Not connected to Jira' },
    signedOut: { state: 'signedOut', label: 'Signed out of example.atlassian.net' },
    offline: {
      state: 'offline',
      label: 'Offline: example.atlassian.net cannot be reached',
      problem: 'No answer from example.atlassian.net within 30 s.',
      lastSuccessAt: Date.parse('2026-11-24T09:00:00Z'),
    },
    problem: {
      state: 'problem',
      label: 'Something is wrong with example.atlassian.net',
      problem: 'Unknown certificate.',
    },
  } as const;

  for (const [name, connection] of Object.entries(states)) {
    test(name, async () => {
      const view = await harness.open({
        width: 300,
        height: 700,
        snapshot: snapshot({ days: everyState(), waiting: 4, connection: { ...connection, off: [...off] } }),
      });
      await fillLog(view, [attempt(1, { recordId: 'failed' })]);
      await view.record('failed').click();
      await view.settled();
      await view.page.screenshot({ path: path.join(SHOTS, `connection-${name}.png`) });
      expect(await view.evaluate(OVERFLOW)).toEqual([]);
    });
  }
});
