import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reports } from '../../../src/app/reports.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Connection, Issue, TimeRecord } from '../../../src/core/records.ts';
import type { Store } from '../../../src/core/storePorts.ts';
import type { Targets } from '../../../src/core/targets.ts';
import { openStore } from '../../../src/store/store.ts';

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
      runningOverlaps: false,
      resumable: undefined,
      todaySeconds: 0,
      weekSeconds: 0,
      targets: null,
      todayEnds: expect.any(Number),
      waiting: 0,
      waitingOf: { failed: 0, unknown: 0, conflict: 0 },
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

  it('tells what can be resumed: the newest work, and nothing while a record runs', async () => {
    const newest = record('2026-03-11T10:00:00Z', 30, { issueKey: 'PROJ-2', notes: 'Going on' });
    await insert(record('2026-03-11T09:00:00Z', 30, { issueKey: 'PROJ-1' }), newest);
    expect((await reports.summary()).resumable).toEqual({
      issueKey: 'PROJ-2',
      notes: 'Going on',
      connectionId: null,
    });
    await insert(record('2026-03-11T11:00:00Z', null));
    expect((await reports.summary()).resumable).toBeUndefined();
  });

  it('resumes what the timer measured last, not a meeting added by hand within it', async () => {
    await insert(
      record('2026-03-11T06:00:00Z', 30, { issueKey: 'PROJ-9', source: 'timer' }),
      record('2026-03-11T09:00:00Z', 180, { issueKey: 'PROJ-1', source: 'timer' }),
      record('2026-03-11T10:00:00Z', 15, { issueKey: 'MEET-1', source: 'manual' }),
      record('2026-03-11T12:30:00Z', 15, { issueKey: 'MEET-2', source: 'manual' }),
    );
    expect((await reports.summary()).resumable?.issueKey).toBe('PROJ-1');
    await insert(record('2026-03-12T12:30:00Z', 15, { issueKey: 'MEET-3', source: 'manual' }));
    expect((await reports.summary()).resumable?.issueKey).toBe('MEET-3');
  });

  it('tells how many records wait for Jira', async () => {
    await insert(
      record('2026-03-11T09:00:00Z', 60, { issueKey: 'PROJ-1' }),
      record('2026-03-11T10:00:00Z', 60),
      record('2026-03-11T11:00:00Z', null, { issueKey: 'PROJ-1' }),
    );
    expect((await reports.summary()).waiting).toBe(1);
  });

  it('tells how many of those failed or lost a reply, and how many are in conflict', async () => {
    const due = { issueKey: 'PROJ-1' };
    const refused = { ...due, problem: { reason: 'forbidden' as const, message: 'No.' } };
    await insert(
      record('2026-03-11T08:00:00Z', 30, due),
      record('2026-03-11T09:00:00Z', 30, refused),
      record('2026-03-11T10:00:00Z', 30, refused),
      record('2026-03-11T11:00:00Z', 30, { ...due, attempt: 'unknown' }),
      record('2026-03-11T12:00:00Z', 30, { ...due, problem: { reason: 'conflict', message: 'Both.' } }),
    );
    const { waiting, waitingOf } = await reports.summary();
    expect({ waiting, ...waitingOf }).toEqual({ waiting: 4, failed: 2, unknown: 1, conflict: 1 });
  });

  it('knows whether the running record overlaps another one', async () => {
    await insert(record('2026-03-11T11:00:00Z', null));
    expect((await reports.summary()).runningOverlaps).toBe(false);
    await insert(record('2026-03-11T10:30:00Z', 60));
    expect((await reports.summary()).runningOverlaps).toBe(true);
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
