import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttemptRow } from '../../src/protocol/log.ts';
import type { FromView } from '../../src/protocol/messages.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { attempt, attempts, fillLog } from './logSamples.ts';
import { at, day, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

type Question = Extract<FromView, { type: 'log' }>;

async function openLog(
  rows: readonly AttemptRow[],
  options: { width?: number; height?: number } = {},
): Promise<OpenView> {
  const days = [day('2026-11-24', [record('r1'), record('r2', { timeIn: at('2026-11-24', '07:00') })])];
  const view = await harness.open({ ...options, snapshot: snapshot({ days }) });
  await fillLog(view, rows);
  await view.page.getByRole('tab', { name: 'Sync log' }).click();
  await view.settled();
  return view;
}

const rowsOf = (view: OpenView) => view.page.locator('.attempt');
const inLog = (view: OpenView) => view.page.locator('.log');
const rowOf = (view: OpenView, id: number) => view.page.locator(`[data-attempt="${id}"]`);

/** The questions about the log since the last call, without their numbers. */
async function asked(view: OpenView): Promise<Omit<Question, 'request' | 'type'>[]> {
  const posts = await view.evaluate<FromView[]>("window.posts.splice(0).filter(({ type }) => type === 'log')");
  return posts.flatMap((post) => {
    if (post.type !== 'log') return [];
    const { request: _request, type: _type, ...rest } = post;
    return [rest];
  });
}

const WHOLE = { from: '', to: '', status: 'all', issueKey: '', recordId: '' };

describe('the tabs', () => {
  test('are walked with the arrows, and only the open one is in the Tab order', async () => {
    const view = await harness.open({ snapshot: snapshot() });
    const records = view.page.getByRole('tab', { name: 'Records' });
    const log = view.page.getByRole('tab', { name: 'Sync log' });
    expect(await records.getAttribute('aria-selected')).toBe('true');
    expect(await log.getAttribute('tabindex')).toBe('-1');
    await records.focus();
    for (const [key, open] of [
      ['ArrowRight', log],
      ['ArrowRight', records],
      ['End', log],
      ['Home', records],
      ['ArrowLeft', log],
    ] as const) {
      await view.page.keyboard.press(key);
      expect(await open.getAttribute('aria-selected')).toBe('true');
      expect(await view.focus()).toBe(`/${await open.getAttribute('id')}`);
    }
    expect(await view.page.getByRole('tabpanel').getAttribute('aria-labelledby')).toBe('tab-log');
  });

  test('remember after a reload which one was open, and what the log showed', async () => {
    const view = await openLog(attempts(120));
    await inLog(view).getByLabel('Outcome').selectOption('failed');
    await view.settled();
    await view.page.reload();
    await view.show(snapshot());
    await view.settled();
    expect(await view.page.getByRole('tab', { name: 'Sync log' }).getAttribute('aria-selected')).toBe('true');
    expect(await asked(view)).toEqual([{ choice: { ...WHOLE, status: 'failed' }, page: 0, size: 50, watch: true }]);
    expect(await inLog(view).getByLabel('Outcome').inputValue()).toBe('failed');
  });

  test('keep the place each was scrolled to, also over a reload behind the other', async () => {
    const view = await harness.open({ days: 40, height: 500 });
    const tab = (name: string) => view.page.getByRole('tab', { name });
    const settled = async () => {
      await view.settled();
      await view.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
      await view.settled();
    };
    await view.evaluate(
      "new Promise((done) => { addEventListener('scrollend', () => done(), { once: true }); scrollTo(0, 9_000); })",
    );
    await settled();
    const id = await view.recordAt(300);
    const topOf = () =>
      view.evaluate<number>(`Math.round(document.querySelector('[data-record="${id}"]').getBoundingClientRect().top)`);
    const before = await topOf();
    await tab('Sync log').evaluate((button: { click(): void }) => button.click());
    await settled();
    expect(await view.evaluate('scrollY')).toBe(0);
    await tab('Records').evaluate((button: { click(): void }) => button.click());
    await settled();
    expect(Math.abs((await topOf()) - before)).toBeLessThanOrEqual(1);

    await tab('Sync log').evaluate((button: { click(): void }) => button.click());
    await settled();
    await view.page.reload();
    await view.show(snapshot());
    await view.fill(40);
    await settled();
    expect(await view.evaluate('scrollY')).toBe(0);
    await tab('Records').click();
    await settled();
    expect(Math.abs((await topOf()) - before)).toBeLessThanOrEqual(2);
  });

  test('draw records with the font’s own heights when the page was opened on the log', async () => {
    const view = await harness.open({ days: 40, fontSize: '18px' });
    await view.page.getByRole('tab', { name: 'Sync log' }).click();
    await view.page.reload();
    await view.show(snapshot());
    await view.fill(40);
    // An answer would have everything laid out again.
    await view.evaluate('window.extension.held = true');
    await view.page.getByRole('tab', { name: 'Records' }).click();
    await view.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
    const boxes = await view.evaluate<{ top: number; bottom: number }[]>(
      "[...document.querySelectorAll('.record, .bone-row')].slice(0, 6).map((row) => { const { top, bottom } = row.getBoundingClientRect(); return { top, bottom }; })",
    );
    expect(boxes).toHaveLength(6);
    for (const [n, { top }] of boxes.slice(1).entries())
      expect(Math.abs(top - (boxes[n]?.bottom ?? 0))).toBeLessThan(1);
  });

  test('find words from the log too: Ctrl+F goes to the search of the records', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: [day('2026-11-24', [record('r1')])] }) });
    await view.page.getByRole('tab', { name: 'Sync log' }).click();
    await view.page.keyboard.press('Control+f');
    expect(await view.focus()).toBe('/search');
    expect(await view.page.getByRole('tab', { name: 'Records' }).getAttribute('aria-selected')).toBe('true');
  });

  test('are opened by the extension, for one record too', async () => {
    const view = await harness.open({ snapshot: snapshot() });
    await view.takePosts();
    await view.send({ type: 'showTab', tab: 'log', recordId: 'r1' });
    expect(await asked(view)).toEqual([{ choice: { ...WHOLE, recordId: 'r1' }, page: 0, size: 50, watch: true }]);
    await view.send({ type: 'showTab', tab: 'records' });
    expect(await view.takePosts()).toContainEqual({ type: 'leaveLog' });
  });

  test('show the records again after they were hidden', async () => {
    const view = await openLog([]);
    await view.show(snapshot({ days: [day('2026-11-24', [record('new')])] }));
    await view.page.getByRole('tab', { name: 'Records' }).click();
    await view.record('new').waitFor();
  });
});

