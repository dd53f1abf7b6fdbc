import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FromView, ToView } from '../../src/protocol/messages.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { fullSnapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** A view over many records, 25 a day, named by day and place. */
const over = (days: number): Promise<OpenView> => harness.open({ days, height: 600 });

const bar = (view: OpenView) => view.page.locator('.selection-bar');
const count = (view: OpenView) => bar(view).locator('.chosen-count');
const box = (view: OpenView, id: string) => view.record(id).getByRole('checkbox');
const selected = (view: OpenView) =>
  view.evaluate<string[]>(
    '[...document.querySelectorAll(\'.record[aria-selected="true"]\')].map((row) => row.dataset.record)',
  );
const idsOf = (posts: readonly FromView[]) => posts.flatMap((post) => ('ids' in post ? post.ids : []));
const said = (view: OpenView, role: 'status' | 'alert') =>
  view.page.locator(`.visually-hidden [role="${role}"]`).textContent();

/** Waits until so many are selected. */
const untilSelected = (view: OpenView, text: string) =>
  count(view).filter({ hasText: text }).waitFor({ timeout: 5_000 });

async function scrollTo(view: OpenView, item: string): Promise<void> {
  await view.evaluate(item);
  await view.settled();
  await view.settled();
}

describe('selecting', () => {
  test('a checkbox shows what can be done, with count and time', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    expect(await bar(view).isVisible()).toBe(false);
    await box(view, 'pending').click({ force: true });
    expect(await count(view).textContent()).toBe('1 selected, 1:40');
    await box(view, 'failed').click({ force: true });
    expect(await count(view).textContent()).toBe('2 selected, 2:55');
    await view.takePosts();
    await view.button('Sync the selected records to Jira').click();
    await view.button('Set issue of the selected records').click();
    await view.button('Delete the selected records').click();
    expect(await view.takePosts()).toEqual([
      { type: 'syncMany', ids: ['pending', 'failed'] },
      { type: 'issueMany', ids: ['pending', 'failed'] },
      { type: 'removeMany', ids: ['pending', 'failed'] },
    ]);
    await view.button('Clear the selection').click();
    expect(await bar(view).isVisible()).toBe(false);
    expect(await selected(view)).toEqual([]);
    expect(await view.focus()).not.toBe('/body');
  });

  test('shift takes in everything between, also rows that were never loaded', async () => {
    const view = await over(400);
    await box(view, 'd0-3').click({ force: true });
    await scrollTo(view, 'window.scrollTo(0, document.documentElement.scrollHeight / 2)');
    const target = await view.evaluate<string>(
      "[...document.querySelectorAll('.record')].find((row) => row.getBoundingClientRect().top > 200).dataset.record",
    );
    const [, day = '', index = ''] = /^d(\d+)-(\d+)$/.exec(target) ?? [];
    await box(view, target).click({ force: true, modifiers: ['Shift'] });
    const expected = Number(day) * 25 + Number(index) - 3 + 1;
    expect(expected).toBeGreaterThan(3_000);
    await untilSelected(view, `${expected.toLocaleString('en-US')} selected`);
    expect(await box(view, target).isChecked()).toBe(true);
    await view.takePosts();
    await view.button('Sync the selected records to Jira').click();
    const ids = idsOf(await view.takePosts());
    expect(ids).toHaveLength(expected);
    expect(ids[0]).toBe('d0-3');
    expect(ids.at(-1)).toBe(target);
    // Back to the top: what was selected there still is.
    await scrollTo(view, 'window.scrollTo(0, 0)');
    expect(await box(view, 'd0-3').isChecked()).toBe(true);
    expect(await box(view, 'd0-2').isChecked()).toBe(false);
    expect(await view.violations()).toEqual([]);
  });

  test('all of 100,000 records are selected without a long stop', async () => {
    const view = await over(4_000);
    await view.evaluate(
      'window.stops = []; new PerformanceObserver((list) => window.stops.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" })',
    );
    await view.record('d0-0').focus();
    await view.page.keyboard.press('Control+a');
    await untilSelected(view, '100,000 selected, 25000:00');
    const stops = await view.evaluate<number[]>('window.stops');
    console.log(`selecting 100,000: longest stop ${Math.max(0, ...stops).toFixed(0)} ms`);
    expect(Math.max(0, ...stops)).toBeLessThan(1_000);
    await view.takePosts();
    await view.button('Delete the selected records').click();
    expect(idsOf(await view.takePosts())).toHaveLength(100_000);
    await view.record('d0-1').focus();
    await view.page.keyboard.press('x');
    await untilSelected(view, '99,999 selected');
    await view.page.keyboard.press('Escape');
    expect(await bar(view).isVisible()).toBe(false);
    expect(await view.focus()).toBe('d0-1/');
  });

  test('by keys: space and x, Shift with arrows that grow and shrink a range, Escape', async () => {
    const view = await over(40);
    await view.record('d0-2').focus();
    await view.page.keyboard.press('Space');
    expect(await selected(view)).toEqual(['d0-2']);
    await view.page.keyboard.press('x');
    expect(await selected(view)).toEqual([]);
    await view.page.keyboard.press('x');
    for (const n of [3, 4, 5]) {
      await view.page.keyboard.press('Shift+ArrowDown');
      await untilSelected(view, `${n - 1} selected`);
    }
    expect(await selected(view)).toEqual(['d0-2', 'd0-3', 'd0-4', 'd0-5']);
    expect(await view.focus()).toBe('d0-5/');
    await view.page.keyboard.press('Shift+ArrowUp');
    await untilSelected(view, '3 selected');
    expect(await selected(view)).toEqual(['d0-2', 'd0-3', 'd0-4']);
    await view.page.keyboard.press('ArrowDown');
    expect(await view.focus()).toBe('d0-5/');
    expect(await selected(view)).toHaveLength(3);
    await view.page.keyboard.press('Escape');
    expect(await selected(view)).toEqual([]);
    expect(await view.focus()).toBe('d0-5/');
  });

  test('Shift with space selects from the record taken in last to the one that has focus', async () => {
    const view = await over(40);
    await view.record('d0-2').focus();
    for (const key of ['Space', 'Shift+ArrowDown']) await view.page.keyboard.press(key);
    await untilSelected(view, '2 selected');
    for (const key of ['ArrowDown', 'ArrowDown', 'Shift+Space']) await view.page.keyboard.press(key);
    await untilSelected(view, '4 selected');
    expect(await selected(view)).toEqual(['d0-2', 'd0-3', 'd0-4', 'd0-5']);
    expect(await view.focus()).toBe('d0-5/');
    await box(view, 'd0-0').click({ force: true, modifiers: ['Shift'] });
    await untilSelected(view, '3 selected');
    expect(await selected(view)).toEqual(['d0-0', 'd0-1', 'd0-2']);
    await view.page.keyboard.press('Escape');
    await view.page.keyboard.press('Shift+Space');
    expect(await selected(view)).toEqual(['d0-0']);
  });

  test('a row that the keyboard goes to is not behind the bar', async () => {
    const view = await over(40);
    await view.record('d0-0').focus();
    await view.page.keyboard.press('x');
    for (let n = 0; n < 14; n += 1) await view.page.keyboard.press('ArrowDown');
    await view.settled();
    const [row, above] = await Promise.all([view.record('d0-14').boundingBox(), bar(view).boundingBox()]);
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(above?.y ?? 0);
  });

  test('outlives a refresh; what was removed is selected no longer', async () => {
    const view = await over(40);
    for (const id of ['d0-1', 'd0-2', 'd0-3']) await box(view, id).click({ force: true });
    await view.evaluate('window.extension.change((groups) => groups)');
    await view.settled();
    expect(await selected(view)).toEqual(['d0-1', 'd0-2', 'd0-3']);
    await view.evaluate(
      "window.extension.change((groups) => groups.map((group) => ({ ...group, records: group.records.filter(({ id }) => id !== 'd0-2') })))",
    );
    await untilSelected(view, '2 selected, 0:30');
    expect(await selected(view)).toEqual(['d0-1', 'd0-3']);
  });

  test('Ctrl+A in the search box selects its text and no records', async () => {
    const view = await over(4);
    await view.page.getByRole('textbox', { name: 'Search time records' }).focus();
    await view.page.keyboard.press('Control+a');
    await view.settled();
    expect(await bar(view).isVisible()).toBe(false);
  });
});

