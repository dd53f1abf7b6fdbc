import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { at, day, RUNNING, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const TODAY = '2026-11-24';
const MONDAY = '2026-11-23';
const HOUR = 3_600;

const search = (view: OpenView) => view.page.getByRole('textbox', { name: 'Search time records' });
const heading = (view: OpenView, name: string) => view.page.locator('.group-head', { hasText: name });
const cut = (view: OpenView, selector: string) =>
  view.evaluate<boolean>(
    `(() => { const at = document.querySelector('${selector}'); return at.scrollWidth > at.clientWidth; })()`,
  );

/* What somebody who has not seen the view before has to find out by looking at it. */
describe('at first', () => {
  test('there is one button to clock in, and nothing to search', async () => {
    const view = await harness.open({ snapshot: snapshot() });
    expect(await view.page.getByRole('button', { name: 'Clock in' }).count()).toBe(1);
    expect(await view.page.getByText('Clock in above').isVisible()).toBe(true);
    expect(await search(view).count()).toBe(0);
  });

  test('while the first record runs, the list says where it will be', async () => {
    const view = await harness.open({ snapshot: snapshot({ running: RUNNING }) });
    expect(await view.page.getByRole('heading', { name: 'Your first record is running' }).isVisible()).toBe(true);
    await view.takePosts();
    await view.page.locator('.history .empty').getByRole('button', { name: 'Add a record' }).click();
    expect(await view.takePosts()).toEqual([{ type: 'addRecord' }]);
    expect(await search(view).count()).toBe(0);
    await view.show(snapshot({ days: [day(TODAY, [record('r1')])] }));
    expect(await view.page.locator('.history .empty').isVisible()).toBe(false);
    expect(await search(view).count()).toBe(1);
  });
});

describe('what runs', () => {
  const days = [day(TODAY, [record('r1')]), day(MONDAY, [record('r2', { day: MONDAY })])];
  const totals = { todaySeconds: 2.5 * HOUR, weekSeconds: 4 * HOUR };

  test('counts in the headings of today and this week as in the totals', async () => {
    const view = await harness.open({ snapshot: snapshot({ days, running: RUNNING, ...totals }) });
    expect(await heading(view, 'Today').textContent()).toMatch(/1 record \+ running\s*2:30/u);
    expect(await heading(view, 'Yesterday').textContent()).toMatch(/1 record\s*1:15/u);
    expect(await view.page.locator('.week-total').textContent()).toBe('4:00');
    await view.show(snapshot({ days }));
    expect(await heading(view, 'Today').textContent()).toMatch(/1 record\s*1:15/u);
    expect(await view.page.locator('.week-total').textContent()).toBe('2:30');
  });

  test('is left out of what is found and of issues', async () => {
    const view = await harness.open({ snapshot: snapshot({ days, running: RUNNING, ...totals }) });
    await search(view).fill('Checkout');
    await expect.poll(() => heading(view, 'Today').textContent()).toMatch(/1 record\s*1:15/u);
    await search(view).fill('');
    await expect.poll(() => heading(view, 'Today').textContent()).toMatch(/running/u);
    await view.button('Issue').click();
    await heading(view, 'DEMO-7').waitFor();
    expect(await heading(view, 'DEMO-7').textContent()).not.toMatch(/running/u);
  });
});

describe('Delete', () => {
  const days = [
    day(TODAY, [
      record('r1', { timeIn: at(TODAY, '11:00'), timeOut: at(TODAY, '12:00') }),
      record('r2'),
      record('r3', { timeIn: at(TODAY, '07:00'), timeOut: at(TODAY, '08:00') }),
    ]),
  ];

  test('on a selected record deletes all that are selected, on another that one alone', async () => {
    const view = await harness.open({ snapshot: snapshot({ days }) });
    await view.record('r1').focus();
    await view.page.keyboard.press(' ');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press(' ');
    await view.takePosts();
    await view.page.keyboard.press('Delete');
    expect(await view.takePosts()).toEqual([{ type: 'removeMany', ids: ['r1', 'r2'] }]);
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Delete');
    expect(await view.takePosts()).toEqual([{ type: 'remove', id: 'r3' }]);
  });
});

describe('a failure', () => {
  const failed = record('f1', { state: 'failed', problem: 'Check the issue key.' });

  test('can be put right where it is told', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: [day(TODAY, [failed])] }) });
    await view.record('f1').locator('.duration').click();
    const problem = view.record('f1').locator('.problem');
    await view.takePosts();
    await problem.getByRole('button', { name: 'Edit' }).click();
    await view.settled();
    expect(await view.takePosts()).toContainEqual(expect.objectContaining({ type: 'beginEdit', id: 'f1' }));
  });

  test('says why in the row', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: [day(TODAY, [failed])] }), width: 300 });
    expect(await view.record('f1').getByText('Check the issue key.').first().isVisible()).toBe(true);
  });
});

describe('at 200 pixels', () => {
  test('Clock out, issue keys and days are whole', async () => {
    const long = record('r1', { issueKey: 'PAYMENT-1234' });
    const days = [day(MONDAY, [{ ...long, day: MONDAY }])];
    const view = await harness.open({ snapshot: snapshot({ days, running: RUNNING }), width: 200 });
    for (const part of ['[data-control="clockOut"] .label', '.record .key', '.group-name', '.duration'])
      expect([part, await cut(view, part)]).toEqual([part, false]);
    expect(await view.record('r1').locator('.state').getAttribute('title')).toBe('Not synced');
    expect(await view.evaluate('document.documentElement.scrollWidth')).toBe(200);
  });
});
