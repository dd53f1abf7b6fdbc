import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type ListChoice } from '../../src/protocol/list.ts';
import { ROOT } from './bundle.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { everyState, fullSnapshot, NOW, type Scene, snapshot } from './samples.ts';
import { THEMES } from './themes.ts';

const SHOTS = path.join(ROOT, 'screenshots/webview');

let harness: Harness;
beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  harness = await startHarness();
});
afterAll(() => harness.close());

const full = (): Promise<OpenView> => harness.open({ snapshot: fullSnapshot() });
const search = (view: OpenView) => view.page.getByRole('textbox', { name: 'Search time records' });
const found = (view: OpenView) => view.page.locator('.found');
const chips = (view: OpenView) => view.page.locator('.chip').allTextContents();
const field = (view: OpenView, name: string) => view.page.locator('.filter-panel').getByLabel(name, { exact: true });
const shown = (view: OpenView) =>
  view.evaluate<string[]>("[...document.querySelectorAll('.record')].map((row) => row.dataset.record)");
const looks = (view: OpenView) =>
  view.evaluate<ListChoice[]>(
    'window.posts.map((post) => post.look ?? post).filter(({ slices }) => slices).map(({ choice }) => choice)',
  );
const openPanel = (view: OpenView) => view.button(/^Filters/).click();
const lastChoice = async (view: OpenView): Promise<ListChoice | undefined> => (await looks(view)).at(-1);

/** What axe finds serious around the list. */
async function serious(view: OpenView): Promise<string[]> {
  await view.page.evaluate(axe.source);
  return view.evaluate<string[]>(
    "axe.run({ exclude: ['.list'] }, { resultTypes: ['violations'] }).then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))",
  );
}

describe('each filter', () => {
  const cases: readonly (readonly [
    string,
    (view: OpenView) => Promise<unknown>,
    Partial<ListChoice>,
    string,
    string[],
  ])[] = [
    [
      'state',
      (view) => field(view, 'State').selectOption('failed'),
      { state: 'failed' },
      '1 record, 1:15, 1:15 not in Jira',
      ['Failed'],
    ],
    [
      'project',
      (view) => field(view, 'Project').selectOption('OPS'),
      { project: 'OPS' },
      '1 record, 1:15, 1:15 not in Jira',
      ['OPS'],
    ],
    [
      'today',
      (view) => field(view, 'Period').selectOption('today'),
      { from: '2026-11-24', to: '2026-11-24' },
      '3 records, 3:35, 3:35 not in Jira',
      ['Today'],
    ],
    [
      'this week',
      (view) => field(view, 'Period').selectOption('week'),
      { from: '2026-11-23', to: '2026-11-29' },
      '6 records, 11:20, 7:00 not in Jira',
      ['This week'],
    ],
    [
      'this month',
      (view) => field(view, 'Period').selectOption('month'),
      { from: '2026-11-01', to: '2026-11-30' },
      '8 records, 13:20, 7:45 not in Jira',
      ['This month'],
    ],
    [
      'own days',
      async (view) => {
        await field(view, 'Period').selectOption('own');
        await field(view, 'From').fill('2026-11-20');
        await field(view, 'From').blur();
        await field(view, 'To').fill('2026-11-23');
        await field(view, 'To').blur();
      },
      { from: '2026-11-20', to: '2026-11-23' },
      '5 records, 9:45, 4:10 not in Jira',
      ['Fri, Nov 20 – Mon, Nov 23'],
    ],
    [
      'issue',
      async (view) => {
        await field(view, 'Issue').fill(' demo-9 ');
        await field(view, 'Issue').press('Enter');
      },
      { issueKey: 'DEMO-9' },
      '2 records, 3:25, 3:25 not in Jira',
      ['DEMO-9'],
    ],
  ];
  test.each(cases)('%s', async (_name, act, choice, words, names) => {
    const view = await full();
    expect(await field(view, 'State').isVisible()).toBe(false);
    await openPanel(view);
    await act(view);
    await view.settled();
    expect(await lastChoice(view)).toEqual({ ...EVERYTHING, ...choice });
    expect(await found(view).textContent()).toBe(words);
    expect(await chips(view)).toEqual(names);
    await view.page.locator('.chip').click();
    await view.settled();
    expect(await lastChoice(view)).toEqual(EVERYTHING);
    expect(await chips(view)).toEqual([]);
    expect(await found(view).textContent()).toBe('8 records, 13:20, 7:45 not in Jira');
    expect(await view.focus()).toBe('/filters');
    await view.page.context().close();
  });

  test('several at once, cleared by one click; the result is read out', async () => {
    const view = await full();
    await openPanel(view);
    await field(view, 'State').selectOption('waiting');
    await field(view, 'Project').selectOption('DEMO');
    await field(view, 'Period').selectOption('week');
    await view.settled();
    expect(await chips(view)).toEqual(['DEMO', 'This week', 'Waits for Jira']);
    expect(await view.button('Filters: 3 in use').getAttribute('aria-expanded')).toBe('true');
    expect(await view.page.locator('.visually-hidden [role="status"]').textContent()).toBe(
      await found(view).textContent(),
    );
    await view.button('Clear filters').click();
    await view.settled();
    expect(await lastChoice(view)).toEqual(EVERYTHING);
    expect(await chips(view)).toEqual([]);
    expect(await field(view, 'Period').inputValue()).toBe('all');
  });

  test('days the wrong way round are said to be, beside their field', async () => {
    const view = await full();
    await openPanel(view);
    await field(view, 'Period').selectOption('own');
    await field(view, 'From').fill('2026-11-24');
    await field(view, 'From').blur();
    await field(view, 'To').fill('2026-11-20');
    await field(view, 'To').blur();
    await view.settled();
    expect(await view.page.locator('.field-problem:visible').textContent()).toBe('The last day is before the first.');
    expect(await field(view, 'To').getAttribute('aria-invalid')).toBe('true');
  });
});

