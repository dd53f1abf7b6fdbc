import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogPage } from '../../../src/app/syncLog.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { SyncAttempt, TimeRecord } from '../../../src/core/records.ts';
import type { AttemptFilter } from '../../../src/core/storePorts.ts';
import { exportArgument, filterOf, LogFeed } from '../../../src/editor/sidebar/logFeed.ts';
import { syncLogFilter } from '../../../src/editor/syncLogFilter.ts';
import { type LogChoice, WHOLE_LOG } from '../../../src/protocol/log.ts';
import { ToView } from '../../../src/protocol/messages.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const RECORD: TimeRecord = newRecord({
  ...{ id: 'r1', timeIn: NOW - 3_600_000, timeOut: NOW, zone: 'UTC', now: NOW, issueKey: 'PROJ-1', notes: '' },
  source: 'manual',
});

function attempt(change: Partial<SyncAttempt> = {}): SyncAttempt {
  return {
    id: 1,
    recordId: 'r1',
    connectionId: 'c1',
    action: 'create',
    issueKey: 'PROJ-1',
    issueId: '10001',
    worklogId: null,
    status: 'failed',
    reason: 'network',
    error: 'No answer.',
    httpStatus: null,
    startedAt: NOW,
    finishedAt: NOW + 80,
    batchId: null,
    sent: null,
    ...change,
  };
}

function setUp() {
  const world = {
    page: { total: 1, attempts: [{ attempt: attempt(), record: RECORD, canRetry: true }] } as LogPage,
    seen: true,
    isOpen: true,
    error: undefined as Error | undefined,
  };
  const asked: { filter: AttemptFilter; page: number; size: number }[] = [];
  const posted: Extract<ToView, { type: 'logged' }>[] = [];
  const failures: unknown[] = [];
  const log = {
    page: async (filter: AttemptFilter, page: number, size: number) => {
      asked.push({ filter, page, size });
      if (world.error !== undefined) throw world.error;
      return world.page;
    },
  };
  const feed = new LogFeed({
    log: async () => (world.isOpen ? log : undefined),
    zone: () => 'Europe/Berlin',
    locale: () => 'en',
    isSeen: () => world.seen,
    post: (answer) => void posted.push(answer),
    failed: (error) => void failures.push(error),
  });
  const ask = (request: number, choice: Partial<LogChoice> = {}, watch?: boolean) =>
    feed.ask({
      type: 'log',
      request,
      choice: { ...WHOLE_LOG, ...choice },
      page: 2,
      size: 50,
      ...(watch === undefined ? {} : { watch }),
    });
  const settle = () => vi.advanceTimersByTimeAsync(1_000);
  return { world, asked, posted, failures, feed, ask, settle };
}

