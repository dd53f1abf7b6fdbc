import type { SyncAttempt } from '../../src/core/records.ts';
import { changeStore, daysAgo } from '../../tools/demo/records.ts';

/** Fills the sync log with attempts of long ago that succeeded. */
export function fakeAttempts(folder: string, recordId: string, count: number): Promise<void> {
  return changeStore(folder, (tx) => {
    for (let n = 0; n < count; n += 1) tx.insertAttempt(attempt(recordId, n));
  });
}

function attempt(recordId: string, n: number): Omit<SyncAttempt, 'id'> {
  const startedAt = daysAgo(30, 8) + n * 60_000;
  return {
    ...{ recordId, connectionId: 'gone', action: 'update', issueKey: 'OPS-1', issueId: '10009', worklogId: String(n) },
    ...{ status: 'success', reason: null, error: null, httpStatus: 200 },
    ...{ startedAt, finishedAt: startedAt + 120, batchId: null, sent: null },
  };
}
