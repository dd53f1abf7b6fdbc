import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, type OpenView, startHarness, type ViewOptions } from './harness.ts';
import { at, day, RUNNING, record, type Scene, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const TODAY = '2026-11-24';

/** 4,000 days of 25 records: `d<day>-<record>`, the newest first. */
const big = (options: ViewOptions = {}): Promise<OpenView> => harness.open({ days: 4_000, ...options });

async function scrollTo(view: OpenView, share: number): Promise<void> {
  await view.evaluate(
    `new Promise((done) => { addEventListener('scrollend', () => done(), { once: true }); window.scrollTo(0, ${share} * (document.documentElement.scrollHeight - innerHeight)); })`,
  );
  await view.settled();
}

const topOf = (view: OpenView, id: string): Promise<number> =>
  view.evaluate<number>(`document.querySelector('[data-record="${id}"]').getBoundingClientRect().top`);
/** What covers the middle of the window, line by line: records, headings or skeletons. */
const bones = (view: OpenView): Promise<number> => view.page.locator('.bone-row').count();

describe('100,000 records', () => {
  test('are a page of their whole height, with few rows in it', async () => {
    const view = await big();
    const height = await view.evaluate<number>('document.querySelector(".record .lines").offsetHeight');
    const total = await view.evaluate<number>('document.documentElement.scrollHeight');
    expect(total).toBeGreaterThan(100_000 * height);
    expect(await view.page.locator('.record').count()).toBeLessThan(40);
    expect(await view.page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe(String(100_000 + 4_000 + 573));
    expect(await view.violations()).toEqual([]);
  });

  test('are laid out once when they come, at the size they keep', async () => {
    const view = await harness.open({ snapshot: null, fontSize: '17px' });
    await view.evaluate(`{
      window.heights = [];
      const look = () => {
        const height = document.querySelector('[role=treegrid]')?.style.height ?? '';
        if (parseFloat(height) > 0 && height !== window.heights.at(-1)) window.heights.push(height);
      };
      new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
    }`);
    const { days: _, ...first } = snapshot();
    await view.send({ type: 'snapshot', snapshot: first });
    await view.fill(4_000);
    await view.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
    expect(await view.evaluate('window.heights')).toHaveLength(1);
  });

  test('show at the middle and at the end, each row at its place and none twice', async () => {
    const view = await big();
    for (const share of [0.5, 1]) {
      await scrollTo(view, share);
      expect(await bones(view)).toBe(0);
      const rows = await view.evaluate<[string, number, number][]>(
        `[...document.querySelectorAll('.record')].map((row) => [row.dataset.record, Number(row.ariaRowIndex ?? row.getAttribute('aria-rowindex')), Math.round(row.getBoundingClientRect().top)])`,
      );
      expect(new Set(rows.map(([id]) => id)).size).toBe(rows.length);
      expect(rows.map(([, index]) => index)).toEqual(rows.map(([, index]) => index).toSorted((a, b) => a - b));
      expect(rows.map(([, , top]) => top)).toEqual(rows.map(([, , top]) => top).toSorted((a, b) => a - b));
    }
    expect(await view.record('d3999-24').isVisible()).toBe(true);
  });

  test('ask for what is near the screen alone, and not more often than they are answered', async () => {
    const view = await big();
    await view.evaluate('window.posts.length = 0; window.extension.held = true');
    const begun = performance.now();
    for (const share of [0.1, 0.2, 0.3, 0.4]) await scrollTo(view, share);
    const looks = await view.evaluate<{ slices: { count: number }[] }[]>(
      'window.posts.filter(({ type }) => type === "look")',
    );
    // An answer is not waited for longer than a second.
    expect(looks.length).toBeLessThanOrEqual(1 + Math.floor((performance.now() - begun) / 1_000));
    expect(looks.length).toBeGreaterThan(0);
    expect(looks[0]?.slices.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(250);
    expect(await bones(view)).toBeGreaterThan(5);
    await view.evaluate('window.extension.release()');
    await view.settled();
    expect(await bones(view)).toBe(0);
  });

  test('a skeleton is as tall as the row that takes its place', async () => {
    const view = await big();
    await view.evaluate('window.extension.held = true');
    await scrollTo(view, 0.5);
    const place = await view.evaluate<[number, number]>(
      '(() => { const { top, height } = [...document.querySelectorAll(".bone-row")].at(5).getBoundingClientRect(); return [Math.round(top), Math.round(height)]; })()',
    );
    await view.evaluate('window.extension.release()');
    await view.settled();
    const tops = await view.evaluate<[number, number][]>(
      '[...document.querySelectorAll(".record")].map((row) => { const { top, height } = row.getBoundingClientRect(); return [Math.round(top), Math.round(height)]; })',
    );
    expect(tops).toContainEqual(place);
  });

  test('keep the row under the cursor where it is when records come in and go above it', async () => {
    const view = await big();
    await scrollTo(view, 0.5);
    await view.page.mouse.move(150, 420);
    const id = await view.recordAt(420);
    const before = await topOf(view, id);
    const changes = [
      // Another day on top, records in the day on the screen, and a day far above gone.
      `(days) => [{ key: '2026-11-25', records: days[0].records.map((row) => ({ ...row, id: 'new ' + row.id })) }, ...days]`,
      `(days) => days.filter((_, index) => index !== 3)`,
      `(days) => days.map((group, index) => index === 2 ? { ...group, records: group.records.slice(5) } : group)`,
      `(days) => days.map((group) => group.records.some(({ id }) => id === '${id}') ? { ...group, records: [{ ...group.records[0], id: 'fresh' }, ...group.records] } : group)`,
    ];
    for (const change of changes) {
      await view.evaluate(`window.extension.change(${change})`);
      await view.settled();
      expect(Math.abs((await topOf(view, id)) - before)).toBeLessThanOrEqual(1);
      expect(await view.recordAt(420)).toBe(id);
    }
  });

  test('keep what is read in place while nobody points at anything', async () => {
    const view = await big();
    await scrollTo(view, 0.3);
    const id = await view.recordAt(300);
    const before = await topOf(view, id);
    await view.evaluate(`window.extension.change((days) => days.slice(7))`);
    await view.settled();
    expect(Math.abs((await topOf(view, id)) - before)).toBeLessThanOrEqual(1);
  });

  test('stay where they are when the font grows', async () => {
    const view = await big();
    await scrollTo(view, 0.5);
    await view.page.mouse.move(150, 420);
    const id = await view.recordAt(420);
    const before = await topOf(view, id);
    await view.evaluate(`document.documentElement.style.setProperty('--vscode-font-size', '18px')`);
    await view.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
    expect(Math.abs((await topOf(view, id)) - before)).toBeLessThanOrEqual(1);
    const heights = await view.evaluate<number[]>(
      '[...document.querySelectorAll(".record")].map((row, i, all) => i === 0 ? 0 : row.getBoundingClientRect().height)',
    );
    expect(new Set(heights.slice(1)).size).toBe(1);
  });

  test('come back to their place and open record after a reload', async () => {
    const view = await big();
    await scrollTo(view, 0.5);
    const id = await view.recordAt(420);
    await view.record(id).locator('.range').click();
    const before = await topOf(view, id);
    await scrollTo(view, 0.500_001);
    const then = await topOf(view, id);
    await view.page.reload();
    await view.send({ type: 'snapshot', snapshot: snapshot() });
    await view.evaluate(
      `window.extension.generate(4000, 25, '${TODAY}'); window.extension.change((days) => [{ key: '2026-11-25', records: days[0].records.map((row) => ({ ...row, id: 'n' + row.id })) }, ...days])`,
    );
    await view.settled();
    await view.settled();
    expect(Math.abs((await topOf(view, id)) - then)).toBeLessThanOrEqual(2);
    expect(await view.record(id).getAttribute('aria-expanded')).toBe('true');
    expect(before).toBeGreaterThan(0);
  });

  test('the keyboard goes through all of them: from page to page, to the end and back', async () => {
    const view = await big();
    await view.record('d0-0').focus();
    const { keyboard } = view.page;
    const press = async (key: string): Promise<string> => {
      await keyboard.press(key);
      await view.settled();
      return view.focus();
    };
    for (let n = 1; n <= 30; n += 1) await keyboard.press('ArrowDown');
    await view.settled();
    expect(await view.focus()).toBe('d1-5/');
    expect(await press('End')).toBe('d3999-24/');
    expect(await press('ArrowUp')).toBe('d3999-23/');
    expect(await press('Home')).toBe('d0-0/');
    const down = await press('PageDown');
    expect(down).toMatch(/^d0-1\d\/$/u);
    expect(await press('PageUp')).toBe('d0-0/');
    expect(await press('ArrowUp')).toBe('d0-0/');
  });

  test('a row that is far away gets focus once it has come, and focus is not lost meanwhile', async () => {
    const view = await big();
    await view.record('d0-0').focus();
    await view.evaluate('window.extension.held = true');
    await view.page.keyboard.press('End');
    await view.settled();
    expect(await view.focus()).toBe('d0-0/');
    await view.page.keyboard.press('ArrowUp');
    await view.evaluate('window.extension.release()');
    await view.settled();
    expect(await view.focus()).toBe('d3999-23/');
  });

  test('scrolled far from the focused row, the arrows go on from it', async () => {
    const view = await big();
    await view.record('d0-3').focus();
    await scrollTo(view, 0.5);
    expect(await view.focus()).toBe('d0-3/');
    await view.page.keyboard.press('ArrowDown');
    await view.settled();
    expect(await view.focus()).toBe('d0-4/');
    expect(await view.record('d0-4').isVisible()).toBe(true);
  });

  test('use their rows again while somebody scrolls', async () => {
    const view = await big();
    const [made, longest] = await view.evaluate<[number, number]>(`new Promise((done) => {
      const made = new Set();
      let last = performance.now(), longest = 0, n = 0;
      const step = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        n += 1;
        for (const row of document.querySelectorAll('.record')) made.add(row);
        if (n > 60) return done([made.size, longest]);
        window.scrollBy(0, n % 20 === 0 ? 20_000 : 700);
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    })`);
    console.log(`longest frame while scrolling: ${longest.toFixed(1)} ms`);
    expect(made).toBeLessThan(90);
  });
});

const three = (): Scene =>
  snapshot({
    days: [
      day(TODAY, [
        record('c', { timeIn: at(TODAY, '12:00'), timeOut: at(TODAY, '13:00'), state: 'synced', canSync: false }),
        record('b', { timeIn: at(TODAY, '10:00'), timeOut: at(TODAY, '11:00'), notes: 'Line one\nLine two' }),
      ]),
      day('2026-11-20', [record('a', { issueKey: 'OPS-1', summary: 'Certificates', day: '2026-11-20' })]),
    ],
  });

describe('headings', () => {
  const texts = (view: OpenView, selector: string): Promise<string[]> => view.page.locator(selector).allInnerTexts();

  test('tell day, count, total and how much is in Jira; weeks stand between', async () => {
    const view = await harness.open({ snapshot: three() });
    expect((await texts(view, '.group-head')).map((text) => text.replace(/\s+/gu, ' '))).toEqual([
      'Today 2 records 2:00',
      'Fri, Nov 20 1 record 1:15',
    ]);
    expect((await texts(view, '.week-head')).map((text) => text.replace(/\s+/gu, ' '))).toEqual([
      'Week of Mon, Nov 23 2:00',
      'Week of Mon, Nov 16 1:15',
    ]);
    const bar = view.page.locator('.group-head .logged').first();
    expect(await bar.getAttribute('title')).toBe('1 h 0 min in Jira, 1 h 0 min not yet');
    expect(await bar.getAttribute('aria-label')).toBe('1 h 0 min in Jira, 1 h 0 min not yet');
    expect(await view.page.getByRole('heading', { name: 'Today' }).count()).toBe(1);
  });

  test('by issue tell key and summary, and the choice outlives a reload', async () => {
    const view = await harness.open({ snapshot: three() });
    await view.button('Issue').click();
    await view.settled();
    expect((await texts(view, '.group-head')).map((text) => text.replace(/\s+/gu, ' '))).toEqual([
      'DEMO-7 Checkout: keep the basket when the session ends 2 records 2:00',
      'OPS-1 Certificates 1 record 1:15',
    ]);
    expect(await view.page.locator('.week-head').count()).toBe(0);
    expect(await texts(view, '.record .title')).toEqual(['Today', 'Today · Line one Line two', 'Fri, Nov 20']);
    await view.page.reload();
    await view.show(three());
    expect(await view.page.locator('.group-head').count()).toBe(2);
    expect(await view.button('Issue').getAttribute('aria-pressed')).toBe('true');
    await view.button('Day').click();
    await view.settled();
    expect(await view.page.getByRole('heading', { name: 'Today' }).count()).toBe(1);
  });

  test('the one of the group that is read stays on top', async () => {
    const view = await big();
    await scrollTo(view, 0.5);
    const timer = await view.evaluate<number>('document.querySelector(".timer").getBoundingClientRect().bottom');
    const id = await view.recordAt(timer + 60);
    const [index] = id.slice(1).split('-');
    const heading = await view.evaluate<string>(
      `document.elementFromPoint(20, ${timer} + 12).closest('.group-head').nextElementSibling.dataset.record ?? ''`,
    );
    expect(heading.startsWith(`d${index}-`)).toBe(true);
  });
});

describe('an open row', () => {
  test('opens with a click or Enter, one at a time, and closes with Escape', async () => {
    const view = await harness.open({ snapshot: three() });
    await view.record('b').locator('.range').click();
    expect(await view.record('b').getAttribute('aria-expanded')).toBe('true');
    const below = await topOf(view, 'a');
    await view.record('c').focus();
    await view.page.keyboard.press('Enter');
    expect(await view.record('c').getAttribute('aria-expanded')).toBe('true');
    expect(await view.record('b').getAttribute('aria-expanded')).toBe('false');
    await view.page.keyboard.press('Escape');
    expect(await view.page.locator('.detail').count()).toBe(0);
    expect(await view.focus()).toBe('c/');
    expect(await topOf(view, 'a')).toBeLessThan(below);
  });

  test('shows whole notes, exact times, zone, branch, and opens a link of the web by message alone', async () => {
    const scene = three();
    const rows = scene.days[0]?.records ?? [];
    rows[1] = record('b', {
      notes: 'Line one\nLine two',
      zone: 'Asia/Tokyo',
      branch: 'feature/DEMO-7',
      externalLink: 'https://example.com/x?y=1',
      timeIn: at(TODAY, '02:00') + 12_000,
      timeOut: at(TODAY, '03:00') + 34_000,
      lastSyncedAt: at(TODAY, '09:00'),
      state: 'synced',
    });
    const view = await harness.open({ snapshot: scene });
    await view.record('b').focus();
    await view.page.keyboard.press('Enter');
    const detail = view.record('b').locator('.detail');
    const text = ((await detail.textContent()) ?? '').replace(/\s+/gu, ' ');
    for (const part of ['Times in Asia/Tokyo', 'Branch: feature/DEMO-7', '10:00:12 AM', '11:00:34 AM', 'Synced Nov 24'])
      expect(text).toContain(part);
    await view.takePosts();
    await detail.getByRole('button', { name: 'https://example.com/x?y=1' }).click();
    expect(await view.takePosts()).toEqual([{ type: 'openLink', id: 'b' }]);
    expect(await view.page.locator('a').count()).toBe(0);
  });

  test('is not said to be synced when it is so no more, and has the editor’s own menu for its texts', async () => {
    const lastSyncedAt = at(TODAY, '09:00');
    const days = [day(TODAY, [record('b', { lastSyncedAt, state: 'pending' })])];
    const view = await harness.open({ snapshot: snapshot({ days }) });
    await view.record('b').focus();
    await view.page.keyboard.press('Enter');
    const detail = view.record('b').locator('.detail');
    expect(await detail.textContent()).toContain('Not synced');
    expect(await detail.textContent()).not.toContain('Synced Nov');
    const menu: unknown = JSON.parse((await detail.getAttribute('data-vscode-context')) ?? '');
    expect(menu).toMatchObject({ webviewSection: 'detail', preventDefaultContextMenuItems: false });
  });

  test('a link that is not of the web is only a text', async () => {
    for (const externalLink of ['javascript:alert(1)', 'command:workbench.action.quit', 'https://a b', 'file:///etc']) {
      const view = await harness.open({
        snapshot: snapshot({ days: [day(TODAY, [record('x', { externalLink })])] }),
      });
      await view.record('x').locator('.range').click();
      expect(await view.record('x').locator('[data-control="link"]').isVisible()).toBe(false);
      expect(await view.record('x').locator('.plain-link').textContent()).toBe(externalLink);
      await view.page.context().close();
    }
  });

  test('tells why it failed and offers what to do', async () => {
    const problem = 'Jira refused the worklog.\nReopen the issue.';
    const view = await harness.open({
      snapshot: snapshot({
        days: [
          day(TODAY, [
            record('f', { state: 'failed', problem }),
            record('k', { state: 'conflict', canSync: false, problem: 'Changed in Jira.' }),
          ]),
        ],
      }),
    });
    await view.record('f').locator('.range').click();
    expect(await view.record('f').locator('.problem-text').textContent()).toBe(problem);
    await view.takePosts();
    await view.record('f').locator('.problem').getByRole('button', { name: 'Retry' }).click();
    await view.record('k').locator('.range').click();
    await view.record('k').getByRole('button', { name: 'Use mine' }).click();
    await view.record('k').getByRole('button', { name: 'Use Jira’s' }).click();
    expect((await view.takePosts()).filter(({ type }) => type === 'syncOne' || type === 'resolve')).toEqual([
      { type: 'syncOne', id: 'f' },
      { type: 'resolve', id: 'k', keep: 'mine' },
      { type: 'resolve', id: 'k', keep: 'jira' },
    ]);
  });

  test('stays open and in place while others come and go, and closes with its record', async () => {
    const view = await big();
    await scrollTo(view, 0.5);
    const id = await view.recordAt(420);
    await view.record(id).locator('.range').click();
    const before = await topOf(view, id);
    await view.evaluate('window.extension.change((days) => days.slice(3))');
    await view.settled();
    expect(Math.abs((await topOf(view, id)) - before)).toBeLessThanOrEqual(1);
    expect(await view.record(id).getAttribute('aria-expanded')).toBe('true');
    await view.evaluate(
      `window.extension.change((days) => days.map((group) => ({ ...group, records: group.records.filter(({ id }) => id !== '${id}') })))`,
    );
    await view.settled();
    expect(await view.page.locator('.detail').count()).toBe(0);
    expect(await view.focus()).not.toBe('/body');
  });

  test('keeps its state while it is scrolled away', async () => {
    const view = await big();
    await view.record('d0-2').locator('.range').click();
    await view.evaluate('window.kept = document.querySelector(".detail")');
    await scrollTo(view, 0.7);
    await scrollTo(view, 0);
    expect(await view.evaluate('document.querySelector(".detail") === window.kept')).toBe(true);
  });
});

describe('a row', () => {
  test('carries what the context menu goes by', async () => {
    const view = await harness.open({ snapshot: three() });
    expect(JSON.parse((await view.record('b').getAttribute('data-vscode-context')) ?? '')).toEqual({
      webviewSection: 'record',
      recordId: 'b',
      hasIssue: true,
      canSync: true,
      hasWorklog: false,
      preventDefaultContextMenuItems: true,
    });
  });

  test('opens its issue by its badge and with Ctrl+Enter; Ctrl+Z undoes, Delete deletes', async () => {
    const view = await harness.open({ snapshot: three() });
    await view.takePosts();
    await view.record('b').locator('.key').click();
    await view.record('b').focus();
    for (const key of ['Control+Enter', 'Control+z', 'Delete']) await view.page.keyboard.press(key);
    expect(await view.takePosts()).toEqual([
      { type: 'openIssue', id: 'b' },
      { type: 'openIssue', id: 'b' },
      { type: 'undo' },
      { type: 'remove', id: 'b' },
    ]);
  });

  test('marks what is counted twice', async () => {
    const view = await harness.open({
      snapshot: snapshot({ days: [day(TODAY, [record('x', { overlaps: true }), record('y')])] }),
    });
    expect(await view.record('x').locator('.overlaps').isVisible()).toBe(true);
    expect(await view.record('y').locator('.overlaps').isVisible()).toBe(false);
  });
});

describe('focus', () => {
  test('goes to the next row when its record is deleted, over groups and to the last', async () => {
    const view = await harness.open({ snapshot: three() });
    await view.record('b').locator('[data-control="remove"]').focus();
    const drop = async (id: string): Promise<string> => {
      await view.evaluate(
        `window.extension.change((days) => days.map((group) => ({ ...group, records: group.records.filter(({ id }) => id !== '${id}') })).filter(({ records }) => records.length > 0))`,
      );
      await view.settled();
      return view.focus();
    };
    expect(await drop('b')).toBe('a/');
    expect(await drop('a')).toBe('c/');
    expect(await drop('c')).not.toBe('/body');
  });

  test('follows its record into another group', async () => {
    const view = await harness.open({ snapshot: three() });
    await view.record('c').locator('[data-control="edit"]').focus();
    await view.evaluate(
      `window.extension.change(([today, old]) => [{ ...today, records: today.records.slice(1) }, { ...old, records: [today.records[0], ...old.records] }])`,
    );
    await view.settled();
    expect(await view.focus()).toBe('c/edit');
  });
});

test('rows that have come stay while the extension is slow to answer', async () => {
  const view = await big();
  const ids = (): Promise<string[]> =>
    view.evaluate<string[]>('[...document.querySelectorAll(".record")].map(({ dataset }) => dataset.record)');
  const before = await ids();
  await view.evaluate('window.extension.held = true');
  await view.evaluate('window.extension.change((days) => days.slice(1))');
  const { days: _, ...next } = snapshot({ running: RUNNING });
  await view.send({ type: 'snapshot', snapshot: next });
  expect(await bones(view)).toBe(0);
  expect((await ids()).slice(0, 5)).toEqual(before.slice(0, 5));
});

test('nothing moves for those who asked for less motion', async () => {
  const view = await big({ reducedMotion: true });
  await view.evaluate('window.extension.held = true');
  await scrollTo(view, 0.5);
  expect(await bones(view)).toBeGreaterThan(0);
  expect(await view.evaluate('document.getAnimations().filter((a) => a.playState === "running").length')).toBe(0);
});

test('an older list that arrives late is dropped', async () => {
  const view = await harness.open({ snapshot: three() });
  const sent = await view.evaluate<{ choice: unknown }>('window.posts.find(({ type }) => type === "look")');
  const sums = { count: 1, seconds: 60, loggedSeconds: 0 };
  const outline = {
    ...sums,
    weeks: [],
    projects: [],
    groups: [{ ...sums, key: TODAY, summary: null, statusCategory: null }],
  };
  const rows = [{ group: TODAY, from: 0, records: [record('late')] }];
  await view.send({ type: 'list', list: { version: 3, choice: sent.choice, outline, rows, stale: true } });
  expect(await view.record('late').count()).toBe(0);
  expect(await view.record('b').count()).toBe(1);
});
