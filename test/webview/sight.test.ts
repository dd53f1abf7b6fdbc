import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EDIT_STUB } from './editStub.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const over = (days: number): Promise<OpenView> => harness.open({ days, height: 600 });

/** The lowest row that is whole on the screen, above what sticks there. */
const lowest = (view: OpenView): Promise<string> =>
  view.evaluate<string>(`(() => {
    const floor = Math.min(...[...document.querySelectorAll('.connection, .selection-bar')].filter((one) => one.getClientRects().length > 0).map((one) => one.getBoundingClientRect().top));
    return [...document.querySelectorAll('.record')].filter((row) => row.getBoundingClientRect().bottom <= floor).at(-1).dataset.record;
  })()`);

interface Sight {
  readonly ceiling: number;
  readonly floor: number;
  readonly top: number;
  readonly bottom: number;
  readonly scroll: number;
}

/** Where a row with its details stands, once what is on the way has been laid out. */
const sightOf = (view: OpenView, id: string): Promise<Sight> =>
  view.evaluate<Sight>(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
    const row = document.querySelector('[data-record="${id}"]');
    const lines = row.querySelector('.lines').getBoundingClientRect();
    const height = (name) => parseFloat(document.documentElement.style.getPropertyValue(name)) || 0;
    done({
      ceiling: row.closest('.group').querySelector('.group-head').getBoundingClientRect().bottom,
      floor: innerHeight - height('--bar-height') - height('--foot-height'),
      top: lines.top,
      bottom: (row.querySelector('.detail') ?? row.querySelector('.lines')).getBoundingClientRect().bottom,
      scroll: scrollY,
    });
  }))))`);

function expectWhole({ ceiling, floor, top, bottom }: Sight): void {
  expect(bottom).toBeLessThanOrEqual(floor + 1);
  expect(top).toBeGreaterThanOrEqual(ceiling - 1);
}

describe('an open row is in sight', () => {
  test('with all its details, when a low one is opened by pointer or key', async () => {
    const view = await over(40);
    const first = await lowest(view);
    await view.record(first).locator('.range').click();
    expectWhole(await sightOf(view, first));
    await view.page.keyboard.press('Escape');
    await view.evaluate('window.scrollTo(0, 0)');
    await view.settled();
    const second = await lowest(view);
    await view.record(second).focus();
    await view.page.keyboard.press('Enter');
    expectWhole(await sightOf(view, second));
  });

  test('with its editor', async () => {
    const view = await over(40);
    await view.evaluate(EDIT_STUB);
    const id = await lowest(view);
    const held = { timeIn: '12:30', timeOut: '13:10', issueKey: 'DEMO-12', notes: '', externalLink: '' };
    await view.evaluate(`window.desk.hold({ '${id}': ${JSON.stringify(held)} })`);
    await view.record(id).focus();
    await view.page.keyboard.press('e');
    await view.record(id).locator('[data-field="timeIn"]').waitFor();
    const sight = await sightOf(view, id);
    expect(sight.top).toBeGreaterThanOrEqual(sight.ceiling - 1);
    expect(Math.min(sight.bottom - sight.floor, sight.top - sight.ceiling)).toBeLessThanOrEqual(1);
  });

  test('from its top, when there is not room for all of it', async () => {
    const view = await over(40);
    await view.evaluate(
      "window.extension.change((days) => days.map((group) => ({ ...group, records: group.records.map((one) => ({ ...one, notes: 'One line\\n'.repeat(80) })) })))",
    );
    await view.settled();
    const id = await lowest(view);
    await view.record(id).locator('.range').click();
    const { top, ceiling } = await sightOf(view, id);
    expect(Math.abs(top - ceiling)).toBeLessThanOrEqual(2);
  });

  test('and nothing moves when it was so already, or grows by itself', async () => {
    const view = await over(40);
    await view.evaluate('window.scrollTo(0, 300)');
    await view.settled();
    const id = await view.evaluate<string>(
      "document.elementFromPoint(150, 250).closest('[data-record]').dataset.record",
    );
    await view.record(id).locator('.range').click();
    expect((await sightOf(view, id)).scroll).toBe(300);
    await view.evaluate(
      '{ const now = performance.now.bind(performance); performance.now = () => now() + 60_000; undefined; }',
    );
    await view.evaluate(
      `window.extension.change((days) => days.map((group) => ({ ...group, records: group.records.map((one) => (one.id === '${id}' ? { ...one, notes: 'One line\\n'.repeat(80) } : one)) })))`,
    );
    await view.settled();
    expect((await sightOf(view, id)).scroll).toBe(300);
  });
});

test('the row that Tab goes to is whole, also where it was half behind the bar or a heading', async () => {
  const view = await over(40);
  await view.evaluate('window.scrollTo(0, 600)');
  await view.settled();
  const id = await lowest(view);
  await view.record(id).focus();
  await view.page.keyboard.press('x');
  await view.page.locator('.chosen-count').waitFor();
  const halfBehind = async (edge: (sight: Sight) => number): Promise<void> => {
    await view.evaluate(`document.querySelector('[data-control="group-issue"]').focus({ preventScroll: true })`);
    const sight = await sightOf(view, id);
    await view.evaluate(`window.scrollBy(0, ${(sight.top + sight.bottom) / 2 - edge(sight)})`);
    await view.settled();
    const { top, bottom } = await sightOf(view, id);
    expect(Math.abs((top + bottom) / 2 - edge(sight))).toBeLessThanOrEqual(1);
  };
  const stuck = await view.evaluate<number>(
    "document.querySelector('.timer').offsetHeight + document.querySelector('.group-head').offsetHeight",
  );
  for (const edge of [({ floor }: Sight) => floor, () => stuck]) {
    await halfBehind(edge);
    await view.page.keyboard.press('Tab');
    expect(await view.focus()).toBe(`${id}/`);
    expectWhole(await sightOf(view, id));
  }
});

test('the row that has focus is not behind the bar that comes up', async () => {
  const view = await over(40);
  const byKey = await lowest(view);
  await view.record(byKey).focus();
  await view.page.keyboard.press('x');
  await view.page.locator('.chosen-count').waitFor();
  expectWhole(await sightOf(view, byKey));
  await view.page.keyboard.press('Escape');
  await view.evaluate('window.scrollTo(0, 0)');
  await view.settled();
  const byPointer = await lowest(view);
  await view.record(byPointer).getByRole('checkbox').click({ force: true });
  await view.page.locator('.chosen-count').waitFor();
  expectWhole(await sightOf(view, byPointer));
});
