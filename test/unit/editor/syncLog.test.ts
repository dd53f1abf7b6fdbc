import { describe, expect, it, vi } from 'vitest';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { SyncAttempt, TimeRecord } from '../../../src/core/records.ts';
import type { AttemptFilter } from '../../../src/core/storePorts.ts';
import { box, pick, type StubItem } from './vscodeStub.ts';

interface Choice {
  readonly label: string;
}
const editor = vi.hoisted(() => {
  const done: unknown[] = [];
  const asked: { labels: string[]; placeHolder: string }[] = [];
  /** Labels to choose in the next questions; `undefined` closes one. */
  const answers: (string | undefined)[] = [];
  return { done, asked, answers };
});

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return {
    ...stub,
    env: { ...stub.env, clipboard: { writeText: async (text: string) => editor.done.push(['copied', text]) } },
    window: {
      ...stub.window,
      showQuickPick: async (items: readonly Choice[], { placeHolder }: { placeHolder: string }) => {
        editor.asked.push({ labels: items.map(({ label }) => label), placeHolder });
        const answer = editor.answers.shift();
        return items.find(({ label }) => label === answer);
      },
    },
    commands: { ...stub.commands, executeCommand: async (...args: unknown[]) => editor.done.push(args) },
  };
});
const { showSyncLog } = await import('../../../src/editor/syncLog.ts');

const NOW = Date.UTC(2026, 10, 23, 23, 30);
const HOUR = 3_600_000;
/** Half past midnight on the 25th for this user would still be the 24th in UTC. */
const ZONE = 'Asia/Kolkata';

function attempt(id: number, change: Partial<SyncAttempt> = {}): SyncAttempt {
  return {
    id,
    recordId: `r${id}`,
    connectionId: 'c1',
    action: 'create',
    issueKey: 'PROJ-1',
    issueId: '10001',
    worklogId: null,
    status: 'success',
    reason: null,
    error: null,
    httpStatus: 201,
    startedAt: NOW,
    finishedAt: NOW + 80,
    batchId: null,
    sent: null,
    ...change,
  };
}

const FAILED: Partial<SyncAttempt> = {
  status: 'failed',
  action: 'update',
  issueKey: 'OPS-7',
  httpStatus: 400,
  reason: 'notEditable',
  error: 'Workflow: the issue cannot be\nedited $(zap) in its present state, so says the administrator.',
};

function recordOf(id: string): TimeRecord {
  const span = { timeIn: NOW - HOUR, timeOut: NOW, zone: ZONE };
  return newRecord({ id, ...span, now: NOW, issueKey: 'OPS-7', notes: '', source: 'timer' });
}

function setUp(attempts: readonly SyncAttempt[], filter: AttemptFilter = {}, answers: (string | undefined)[] = []) {
  editor.done.length = 0;
  editor.asked.length = 0;
  editor.answers.splice(0, editor.answers.length, ...answers);
  const filters: AttemptFilter[] = [];
  const run = showSyncLog(
    {
      history: async (part) => {
        filters.push(part);
        return attempts.slice(0, part.limit);
      },
      record: async (id) => (id === 'gone' ? undefined : recordOf(id)),
      clock: { now: () => NOW, zone: () => ZONE },
      exportCsv: async (part) => void editor.done.push(['exported', part]),
      openInHistory: async (recordId) => void editor.done.push(['history', recordId]),
      openIssue: async (key, connectionId) => void editor.done.push(['opened', key, connectionId]),
    },
    filter,
  );
  return { run, filters };
}

/** The list, once it is asked for the `turn`th time. */
async function list(filters: readonly AttemptFilter[], turn = 1) {
  await box(() => filters.length === turn);
  return pick();
}

function accept(matches: (item: StubItem) => boolean): void {
  const shown = pick();
  shown.activeItems = shown.items.filter(matches);
  shown.enter();
}

function press(tooltip: string): void {
  const shown = pick();
  shown.press(shown.buttons.find((button) => (button as { tooltip: string }).tooltip === tooltip));
}

