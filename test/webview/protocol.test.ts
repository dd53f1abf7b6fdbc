import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/protocol/list.ts';
import type { FromView } from '../../src/protocol/messages.ts';
import { type Harness, type OpenView, startHarness } from './harness.ts';
import { day, fullSnapshot, record, snapshot } from './samples.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

interface Action {
  readonly posts: FromView;
  readonly view: () => Promise<OpenView>;
  readonly button: (view: OpenView) => ReturnType<OpenView['button']>;
}

const full = (): Promise<OpenView> => harness.open({ snapshot: fullSnapshot() });
const conflictOpen = async (): Promise<OpenView> => {
  const view = await full();
  await view.record('conflict').focus();
  await view.page.keyboard.press('Enter');
  return view;
};
const inRow =
  (id: string, name: string) =>
  (view: OpenView): ReturnType<OpenView['button']> =>
    view.record(id).getByRole('button', { name, exact: true });
const anywhere =
  (name: string) =>
  (view: OpenView): ReturnType<OpenView['button']> =>
    view.button(name);

const ACTIONS: Readonly<Record<string, Action>> = {
  'clock in': {
    posts: { type: 'clockIn' },
    view: () => harness.open({ snapshot: snapshot({ branchKey: 'DEMO-7' }) }),
    button: anywhere('Clock in on DEMO-7'),
  },
  'clock out': { posts: { type: 'clockOut' }, view: full, button: anywhere('Clock out') },
  pause: { posts: { type: 'pause' }, view: full, button: anywhere('Pause') },
  resume: {
    posts: { type: 'resume' },
    view: () => harness.open({ snapshot: snapshot({ resumable: { issueKey: 'DEMO-9', notes: '' } }) }),
    button: anywhere('Resume DEMO-9'),
  },
  'switch issue': { posts: { type: 'switchIssue' }, view: full, button: anywhere('Switch issue') },
  'edit notes': { posts: { type: 'editNotes' }, view: full, button: anywhere('Edit notes') },
  'sync all': { posts: { type: 'syncAll' }, view: full, button: anywhere('Sync all') },
  'sync one': { posts: { type: 'syncOne', id: 'pending' }, view: full, button: inRow('pending', 'Sync to Jira') },
  retry: { posts: { type: 'syncOne', id: 'failed' }, view: full, button: inRow('failed', 'Retry') },
  'open in Jira': { posts: { type: 'openIssue', id: 'synced' }, view: full, button: inRow('synced', 'Open in Jira') },
  remove: { posts: { type: 'remove', id: 'synced' }, view: full, button: inRow('synced', 'Delete') },
  'use mine': {
    posts: { type: 'resolve', id: 'conflict', keep: 'mine' },
    view: conflictOpen,
    button: inRow('conflict', 'Use mine'),
  },
  'use Jira’s': {
    posts: { type: 'resolve', id: 'conflict', keep: 'jira' },
    view: conflictOpen,
    button: inRow('conflict', 'Use Jira’s'),
  },
  connect: {
    posts: { type: 'connect' },
    view: () => harness.open({ snapshot: snapshot({ connection: { state: 'none', label: '' } }) }),
    button: anywhere('Connect to Jira'),
  },
  'sign in again': {
    posts: { type: 'connect' },
    view: () => harness.open({ snapshot: snapshot({ connection: { state: 'signedOut', label: 'x' } }) }),
    button: anywhere('Sign in again'),
  },
  'add a record': { posts: { type: 'addRecord' }, view: full, button: anywhere('Add a record') },
};