describe('the sync log', () => {
  test('says when nothing was sent yet, and when nothing fits, with the way back', async () => {
    const view = await openLog([]);
    await view.page.getByText('Nothing was sent to Jira yet').waitFor();
    await fillLog(view, attempts(3, { status: 'success' }));
    await inLog(view).getByLabel('Outcome').selectOption('failed');
    await inLog(view).getByText('No attempt matches').waitFor();
    await view.page.locator('[data-control="logClearEmpty"]').click();
    await rowsOf(view).first().waitFor();
    expect(await rowsOf(view).count()).toBe(3);
    expect(await view.focus()).toBe('/logRefresh');
  });

  test('filters by days, outcome, issue in any case, and record', async () => {
    const view = await openLog(attempts(10));
    await asked(view);
    await inLog(view).getByLabel('Outcome').selectOption('unknown');
    await inLog(view).getByLabel('Issue', { exact: true }).fill(' demo-7 ');
    await view.page.keyboard.press('Enter');
    await inLog(view).getByLabel('From').fill('2026-11-20');
    await inLog(view).getByLabel('To', { exact: true }).fill('2026-11-24');
    await inLog(view).getByLabel('To', { exact: true }).blur();
    await view.settled();
    const filtered = { from: '2026-11-20', to: '2026-11-24', status: 'unknown', issueKey: 'DEMO-7', recordId: '' };
    expect((await asked(view)).at(-1)).toEqual({ choice: filtered, page: 0, size: 50, watch: true });
    await view.button('Export as CSV').click();
    expect(await view.takePosts()).toContainEqual({ type: 'exportLog', choice: filtered });
    await inLog(view).locator('[data-control="logClear"]').click();
    expect((await asked(view)).at(-1)?.choice).toEqual(WHOLE);
    await view.settled();
    await rowOf(view, 10).click();
    await view.button('Only this record').click();
    expect((await asked(view)).at(-1)?.choice).toEqual({ ...WHOLE, recordId: 'r1' });
    await view.button('Show all records').click();
    expect((await asked(view)).at(-1)?.choice).toEqual(WHOLE);
  });

  test('walks through its pages, in the sizes there are', async () => {
    const view = await openLog(attempts(1_234));
    const range = view.page.locator('.pager-range');
    expect(await range.textContent()).toBe('1–50 of 1,234');
    expect(await view.page.locator('[data-control="previous"]').getAttribute('aria-disabled')).toBe('true');
    await view.button('Next page').click();
    await view.settled();
    expect(await range.textContent()).toBe('51–100 of 1,234');
    expect(await view.focus()).toBe('/next');
    expect(await rowsOf(view).first().getAttribute('data-attempt')).toBe('1184');
    expect(await rowsOf(view).first().getAttribute('aria-rowindex')).toBe('52');
    await inLog(view).getByLabel('Attempts per page').selectOption('500');
    await view.settled();
    expect(await range.textContent()).toBe('1–500 of 1,234');
    expect(await rowsOf(view).count()).toBe(500);
    for (const expected of ['501–1,000 of 1,234', '1,001–1,234 of 1,234']) {
      await view.button('Next page').click();
      await view.settled();
      expect(await range.textContent()).toBe(expected);
    }
    expect(await view.page.locator('[data-control="next"]').getAttribute('aria-disabled')).toBe('true');
    expect(await view.focus()).toBe('/next');
  });

  test('goes to the last page when the one it was on is gone', async () => {
    const view = await openLog(attempts(120));
    await view.button('Next page').click();
    await view.button('Next page').click();
    await view.settled();
    await fillLog(view, attempts(60));
    await view.button('Refresh').click();
    await view.settled();
    await view.settled();
    expect(await view.page.locator('.pager-range').textContent()).toBe('51–60 of 60');
  });

  test('shows each attempt’s time, issue, record, action, outcome, worklog, duration, status and error', async () => {
    const view = await openLog([attempt(1, { worklogId: '10042', status: 'failed', httpStatus: 400, ms: 1_480 })], {
      width: 1_000,
    });
    const cells = await rowOf(view, 1).getByRole('gridcell').allTextContents();
    expect(cells).toEqual([
      'Tue, Nov 24, 10:16 AM',
      'DEMO-7',
      'Repro and a test',
      'Create',
      'Failed',
      '10042',
      '1,480',
      '400',
      'The issue is closed. Reopen it.',
    ]);
    const heads = await view.page.getByRole('columnheader').allTextContents();
    expect(heads).toHaveLength(cells.length);
    await view.page.setViewportSize({ width: 220, height: 700 });
    expect(await rowOf(view, 1).getByText('The issue is closed. Reopen it.').isVisible()).toBe(true);
    expect((await rowOf(view, 1).boundingBox())?.height).toBeLessThan(60);
  });

  test('opens a detail by click and by keys, with everything that did not fit', async () => {
    const error = `First line\n${'and so on '.repeat(100)}end`;
    const view = await openLog([attempt(2, { error }), attempt(1)]);
    await rowOf(view, 2).click();
    const detail = rowOf(view, 2).locator('.attempt-detail');
    expect(await detail.locator('.attempt-error').textContent()).toBe(error);
    expect(await rowOf(view, 2).getAttribute('aria-expanded')).toBe('true');
    await rowOf(view, 2).locator('.attempt-issue').click();
    expect(await detail.count()).toBe(0);
    const walk: [string, string][] = [
      ['ArrowDown', '1/false'],
      ['Enter', '1/true'],
      ['ArrowUp', '2/false'],
      ['ArrowRight', '2/true'],
      ['ArrowLeft', '2/false'],
      [' ', '2/true'],
      ['Escape', '2/false'],
      ['End', '1/false'],
      ['Home', '2/false'],
    ];
    for (const [key, expected] of walk) {
      await view.page.keyboard.press(key);
      const now = await view.evaluate<string>(
        'document.activeElement.dataset.attempt + "/" + document.activeElement.getAttribute("aria-expanded")',
      );
      expect([key, now]).toEqual([key, expected]);
    }
  });

  test('closes the detail from inside with Escape, and keeps focus', async () => {
    const view = await openLog([attempt(1)]);
    await rowOf(view, 1).click();
    await view.button('Go to record').focus();
    await view.page.keyboard.press('Escape');
    expect(await view.evaluate('document.activeElement.dataset.attempt')).toBe('1');
    expect(await rowOf(view, 1).locator('.attempt-detail').count()).toBe(0);
  });

  test('syncs the record of an attempt again, where that makes sense', async () => {
    const view = await openLog([attempt(2, { canRetry: true }), attempt(1, { status: 'success', canRetry: false })]);
    await rowOf(view, 1).click();
    expect(await view.button('Retry').count()).toBe(0);
    await rowOf(view, 2).click();
    await view.takePosts();
    await view.button('Retry').click();
    expect(await view.takePosts()).toEqual([{ type: 'syncMany', ids: ['r1'], retry: true }]);
  });

  test('goes to the record, and clears filters that hide it', async () => {
    const view = await openLog([attempt(1)]);
    await view.page.getByRole('tab', { name: 'Records' }).click();
    await view.page.getByLabel('Search time records').fill('nothing like it');
    await view.record('r1').waitFor({ state: 'detached' });
    await view.page.getByRole('tab', { name: 'Sync log' }).click();
    await view.settled();
    await rowOf(view, 1).click();
    await view.button('Go to record').click();
    await view.record('r1').waitFor();
    expect(await view.page.getByRole('tab', { name: 'Records' }).getAttribute('aria-selected')).toBe('true');
    await view.record('r1').locator('.detail').waitFor();
  });

  test('says that a record was deleted, and stays where it was', async () => {
    const view = await openLog([attempt(2, { recordId: 'gone' }), attempt(1, { record: null, recordId: 'older' })]);
    await rowOf(view, 1).click();
    expect(await view.button('Go to record').count()).toBe(0);
    expect(await rowOf(view, 1).locator('.attempt-of').textContent()).toBe('Deleted record');
    await rowOf(view, 2).click();
    await view.button('Go to record').click();
    await view.page.getByText('This record was deleted.').waitFor();
    expect(await view.page.getByRole('tab', { name: 'Sync log' }).getAttribute('aria-selected')).toBe('true');
    expect(await view.evaluate('document.activeElement.dataset.attempt')).toBe('2');
  });

  test('grows without moving what is under the cursor or has focus', async () => {
    const view = await openLog(attempts(40));
    await rowOf(view, 30).click();
    await view.evaluate('window.scrollBy(0, 150)');
    await rowOf(view, 30).hover();
    const top = async () => (await rowOf(view, 30).boundingBox())?.y ?? 0;
    const before = await top();
    await fillLog(view, attempts(45));
    await view.evaluate('window.extension.logChanged()');
    await view.settled();
    expect(await rowsOf(view).count()).toBe(45);
    expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
    expect(await rowOf(view, 30).locator('.attempt-detail').count()).toBe(1);
    expect(await view.evaluate('document.activeElement.dataset.attempt')).toBe('30');
  });

  test('is not asked for while the records are looked at', async () => {
    const view = await openLog(attempts(3));
    await view.page.getByRole('tab', { name: 'Records' }).click();
    await view.takePosts();
    await view.evaluate('window.extension.logChanged()');
    await view.show(snapshot());
    expect(await asked(view)).toEqual([]);
  });

  test('shows texts of others as texts, however long or turned around they are', async () => {
    const hostile = attempt(1, {
      issueKey: '\u202eDEMO-1',
      worklogId: '<img src=x onerror="window.hacked=1">',
      record: '<script>window.hacked=2</script>'.repeat(1_000),
      error: `\u202e\u2067<img src=x onerror="window.hacked=3"><a href="command:x">${'x'.repeat(10_000_000)}`,
    });
    for (const width of [220, 1_000]) {
      const view = await openLog([hostile], { width });
      await rowOf(view, 1).click();
      await view.settled();
      expect(await view.evaluate('window.hacked')).toBeUndefined();
      expect(await view.page.locator('.log img, .log script, .log a').count()).toBe(0);
      const text = await view.evaluate<string>('document.querySelector(".log").textContent');
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
      expect(text.length).toBeLessThan(50_000);
      expect(await view.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      expect(await view.violations()).toEqual([]);
      await view.page.context().close();
    }
  });

  test('keeps what it shows when an answer is malformed', async () => {
    const view = await openLog(attempts(2));
    const request = await view.evaluate<number>('window.extension.lastLog');
    for (const rows of [[{ ...attempt(9), status: 'great' }], 'none', [null]])
      await view.send({ type: 'logged', request, total: 1, rows });
    await view.send({ type: 'logged', request: request + 1, total: 0, rows: [] });
    expect(await rowsOf(view).count()).toBe(2);
  });
});

describe('a record’s own attempts', () => {
  test('are shown in its row, newest first, and lead to the sync log', async () => {
    const view = await harness.open({
      snapshot: snapshot({ days: [day('2026-11-24', [record('r1'), record('r2')])] }),
    });
    await fillLog(view, [attempt(3, { status: 'success', error: null }), attempt(2), attempt(1, { recordId: 'r2' })]);
    await view.record('r1').click();
    const own = view.record('r1').getByRole('list', { name: 'Attempts to sync' }).getByRole('listitem');
    await own.first().waitFor();
    expect(await own.allTextContents()).toEqual([
      'DoneCreate, Tue, Nov 24, 10:18 AM',
      'FailedCreate, Tue, Nov 24, 10:17 AMThe issue is closed. Reopen it.',
    ]);
    await view.button('Show all in the sync log').click();
    await view.settled();
    expect(await rowsOf(view).count()).toBe(2);
    expect(await view.page.locator('.one-record-text').textContent()).toBe('Only: Repro and a test');
  });

  test('are asked for again when the record has changed, and hidden while there are none', async () => {
    const one = (changes = {}) => snapshot({ days: [day('2026-11-24', [record('r1', changes)])] });
    const view = await harness.open({ snapshot: one() });
    await view.record('r1').click();
    await view.settled();
    expect(await view.page.locator('.attempts').isVisible()).toBe(false);
    await fillLog(view, [attempt(1)]);
    await view.show(one());
    await view.settled();
    expect(await view.page.locator('.attempts').isVisible()).toBe(false);
    await view.show(one({ state: 'failed', problem: 'No.' }));
    await view.page.locator('.own-attempt').waitFor();
  });
});