describe('the sync log', () => {
  it('shows outcome, time, issue, action, milliseconds, status and error of each attempt, newest first', async () => {
    const { run, filters } = setUp([
      attempt(2, FAILED),
      attempt(1, { status: 'unknown', httpStatus: null, finishedAt: NOW }),
    ]);
    const shown = await list(filters);
    expect(shown.items.slice(0, 2)).toMatchObject([
      {
        label: '$(error) Tue, Nov 24, 2026, 5:00 AM  OPS-7',
        description: 'Update, failed · 80 ms · HTTP 400',
        detail: 'Workflow: the issue cannot be edited $ (zap) in its present state, so says the administrator.',
      },
      { label: '$(question) Tue, Nov 24, 2026, 5:00 AM  PROJ-1', description: 'Create, reply lost' },
    ]);
    expect(filters).toEqual([{ limit: 101 }]);
    shown.hide();
    await run;
  });

  it('goes through a hundred at a time', async () => {
    const all = Array.from({ length: 250 }, (_, index) => attempt(index));
    const { run, filters } = setUp(all);
    expect((await list(filters)).labels.slice(99)).toEqual([
      expect.stringContaining('PROJ-1'),
      '$(fold-down) Show 100 more',
      '$(export) Export as CSV',
    ]);
    accept(({ label }) => label.includes('Show 100 more'));
    expect((await list(filters, 2)).items).toHaveLength(202);
    expect(pick().activeItems).toEqual([pick().items[100]]);
    accept(({ label }) => label.includes('Show 100 more'));
    expect((await list(filters, 3)).labels.filter((label) => label.includes('Show'))).toEqual([]);
    pick().hide();
    await run;
    expect(filters.map(({ limit }) => limit)).toEqual([101, 201, 301]);
  });

  it('is narrowed by days of the user’s own zone, outcome and issue, and exported so', async () => {
    const attempts = [attempt(1, FAILED), attempt(2)];
    const { run, filters } = setUp(attempts, {}, ['Last 7 days', 'failed', 'OPS-7']);
    await list(filters);
    press('Choose days');
    await list(filters, 2);
    press('Choose an outcome');
    await list(filters, 3);
    press('Choose an issue');
    expect((await list(filters, 5)).title).toBe('Sync log: Last 7 days, failed, OPS-7');
    const from = Date.parse('2026-11-18T00:00+05:30');
    const filter = { from, status: 'failed', issueKey: 'OPS-7' };
    expect(filters.at(-1)).toEqual({ ...filter, limit: 101 });
    expect(editor.asked.map(({ labels }) => labels)).toEqual([
      ['Today', 'Last 7 days', 'Last 30 days', 'All days'],
      ['synced', 'failed', 'reply lost', 'under way', 'All outcomes'],
      ['All issues', 'OPS-7', 'PROJ-1'],
    ]);
    press('Export as CSV');
    await run;
    expect(editor.done).toEqual([['exported', filter]]);
  });

  it('drops a filter again, and keeps it when the question is closed', async () => {
    const { run, filters } = setUp([attempt(1)], { status: 'failed', recordId: 'r1' }, [undefined, 'All outcomes']);
    await list(filters);
    press('Choose an outcome');
    expect((await list(filters, 2)).title).toBe('Sync log: failed, this record');
    press('Choose an outcome');
    await list(filters, 3);
    press('Show all records');
    expect((await list(filters, 4)).title).toBe('Sync log');
    expect(filters.at(-1)).toEqual({ limit: 101 });
    pick().hide();
    await run;
  });

  it.each([
    ['Edit the record', ['timecard.editRecord', 'r1']],
    ['Sync the record again', ['timecard.syncRecord', 'r1']],
    ['Open OPS-7 in Jira', ['opened', 'OPS-7', 'c1']],
  ])('offers "%s" for an attempt, and ends with it', async (label, expected) => {
    const { run, filters } = setUp([attempt(1, FAILED)], {}, [label]);
    await list(filters);
    accept((item) => item.label.includes('OPS-7'));
    await run;
    expect(editor.done).toEqual([expected]);
  });

  it('copies a whole error, or shows one record only, and stays', async () => {
    const { run, filters } = setUp([attempt(1, FAILED)], {}, ['Copy the error', 'This record only']);
    await list(filters);
    accept((item) => item.label.includes('OPS-7'));
    await list(filters, 2);
    expect(editor.done).toEqual([['copied', FAILED.error]]);
    accept((item) => item.label.includes('OPS-7'));
    await list(filters, 3);
    expect(filters.at(-1)).toEqual({ recordId: 'r1', limit: 101 });
    pick().hide();
    await run;
  });

  it('keeps what was sent for a deleted record, which can no longer be edited or synced', async () => {
    const { run, filters } = setUp([attempt(1, { recordId: 'gone' })], {}, [undefined]);
    await list(filters);
    accept((item) => item.label.includes('PROJ-1'));
    await list(filters, 2);
    expect(editor.asked[0]).toEqual({
      labels: ['Open PROJ-1 in Jira', 'This record only'],
      placeHolder: 'The record was deleted',
    });
    pick().hide();
    await run;
  });

  it('says so when nothing was sent', async () => {
    const { run, filters } = setUp([], { issueKey: 'PROJ-9' });
    expect((await list(filters)).labels).toEqual(['Nothing was sent to Jira here.']);
    pick().enter();
    expect(filters).toHaveLength(1);
    pick().hide();
    await run;
  });

  it('goes on in the history, with the record it was about', async () => {
    const { run, filters } = setUp([attempt(1, FAILED)], { recordId: 'r1' });
    await list(filters);
    press('Open in the history');
    await run;
    expect(editor.done).toEqual([['history', 'r1']]);
  });
});
