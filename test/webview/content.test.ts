import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordRow } from '../../src/protocol/messages.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { at, day, everyState, fullSnapshot, RUNNING, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const names = (view: OpenView, id: string): Promise<string[]> =>
  view
    .record(id)
    .getByRole('button')
    .evaluateAll((buttons) => buttons.map((button) => String(button.getAttribute('aria-label'))));

describe('a record', () => {
  const expected: Readonly<Record<string, { word: string; buttons: string[] }>> = {
    local: { word: 'Local only', buttons: ['Edit', 'Delete'] },
    pending: { word: 'Not synced', buttons: ['Sync to Jira', 'Open in Jira', 'Edit', 'Delete'] },
    syncing: { word: 'Syncing', buttons: ['Open in Jira', 'Edit', 'Delete'] },
    synced: { word: 'Synced', buttons: ['Open in Jira', 'Edit', 'Delete'] },
    failed: { word: 'Failed', buttons: ['Retry', 'Open in Jira', 'Edit', 'Delete'] },
    unknown: {
      word: 'Checking with Jira on the next sync',
      buttons: ['Sync to Jira', 'Open in Jira', 'Edit', 'Delete'],
    },
    conflict: { word: 'Changed in Jira', buttons: ['Open in Jira', 'Edit', 'Delete'] },
  };

  test('says its state by icon and word, and offers what makes sense', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    const icons = new Set<string | null>();
    for (const [id, { word, buttons }] of Object.entries(expected)) {
      const state = view.record(id).locator('.state');
      expect(await state.textContent()).toBe(word);
      icons.add(await state.locator('.codicon').getAttribute('class'));
      const listed = await view
        .record(id)
        .locator('.icon-button')
        .evaluateAll((all) =>
          all.filter((one) => one.getClientRects().length > 0).map((one) => String(one.getAttribute('aria-label'))),
        );
      expect(listed).toEqual(buttons);
    }
    expect(icons.size).toBe(Object.keys(expected).length);
  });

  test('says by icon, word and title that another record counts its time, to the ear as well', async () => {
    const records = [record('x', { overlaps: true }), record('y')];
    const view = await harness.open({ snapshot: snapshot({ days: [day('2026-11-24', records)] }) });
    const mark = view.record('x').locator('.overlaps');
    expect(await mark.textContent()).toBe('Overlaps');
    expect(await mark.getAttribute('title')).toContain('Overlaps another record');
    expect(await view.record('x').getAttribute('aria-label')).toContain('Overlaps another record');
    expect(await view.record('y').locator('.overlaps').isVisible()).toBe(false);
    expect(await view.record('y').getAttribute('aria-label')).not.toContain('Overlaps');
  });

  test('changes in place from state to state', async () => {
    const view = await harness.open({ snapshot: snapshot({ days: [day('2026-11-24', [record('x')])] }) });
    await view.evaluate('window.row = document.querySelector("[data-record]")');
    const states: readonly RecordRow['state'][] = [
      'syncing',
      'failed',
      'conflict',
      'synced',
      'unknown',
      'local',
      'pending',
    ];
    for (const state of states) {
      const problem = state === 'failed' || state === 'conflict' ? `Why it is ${state}` : null;
      await view.show(snapshot({ days: [day('2026-11-24', [record('x', { state, problem })])] }));
      expect(await view.record('x').locator('.state').textContent()).toBe(expected[state]?.word);
      expect(await view.record('x').getByText('Why it is').count()).toBe(problem === null ? 0 : 1);
      expect(await view.evaluate('window.row === document.querySelector("[data-record]")')).toBe(true);
    }
  });

  test('shows key, summary, times, duration and notes, and says them all', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    const row = view.record('synced');
    expect(await row.locator('.key').textContent()).toBe('DEMO-7');
    expect(await row.locator('.title').textContent()).toBe('Checkout: keep the basket when the session ends');
    expect((await row.locator('.range').textContent())?.replace(/\s/gu, ' ')).toBe('1:05 – 5:25 PM');
    expect(await row.locator('.duration').textContent()).toBe('4:20');
    expect(await row.locator('.notes').textContent()).toContain('Still open: the guest checkout.');
    expect((await row.getAttribute('aria-label'))?.replace(/\s/gu, ' ')).toBe(
      'DEMO-7, Checkout: keep the basket when the session ends, 1:05 – 5:25 PM, 4 h 20 min, Synced, Yesterday',
    );
    expect(await row.locator('.state').getAttribute('title')).toMatch(/^Synced Nov 23, 2026, 5:26/u);
  });

  test('says its date once when open, and both when it ends on another', async () => {
    const within = record('within', { timeIn: at('2026-11-24', '09:00'), timeOut: at('2026-11-24', '10:15') });
    const across = record('across', { timeIn: at('2026-11-24', '23:00'), timeOut: at('2026-11-25', '00:30') });
    const view = await harness.open({
      snapshot: snapshot({ locale: 'en', days: [day('2026-11-24', [within, across])] }),
    });
    const times = async (id: string): Promise<string | undefined> => {
      await view.record(id).locator('.range').click();
      const fact = view.record(id).locator('.fact', { has: view.page.locator('.codicon-clock') });
      return (await fact.textContent())?.replace(/\s/gu, ' ');
    };
    expect(await times('within')).toBe('Nov 24, 2026, 9:00:00 AM – 10:15:00 AM');
    expect(await times('across')).toBe('Nov 24, 2026, 11:00:00 PM – Nov 25, 2026, 12:30:00 AM');
  });

  test('from another zone says so; one that ends at midnight ends on its day', async () => {
    const odd = [
      record('tokyo', { zone: 'Asia/Tokyo', timeIn: at('2026-11-24', '02:00'), timeOut: at('2026-11-24', '03:00') }),
      record('late', { timeIn: at('2026-11-24', '22:30'), timeOut: at('2026-11-25', '00:00') }),
      record('nowhere', { zone: 'Mars/Olympus' }),
    ];
    const view = await harness.open({ snapshot: snapshot({ locale: 'en-GB', days: [day('2026-11-24', odd)] }) });
    const range = async (id: string): Promise<string | undefined> =>
      (await view.record(id).locator('.range').textContent())?.replace(/\s/gu, ' ');
    expect(await range('tokyo')).toBe('10:00–11:00 GMT+9');
    expect(await range('late')).toBe('22:30 – 00:00');
    expect(await range('nowhere')).toBe('09:00–10:15');
  });
});