describe('what a person does is posted once', () => {
  for (const [name, action] of Object.entries(ACTIONS)) {
    test(`${name}: click, Enter and Space`, async () => {
      const view = await action.view();
      expect((await view.takePosts())[0]).toMatchObject({ type: 'ready' });
      await action.button(view).click();
      expect(await view.takePosts()).toEqual([action.posts]);
      for (const key of ['Enter', 'Space']) {
        await action.button(view).focus();
        await view.page.keyboard.press(key);
        expect(await view.takePosts()).toEqual([action.posts]);
      }
      await view.page.context().close();
    });
  }

  test('in a row, Delete removes once', async () => {
    const view = await full();
    await view.takePosts();
    await view.record('pending').focus();
    await view.page.keyboard.press('Delete');
    expect(await view.takePosts()).toEqual([{ type: 'remove', id: 'pending' }]);
    await view.page.keyboard.down('Delete');
    await view.page.keyboard.down('Delete');
    await view.page.keyboard.up('Delete');
    expect(await view.takePosts()).toEqual([{ type: 'remove', id: 'pending' }]);
    await view.page.keyboard.press('Control+Delete');
    await view.page.keyboard.press('Shift+Enter');
    expect(await view.takePosts()).toEqual([]);
  });

  test('Sync all does nothing while a sync runs', async () => {
    const view = await harness.open({ snapshot: fullSnapshot({ sync: { done: 0, total: 4 } }) });
    await view.takePosts();
    await view.button('Sync all').click({ force: true });
    expect(await view.takePosts()).toEqual([]);
  });
});

describe('what arrives', () => {
  const good = () => snapshot({ days: [day('2026-11-24', [record('kept')])] });

  test('until the first snapshot the page says that it is loading', async () => {
    const view = await harness.open({ snapshot: null });
    expect(await view.page.getByRole('status', { name: 'Loading…' }).isVisible()).toBe(true);
    await view.show(good());
    expect(await view.page.getByRole('status', { name: 'Loading…' }).count()).toBe(0);
    expect(await view.record('kept').isVisible()).toBe(true);
  });

  const fine = good();
  const list = (changes: object): object => ({
    type: 'list',
    list: { version: 1e9, choice: EVERYTHING, outline: null, rows: [], stale: true, ...changes },
  });
  const refused: Readonly<Record<string, unknown>> = {
    'no message': null,
    'a text': 'snapshot',
    'a list': [],
    'an unknown type': { type: 'run', command: 'x' },
    'no snapshot': { type: 'snapshot' },
    'a version that is a text': { type: 'snapshot', snapshot: { ...fine, version: '9' } },
    'no list': { type: 'list' },
    'rows that are no list': list({ rows: {} }),
    'a record without an id': list({ rows: [{ group: '2026-11-24', from: 0, records: [{ notes: 'x' }] }] }),
    'a state nobody knows': list({
      rows: [{ group: '2026-11-24', from: 0, records: [{ ...record('x'), state: 'lost' }] }],
    }),
    'a place that is no number': list({ rows: [{ group: '2026-11-24', from: '0', records: [record('x')] }] }),
    'a choice nobody can make': list({ choice: { ...EVERYTHING, grouping: 'month' } }),
    'an unknown tone': { type: 'said', text: 'x', tone: 'loud' },
  };
  for (const [name, message] of Object.entries(refused)) {
    test(`is dropped when it is ${name}`, async () => {
      const view = await harness.open({ snapshot: good() });
      const before = await view.page.locator('body').ariaSnapshot();
      await view.send(message);
      expect(await view.page.locator('body').ariaSnapshot()).toBe(before);
      await view.show(good());
      expect(await view.record('kept').isVisible()).toBe(true);
      await view.page.context().close();
    });
  }

  test('is dropped when it is older than what is shown', async () => {
    const old = snapshot({ notice: 'Old' });
    const view = await harness.open({ snapshot: snapshot({ notice: 'New' }) });
    await view.show(old);
    expect(await view.page.getByText('New', { exact: true }).count()).toBe(1);
    expect(await view.page.getByText('Old', { exact: true }).count()).toBe(0);
  });

  test('replaces texts, and what is not translated stays English', async () => {
    const view = await harness.open({
      snapshot: snapshot({ branchKey: 'AB-1', texts: { clockInOn: 'Start auf {0}', toString: 'x' }, waiting: 2 }),
    });
    expect(await view.button('Start auf AB-1').isVisible()).toBe(true);
    expect(await view.page.getByText('2 records wait for Jira').isVisible()).toBe(true);
  });

  test('is read out', async () => {
    const view = await harness.open();
    await view.send({ type: 'said', text: '3 records synced', tone: 'info' });
    expect(await view.page.getByRole('status').filter({ hasText: '3 records synced' }).count()).toBe(1);
    await view.send({ type: 'said', text: 'Jira cannot be reached', tone: 'error' });
    expect(await view.page.getByRole('alert').textContent()).toBe('Jira cannot be reached');
    expect(await view.page.getByText('3 records synced').count()).toBe(0);
  });
});
