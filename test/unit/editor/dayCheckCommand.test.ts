import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DayCheck } from '../../../src/app/dayCheck.ts';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import type { Sync } from '../../../src/app/sync/sync.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { EditorDeps } from '../../../src/editor/services.ts';
import { openWindow, quietLog, type Window } from '../app/office.ts';
import { box, executed, pick, shown, take, watchToasts } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { dayCheckCommand } = await import('../../../src/editor/commands/dayCheckCommand.ts');
const { ErrorBoundary } = await import('../../../src/editor/commands/boundary.ts');
const { removeAsTold, removeRecords } = await import('../../../src/editor/commands/removal.ts');
const { repairCommands } = await import('../../../src/editor/commands/repairCommands.ts');
const vscode = await import('vscode');
const { askSpan, runRecordForm } = await import('../../../src/editor/recordForm.ts');

const HOUR = 3_600_000;
const branch = {
  current: () => ({ branch: null, issueKey: 'DEMO-7', why: '' }),
  onDidChange: () => ({ dispose: () => undefined }),
};

let folder: string;
let window: Window;
let dayCheck: DayCheck;
/** Yesterday in UTC, which is over, whatever the time is. */
let day: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timecard-days-'));
  window = await openWindow({ folder });
  window.clock.zoneName = 'UTC';
  const { clock } = window;
  dayCheck = new DayCheck(window);
  day = Math.floor(clock.now() / (24 * HOUR)) * 24 * HOUR - 24 * HOUR;
  executed.length = 0;
  watchToasts();
});
afterEach(async () => {
  shown.current?.hide();
  await window.store.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (hour: number) => day + hour * HOUR;
const add = (from: number, to: number, issueKey: string | null) =>
  window.records.add({ timeIn: at(from), timeOut: at(to), issueKey, source: 'manual' });
const hours = async () =>
  (await window.records.list())
    .toReversed()
    .map(({ issueKey, timeIn, timeOut }) => [issueKey, (timeIn - day) / HOUR, ((timeOut ?? 0) - day) / HOUR]);

describe('checking days', () => {
  const run = () =>
    dayCheckCommand({ services: async () => ({ ...window, dayCheck }), clock: window.clock, branch, log: quietLog })();
  const close = async (done: Promise<void>) => {
    await box(({ title }) => title === 'Check days for gaps and overlaps');
    shown.current?.hide();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
  };

  it('says so when there is nothing to find', async () => {
    await add(9, 10, 'DEMO-7');
    const toasts = watchToasts();
    await run();
    expect(toasts).toMatchObject([{ message: expect.stringContaining('no overlapping records') }]);
  });

  it('lists each day’s overlaps before its gaps, the newest day first', async () => {
    await add(-20, -19, null);
    await add(-18, -17, null);
    await add(9, 10, 'DEMO-7');
    await add(11, 13, 'DEMO-7');
    await add(12, 12.5, 'OPS-5');
    const done = run();
    await box(({ title }) => title === 'Check days for gaps and overlaps');
    const { items } = pick();
    expect(items.map(({ label, kind }) => (kind === -1 ? '---' : label))).toEqual([
      '---',
      '$(warning) Counted twice: 0:30',
      '$(dash) Not recorded: 1:00',
      '---',
      '$(dash) Not recorded: 1:00',
    ]);
    expect(items[1]?.detail).toBe('DEMO-7, 11:00 AM–1:00 PM and OPS-5, 12:00 PM–12:30 PM');
    await close(done);
    expect((await hours()).length).toBe(5);
  });

  it('repairs one after the other, until nothing is left', async () => {
    await add(9, 11, 'DEMO-7');
    await add(10, 12, 'OPS-5');
    await add(13, 14, 'OPS-5');
    const toasts = watchToasts();
    const done = run();
    await take('Counted twice');
    await take('End DEMO-7');
    await take('Not recorded');
    await take('before it go on');
    await done;
    expect(await hours()).toEqual([
      ['DEMO-7', 9, 10],
      ['OPS-5', 10, 13],
      ['OPS-5', 13, 14],
    ]);
    expect(toasts).toMatchObject([{ message: expect.stringContaining('No overlaps or gaps are left') }]);
  });

  it('adds a record for exactly the gap, on the branch’s issue and with notes', async () => {
    await add(9, 10, 'DEMO-7');
    await add(11, 12, 'DEMO-7');
    // The machine has travelled since.
    window.clock.zoneName = 'Asia/Tokyo';
    const done = run();
    await take('Not recorded');
    await take('Add a record');
    await take('DEMO-7');
    const notes = await box(({ prompt }) => prompt?.startsWith('What did you do?') === true);
    notes.type('Stand-up');
    notes.enter();
    await done;
    expect(await window.records.list({ text: 'Stand-up' })).toMatchObject([
      { issueKey: 'DEMO-7', timeIn: at(10), timeOut: at(11), zone: 'UTC' },
    ]);
  });

  it('offers to delete a record that is counted twice altogether, to edit either, and to leave it', async () => {
    await add(9, 12, 'DEMO-7');
    const inner = await add(10, 11, 'OPS-5');
    const done = run();
    await take('Counted twice');
    await box(({ title }) => title?.startsWith('Counted twice') === true);
    expect(pick().labels.map((label) => label.replace(/\$\([\w-]+\) /, '').replace(/, .*/, ''))).toEqual([
      'Interrupt DEMO-7 for OPS-5',
      'End DEMO-7 at 10:00 AM',
      'Edit DEMO-7',
      'Edit OPS-5',
      'Delete OPS-5',
      'Leave it',
    ]);
    await take('Delete OPS-5');
    await take('Counted twice');
    await take('Leave it');
    expect(executed).toEqual([['timecard.deleteRecord', inner.id]]);
    await take('Counted twice');
    await take('Interrupt DEMO-7');
    await done;
    expect(await hours()).toEqual([
      ['DEMO-7', 9, 10],
      ['OPS-5', 10, 11],
      ['DEMO-7', 11, 12],
    ]);
  });

  it('leads back to the list when a question is closed', async () => {
    await add(9, 11, 'DEMO-7');
    await add(10, 12, 'OPS-5');
    const done = run();
    await take('Counted twice');
    (await box(({ title }) => title?.startsWith('Counted twice') === true)).hide();
    await close(done);
  });
});

describe('entering a time that another record counts', () => {
  const overlapsOf = (exceptId?: string) => (span: { timeIn: number; timeOut: number }) =>
    dayCheck.overlapsOf(span, exceptId);

  it('warns in the box for the start and for the end, and takes both all the same', async () => {
    await add(9, 10.5, 'PROJ-12');
    await add(11, 12, null);
    const question = { title: 'Add', zone: 'UTC', now: at(20), suggested: at(9.5) };
    const done = askSpan({ ...question, overlapsOf: overlapsOf() });
    const start = await box(({ message }) => message.includes('Overlaps'));
    expect(start.message).toMatch(/^Start: .*9:30\sAM.*\. Overlaps PROJ-12, 9:00\sAM–10:30\sAM$/);
    expect(start.validationMessage).toMatchObject({ severity: 2 });
    start.type('8:00');
    await expect.poll(() => start.message).not.toContain('Overlaps');
    start.type('10:00');
    await expect.poll(() => start.message).toContain('Overlaps PROJ-12');
    start.enter();
    const end = await box(({ prompt }) => prompt?.startsWith('End') === true);
    end.type('11:30');
    await expect.poll(() => end.message).toContain('Overlaps PROJ-12, 9:00');
    expect(end.message).toContain('and 1 more');
    end.type('9:00');
    expect(end.validationMessage).toMatchObject({ severity: 3 });
    end.type('11:30');
    end.enter();
    expect(await done).toEqual({ timeIn: at(10), timeOut: at(11.5) });
  });

  it('says it once in the form of a duplicate, and not of the record itself', async () => {
    const record = await add(9, 10, 'PROJ-12');
    const form = (id: string) => {
      const options = { title: 'Edit', now: () => at(20), pickIssue: async () => null, tell: () => undefined };
      const done = runRecordForm(record, { ...options, save: async () => undefined, overlapsOf: overlapsOf(id) });
      return { done, list: () => box(({ title }) => title === 'Edit') };
    };
    const copy = form('another');
    await copy.list();
    expect(pick().items[0]).toMatchObject({ detail: expect.stringContaining('Overlaps PROJ-12') });
    await take('Save');
    await copy.done;
    const own = form(record.id);
    await own.list();
    expect(pick().items[0]).not.toHaveProperty('detail');
    await take('Save');
    await own.done;
  });
});

describe('deleting several records', () => {
  const boundary = () =>
    new ErrorBoundary(quietLog, () => {
      throw new Error('No action is needed here.');
    });

  it('counts them and brings all back with one button', async () => {
    const records = [await add(9, 10, null), await add(10, 11, null), await add(11, 12, null)];
    const toasts = watchToasts(() => 'Undo');
    const { settings } = window;
    const deps = { settings: { onRemove: settings.onRemove, rememberOnRemove: async () => undefined } };
    await removeRecords(deps, boundary(), window, records);
    expect(toasts).toEqual([{ message: 'Records deleted: 3', buttons: ['Undo'] }]);
    await expect.poll(() => hours()).toHaveLength(3);
    const changes = await window.store.read((db) => db.changes());
    expect(new Set(changes.map(({ group }) => group)).size).toBe(5);
  });

  it.each([
    ['ask', 1],
    ['keep', 0],
  ] as const)('asks once about worklogs, unless the setting says (%s)', async (remembered, questions) => {
    const records = [await add(9, 10, 'DEMO-7'), await add(10, 11, 'DEMO-1'), await add(11, 12, null)];
    const inJira = records.map((record, index) =>
      index === 2 ? record : { ...record, worklog: worklogOf(record.timeIn, `w${index}`) },
    );
    await window.store.commit((tx) => {
      for (const record of inJira) tx.updateRecord(record);
    });
    const before = shown.count;
    const deps = { settings: { onRemove: () => remembered, rememberOnRemove: async () => undefined } };
    const done = removeRecords(deps, boundary(), window, inJira);
    if (remembered === 'ask') {
      await box(({ placeholder }) => placeholder?.startsWith('2 of the records') === true);
      await take('Keep the worklogs');
    }
    await done;
    expect(shown.count - before).toBe(questions);
    const left = await window.store.read((db) => records.map(({ id }) => db.record(id, true)));
    expect(left.map((record) => record?.intent)).toEqual(['leave', 'leave', 'absent']);
    expect(await hours()).toEqual([]);
  });
});

describe('deleting a record with its worklog', () => {
  const boundary = new ErrorBoundary(quietLog, () => {
    throw new Error('No action is needed here.');
  });
  const withSync = (push: Sync['push']) => ({ ...window, sync: { push } as unknown as Sync });
  const settings = { onRemove: () => 'delete' as const, rememberOnRemove: async () => undefined };

  async function inJira() {
    const record = await add(9, 10, 'DEMO-7');
    const synced = { ...record, worklog: worklogOf(record.timeIn, 'w') };
    await window.store.commit((tx) => tx.updateRecord(synced));
    return synced;
  }

  it('says that Jira did not do it also when a caller had decided', async () => {
    const { id: recordId } = await inJira();
    const toasts = watchToasts();
    const failure = { recordId, reason: 'forbidden' as const, message: 'You may not delete it.' };
    const summary = { total: 1, succeeded: 0, failed: 1, errors: [failure], cancelled: false };
    await removeAsTold(
      withSync(async () => summary),
      recordId,
      'delete',
    );
    const message = 'The worklog is still in Jira; the next sync tries again. You may not delete it.';
    expect(toasts).toMatchObject([{ message }]);
  });

  it('is undone by its toast also after Jira could not be told', async () => {
    const record = await inJira();
    let press: (button: string) => void = () => undefined;
    const pressed = new Promise<string>((resolve) => {
      press = resolve;
    });
    const shows = vi.spyOn(vscode.window, 'showInformationMessage').mockImplementation(() => pressed as never);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    try {
      const push = () => Promise.reject(new TimecardError('storageBusy', 'Another window syncs.'));
      await removeRecords({ settings }, boundary, withSync(push), [record]);
      expect(await hours()).toEqual([]);
      await vi.advanceTimersByTimeAsync(8_000);
      press('Undo');
      await expect.poll(hours).toHaveLength(1);
    } finally {
      vi.useRealTimers();
      shows.mockRestore();
    }
  });
});

describe('splitting at a time that a caller gives', () => {
  const deps = () => ({
    clock: window.clock,
    services: async () => ({ ...window, recordEdits: new RecordEdits(window) }),
  });
  const splitRecord = (id: string, time: string) =>
    repairCommands(deps() as unknown as EditorDeps).splitRecord(id, time);

  it('takes it with its zone only, as the API does', async () => {
    const { id } = await add(9, 12, 'DEMO-7');
    const time = new Date(at(10)).toISOString();
    for (const wrong of [time.slice(0, -1), time.slice(0, 10), 'Tuesday', '2026'])
      await expect(splitRecord(id, wrong)).rejects.toMatchObject({ reason: 'invalid' });
    expect(await hours()).toHaveLength(1);
    await splitRecord(id, time.replace('Z', '+00:00'));
    expect(await hours()).toEqual([
      ['DEMO-7', 9, 10],
      ['DEMO-7', 10, 12],
    ]);
  });
});

function worklogOf(startedMs: number, worklogId: string) {
  const basis = { timeIn: startedMs, timeOut: startedMs + HOUR, zone: 'UTC', notes: '' };
  return {
    ...{ startedMs, seconds: 3_600, comment: '', connectionId: 'c1', issueId: '1', issueKey: 'DEMO-7' },
    ...{ worklogId, basis },
  };
}
