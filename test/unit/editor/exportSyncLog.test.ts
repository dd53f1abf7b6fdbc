import { describe, expect, it, vi } from 'vitest';
import type { SyncAttempt } from '../../../src/core/records.ts';
import type { AttemptFilter } from '../../../src/core/storePorts.ts';
import { watchToasts } from './vscodeStub.ts';

interface File {
  readonly path: string;
}
interface Dialog {
  readonly defaultUri: File;
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** What the dialog answers, whether the disk takes the file, and what became of it. */
const vscode = vi.hoisted(() => {
  const dialogs: unknown[] = [];
  const written: { path: string; text: string }[] = [];
  const opened: unknown[] = [];
  const answers: { file: { path: string } | undefined; failure: Error | undefined } = {
    file: undefined,
    failure: undefined,
  };
  return { dialogs, written, opened, answers };
});

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  return {
    ...stub,
    Uri: { ...stub.Uri, file: (path: string) => ({ path }) },
    window: {
      ...stub.window,
      showSaveDialog: async (options: unknown) => {
        vscode.dialogs.push(options);
        return vscode.answers.file;
      },
    },
    workspace: {
      fs: {
        writeFile: async ({ path }: File, bytes: Uint8Array) => {
          if (vscode.answers.failure !== undefined) throw vscode.answers.failure;
          // A decoder drops the byte order mark unless told.
          vscode.written.push({ path, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) });
        },
      },
    },
    commands: { ...stub.commands, executeCommand: async (...args: unknown[]) => vscode.opened.push(args) },
  };
});
const { exportSyncLog } = await import('../../../src/editor/exportSyncLog.ts');
const { syncLogFilter } = await import('../../../src/editor/syncLogFilter.ts');

const NOW = Date.UTC(2026, 10, 23, 23, 30);
const ATTEMPT: Omit<SyncAttempt, 'batchId'> = {
  id: 1,
  recordId: 'r1',
  connectionId: 'c1',
  action: 'create',
  issueKey: 'PROJ-1',
  issueId: '10001',
  worklogId: '10042',
  status: 'success',
  reason: null,
  error: null,
  httpStatus: 201,
  startedAt: NOW,
  finishedAt: NOW + 80,
  sent: null,
};

function setUp(file: string | undefined, attempts = [{ ...ATTEMPT, batchId: null }]) {
  const asked: AttemptFilter[] = [];
  const told: Promise<void>[] = [];
  vscode.dialogs.length = 0;
  vscode.written.length = 0;
  vscode.opened.length = 0;
  vscode.answers.file = file === undefined ? undefined : { path: file };
  vscode.answers.failure = undefined;
  const history = async (filter: AttemptFilter = {}) => {
    asked.push(filter);
    return attempts;
  };
  const run = async (filter?: unknown) =>
    exportSyncLog(
      { sync: { history }, clock: { now: () => NOW, zone: () => 'Asia/Kolkata' }, tell: (work) => told.push(work()) },
      syncLogFilter(filter),
    );
  return { run, asked, told };
}

describe('exporting the sync log', () => {
  it('writes all of it where the user says, and offers to open the file', async () => {
    const { run, asked, told } = setUp('/home/mia/log.csv');
    const toasts = watchToasts((_, [first]) => first);
    await run();
    await Promise.all(told);
    expect(asked).toEqual([{ limit: Number.MAX_SAFE_INTEGER }]);
    expect(vscode.written).toEqual([
      {
        path: '/home/mia/log.csv',
        text:
          '\uFEFFtime,issue,record,action,outcome,worklog id,HTTP status,milliseconds,reason,error\r\n' +
          '2026-11-23T23:30:00.000Z,PROJ-1,r1,create,success,10042,201,80,,\r\n',
      },
    ]);
    expect(toasts.map(({ message }) => message)).toEqual(['Exported to log.csv. Entries: 1.']);
    expect(vscode.opened).toEqual([['vscode.open', { path: '/home/mia/log.csv' }]]);
  });

  it('suggests a name with the user’s own day', async () => {
    await setUp(undefined).run();
    const [dialog] = vscode.dialogs as Dialog[];
    expect(dialog?.defaultUri.path).toMatch(/timecard-sync-log-2026-11-24\.csv$/);
    expect(dialog?.filters).toEqual({ CSV: ['csv'] });
  });

  it('does nothing and says nothing when the dialog is closed', async () => {
    const { run } = setUp(undefined);
    const toasts = watchToasts();
    await run();
    expect([vscode.dialogs.length, vscode.written, toasts]).toEqual([1, [], []]);
  });

  it('asks for the part that a caller names', async () => {
    const { run, asked } = setUp(undefined);
    const from = '2026-11-23T00:00:00Z';
    await run({ issueKey: 'proj-1', recordId: 'r1', status: 'failed', from, to: '2026-11-24T00:00:00+01:00' });
    expect(asked).toEqual([
      {
        issueKey: 'PROJ-1',
        recordId: 'r1',
        status: 'failed',
        from: Date.UTC(2026, 10, 23),
        to: Date.UTC(2026, 10, 23, 23),
        limit: Number.MAX_SAFE_INTEGER,
      },
    ]);
  });

  it.each([
    [7, 'filter: '],
    [{ issue: 'PROJ-1' }, 'issue: '],
    [{ issueKey: 'no key' }, 'issueKey: '],
    [{ status: 'done' }, 'status: '],
    [{ from: 'yesterday' }, 'from: '],
    [{ from: '2026-11-24T00:00:00Z', to: '2026-11-23T00:00:00Z' }, 'to: '],
    [{ limit: 3 }, 'limit: '],
  ])('refuses the filter %j, naming what is wrong', async (filter, start) => {
    const { run, asked } = setUp('/log.csv');
    await expect(run(filter)).rejects.toMatchObject({ reason: 'invalid', message: expect.stringMatching(`^${start}`) });
    expect([asked, vscode.dialogs]).toEqual([[], []]);
  });

  it('says so when there is nothing to export', async () => {
    const { run, told } = setUp('/log.csv', []);
    const toasts = watchToasts();
    await run();
    await Promise.all(told);
    expect(toasts.map(({ message }) => message)).toEqual(['There is nothing in the sync log to export.']);
    expect([vscode.dialogs, vscode.written]).toEqual([[], []]);
  });

  it('says which file could not be written, and why', async () => {
    const { run } = setUp('/full/log.csv');
    vscode.answers.failure = new Error('ENOSPC: no space left on device');
    await expect(run()).rejects.toMatchObject({
      reason: 'storageReadOnly',
      message: 'log.csv could not be written: ENOSPC: no space left on device',
    });
  });
});
