import type { AttemptRow } from '../../src/protocol/log.ts';
import type { OpenView } from './harness.ts';
import { at } from './samples.ts';

/** Attempt number `id` of a log; a higher one is newer. */
export function attempt(id: number, changes: Partial<AttemptRow> = {}): AttemptRow {
  return {
    id,
    recordId: 'r1',
    issueKey: 'DEMO-7',
    action: 'create',
    status: 'failed',
    worklogId: null,
    startedAt: at('2026-11-24', '10:15') + id * 60_000,
    ms: 80,
    httpStatus: null,
    error: 'The issue is closed. Reopen it.',
    record: 'Repro and a test',
    canRetry: false,
    ...changes,
  };
}

/** Newest first. */
export function attempts(count: number, changes: Partial<AttemptRow> = {}): AttemptRow[] {
  return Array.from({ length: count }, (_, index) => attempt(count - index, changes));
}

/** Attempts of every outcome and action. */
export function everyOutcome(): AttemptRow[] {
  return [
    attempt(7, { status: 'pending', ms: null, error: null, issueKey: 'DEMO-12', record: 'Nov 24, 12:30 – 1:10 PM' }),
    attempt(6, { status: 'success', error: null, worklogId: '10457', ms: 212, httpStatus: 201 }),
    attempt(5, {
      status: 'unknown',
      ms: 30_004,
      error:
        'No answer from example.atlassian.net within 30 s. The next sync looks first whether the worklog is there.',
      canRetry: true,
    }),
    attempt(4, {
      action: 'update',
      issueKey: 'OPS-311',
      httpStatus: 400,
      ms: 1_480,
      worklogId: '10311',
      error:
        'Jira refused the worklog: the issue is closed and its workflow allows no edits. Reopen it or move this record to another issue.',
      canRetry: true,
      record: 'Rotate the staging certificates',
    }),
    attempt(3, {
      action: 'delete',
      status: 'success',
      error: null,
      worklogId: '10299',
      ms: 95,
      httpStatus: 204,
      record: null,
    }),
    attempt(2, { action: 'adopt', status: 'success', error: null, worklogId: '10298', ms: 61, record: 'Interview' }),
    attempt(1, {
      issueKey: `${'VERYLONGPROJECT'.repeat(3)}-123456`,
      httpStatus: 404,
      error: 'There is no such issue.',
    }),
  ];
}

const FILL = `(rows) => {
  const stub = window.extension;
  stub.log = rows;
  if (stub.logChanged !== undefined) return;
  const receive = stub.receive;
  const answer = ({ request, choice, page, size }) => {
    const { status, issueKey, recordId } = choice;
    const found = stub.log
      .filter((row) => status === 'all' || row.status === status)
      .filter((row) => issueKey === '' || row.issueKey === issueKey)
      .filter((row) => recordId === '' || row.recordId === recordId);
    const rows = found.slice(page * size, (page + 1) * size);
    window.postMessage({ type: 'logged', request, total: found.length, rows }, '*');
  };
  let watched;
  stub.receive = (message) => {
    if (message.type === 'log') {
      stub.lastLog = message.request;
      if (message.watch) watched = message;
      answer(message);
    } else if (message.type === 'leaveLog') watched = undefined;
    else receive(message);
  };
  stub.logChanged = () => {
    if (watched !== undefined) answer(watched);
  };
}`;

/** Gives the stand-in for the extension a sync log to answer from. */
export async function fillLog(view: OpenView, rows: readonly AttemptRow[]): Promise<void> {
  await view.evaluate(`(${FILL})(${JSON.stringify(rows)})`);
}