describe('days', () => {
  test('are named and totalled as the extension says, newest first', async () => {
    const days = [...everyState(), day('2025-12-31', [record('y')], 36_000)];
    const view = await harness.open({ snapshot: snapshot({ days }) });
    await view.page.setViewportSize({ width: 300, height: 1_000 });
    await view.settled();
    expect(await view.page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Today',
      'Yesterday',
      'Fri, Nov 20',
      'Wed, Dec 31, 2025',
    ]);
    expect(await view.page.locator('.group-total').allTextContents()).toEqual(['3:35', '7:45', '2:00', '10:00']);
    expect(await view.page.getByRole('treegrid').count()).toBe(1);
  });

  test('are in the user’s language, and an unknown locale or zone does no harm', async () => {
    const days = [day('2026-11-20', [record('x')]), day('not a day', [record('y')])];
    const view = await harness.open({ snapshot: snapshot({ locale: 'de', days }) });
    expect(await view.page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Fr., 20. Nov.',
      'not a day',
    ]);
    await view.show(snapshot({ locale: '!!', zone: 'Nowhere', days }));
    expect(await view.page.locator('.record').count()).toBe(2);
  });
});

describe('around the records', () => {
  test('the timer says what runs, since when and why', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    const timer = view.page.getByRole('region', { name: 'Timer' });
    const text = (await timer.textContent())?.replace(/\s/gu, ' ');
    expect(text).toContain('DEMO-7');
    expect(text).toContain('Checkout: keep the basket when the session ends');
    expect(text).toContain('Pairing with Noor on the expired-session redirect');
    expect(text).toContain('Running since 2:14 PM');
    expect(await view.button(/^Clock in/u).count()).toBe(0);
  });

  test('after a pause the timer offers to go on, and says with what', async () => {
    const resumable = { issueKey: 'DEMO-9', notes: 'Guests\u202e at the checkout' };
    const view = await harness.open({ snapshot: snapshot({ branchKey: 'DEMO-7', resumable }) });
    const resume = view.page.getByRole('region', { name: 'Timer' }).locator('[data-control="resume"]');
    expect(await resume.getAttribute('title')).toBe('Resume DEMO-9: Guests at the checkout');
    await view.show(snapshot({ resumable: { issueKey: null, notes: '' } }));
    expect(await resume.getAttribute('title')).toBe('Resume');
    await view.show(snapshot({ running: RUNNING }));
    expect(await resume.isVisible()).toBe(false);
    expect(await view.button('Pause').isVisible()).toBe(true);
  });

  test('totals and what waits', async () => {
    const view = await harness.open({ snapshot: fullSnapshot() });
    const totals = view.page.getByRole('region', { name: 'Totals' });
    expect(await totals.getByRole('group', { name: 'Today: 4 h 58 min' }).count()).toBe(1);
    expect(await totals.getByText('4 records wait for Jira').count()).toBe(1);
    await view.show(fullSnapshot({ todayTargetSeconds: 8 * 3_600, weekTargetSeconds: 0 }));
    expect(await totals.getByRole('group', { name: 'Today: 4 h 58 min of 8 h 0 min' }).textContent()).toBe(
      'Today 4:58 of 8:00',
    );
    await view.show(fullSnapshot({ waiting: 1 }));
    expect(await totals.getByText('1 record waits for Jira').count()).toBe(1);
    await view.show(fullSnapshot({ waiting: 0 }));
    expect(await totals.getByText('Nothing waits for Jira').count()).toBe(1);
    expect(await view.button('Sync all').count()).toBe(0);
  });

  test('what waits says what failed, what is not known and what is in conflict', async () => {
    const view = await harness.open({ snapshot: fullSnapshot({ waitingOf: { failed: 2, unknown: 1, conflict: 1 } }) });
    const totals = view.page.getByRole('region', { name: 'Totals' });
    const waiting = totals.locator('.waiting-text');
    expect(await waiting.textContent()).toBe('4 records wait for Jira (2 failed, 1 to check) · 1 changed in Jira');
    await view.show(fullSnapshot({ waiting: 1, waitingOf: { failed: 1, unknown: 0, conflict: 0 } }));
    expect(await waiting.textContent()).toBe('1 record waits for Jira (1 failed)');
    await view.show(fullSnapshot({ waiting: 0, waitingOf: { failed: 0, unknown: 0, conflict: 1 } }));
    expect(await waiting.textContent()).toBe('1 changed in Jira');
  });

  test('without a connection there is one thing to do, at the top', async () => {
    const view = await harness.open({ snapshot: snapshot({ connection: { state: 'none', label: '' } }) });
    const buttons = view.page.locator('button:visible, vscode-button:visible').filter({ hasText: /connect|manage/iu });
    expect(await buttons.allTextContents()).toEqual(['Connect to Jira']);
    await view.show(snapshot({ connection: { state: 'signedOut', label: 'Signed out of x' } }));
    expect(await view.page.getByText(/^Sign in/u).allTextContents()).toEqual(['Sign in again']);
    await view.show(snapshot({ connection: { state: 'none', label: '', off: ['jira.example.org'] } }));
    expect(await buttons.allTextContents()).toEqual(['Manage']);
    await view.takePosts();
    await view.button('Manage').click();
    expect(await view.takePosts()).toEqual([{ type: 'manage' }]);
  });

  test('a sync shows how far it is', async () => {
    const view = await harness.open({ snapshot: fullSnapshot({ sync: { done: 2, total: 5 } }) });
    const bar = view.page.getByRole('region', { name: 'Totals' }).getByRole('progressbar');
    expect([await bar.getAttribute('aria-valuenow'), await bar.getAttribute('aria-valuemax')]).toEqual(['2', '5']);
    await view.show(fullSnapshot());
    expect(await view.page.getByRole('progressbar').count()).toBe(0);
  });

  test('each kind of nothing has one thing to do next', async () => {
    const view = await harness.open({ snapshot: snapshot() });
    expect(await view.page.getByRole('heading', { name: 'No time recorded yet' }).isVisible()).toBe(true);
    await view.show(snapshot({ connection: { state: 'none', label: '' } }));
    expect(await view.page.getByRole('region', { name: 'Not connected to Jira' }).getByRole('button').count()).toBe(1);
    await view.show(fullSnapshot({ connection: { state: 'signedOut', label: 'Signed out of example.atlassian.net' } }));
    const call = view.page.getByRole('region', { name: 'Signed out of Jira' });
    expect(await call.getByText('Signed out of example.atlassian.net').isVisible()).toBe(true);
    expect(await view.page.getByRole('region', { name: 'Signed out of Jira' }).getByRole('button').count()).toBe(1);
    expect(await view.button('Sync all').count()).toBe(0);
    expect(await view.page.getByText('No time recorded yet').isVisible()).toBe(false);
  });

  test('a notice is shown and taken away', async () => {
    const view = await harness.open({ snapshot: snapshot({ notice: 'The disk is full.' }) });
    expect(await view.page.getByText('The disk is full.').isVisible()).toBe(true);
    await view.show(snapshot());
    expect(await view.page.getByText('The disk is full.').count()).toBe(0);
  });
});

