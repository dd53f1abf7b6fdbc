import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './bundle.ts';
import { type Harness, startHarness } from './harness.ts';
import { everyState, fullSnapshot, manyDays, type Scene, snapshot } from './samples.ts';
import { THEMES } from './themes.ts';

const SHOTS = path.join(ROOT, 'screenshots/webview');

const STATES: Readonly<Record<string, () => Scene>> = {
  full: () => fullSnapshot(),
  idle: () =>
    snapshot({ branchKey: 'DEMO-7', days: everyState().slice(1), todaySeconds: 0, weekSeconds: 29_700, waiting: 1 }),
  syncing: () => fullSnapshot({ running: null, branchKey: 'DEMO-7', sync: { done: 2, total: 5 } }),
  empty: () => snapshot({ branchKey: 'DEMO-7' }),
  notConnected: () => snapshot({ branchKey: 'DEMO-7', connection: { state: 'none', label: '' } }),
  signedOut: () =>
    fullSnapshot({
      connection: { state: 'signedOut', label: 'example.atlassian.net' },
      notice: 'The time records were damaged and yesterday’s backup was restored. The damaged file is beside it.',
    }),
};

let harness: Harness;
beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  harness = await startHarness();
});
afterAll(() => harness.close());

describe('how it looks', () => {
  for (const theme of THEMES) {
    for (const [name, make] of Object.entries(STATES)) {
      test(`${name} in ${theme.name}`, async () => {
        const view = await harness.open({ theme, snapshot: make() });
        await view.evaluate('document.fonts.ready');
        if (name === 'full') await view.record('pending').hover();
        await view.page.screenshot({ path: path.join(SHOTS, `${name}-${theme.name}.png`) });
        expect(await view.violations()).toEqual([]);
        await view.page.context().close();
      });
    }
  }

  test('a focused row, the skeleton and other widths', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    await view.record('pending').focus();
    await view.page.keyboard.press('ArrowDown');
    await view.page.screenshot({ path: path.join(SHOTS, 'focus-dark.png') });
    for (const width of [200, 800]) {
      await view.page.setViewportSize({ width, height: 760 });
      await view.page.screenshot({ path: path.join(SHOTS, `width-${width}-dark.png`) });
    }
    const waiting = await harness.open({ snapshot: null });
    await waiting.page.screenshot({ path: path.join(SHOTS, 'skeleton-dark.png') });
    expect(await waiting.page.getByRole('status', { name: 'Loading…' }).count()).toBe(1);
    expect(await view.violations()).toEqual([]);
  });
});

const OVERFLOW = `[...document.querySelectorAll('main *')]
  .filter((node) => node.getClientRects().length > 0)
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5 || node.getBoundingClientRect().left < -0.5)
  .map((node) => node.className)`;

describe('width', () => {
  for (const width of [200, 300, 800]) {
    for (const fontSize of ['13px', '20px']) {
      test(`nothing is wider than ${width} px at ${fontSize}`, async () => {
        const long = fullSnapshot({ branchKey: 'A'.repeat(300), notice: 'x'.repeat(500) });
        const first = long.days[0]?.records[0];
        if (first !== undefined) {
          first.issueKey = `${'VERYLONGPROJECT'.repeat(4)}-123456`;
          first.summary = 'w'.repeat(400);
          first.notes = 'n'.repeat(400);
          first.problem = 'p'.repeat(400);
        }
        const view = await harness.open({ width, fontSize, snapshot: long });
        expect(await view.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
          0,
        );
        expect(await view.evaluate(OVERFLOW)).toEqual([]);
        await view.show({
          ...long,
          version: long.version + 1,
          running: null,
          connection: { state: 'none', label: '' },
        });
        expect(await view.evaluate(OVERFLOW)).toEqual([]);
        await view.page.context().close();
      });
    }
  }
});

test('500 records appear quickly and nothing breaks the policy', async () => {
  const view = await harness.open({ snapshot: null });
  const big = snapshot({ days: manyDays(50, 10) });
  await view.show(big);
  expect(await view.page.locator('[data-record]').count()).toBeLessThan(60);
  expect(await view.violations()).toEqual([]);
});

test('nothing moves for those who asked for less motion', async () => {
  const view = await harness.open({ reducedMotion: true, snapshot: fullSnapshot({ sync: { done: 1, total: 3 } }) });
  expect(await view.evaluate('document.getAnimations().filter((a) => a.playState === "running").length')).toBe(0);
  const moving = await harness.open({ snapshot: fullSnapshot({ sync: { done: 1, total: 3 } }) });
  expect(await moving.evaluate('document.getAnimations().filter((a) => a.playState === "running").length')).not.toBe(0);
});
