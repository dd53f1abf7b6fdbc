import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Absences } from '../../../src/app/absences.ts';
import { Undo } from '../../../src/app/undo.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import type { ToView } from '../../../src/protocol/messages.ts';
import { Office, quietLog } from '../app/office.ts';
import { box, executed, pick, shown, take, watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { createManyActions } = await import('../../../src/editor/sidebar/manyActions.ts');
const { ErrorBoundary } = await import('../../../src/editor/commands/boundary.ts');

let office: Office;
let said: ToView[];
let isSeen: boolean;
let settings: { onRemove: () => 'ask' | 'keep' | 'delete'; rememberOnRemove: () => Promise<void> };

beforeEach(async () => {
  office = await Office.open('dataCenter');
  said = [];
  isSeen = true;
  settings = { onRemove: () => 'keep', rememberOnRemove: async () => undefined };
  executed.length = 0;
  watchToasts();
});
afterEach(async () => {
  shown.current?.hide();
  await office.close();
});

function actions() {
  const { window } = office;
  const { store, clock } = window;
  const undo = new Undo(window);
  const absences = new Absences({ store, clock, newId: () => 'a', settings: window.settings });
  const boundary = new ErrorBoundary(quietLog, () => ({
    ...{ signIn: async () => undefined, editConnection: async () => undefined, openJira: async () => undefined },
    ...{ showHistory: async () => undefined, showLog: async () => undefined },
  }));
  const branch = { current: () => ({ branch: null, issueKey: 'PROJ-1', why: '' }), onDidChange: () => nothing };
  return createManyActions(
    { services: async () => ({ ...window, undo, absences }), boundary, branch, clock, settings, log: quietLog },
    (message) => {
      if (isSeen) said.push(message);
      return isSeen;
    },
  );
}
const nothing = { dispose: () => undefined };

const idsOf = (records: readonly TimeRecord[]) => records.map(({ id }) => id);
const stateOf = async (id: string) => syncStateOf(await office.record(id));
const issues = async () => (await office.window.records.list()).map(({ issueKey }) => issueKey);

describe('syncing many', () => {
  it('sends those that are asked for and not there yet, and says how many', async () => {
    const records = [
      await office.finished('PROJ-123', 30, 400),
      await office.finished('PROJ-123', 30, 300),
      await office.finished('PROJ-123', 30, 200),
    ];
    const [first, second, third] = idsOf(records);
    await office.window.sync.push([first ?? '']);
    const requests = office.jira.state.worklogs().length;
    await actions().syncMany({ type: 'syncMany', ids: [first ?? '', second ?? '', 'gone'] });
    expect(office.jira.state.worklogs()).toHaveLength(requests + 1);
    expect(await stateOf(third ?? '')).toBe('pending');
    expect(said).toEqual([{ type: 'synced', text: '1 record synced to Jira.', tone: 'info', failed: [] }]);
    expect(watchToasts()).toEqual([]);
  });

  it('names each that failed, with the reason and what it is, and tries just those again', async () => {
    const good = await office.finished('PROJ-123', 30, 400);
    const bad = await office.finished('NONE-9', 30, 300);
    const none = await office.finished(null, 30, 200);
    const many = actions();
    await many.syncMany({ type: 'syncMany', ids: idsOf([good, bad, none]) });
    const [message] = said;
    if (message?.type !== 'synced') throw new Error('No result was sent');
    expect(message).toMatchObject({ text: '1 synced, 2 failed', tone: 'error' });
    expect(message.failed.map(({ id }) => id).sort()).toEqual(idsOf([bad, none]).sort());
    const texts = new Map(message.failed.map(({ id, text }) => [id, text]));
    expect(texts.get(bad.id)).toMatch(/^NONE-9, .*\(0:30\): /);
    expect(texts.get(none.id)).toMatch(/^no issue, .*has no issue/);
    await office.window.records.update(bad.id, { issueKey: 'PROJ-123' });
    await many.syncMany({ type: 'syncMany', ids: message.failed.map(({ id }) => id) });
    expect(said[1]).toMatchObject({ text: '1 synced, 1 failed' });
    expect(await stateOf(bad.id)).toBe('synced');
  });

  it('is stopped by Cancel, and what was not begun waits', async () => {
    const records: TimeRecord[] = [];
    for (let n = 0; n < 12; n += 1) records.push(await office.finished('PROJ-123', 20, 600 - n * 30));
    const many = actions();
    const { sync } = office.window;
    sync.onDidChangeProgress(() => {
      if (sync.progress?.done === 2) void many.cancelSync({ type: 'cancelSync' });
    });
    await many.syncMany({ type: 'syncMany', ids: idsOf(records) });
    const [message] = said;
    if (message?.type !== 'synced') throw new Error('No result was sent');
    expect(message.text).toMatch(/^Sync stopped: [2-9] of 12 synced\.$/);
    const states = await Promise.all(records.map(({ id }) => stateOf(id)));
    expect(states.filter((state) => state === 'pending').length).toBeGreaterThan(2);
    expect(states.filter((state) => state === 'unknown')).toEqual([]);
  });

  it('shows what goes to Jira first when the user wants that, and sends what is left ticked', async () => {
    office.window.settings.preview = true;
    const records = [await office.finished('PROJ-123', 30, 400), await office.finished('PROJ-123', 30, 200)];
    const done = actions().syncMany({ type: 'syncMany', ids: idsOf(records) });
    await vi.waitFor(() => expect(pick().busy).toBe(false));
    pick().selectedItems = pick().selectedItems.slice(0, 1);
    pick().enter();
    await done;
    const states = await Promise.all(records.map(({ id }) => stateOf(id)));
    expect(states.toSorted()).toEqual(['pending', 'synced']);
    expect(said).toHaveLength(1);
  });

  it('makes a worklog again that the user had deleted for who names its record, not for who tries again', async () => {
    const record = await office.finished('PROJ-123');
    await office.window.sync.push(undefined);
    await office.window.sync.deleteWorklog(record.id);
    const many = actions();
    await many.syncMany({ type: 'syncMany', ids: [record.id], retry: true });
    await many.syncAll({ type: 'syncAll' });
    expect(await stateOf(record.id)).toBe('local');
    await many.syncMany({ type: 'syncMany', ids: [record.id] });
    expect(await stateOf(record.id)).toBe('synced');
    await office.window.sync.deleteWorklog(record.id);
    await many.syncOne({ type: 'syncOne', id: record.id });
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('tells by a toast what came of it when the view is gone by then', async () => {
    isSeen = false;
    const toasts = watchToasts();
    const bad = await office.finished('NONE-9');
    await actions().syncAll({ type: 'syncAll' });
    expect(toasts).toMatchObject([{ message: expect.stringMatching(/^0 synced, 1 failed: NONE-9/) }]);
    expect(await stateOf(bad.id)).toBe('failed');
  });

  it('offers to connect when there is no Jira', async () => {
    await office.window.connections.remove(office.connection.id);
    await actions().syncOne({ type: 'syncOne', id: 'x' });
    expect(executed).toEqual([['timecard.sync']]);
    expect(said).toEqual([]);
  });
});

describe('an issue for many', () => {
  it('is chosen once and given to all in one commit', async () => {
    const records = [await office.finished('PROJ-123', 30, 400), await office.finished(null, 30, 200)];
    const done = actions().issueMany({ type: 'issueMany', ids: [...idsOf(records), 'gone'] });
    await box();
    await take('PROJ-1');
    await done;
    expect(new Set(await issues())).toEqual(new Set(['PROJ-1']));
    expect(said).toEqual([{ type: 'said', text: 'Records changed: 2', tone: 'info' }]);
    const changes = await office.window.store.read((db) => db.changes());
    expect(new Set(changes.slice(0, 2).map(({ group }) => group)).size).toBe(1);
  });

  it('is left alone when the list is closed', async () => {
    const record = await office.finished('PROJ-123');
    const done = actions().issueMany({ type: 'issueMany', ids: [record.id] });
    await box();
    pick().hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    expect(await issues()).toEqual(['PROJ-123']);
  });
});

describe('deleting many', () => {
  it('takes them out in one commit, offers to undo it, and leaves what runs', async () => {
    const toasts = watchToasts((_, [button]) => button);
    const records = [await office.finished('PROJ-123', 30, 400), await office.finished(null, 30, 200)];
    const running = await office.window.timeClock.clockIn({ issueKey: null });
    await actions().removeMany({ type: 'removeMany', ids: [...idsOf(records), running.id] });
    await vi.waitFor(async () => expect(await issues()).toHaveLength(3));
    expect(toasts).toMatchObject([{ message: 'Records deleted: 2', buttons: ['Undo'] }]);
  });

  it('asks once what becomes of the worklogs', async () => {
    settings = { ...settings, onRemove: () => 'ask' };
    const records = [await office.finished('PROJ-123', 30, 400), await office.finished('PROJ-123', 30, 200)];
    await office.window.sync.push(idsOf(records));
    const done = actions().removeMany({ type: 'removeMany', ids: idsOf(records) });
    await box();
    await take('Keep the worklogs');
    await done;
    expect(await issues()).toEqual([]);
    expect(office.worklogs()).toHaveLength(2);
  });
});

describe('undo', () => {
  it('goes one change further back each time, and says what was taken back', async () => {
    const record = await office.finished('PROJ-123');
    await office.window.records.update(record.id, { notes: 'first' });
    await office.window.records.update(record.id, { notes: 'second' });
    const many = actions();
    const notes = async () => (await office.record(record.id)).notes;
    await many.undo({ type: 'undo' });
    expect(await notes()).toBe('first');
    await many.undo({ type: 'undo' });
    expect(await notes()).toBe('');
    await office.window.records.update(record.id, { notes: 'third' });
    await many.undo({ type: 'undo' });
    expect(await notes()).toBe('');
    await many.undo({ type: 'undo' });
    expect((await office.record(record.id)).deletedAt).not.toBeNull();
    await many.undo({ type: 'undo' });
    expect(said.map((message) => (message.type === 'said' ? message.text.replace(/, .*/, '') : ''))).toEqual([
      'Undone: Edited: PROJ-123',
      'Undone: Edited: PROJ-123',
      'Undone: Edited: PROJ-123',
      'Undone: Added: PROJ-123',
      'There is no change to undo.',
    ]);
  });
});
