import { describe, expect, it, vi } from 'vitest';
import type { SyncSummary } from '../../../src/app/sync/types.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { retryHelps, syncSummaryText } = await import('../../../src/editor/syncRun.ts');

function text(summary: Partial<SyncSummary>): string {
  return syncSummaryText({ total: 0, succeeded: 0, failed: 0, errors: [], cancelled: false, ...summary });
}

const failure = (recordId: string, message: string) => ({ recordId, reason: 'forbidden' as const, message });

describe('what a sync came to', () => {
  it('counts, in the right number', () => {
    expect(text({})).toBe('Nothing waits for Jira.');
    expect(text({ total: 1, succeeded: 1 })).toBe('1 record synced to Jira.');
    expect(text({ total: 3, succeeded: 3 })).toBe('3 records synced to Jira.');
    expect(text({ total: 3, succeeded: 1, cancelled: true })).toBe('Sync stopped: 1 of 3 synced.');
  });

  it('names each reason once, in two lines', () => {
    const errors = [failure('a', 'You may not log work on OPS-4.'), failure('b', 'You may not log work on OPS-4.')];
    expect(text({ total: 4, succeeded: 2, failed: 2, errors })).toBe(
      '2 synced, 2 failed: You may not log work on OPS-4.',
    );
    expect(text({ total: 1, failed: 1, errors: errors.slice(0, 1) })).toBe(
      'Not synced: You may not log work on OPS-4.',
    );
    const long = Array.from({ length: 30 }, (_, index) => failure(String(index), `Reason number ${index}.`));
    expect(text({ total: 30, failed: 30, errors: long }).length).toBeLessThanOrEqual(180);
  });

  it('offers to try again only where that may help', () => {
    const conflict = { recordId: 'a', reason: 'conflict' as const, message: 'Choose which one to keep.' };
    const of = (...errors: SyncSummary['errors']) => ({ total: 2, succeeded: 0, failed: 2, errors, cancelled: false });
    expect(retryHelps(of(conflict))).toBe(false);
    expect(retryHelps(of(conflict, failure('b', 'You may not.')))).toBe(true);
  });
});
