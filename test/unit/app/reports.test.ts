import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reports } from '../../../src/app/reports.ts';
import { dayOf } from '../../../src/core/days.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Store } from '../../../src/core/ports.ts';
import type { Connection, Issue, TimeRecord } from '../../../src/core/records.ts';
import type { Targets } from '../../../src/core/targets.ts';
import { openStore } from '../../../src/store/store.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const WASM = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let now: number;
let zone: string;
let weekStart: number;
let targets: Targets;
let folder: string;
let store: Store;
let reports: Reports;

const clock = { now: () => now, zone: () => zone };

beforeEach(async () => {
  now = Date.parse('2026-03-11T15:00:00Z'); // a Wednesday
  zone = 'UTC';
  weekStart = 1;
  targets = {};
  folder = await mkdtemp(path.join(os.tmpdir(), 'timecard-reports-'));
  store = await openStore({ folder, wasm: () => readFile(WASM), clock, log: silent, watch: false });
  reports = new Reports({ store, clock, settings: { weekStart: () => weekStart, targets: () => targets } });
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

let ids = 0;
function record(timeIn: string, minutes: number | null, more: Partial<TimeRecord> = {}): TimeRecord {
  ids += 1;
  const start = Date.parse(timeIn);
  return {
    ...newRecord({
      id: `record-${ids}`,
      timeIn: start,
      timeOut: minutes === null ? null : start + minutes * MINUTE,
      zone: 'UTC',
      now: start,
      issueKey: null,
      notes: '',
      source: 'manual',
    }),
    ...more,
  };
}

function insert(...records: readonly TimeRecord[]): Promise<void> {
  return store.commit((tx) => {
    for (const each of records) tx.insertRecord(each);
  });
}

function connection(id: string, projectKeys: readonly string[], createdAt: number): Connection {
  return {
    id,
    jiraUrl: `https://${id}.example.com`,
    deployment: 'cloud',
    authType: 'apiToken',
    email: 'mia@example.com',
    cloudId: null,
    accountId: 'mia',
    displayName: 'Mia',
    profileZone: null,
    isActive: true,
    projectKeys,
    isDefault: false,
    chosenProjects: [],
    lastSuccessAt: null,
    lastProblem: null,
    failedSignIns: 0,
    createdAt,
    updatedAt: createdAt,
  };
}

function issue(key: string, summary: string): Issue {
  return {
    key,
    id: '1',
    summary,
    status: 'To Do',
    statusCategory: 'new',
    assignee: null,
    project: 'PROJ',
    issueType: 'Task',
    url: `https://example.com/browse/${key}`,
  };
}

describe('summary', () => {
  it('is all zero when there is nothing', async () => {
    expect(await reports.summary()).toEqual({
      running: undefined,
      runningIssue: undefined,
      todaySeconds: 0,
      weekSeconds: 0,
      targets: null,
      todayEnds: expect.any(Number),
      waiting: 0,
    });
  });

  it('tells the targets of today and this week, where the user is', async () => {
    targets = { wednesday: 8, thursday: 6.5 };
    expect((await reports.summary()).targets).toEqual({ todaySeconds: 28_800, weekSeconds: 52_200 });
    zone = 'Pacific/Kiritimati';
    expect((await reports.summary()).targets).toEqual({ todaySeconds: 23_400, weekSeconds: 52_200 });
  });

  it('counts the part of each record that lies in today and in this week, and the running one until now', async () => {
    await insert(
      record('2026-03-08T23:00:00Z', 90), // Sunday, half an hour of it on Monday
      record('2026-03-10T23:30:00Z', 60), // half an hour of it today
      record('2026-03-11T09:00:00Z', 60),
      record('2026-03-11T14:40:00Z', null),
    );
    const { todaySeconds, weekSeconds, running } = await reports.summary();
    expect(todaySeconds).toBe((30 + 60 + 20) * 60);
    expect(weekSeconds).toBe((30 + 60 + 60 + 20) * 60);
    expect(running?.timeIn).toBe(Date.parse('2026-03-11T14:40:00Z'));
  });

  it('begins the week on the day the settings say, read anew each time', async () => {
    await insert(record('2026-03-08T10:00:00Z', 60), record('2026-03-07T10:00:00Z', 60));
    expect((await reports.summary()).weekSeconds).toBe(0);
    weekStart = 7;
    expect((await reports.summary()).weekSeconds).toBe(3_600);
    weekStart = 6;
    expect((await reports.summary()).weekSeconds).toBe(7_200);
  });

  it('takes today from the zone the user is in now', async () => {
    await insert(record('2026-03-11T01:00:00Z', 60));
    zone = 'America/Los_Angeles';
    expect((await reports.summary()).todaySeconds).toBe(0);
    zone = 'Europe/Berlin';
    expect((await reports.summary()).todaySeconds).toBe(3_600);
  });

  it('counts 25 hours on the day the clocks go back', async () => {
    zone = 'Europe/Berlin';
    now = Date.parse('2026-10-25T22:59:00Z');
    await insert(record('2026-10-24T22:00:00Z', 25 * 60));
    expect((await reports.summary()).todaySeconds).toBe(25 * 3_600);
  });

  it('tells how many records wait for Jira', async () => {
    await insert(
      record('2026-03-11T09:00:00Z', 60, { issueKey: 'PROJ-1' }),
      record('2026-03-11T10:00:00Z', 60),
      record('2026-03-11T11:00:00Z', null, { issueKey: 'PROJ-1' }),
    );
    expect((await reports.summary()).waiting).toBe(1);
  });

  it('names the running issue as the site it belongs to has it', async () => {
    await store.commit((tx) => {
      tx.putConnection(connection('old', ['OTHER'], 1));
      tx.putConnection(connection('new', ['PROJ'], 2));
      tx.cacheIssues('old', [issue('PROJ-1', 'Another issue of the same name')], now);
      tx.cacheIssues('new', [issue('PROJ-1', 'Checkout')], now);
    });
    await insert(record('2026-03-11T11:00:00Z', null, { issueKey: 'PROJ-1' }));
    expect((await reports.summary()).runningIssue?.summary).toBe('Checkout');
  });
});

describe('history', () => {
  it('lists finished records by day, newest first, without the running one', async () => {
    await insert(
      record('2026-03-09T09:00:00Z', 30, { notes: 'a' }),
      record('2026-03-11T09:00:00Z', 10, { notes: 'b' }),
      record('2026-03-11T10:00:00Z', 20, { notes: 'c' }),
      record('2026-03-11T14:00:00Z', null, { notes: 'running' }),
    );
    const { days, hasMore } = await reports.history({ limit: 100 });
    expect(days.map(({ day, seconds, records }) => [day, seconds, records.map(({ notes }) => notes)])).toEqual([
      ['2026-03-11', 1_800, ['c', 'b']],
      ['2026-03-09', 1_800, ['a']],
    ]);
    expect(hasMore).toBe(false);
  });

  it('counts each record on the day of its own zone', async () => {
    await insert(
      record('2026-03-10T23:00:00Z', 30, { zone: 'Asia/Tokyo' }),
      record('2026-03-11T02:00:00Z', 30, { zone: 'America/New_York' }),
    );
    const { days } = await reports.history({ limit: 100 });
    expect(days.map(({ day, records }) => [day, records[0]?.zone])).toEqual([
      ['2026-03-11', 'Asia/Tokyo'],
      ['2026-03-10', 'America/New_York'],
    ]);
  });

  it.each([
    [1, true],
    [2, true],
    [3, false],
    [4, false],
  ])('says whether there is more than %i of three, whether one runs or not', async (limit, more) => {
    await insert(
      record('2026-03-09T09:00:00Z', 30),
      record('2026-03-10T09:00:00Z', 30),
      record('2026-03-11T09:00:00Z', 30),
    );
    expect((await reports.history({ limit })).hasMore).toBe(more);
    await insert(record('2026-03-11T14:00:00Z', null));
    const page = await reports.history({ limit });
    expect(page.hasMore).toBe(more);
    expect(page.days.flatMap(({ records }) => records)).toHaveLength(Math.min(limit, 3));
  });

  it('totals a whole day when the page ends inside it, down to records that began at the same instant', async () => {
    const many = Array.from({ length: 1_500 }, () => record('2026-03-11T08:00:00Z', 1));
    await insert(...many, record('2026-03-11T09:00:00Z', 5), record('2026-03-10T09:00:00Z', 7));
    const { days, hasMore } = await reports.history({ limit: 2 });
    expect(hasMore).toBe(true);
    expect(days).toHaveLength(1);
    expect(days[0]?.records).toHaveLength(2);
    expect(days[0]?.seconds).toBe((1_500 + 5) * 60);
  });

  it('knows the issue of each record from its own site', async () => {
    await store.commit((tx) => {
      tx.putConnection(connection('a', ['PROJ'], 1));
      tx.putConnection(connection('b', ['PROJ'], 2));
      tx.cacheIssues('a', [issue('PROJ-1', 'On a')], now);
      tx.cacheIssues('b', [issue('PROJ-1', 'On b')], now);
    });
    const [first, second, third] = [
      record('2026-03-11T09:00:00Z', 5, { issueKey: 'PROJ-1', connectionId: 'b' }),
      record('2026-03-11T10:00:00Z', 5, { issueKey: 'PROJ-1' }),
      record('2026-03-11T11:00:00Z', 5, { issueKey: 'PROJ-2' }),
    ];
    await insert(first, second, third);
    const { issues } = await reports.history({ limit: 10 });
    expect([...issues].map(([id, each]) => [id, each.summary]).sort()).toEqual(
      [
        [first.id, 'On b'],
        [second.id, 'On a'],
      ].sort(),
    );
  });

  const ZONES = ['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
  const entry = fc.record({
    offset: fc.integer({ min: 0, max: 8 * 24 * 60 }),
    minutes: fc.integer({ min: 1, max: 600 }),
    zone: fc.constantFrom(...ZONES),
  });

  it('gives every day on the page the total of all records of that day, in any mixture of zones', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 30 }),
        async (entries, limit) => {
          await store.commit((tx) => {
            for (const old of tx.records()) tx.updateRecord({ ...old, deletedAt: now });
          });
          const from = Date.parse('2026-03-25T00:00:00Z');
          const records = entries.map((each) =>
            record(new Date(from + each.offset * MINUTE).toISOString(), each.minutes, { zone: each.zone }),
          );
          await insert(...records);
          const { days } = await reports.history({ limit });
          for (const { day, seconds } of days) {
            const all = records.filter((each) => dayOf(each.timeIn, each.zone) === day);
            expect(seconds * 1_000).toBe(all.reduce((sum, each) => sum + (each.timeOut ?? 0) - each.timeIn, 0));
          }
          const listed = days.flatMap((each) => each.records);
          expect(listed).toHaveLength(Math.min(limit, records.length));
          expect(days.map(({ day }) => day)).toEqual([...new Set(days.map(({ day }) => day))].sort().reverse());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does not ask for more records than a page, the days it ends in, and what lies beside them', async () => {
    const start = Date.parse('2020-01-01T08:00:00Z');
    const records = Array.from({ length: 3_000 }, (_, index) =>
      record(new Date(start + index * 12 * HOUR).toISOString(), 30),
    );
    await insert(...records);
    let read = 0;
    const counting = new Reports({
      clock,
      settings: { weekStart: () => 1, targets: () => ({}) },
      store: {
        read: (query) =>
          store.read((db) => {
            const spy = vi.spyOn(db, 'records');
            const answer = query(db);
            read = spy.mock.results.reduce((sum, { value }) => sum + value.length, 0);
            spy.mockRestore();
            return answer;
          }),
      },
    });
    await counting.history({ limit: 100 });
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(240);
  });
});