type Synced = Extract<ToView, { type: 'synced' }>;
const FAILED: Synced = {
  type: 'synced',
  text: '12 synced, 2 failed',
  tone: 'error',
  failed: [
    { id: 'failed', text: 'OPS-311, Tue 9:00 AM: Jira refused the worklog: the issue is closed.' },
    { id: 'local', text: `no issue: ${'<img src=x onerror=alert(1)>\u202e'.repeat(200)}` },
  ],
};

describe('a sync', () => {
  test('is counted in place, and Cancel stops it once', async () => {
    const view = await harness.open({ snapshot: fullSnapshot({ sync: { done: 2, total: 5 } }) });
    const progress = bar(view).getByRole('progressbar');
    expect(await progress.getAttribute('aria-valuenow')).toBe('2');
    const cancel = view.button('Cancel the sync');
    await view.takePosts();
    await cancel.focus();
    await cancel.click();
    await cancel.click({ force: true });
    expect(await view.takePosts()).toEqual([{ type: 'cancelSync' }]);
    await view.show(fullSnapshot({ sync: null }));
    expect(await bar(view).isVisible()).toBe(false);
    expect(await view.focus()).not.toBe('/body');
  });

  test('tells what it came to, what failed and why, and tries that again', async () => {
    const view = await harness.open({ snapshot: fullSnapshot({ sync: { done: 13, total: 14 } }) });
    await view.show(fullSnapshot());
    await view.send(FAILED);
    expect(await bar(view).locator('.result-text').textContent()).toBe('12 synced, 2 failed');
    expect(await said(view, 'alert')).toBe('12 synced, 2 failed');
    const failures = bar(view).locator('.failure');
    expect(await failures.count()).toBe(2);
    expect(await failures.nth(0).textContent()).toContain('the issue is closed');
    expect(await failures.nth(1).textContent()).toContain('<img src=x');
    expect(await bar(view).locator('img').count()).toBe(0);
    await view.takePosts();
    await view.button('Retry the records that failed').click();
    expect(await view.takePosts()).toEqual([{ type: 'syncMany', ids: ['failed', 'local'], retry: true }]);
    await failures.nth(0).click();
    await view.settled();
    expect(await view.focus()).toBe('failed/');
    await view.button('Dismiss').click();
    expect(await bar(view).isVisible()).toBe(false);
    expect(await view.focus()).not.toBe('/body');
    expect(await view.violations()).toEqual([]);
  });

  test('that begins by itself leaves how the last one ended, until it has ended too', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    await view.send(FAILED);
    await view.show(fullSnapshot({ sync: { done: 0, total: 3 } }));
    expect(await bar(view).locator('.result-text').textContent()).toBe(FAILED.text);
    expect(await bar(view).locator('.sync-now').isVisible()).toBe(true);
    await view.send({ ...FAILED, text: '3 records synced to Jira.', tone: 'info', failed: [] });
    expect(await said(view, 'status')).toBe('3 records synced to Jira.');
    expect(await view.button('Retry the records that failed').count()).toBe(0);
  });

  test('that the user begins takes the place of how the last one ended', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    await view.send(FAILED);
    await view.button('Retry the records that failed').click();
    await view.show(fullSnapshot({ sync: { done: 0, total: 2 } }));
    expect(await bar(view).locator('.result-text').isVisible()).toBe(false);
    expect(await bar(view).locator('.sync-now').isVisible()).toBe(true);
  });

  test('a record that failed is gone to although the filters leave it out', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    await view.page.getByRole('textbox', { name: 'Search time records' }).fill('Receipts');
    await view.page.keyboard.press('Enter');
    await view.settled();
    expect(await view.record('failed').count()).toBe(0);
    await view.send(FAILED);
    await bar(view).locator('.failure').nth(0).click();
    await view.record('failed').waitFor();
    await expect.poll(() => view.focus()).toBe('failed/');
  });
});