describe('the sync log’s feed', () => {
  it('answers with the page that was asked for, in the form of the protocol', async () => {
    const { ask, asked, posted } = setUp();
    await ask(7, { status: 'failed' });
    expect(asked).toEqual([{ filter: { status: 'failed' }, page: 2, size: 50 }]);
    expect(posted).toHaveLength(1);
    expect(v.parse(ToView, posted[0])).toEqual(posted[0]);
    expect(posted[0]).toMatchObject({
      type: 'logged',
      request: 7,
      total: 1,
      rows: [
        { id: 1, recordId: 'r1', action: 'create', status: 'failed', ms: 80, error: 'No answer.', canRetry: true },
      ],
    });
  });

  it('names a record by its notes, else by its time, and a removed one not at all', async () => {
    const { ask, posted, world } = setUp();
    const named = async (record: TimeRecord | undefined) => {
      world.page = { total: 1, attempts: [{ attempt: attempt(), record, canRetry: false }] };
      await ask(1);
      return posted.at(-1)?.rows[0]?.record?.replace(/\s/g, ' ');
    };
    expect(await named({ ...RECORD, notes: ' Repro\nand a test ' })).toBe('Repro and a test');
    expect(await named(RECORD)).toMatch(/^Nov 24, 11:00 – 12:00 PM$|^Nov 24, 11:00 AM – 12:00 PM$/);
    expect(await named({ ...RECORD, zone: 'Mars/Olympus' })).toMatch(/^Nov 24, 11:00/);
    expect(await named({ ...RECORD, timeOut: null })).toMatch(/^Nov 24, 11:00 AM$/);
    expect(await named({ ...RECORD, notes: 'x'.repeat(10_000_000) })).toHaveLength(201);
    expect(await named(undefined)).toBeUndefined();
  });

  it('sends no more of an error than anybody reads', async () => {
    const { ask, posted, world } = setUp();
    const long = attempt({ error: '<b>'.repeat(4_000_000) });
    world.page = { total: 1, attempts: [{ attempt: long, record: undefined, canRetry: false }] };
    await ask(1);
    expect(posted[0]?.rows[0]?.error?.length).toBeLessThan(25_000);
  });

  it('answers what is watched again when it has changed, and only then', async () => {
    const { ask, feed, posted, settle, world } = setUp();
    await ask(1, {}, true);
    feed.changed();
    await settle();
    expect(posted).toHaveLength(1);
    world.page = { ...world.page, total: 2 };
    feed.changed();
    feed.changed();
    await settle();
    expect(posted.map(({ request, total }) => [request, total])).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it('asks for nothing that nobody watches or sees', async () => {
    const { ask, feed, asked, settle, world } = setUp();
    await ask(1);
    feed.changed();
    await settle();
    await ask(2, {}, true);
    world.seen = false;
    feed.changed();
    await settle();
    world.seen = true;
    feed.leave();
    feed.changed();
    await settle();
    expect(asked).toHaveLength(2);
    feed.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps answering only the newest that watches', async () => {
    const { ask, feed, posted, settle, world } = setUp();
    await ask(1, {}, true);
    await ask(2, { status: 'failed' }, true);
    world.page = { ...world.page, total: 5 };
    feed.changed();
    await settle();
    expect(posted.map(({ request }) => request)).toEqual([1, 2, 2]);
  });

  it('gives an error back to whoever asked, and tells one that came later', async () => {
    const { ask, feed, failures, posted, settle, world } = setUp();
    await ask(1, {}, true);
    world.error = new Error('The file is damaged.');
    await expect(ask(2)).rejects.toThrow('damaged');
    feed.changed();
    await settle();
    expect(failures).toEqual([world.error]);
    world.error = undefined;
    world.isOpen = false;
    await ask(3);
    expect(posted).toHaveLength(1);
  });
});

describe('a choice', () => {
  const HOUR = 3_600_000;
  const choice: LogChoice = {
    ...{ from: '2026-03-28', to: '2026-03-29', status: 'unknown', issueKey: ' proj-7 ', recordId: 'r1' },
  };

  it('means the user’s own days, the last one to its end, also when the clocks change', () => {
    const { from = 0, to = 0, ...rest } = filterOf(choice, 'Europe/Berlin');
    expect(new Date(from).toISOString()).toBe('2026-03-27T23:00:00.000Z');
    expect(to - from).toBe(47 * HOUR);
    expect(rest).toEqual({ status: 'unknown', issueKey: 'PROJ-7', recordId: 'r1' });
    expect(filterOf(WHOLE_LOG, 'UTC')).toEqual({});
  });

  it('is exported as it is shown', () => {
    expect(syncLogFilter(exportArgument(choice, 'Europe/Berlin'))).toEqual(filterOf(choice, 'Europe/Berlin'));
    expect(syncLogFilter(exportArgument(WHOLE_LOG, 'UTC'))).toEqual({});
  });

  it('of a day there never was is refused by name', () => {
    expect(() => filterOf({ ...WHOLE_LOG, from: '2026-02-31' }, 'UTC')).toThrow(/^from: /);
    expect(() => filterOf({ ...WHOLE_LOG, to: '2026-13-01' }, 'UTC')).toThrow(/^to: /);
  });
});
