import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Issue, SyncProblem, TimeRecord } from '../../../src/core/records.ts';
import { type RowFacts, recordRow } from '../../../src/editor/sidebar/row.ts';
import { buildSnapshot, NO_SUMMARY, type SnapshotInput } from '../../../src/editor/sidebar/snapshot.ts';
import { type RecordRow, Snapshot } from '../../../src/protocol/messages.ts';
import { runningSince, site } from './viewSupport.ts';

const IN = Date.parse('2026-03-11T09:00:00Z');
const OUT = Date.parse('2026-03-11T10:00:00Z');

function finished(more: Partial<TimeRecord> = {}): TimeRecord {
  const seed = { id: 'f', timeIn: IN, timeOut: OUT, zone: 'UTC', now: IN, issueKey: 'PROJ-1', notes: 'Did it' };
  return { ...newRecord({ ...seed, source: 'timer' }), ...more };
}

function synced(more: Partial<TimeRecord> = {}): TimeRecord {
  const basis = { timeIn: IN, timeOut: OUT, zone: 'UTC', notes: 'Did it' };
  const place = { connectionId: 'a', issueId: '1', issueKey: 'PROJ-1', worklogId: '9' };
  const worklog = { ...place, startedMs: IN, seconds: 3_600, comment: 'Did it', basis };
  return finished({ connectionId: 'a', worklog, lastSyncedAt: OUT, ...more });
}

const issue: Issue = {
  key: 'PROJ-1',
  id: '1',
  summary: 'Checkout',
  status: 'In Progress',
  statusCategory: 'indeterminate',
  assignee: null,
  project: 'PROJ',
  issueType: 'Task',
  url: 'https://evil.example/browse/PROJ-1',
};

function input(more: Partial<SnapshotInput> = {}): SnapshotInput {
  return {
    version: 1,
    locale: 'en',
    zone: 'UTC',
    weekStart: 7,
    summary: NO_SUMMARY,
    branchKey: null,
    connections: [site('a')],
    signIn: { state: 'connected', connections: [site('a')] },
    progress: undefined,
    notice: null,
    texts: { clockIn: 'Clock in' },
    t: (message, ...values) => message.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)])),
    ...more,
  };
}

function rowOf(record: TimeRecord, more: Partial<SnapshotInput> = {}, facts: Partial<RowFacts> = {}): RecordRow {
  return recordRow(record, { day: '2026-03-11', issue: undefined, overlaps: false, ...facts }, input(more));
}

const problem = (reason: SyncProblem['reason'], message: string): SyncProblem => ({ reason, message });

describe('a row', () => {
  it('says that it failed for want of a sign-in only until the user is signed in', () => {
    const record = finished({ problem: problem('signedOut', 'You are signed out.') });
    const signedOut = { signIn: { state: 'signedOut' as const, connection: site('a') } };
    expect(rowOf(record, signedOut)).toMatchObject({ state: 'failed', problem: 'You are signed out.', canSync: true });
    expect(rowOf(record)).toMatchObject({ state: 'pending', problem: null, canSync: true });
  });

  it.each<[string, TimeRecord, RecordRow['state'], boolean]>([
    ['no issue', finished({ issueKey: null }), 'local', false],
    ['due', finished(), 'pending', true],
    ['synced', synced(), 'synced', false],
    ['edited since', synced({ notes: 'Did more' }), 'pending', true],
    ['failed', finished({ problem: problem('forbidden', 'No permission.') }), 'failed', true],
    ['reply lost', finished({ attempt: 'unknown' }), 'unknown', true],
    ['changed in Jira', synced({ notes: 'x', problem: problem('conflict', 'Changed.') }), 'conflict', false],
  ])('tells where a record stands: %s', (_, record, state, canSync) => {
    expect(rowOf(record)).toMatchObject({ state, canSync });
  });

  it('is queued, then syncing while its record is on the way, and cannot be synced twice', () => {
    const progress = { done: 0, total: 2, recordIds: new Set(['f']) };
    expect(rowOf(finished(), { progress })).toMatchObject({ state: 'queued', canSync: false });
    expect(rowOf(finished({ attempt: 'open' }), { progress })).toMatchObject({ state: 'syncing', canSync: false });
    expect(rowOf(finished({ id: 'other' }), { progress })).toMatchObject({ state: 'pending' });
  });

  it('gives the reason of a failure and of a conflict, and of nothing else', () => {
    const refused = problem('forbidden', 'No permission. Ask a project admin.');
    expect(rowOf(finished({ problem: refused }))?.problem).toBe('No permission. Ask a project admin.');
    expect(rowOf(synced({ notes: 'x', problem: problem('conflict', ' ') }))?.problem).toContain('changed in Jira');
    expect(rowOf(finished({ problem: problem('server', '') }))?.problem).toContain('sync failed');
    expect(rowOf(synced({ problem: refused }))?.problem).toBeNull();
    expect(rowOf(finished({ attempt: 'unknown', problem: refused }))?.problem).toBeNull();
  });

  it('carries what Jira says of the issue when that is known', () => {
    const known = rowOf(finished(), {}, { issue });
    expect(known).toMatchObject({ summary: 'Checkout', issueStatus: 'In Progress', statusCategory: 'indeterminate' });
    expect(rowOf(finished())).toMatchObject({ summary: null, issueStatus: null, statusCategory: null });
  });

  it('says whether another record counts its time', () => {
    expect(rowOf(finished(), {}, { overlaps: true }).overlaps).toBe(true);
    expect(rowOf(finished()).overlaps).toBe(false);
  });

  it.each<[string, Partial<TimeRecord>, Partial<SnapshotInput>, boolean]>([
    ['its own site', { connectionId: 'a' }, {}, true],
    ['a site that is gone', { connectionId: 'gone' }, {}, false],
    ['the site its project belongs to', {}, {}, true],
    ['no site at all', {}, { connections: [] }, false],
    ['no issue', { issueKey: null, connectionId: 'a' }, {}, false],
  ])('can be opened in Jira through %s', (_, record, more, expected) => {
    expect(rowOf(finished(record), more)?.hasIssueUrl).toBe(expected);
  });
});

