import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Clock, Log } from '../../../src/core/ports.ts';
import type { Connection, RecordBasis, SyncAttempt, TimeRecord, WorklogSnapshot } from '../../../src/core/records.ts';
import type { Store, StoreNotice } from '../../../src/core/storePorts.ts';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';

export const wasmPath = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
export const wasm = (): Promise<Uint8Array> => readFile(wasmPath);

/**
 * The tests of the store run twice: with small files, which each commit writes anew, and, in the project `journal`, with
 * a journal beside each file that is folded into it every few commits.
 */
export const withJournal = process.env.STORE_WITH_JOURNAL === '1';
export const storeLimits = withJournal ? { journalFrom: 0, foldFrom: 4_000, foldQuietMs: 0 } : {};

export const NOON = Date.UTC(2026, 10, 24, 12);

export class TestClock implements Clock {
  constructor(public ms = NOON) {}
  now(): number {
    return this.ms;
  }
  zone(): string {
    return 'Europe/Berlin';
  }
}

export class TestLog implements Log {
  readonly lines: string[] = [];
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  error(message: string, error?: unknown): void {
    this.lines.push(`error ${message} ${String(error ?? '')}`);
  }
}

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Opened {
  readonly store: Store;
  readonly log: TestLog;
  readonly clock: TestClock;
  readonly notices: StoreNotice[];
}

export async function open(
  folder: string,
  options: Partial<StoreOptions> & { clock?: TestClock } = {},
): Promise<Opened> {
  const log = new TestLog();
  const clock = options.clock ?? new TestClock();
  const store = await openStore({ folder, wasm, log, watch: false, ...storeLimits, ...options, clock });
  onTestFinished(() => store.close());
  const notices: StoreNotice[] = [];
  store.onNotice((notice) => notices.push(notice));
  return { store, log, clock, notices };
}

export function record(id: string, change: Partial<TimeRecord> = {}): TimeRecord {
  const span = { timeIn: NOON - 3_600_000, timeOut: NOON, zone: 'Europe/Berlin' };
  return {
    ...newRecord({ id, ...span, now: NOON, issueKey: null, notes: '', source: 'timer' }),
    ...change,
  };
}

export function basisOf(value: TimeRecord): RecordBasis {
  return { timeIn: value.timeIn, timeOut: value.timeOut ?? 0, zone: value.zone, notes: value.notes };
}

/** The record with a worklog that says what it says. */
export function synced(value: TimeRecord, worklogId: string): TimeRecord {
  const worklog: WorklogSnapshot = {
    connectionId: 'c1',
    issueId: '10001',
    issueKey: value.issueKey ?? 'PROJ-1',
    worklogId,
    startedMs: value.timeIn,
    seconds: 3600,
    comment: value.notes,
    basis: basisOf(value),
  };
  return { ...value, issueKey: worklog.issueKey, connectionId: 'c1', worklog };
}

export function attempt(recordId: string, change: Partial<SyncAttempt> = {}): Omit<SyncAttempt, 'id'> {
  return {
    recordId,
    connectionId: 'c1',
    action: 'create',
    issueKey: 'PROJ-1',
    issueId: '10001',
    worklogId: null,
    status: 'pending',
    reason: null,
    error: null,
    httpStatus: null,
    startedAt: NOON,
    finishedAt: null,
    sent: null,
    batchId: null,
    ...change,
  };
}

export function connection(id: string, change: Partial<Connection> = {}): Connection {
  return {
    id,
    jiraUrl: 'https://example.atlassian.net',
    deployment: 'cloud',
    authType: 'apiToken',
    email: 'me@example.com',
    cloudId: null,
    accountId: 'a1',
    displayName: 'Me',
    profileZone: 'Europe/Berlin',
    isActive: true,
    isDefault: false,
    chosenProjects: [],
    lastSuccessAt: null,
    lastProblem: null,
    failedSignIns: 0,
    projectKeys: ['PROJ'],
    createdAt: NOON,
    updatedAt: NOON,
    ...change,
  };
}

export async function ids(store: Store): Promise<string[]> {
  return (await store.read((db) => db.records())).map(({ id }) => id).sort();
}
