import { describe, expect, it } from 'vitest';
import { SyncLog } from '../../../src/app/syncLog.ts';
import type { SyncAttempt } from '../../../src/core/records.ts';
import type { AttemptFilter } from '../../../src/core/storePorts.ts';
import { attempt, NOON, open, record, synced, tempFolder } from './helpers.ts';

const STATUSES = ['success', 'failed', 'unknown', 'pending'] as const;
const MINUTE = 60_000;

/** The attempt number `n` of a log that has them in every order of issue, record and outcome. */
function nth(n: number): Omit<SyncAttempt, 'id'> {
  return attempt(`r${n % 7}`, {
    issueKey: `PROJ-${n % 5}`,
    status: STATUSES[n % 4] ?? 'success',
    startedAt: NOON + n * MINUTE,
  });
}

async function logOf(count: number) {
  const opened = await open(await tempFolder());
  await opened.store.commit((tx) => {
    for (let n = 0; n < 7; n += 1) tx.insertRecord(record(`r${n}`, { issueKey: 'PROJ-1' }));
    for (let n = 0; n < count; n += 1) tx.insertAttempt(nth(n));
  });
  return opened;
}

describe('the sync log by pages', () => {
  it('has every attempt on exactly one page, newest first, whatever the filter', async () => {
    const { store } = await logOf(211);
    const filters: AttemptFilter[] = [
      {},
      { status: 'failed' },
      { recordId: 'r3' },
      { issueKey: 'PROJ-2', status: 'success' },
      { from: NOON + 20 * MINUTE, to: NOON + 130 * MINUTE },
      { from: NOON + 20 * MINUTE, recordId: 'r1' },
      { issueKey: 'NONE-1' },
    ];
    for (const filter of filters) {
      const all = Array.from({ length: 211 }, (_, n) => ({ ...nth(n), id: n + 1 }))
        .filter(({ status }) => filter.status === undefined || status === filter.status)
        .filter(({ recordId }) => filter.recordId === undefined || recordId === filter.recordId)
        .filter(({ issueKey }) => filter.issueKey === undefined || issueKey === filter.issueKey)
        .filter(({ startedAt }) => startedAt >= (filter.from ?? 0) && startedAt < (filter.to ?? Number.MAX_VALUE))
        .map(({ id }) => id)
        .reverse();
      const pages: number[] = [];
      for (let offset = 0; offset <= 220; offset += 20) {
        pages.push(...(await store.read((db) => db.attempts({ ...filter, limit: 20, offset }))).map(({ id }) => id));
      }
      expect(pages).toEqual(all);
      expect(await store.read((db) => db.countAttempts({ ...filter, limit: 3, offset: 9 }))).toBe(all.length);
    }
  });

  it('says of each attempt what became of its record, and whether syncing it again makes sense', async () => {
    const { store } = await open(await tempFolder());
    const due = record('due', { issueKey: 'PROJ-1', problem: { reason: 'network', message: 'No answer.' } });
    await store.commit((tx) => {
      tx.insertRecord(due);
      tx.insertRecord(synced(record('done', { issueKey: 'PROJ-1' }), 'w1'));
      tx.insertRecord(record('gone', { issueKey: 'PROJ-1', deletedAt: NOON }));
      tx.insertAttempt(attempt('due', { status: 'success' }));
      tx.insertAttempt(attempt('due', { status: 'failed' }));
      tx.insertAttempt(attempt('due', { status: 'unknown' }));
      tx.insertAttempt(attempt('due', { status: 'pending' }));
      tx.insertAttempt(attempt('done', { status: 'failed' }));
      tx.insertAttempt(attempt('gone', { status: 'failed' }));
    });
    const { total, attempts } = await new SyncLog({ store }).page({}, 0, 50);
    expect(total).toBe(6);
    expect(attempts.map(({ attempt: { status }, record: of, canRetry }) => [of?.id, status, canRetry])).toEqual([
      [undefined, 'failed', false],
      ['done', 'failed', false],
      ['due', 'pending', false],
      ['due', 'unknown', true],
      ['due', 'failed', true],
      ['due', 'success', false],
    ]);
  });
});

it('100,000 attempts give their first and their last page quickly, whatever the filter', async () => {
  const { store } = await logOf(100_000);
  const log = new SyncLog({ store });
  await log.page({}, 0, 1);
  const filters: AttemptFilter[] = [
    {},
    { status: 'failed' },
    { issueKey: 'PROJ-3' },
    { recordId: 'r2', status: 'success' },
    { from: NOON + 30_000 * MINUTE, to: NOON + 90_000 * MINUTE },
  ];
  for (const filter of filters) {
    const { total } = await log.page(filter, 0, 50);
    expect(total).toBeGreaterThan(3_000);
    for (const page of [0, Math.ceil(total / 50) - 1]) {
      const began = performance.now();
      const { attempts } = await log.page(filter, page, 50);
      // Some 10 to 40 ms on an idle machine; a page that parses the whole log takes over a second.
      expect(performance.now() - began).toBeLessThan(500);
      expect(attempts.length).toBeGreaterThan(0);
    }
  }
}, 60_000);