describe('a snapshot', () => {
  it('fits the protocol, sends whole seconds and never the address Jira gave', () => {
    const snapshot = buildSnapshot(
      input({
        version: 7,
        summary: {
          running: runningSince(IN),
          runningIssue: issue,
          runningOverlaps: true,
          resumable: { issueKey: null, notes: 'Did it', connectionId: null },
          todaySeconds: 0.1 + 0.7 + 59.2,
          weekSeconds: 3_599.999,
          targets: { todaySeconds: 0, weekSeconds: 144_000 },
          todayEnds: 0,
          waiting: 1,
          waitingOf: { failed: 1, unknown: 0, conflict: 2 },
        },
        progress: { done: 1, total: 3, recordIds: new Set() },
        branchKey: 'PROJ-2',
        notice: 'Careful.',
      }),
    );
    expect(v.parse(Snapshot, snapshot)).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      version: 7,
      todaySeconds: 60,
      weekSeconds: 3_599,
      todayTargetSeconds: 0,
      weekTargetSeconds: 144_000,
      resumable: { issueKey: null, notes: 'Did it' },
      waiting: 1,
      waitingOf: { failed: 1, unknown: 0, conflict: 2 },
      branchKey: 'PROJ-2',
      notice: 'Careful.',
      sync: { done: 1, total: 3 },
      running: { id: 'r', timeOut: null, day: '2026-03-11', summary: 'Checkout', state: 'local', overlaps: true },
    });
    expect(JSON.stringify(snapshot)).not.toContain('evil.example');
  });

  it('counts the running record on the day of its own zone, and of this one when that zone is unknown', () => {
    const late = Date.parse('2026-03-11T23:30:00Z');
    const dayIn = (zone: string) => {
      const running = { ...runningSince(late), zone };
      return buildSnapshot(input({ zone: 'Asia/Tokyo', summary: { ...NO_SUMMARY, running } })).running?.day;
    };
    expect(dayIn('UTC')).toBe('2026-03-11');
    expect(dayIn('Europe/Berlin')).toBe('2026-03-12');
    expect(dayIn('Mars/Olympus')).toBe('2026-03-12');
  });

  it.each<[SnapshotInput['signIn'], string]>([
    [{ state: 'none' }, 'Not connected to Jira'],
    [{ state: 'connected', connections: [site('a')] }, 'Mia at a.example.com/jira'],
    [
      { state: 'connected', connections: [site('a', { displayName: null, email: 'mia@example.com' }), site('b')] },
      'mia@example.com at a.example.com/jira, Mia at b.example.com/jira',
    ],
    [{ state: 'connected', connections: [site('a', { displayName: null })] }, 'a.example.com/jira'],
    [{ state: 'signedOut', connection: site('b') }, 'Signed out of b.example.com/jira'],
  ])('says who is connected: %o', (signIn, label) => {
    expect(buildSnapshot(input({ signIn })).connection).toEqual({ state: signIn.state, label });
  });
});

describe('the connection line', () => {
  const wrong = (id: string, reason: SyncProblem['reason'], message: string) =>
    site(id, { lastProblem: problem(reason, message), lastSuccessAt: IN });
  const line = (...connections: ReturnType<typeof site>[]) => {
    const active = connections.filter(({ isActive }) => isActive);
    const signIn =
      active.length === 0 ? ({ state: 'none' } as const) : { state: 'connected' as const, connections: active };
    return buildSnapshot(input({ connections, signIn })).connection;
  };

  it('names who is connected where, and the sites that are switched off', () => {
    expect(line(site('a'), site('b', { isActive: false }))).toEqual({
      state: 'connected',
      label: 'Mia at a.example.com/jira',
      off: ['b.example.com/jira'],
    });
    expect(line(site('b', { isActive: false }))).toMatchObject({ state: 'none', off: ['b.example.com/jira'] });
  });

  it('says that a site cannot be reached, why, and when it last answered', () => {
    expect(line(site('a'), wrong('b', 'network', 'No answer within 30 s.'))).toEqual({
      state: 'offline',
      label: 'Offline: b.example.com/jira cannot be reached',
      problem: 'No answer within 30 s.',
      lastSuccessAt: IN,
    });
  });

  it('tells first what waiting does not help', () => {
    expect(line(wrong('a', 'network', 'No answer.'), wrong('b', 'tls', 'Unknown certificate.'))).toMatchObject({
      state: 'problem',
      label: 'Something is wrong with b.example.com/jira',
      problem: 'Unknown certificate.',
    });
  });
});