describe('the search', () => {
  test('waits for a pause, and looks once for what was typed', async () => {
    const view = await full();
    const before = (await looks(view)).length;
    await view.page.keyboard.press('Control+f');
    expect(await view.focus()).toBe('/search');
    // All at once: a busy machine that waits for each key's answer makes pauses of its own.
    await Promise.all([...'receipts'].map((key) => view.page.keyboard.press(key)));
    await found(view).filter({ hasText: '2 records, 3:25' }).waitFor();
    const texts = (await looks(view)).slice(before).map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set(['receipts']));
    expect((await shown(view)).toSorted()).toEqual(['conflict', 'unknown']);
    await view.page.keyboard.press('ArrowDown');
    expect(await view.focus()).toBe('conflict/');
    await view.page.keyboard.press('Control+f');
    await view.page.keyboard.press('Escape');
    await view.settled();
    expect(await search(view).inputValue()).toBe('');
    expect(await lastChoice(view)).toEqual(EVERYTHING);
    expect(await view.focus()).toBe('/search');
  });

  test('keeps what is being typed when a snapshot comes', async () => {
    const view = await full();
    await search(view).pressSequentially('rec');
    await view.show(fullSnapshot());
    await search(view).pressSequentially('eipts');
    expect(await search(view).inputValue()).toBe('receipts');
    await found(view).filter({ hasText: '2 records' }).waitFor();
  });

  test.each([
    ['markup', '<img src=x onerror=alert(1)>'],
    ['a command link', '[x](command:workbench.action.quit)'],
    ['an override', '\u202egnp.exe\u2066'],
    ['half a character', 'a\ud800b'],
    ['wildcards and quotes', `%_'";--\\`],
  ])('takes %s as text', async (_name, text) => {
    const view = await full();
    await search(view).fill(text);
    await view.page.keyboard.press('Enter');
    await view.settled();
    expect(await view.page.locator('main img').count()).toBe(0);
    await view.page.locator('.history .empty').filter({ hasText: 'Nothing found' }).waitFor();
    expect(await view.violations()).toEqual([]);
    await view.page.context().close();
  });

  test('cuts what is far too long, and keys and dates in fields too', async () => {
    const view = await full();
    await search(view).fill('x'.repeat(100_000));
    await view.page.keyboard.press('Enter');
    await view.settled();
    expect((await lastChoice(view))?.text).toHaveLength(200);
    await openPanel(view);
    await field(view, 'Issue').fill('Y'.repeat(100_000));
    await field(view, 'Issue').press('Enter');
    await view.settled();
    expect((await lastChoice(view))?.issueKey).toHaveLength(300);
    expect(await view.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
  });
});