describe('texts from outside', () => {
  const EVIL = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><a href="javascript:1">a</a>';

  test('are text, wherever they stand', async () => {
    const evil = record('e', {
      notes: EVIL,
      summary: EVIL,
      issueKey: EVIL,
      issueStatus: EVIL,
      problem: EVIL,
      branch: EVIL,
      zone: EVIL,
      day: EVIL,
      timeIn: at('2026-11-24', '09:00'),
      timeOut: at('2026-11-24', '10:00'),
      externalLink: 'javascript:window.pwned=1',
      state: 'failed',
    });
    const view = await harness.open({
      snapshot: snapshot({
        running: { ...evil, id: 'r', timeOut: null },
        branchKey: EVIL,
        days: [day(EVIL, [evil])],
        notice: EVIL,
        connection: { state: 'connected', label: EVIL },
        texts: { edit: EVIL, today: EVIL },
      }),
    });
    await view.send({ type: 'said', text: EVIL, tone: 'error' });
    expect(await view.page.locator('body').locator('img, a, iframe, script:not([src])').count()).toBe(0);
    expect(await view.record('e').locator('.notes').textContent()).toBe(EVIL);
    expect(await view.evaluate('window.pwned')).toBeUndefined();
    expect(await view.violations()).toEqual([]);
  });

  test('of ten megabytes are cut for display', async () => {
    const huge = 'x'.repeat(10 * 1024 * 1024);
    const view = await harness.open({ snapshot: null });
    await view.show(snapshot({ days: [day('2026-11-24', [record('h', { notes: huge })])], notice: huge }));
    expect((await view.record('h').locator('.notes').textContent())?.length).toBeLessThan(3_000);
    expect(await view.evaluate<number>('document.documentElement.outerHTML.length')).toBeLessThan(60_000);
  });

  test('cannot turn around what stands beside them', async () => {
    const override = '\u202e\u2067\u2069\u2069evil';
    const plain = await harness.open({
      snapshot: snapshot({ days: [day('2026-11-24', [record('x', { summary: 'evil' })])] }),
    });
    const view = await harness.open({
      snapshot: snapshot({ days: [day('2026-11-24', [record('x', { summary: override, notes: override })])] }),
    });
    const places = `['.key', '.title', '.duration', '.range', '.state'].map((name) => {
      const box = document.querySelector('[data-record="x"] ' + name).getBoundingClientRect();
      return [Math.round(box.left), Math.round(box.width)];
    })`;
    expect(await view.evaluate(places)).toEqual(await plain.evaluate(places));
    expect(await view.record('x').getAttribute('aria-label')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
  });

  test('from right to left keep their own direction', async () => {
    const view = await harness.open({
      snapshot: snapshot({ days: [day('2026-11-24', [record('x', { summary: 'שלום, עולם 7' })])] }),
    });
    expect(
      await view
        .record('x')
        .locator('.title')
        .evaluate((node) => node.matches(':dir(rtl)')),
    ).toBe(true);
  });
});

test('roles and names, as a screen reader finds them', async () => {
  const view = await harness.open({ snapshot: fullSnapshot({ notice: 'The disk is full.' }) });
  const tree = await view.page.locator('body').ariaSnapshot();
  expect(tree.replace(/\s/gu, ' ')).not.toMatch(/Icon Button|button \[|button $/u);
  expect(await names(view, 'conflict')).not.toContain('null');
  expect(tree).toMatchSnapshot();
});
