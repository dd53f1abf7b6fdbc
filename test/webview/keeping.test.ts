import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { at, type DayGroup, day, fullSnapshot, manyDays, NOW, RUNNING, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const TODAY = '2026-11-24';
const three = (): DayGroup[] => [
  day(TODAY, [
    record('c', { timeIn: at(TODAY, '12:00'), timeOut: at(TODAY, '13:00') }),
    record('b', { timeIn: at(TODAY, '10:00'), timeOut: at(TODAY, '11:00') }),
    record('a', { timeIn: at(TODAY, '08:00'), timeOut: at(TODAY, '09:00') }),
  ]),
];

describe('focus', () => {
  async function focused(id: string, control: string): Promise<OpenView> {
    const view = await harness.open({ snapshot: snapshot({ days: three(), waiting: 3 }) });
    await view.record(id).locator(`[data-control="${control}"]`).focus();
    expect(await view.focus()).toBe(`${id}/${control}`);
    return view;
  }

  test('stays on the same button when a new snapshot changes everything around it', async () => {
    const view = await focused('b', 'edit');
    await view.evaluate('window.before = document.activeElement');
    const [today] = three();
    const records = [record('new', { timeIn: at(TODAY, '14:00') }), ...(today?.records ?? [])].map((row) => ({
      ...row,
      notes: 'changed',
      state: 'synced' as const,
    }));
    await view.show(snapshot({ days: [day(TODAY, records)], running: RUNNING }));
    expect(await view.evaluate('document.activeElement === window.before')).toBe(true);
    expect(await view.focus()).toBe('b/edit');
  });

  test('follows a record that moved to another place or day', async () => {
    const view = await focused('c', 'edit');
    const records = three()[0]?.records ?? [];
    await view.show(snapshot({ days: [day(TODAY, [...records].reverse())] }));
    expect(await view.focus()).toBe('c/edit');
    await view.show(snapshot({ days: [day(TODAY, records.slice(1)), day('2026-11-20', records.slice(0, 1))] }));
    expect(await view.focus()).toBe('c/edit');
  });

  test('goes to the row when its button goes away', async () => {
    const view = await focused('b', 'sync');
    const days = three().map((group) => ({ ...group, records: group.records.map((r) => ({ ...r, canSync: false })) }));
    await view.show(snapshot({ days }));
    expect(await view.focus()).toBe('b/');
  });

  test('goes to the next row when its record is deleted, and to the last when it was the last', async () => {
    const view = await focused('b', 'remove');
    const [c, , a] = three()[0]?.records ?? [];
    if (a === undefined || c === undefined) throw new Error('The sample has three records.');
    await view.show(snapshot({ days: [day(TODAY, [c, a])] }));
    expect(await view.focus()).toBe('a/');
    await view.show(snapshot({ days: [day(TODAY, [c])] }));
    expect(await view.focus()).toBe('c/');
    await view.show(snapshot({ days: [] }));
    expect(await view.focus()).not.toBe('/body');
  });

  test('goes from Clock in to Clock out and back', async () => {
    const view = await harness.open({ snapshot: snapshot() });
    await view.page.getByRole('region', { name: 'Timer' }).getByRole('button', { name: 'Clock in' }).focus();
    await view.show(snapshot({ running: RUNNING }));
    expect(await view.focus()).toBe('/clockOut');
    await view.show(snapshot());
    expect(await view.focus()).toBe('/clockIn');
  });

  test('stays on Sync all through a sync', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    await view.button('Sync all').focus();
    await view.show(fullSnapshot({ sync: { done: 0, total: 4 } }));
    expect(await view.focus()).toBe('/syncAll');
    await view.show(fullSnapshot());
    expect(await view.focus()).toBe('/syncAll');
  });

  test('is not taken from elsewhere', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: three() }) });
    await view.show(snapshot({ days: three() }));
    expect(await view.focus()).toBe('/body');
  });
});

describe('the keyboard', () => {
  test('walks rows with the arrows and their buttons sideways; Tab visits one row', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: three(), waiting: 3 }) });
    const { keyboard } = view.page;
    await view.record('c').focus();
    const stops: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      await keyboard.press('Tab');
      stops.push(await view.focus());
    }
    expect(stops.slice(0, 5)).toEqual(['c/pick', 'c/sync', 'c/open', 'c/edit', 'c/remove']);
    expect(stops[5]).not.toMatch(/^[abc]/u);
    await view.record('c').focus();
    const walk: string[] = [];
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End']) {
      await keyboard.press(key);
      walk.push(await view.focus());
    }
    expect(walk).toEqual(['b/', 'b/pick', 'b/sync', 'a/', 'a/', 'b/', 'c/', 'a/']);
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowLeft');
    expect(await view.focus()).toBe('a/');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Tab');
    expect(await view.focus()).toBe('a/');
  });

  test('comes back to the row it left, also after a reload', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: three() }) });
    await view.record('b').focus();
    await view.page.reload();
    await view.show(snapshot({ days: three() }));
    expect(await view.record('b').getAttribute('tabindex')).toBe('0');
    expect(await view.record('c').getAttribute('tabindex')).toBe('-1');
  });
});