/** Reloads the page and gives it what the extension would. */
async function reload(view: OpenView, scene: Scene): Promise<void> {
  await view.page.reload();
  await view.show(scene);
}

describe('after a reload', () => {
  test('the filters are as they were', async () => {
    const view = await full();
    await search(view).fill('mail');
    await search(view).press('Enter');
    await openPanel(view);
    await field(view, 'State').selectOption('conflict');
    await field(view, 'Period').selectOption('own');
    await field(view, 'From').fill('2026-11-20');
    await field(view, 'From').blur();
    await view.settled();
    const before = await lastChoice(view);
    expect(before).toEqual({ ...EVERYTHING, text: 'mail', state: 'conflict', from: '2026-11-20' });
    await reload(view, fullSnapshot());
    expect(await lastChoice(view)).toEqual(before);
    expect(await search(view).inputValue()).toBe('mail');
    expect(await chips(view)).toEqual(['Since Fri, Nov 20', 'Changed in Jira']);
    expect(await shown(view)).toEqual(['conflict']);
  });

  test('"today" and "this week" are those of the new day', async () => {
    const view = await full();
    await openPanel(view);
    await field(view, 'Period').selectOption('week');
    await view.settled();
    await view.page.clock.setFixedTime(NOW + 7 * 86_400_000);
    await reload(view, fullSnapshot());
    expect(await lastChoice(view)).toEqual({ ...EVERYTHING, from: '2026-11-30', to: '2026-12-06' });
    await reload(view, fullSnapshot({ weekStart: 7 }));
    expect(await lastChoice(view)).toEqual({ ...EVERYTHING, from: '2026-11-29', to: '2026-12-05' });
    expect(await chips(view)).toEqual(['This week']);
  });

  test.each([
    ['nothing', 'null'],
    ['a number', '7'],
    ['another shape', '{"choice":{"grouping":"moon","text":5},"period":"always"}'],
    [
      'a choice with a bad day',
      '{"choice":{"grouping":"day","text":"","issueKey":"","project":"","from":"soon","to":"","state":"all"}}',
    ],
  ])('%s as the saved state is ignored', async (_name, state) => {
    const view = await full();
    await view.evaluate(`sessionStorage.setItem('state', ${JSON.stringify(state)})`);
    await reload(view, fullSnapshot());
    expect(await lastChoice(view)).toEqual(EVERYTHING);
    expect((await shown(view)).length).toBeGreaterThan(3);
    await view.page.context().close();
  });
});

interface EmptyCase {
  readonly scene: () => Scene;
  readonly choose?: (view: OpenView) => Promise<unknown>;
  readonly title: string;
  readonly action: string;
  /** What the action does. */
  readonly leads: (view: OpenView) => Promise<void>;
}

const posts =
  (type: string) =>
  async (view: OpenView): Promise<void> => {
    expect((await view.posts()).map((post) => post.type)).toEqual([type]);
  };
const showsAll = async (view: OpenView): Promise<void> => {
  expect(await lastChoice(view)).toEqual(EVERYTHING);
  expect(await view.page.locator('.history .empty').isVisible()).toBe(false);
  expect(await view.focus()).not.toBe('/body');
};
const EMPTY: Readonly<Record<string, EmptyCase>> = {
  nothingYet: {
    scene: () => snapshot(),
    title: 'No time recorded yet',
    action: 'Add a record',
    leads: posts('addRecord'),
  },
  nothingFound: {
    scene: () => snapshot({ days: everyState() }),
    choose: (view) => search(view).fill('no such thing'),
    title: 'Nothing found',
    action: 'Clear filters',
    leads: showsAll,
  },
  allInJira: {
    scene: () => snapshot({ days: everyState().slice(2) }),
    choose: async (view) => {
      await openPanel(view);
      await field(view, 'State').selectOption('waiting');
    },
    title: 'Nothing waits for Jira',
    action: 'Show all records',
    leads: showsAll,
  },
};

describe('nothing to see', () => {
  for (const theme of THEMES) {
    for (const [name, { scene, choose, title, action, leads }] of Object.entries(EMPTY)) {
      test(`${name} in ${theme.name}: says why, and the one thing to do`, async () => {
        const view = await harness.open({ theme, snapshot: scene() });
        await choose?.(view);
        const empty = view.page.locator('.history .empty');
        await empty.filter({ hasText: title }).waitFor();
        expect(await empty.locator('vscode-button').count()).toBe(1);
        await view.page.screenshot({ path: path.join(SHOTS, `empty-${name}-${theme.name}.png`) });
        expect(await serious(view)).toEqual([]);
        await view.takePosts();
        await empty.getByRole('button', { name: action }).click();
        await view.settled();
        await leads(view);
        await view.page.context().close();
      });
    }
    test(`not connected and signed out in ${theme.name}: the records stay in sight`, async () => {
      for (const state of ['none', 'signedOut'] as const) {
        const connection = { state, label: 'example.atlassian.net' };
        const view = await harness.open({ theme, snapshot: snapshot({ days: everyState(), connection }) });
        expect((await shown(view)).length).toBeGreaterThan(3);
        expect(await view.page.locator('.history .empty').isVisible()).toBe(false);
        await view.takePosts();
        await view.page.locator('[data-control="connect"]').first().click();
        expect((await view.posts()).map(({ type }) => type)).toEqual(['connect']);
        expect(await serious(view)).toEqual([]);
        await view.page.context().close();
      }
    });
  }
});

describe('how it looks', () => {
  for (const theme of THEMES) {
    test(`filters, a selection and a result in ${theme.name}`, async () => {
      const view = await harness.open({ theme, width: 300, snapshot: snapshot({ days: everyState(), waiting: 4 }) });
      await openPanel(view);
      await field(view, 'State').selectOption('waiting');
      await field(view, 'Period').selectOption('own');
      await field(view, 'From').fill('2026-11-20');
      await field(view, 'From').blur();
      await view.settled();
      for (const id of ['pending', 'failed']) await view.record(id).getByRole('checkbox').click({ force: true });
      await view.send({
        type: 'synced',
        text: '12 synced, 2 failed',
        tone: 'error',
        failed: [
          { id: 'failed', text: 'OPS-311, Tue, Nov 24, 9:00 AM: Jira refused the worklog, the issue is closed.' },
          { id: 'pending', text: 'DEMO-7, Tue, Nov 24, 10:20 AM: Jira did not answer in time.' },
        ],
      });
      await view.page.screenshot({ path: path.join(SHOTS, `many-${theme.name}.png`) });
      expect(await serious(view)).toEqual([]);
      for (const width of [220, 900]) {
        await view.page.setViewportSize({ width, height: 760 });
        await view.page.screenshot({ path: path.join(SHOTS, `many-${width}-${theme.name}.png`) });
        expect(await view.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
          0,
        );
      }
      await view.page.context().close();
    });
  }
});

test('filtering 100,000 records draws without a long frame', async () => {
  const view = await harness.open({ days: 4_000 });
  await openPanel(view);
  // What the stand-in for the extension needs is not the page's time.
  await view.evaluate(`(() => {
    window.frames = [];
    const receive = window.extension.receive;
    window.extension.receive = (message) => setTimeout(() => receive(message));
    addEventListener('message', (event) => {
      if (event.data?.type !== 'list') return;
      const start = performance.now();
      const channel = new MessageChannel();
      requestAnimationFrame(() => {
        channel.port1.onmessage = () => window.frames.push(performance.now() - start);
        channel.port2.postMessage(0);
      });
    }, { capture: true });
  })()`);
  for (const state of ['synced', 'waiting', 'failed', 'all']) {
    await field(view, 'State').selectOption(state);
    await view.settled();
    await view.settled();
  }
  const frames = await view.evaluate<number[]>('window.frames');
  console.log(`filtering 100,000: from the answer to the frame ${frames.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  expect(frames.length).toBeGreaterThanOrEqual(4);
  // A busy machine is slow; what would read all records for each frame is slower by far.
  expect(Math.max(...frames)).toBeLessThan(500);
});