describe('the place', () => {
  const many = (): DayGroup[] => manyDays(10, 8);
  const grown = (): DayGroup[] => {
    const [first, ...rest] = many();
    if (first === undefined) throw new Error('The sample has days.');
    return [day(TODAY, [record('n1'), record('n2'), record('n3'), ...first.records]), ...rest];
  };
  const top = (view: OpenView, id: string): Promise<number> =>
    view.evaluate<number>(`document.querySelector('[data-record="${id}"]').getBoundingClientRect().top`);

  test('stays where the user reads when records come in above', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: many() }) });
    await view.evaluate('window.scrollTo(0, 1500)');
    await view.settled();
    const id = await view.recordAt(400);
    const before = await top(view, id);
    await view.show(snapshot({ days: grown(), notice: 'Something to know', running: RUNNING }));
    expect(Math.abs((await top(view, id)) - before)).toBeLessThanOrEqual(1);
    await view.show(snapshot({ days: many() }));
    expect(Math.abs((await top(view, id)) - before)).toBeLessThanOrEqual(1);
  });

  test('stays under the cursor, even at the very top', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: many() }) });
    await view.record('d0-3').hover();
    const before = await top(view, 'd0-3');
    await view.show(snapshot({ days: grown() }));
    expect(Math.abs((await top(view, 'd0-3')) - before)).toBeLessThanOrEqual(1);
    expect(await view.evaluate('document.querySelector("[data-record]:hover").dataset.record')).toBe('d0-3');
  });

  test('is where it was when the line at the end shrinks below the focus', async () => {
    const days = many();
    const offline = { state: 'offline', label: 'Offline', problem: 'Not reached', lastSuccessAt: null } as const;
    const view = await harness.open({ snapshot: snapshot({ days, connection: offline }) });
    await view.page.locator('.connection button, .connection vscode-button').first().focus();
    const connection = { state: 'connected', label: 'Connected' } as const;
    await view.show(snapshot({ days, connection }));
    expect(await view.page.locator('.connection').getAttribute('data-state')).toBe('connected');
    expect(await view.evaluate('window.scrollY')).toBe(0);
  });

  test('is kept by an unchanged snapshot, without touching the page', async () => {
    const same = snapshot({ days: many() });
    const view = await harness.open({ snapshot: same });
    await view.evaluate('window.scrollTo(0, 700)');
    await view.settled();
    await view.evaluate(
      'window.changes = 0; new MutationObserver((all) => { window.changes += all.length; }).observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true, characterData: true })',
    );
    await view.show({ ...same, version: same.version + 1 });
    expect(await view.evaluate('window.scrollY')).toBe(700);
    expect(await view.evaluate('window.changes')).toBe(0);
  });

  test('is found again after a reload', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: many() }) });
    await view.evaluate(
      'new Promise((resolve) => { addEventListener("scrollend", () => resolve(), { once: true }); window.scrollTo(0, 900); })',
    );
    await view.page.reload();
    await view.show(snapshot({ days: many() }));
    expect(Math.abs((await view.evaluate<number>('window.scrollY')) - 900)).toBeLessThanOrEqual(1);
  });
});

describe('the running timer', () => {
  const elapsed = (view: OpenView): Promise<string | null> => view.page.getByRole('timer').textContent();

  test('ticks on the second, and not at all while nobody sees it', async () => {
    const view = await harness.open({ snapshot: snapshot({ running: RUNNING }), stopClock: true });
    expect(await elapsed(view)).toBe('1:23:07');
    await view.page.clock.runFor(999);
    expect(await elapsed(view)).toBe('1:23:07');
    await view.page.clock.runFor(1);
    expect(await elapsed(view)).toBe('1:23:08');
    await view.evaluate('window.setHidden(true)');
    await view.page.clock.runFor(60_000);
    expect(await elapsed(view)).toBe('1:23:08');
    await view.evaluate('window.setHidden(false)');
    expect(await elapsed(view)).toBe('1:24:08');
    await view.page.clock.runFor(1_000);
    expect(await elapsed(view)).toBe('1:24:09');
  });

  test('aims at the full second of its own start', async () => {
    const running = { ...RUNNING, timeIn: NOW - 5_250 };
    const view = await harness.open({ snapshot: snapshot({ running }), stopClock: true });
    expect(await elapsed(view)).toBe('0:00:05');
    await view.page.clock.runFor(749);
    expect(await elapsed(view)).toBe('0:00:05');
    await view.page.clock.runFor(1);
    expect(await elapsed(view)).toBe('0:00:06');
  });

  test('stops with the record', async () => {
    const view = await harness.open({ snapshot: snapshot({ running: RUNNING }), stopClock: true });
    await view.show(snapshot());
    expect(await view.page.getByRole('timer').count()).toBe(0);
    await view.page.clock.runFor(5_000);
    expect(await view.evaluate('document.querySelector(".elapsed").textContent')).toBe('1:23:07');
  });
});
