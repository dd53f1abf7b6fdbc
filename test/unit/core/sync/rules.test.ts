import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimecardError } from '../../../../src/core/errors.ts';
import { newRecord } from '../../../../src/core/newRecord.ts';
import type { TimeRecord, WorklogContent, WorklogSnapshot } from '../../../../src/core/records.ts';
import { paceWait, stillCounting } from '../../../../src/core/sync/pace.ts';
import { needsPlace, planSync } from '../../../../src/core/sync/plan.ts';
import { reconcile, sameContent } from '../../../../src/core/sync/reconcile.ts';
import { concernsWholeSite, settleTime, waitBeforeRetry } from '../../../../src/core/sync/retry.ts';
import { syncStateOf } from '../../../../src/core/syncState.ts';

const START = Date.UTC(2026, 10, 24, 9);
const HOUR = 3_600_000;

function record(patch: Partial<TimeRecord> = {}): TimeRecord {
  const made = newRecord({
    id: 'r1',
    timeIn: START,
    timeOut: START + HOUR,
    zone: 'Europe/Berlin',
    now: START + HOUR,
    issueKey: 'PROJ-1',
    notes: 'work',
    source: 'timer',
  });
  return { ...made, ...patch };
}

function snapshot(patch: Partial<WorklogSnapshot> = {}): WorklogSnapshot {
  return {
    connectionId: 'c1',
    issueId: '100',
    issueKey: 'PROJ-1',
    worklogId: 'w1',
    startedMs: START,
    seconds: 3600,
    comment: 'work',
    basis: { timeIn: START, timeOut: START + HOUR, zone: 'Europe/Berlin', notes: 'work' },
    ...patch,
  };
}

const here = { connectionId: 'c1', issueId: '100', issueKey: 'PROJ-1' };
const synced = record({ connectionId: 'c1', worklog: snapshot() });

describe('the state of a record', () => {
  it.each<[string, TimeRecord, string]>([
    ['runs', record({ timeOut: null }), 'local'],
    ['has no issue', record({ issueKey: null }), 'local'],
    ['is finished on an issue', record(), 'pending'],
    ['is on its way', record({ attempt: 'open' }), 'pending'],
    ['lost its reply', record({ attempt: 'unknown' }), 'unknown'],
    ['lost its reply and was removed', record({ attempt: 'unknown', deletedAt: 1 }), 'unknown'],
    ['agrees with Jira', synced, 'synced'],
    ['was edited since', { ...synced, notes: 'other' }, 'pending'],
    ['was moved since', { ...synced, issueKey: 'PROJ-2' }, 'pending'],
    ['lost its issue since', { ...synced, issueKey: null }, 'pending'],
    ['failed', record({ problem: { reason: 'forbidden', message: 'no' } }), 'failed'],
    ['was changed on both sides', { ...synced, notes: 'x', problem: { reason: 'conflict', message: '' } }, 'conflict'],
    ['had its worklog deleted on purpose', record({ intent: 'absent' }), 'local'],
    ['waits for its worklog to be deleted', { ...synced, intent: 'absent' }, 'pending'],
    ['was removed, worklog kept', { ...synced, intent: 'leave', deletedAt: 1 }, 'local'],
    ['was removed, worklog to go', { ...synced, intent: 'absent', deletedAt: 1 }, 'pending'],
    ['runs again, worklog there', { ...synced, timeOut: null }, 'local'],
    [
      'was removed while it ran, worklog to go',
      { ...synced, timeOut: null, intent: 'absent', deletedAt: 1 },
      'pending',
    ],
  ])('a record that %s', (_name, given, state) => {
    expect(syncStateOf(given)).toBe(state);
  });
});

describe('the plan for a record', () => {
  it('creates, updates, moves, deletes or does nothing', () => {
    const elsewhere = { ...here, issueId: '200', issueKey: 'PROJ-2' };
    expect(planSync(record(), here).do).toBe('create');
    expect(planSync(synced, here).do).toBe('nothing');
    expect(planSync({ ...synced, notes: 'x' }, here).do).toBe('update');
    expect(planSync({ ...synced, issueKey: 'PROJ-2' }, elsewhere).do).toBe('move');
    expect(planSync({ ...synced, connectionId: 'c2' }, { ...here, connectionId: 'c2' }).do).toBe('move');
    expect(planSync({ ...synced, issueKey: null }, undefined).do).toBe('delete');
    expect(planSync({ ...synced, intent: 'absent' }, undefined).do).toBe('delete');
    expect(planSync({ ...synced, intent: 'leave', deletedAt: 1 }, undefined).do).toBe('nothing');
  });

  it('updates in place when the new key is the same issue under another name', () => {
    const renamed = { ...synced, issueKey: 'NEW-1' };
    expect(planSync(renamed, { ...here, issueKey: 'NEW-1' }).do).toBe('update');
  });

  it('has something to do exactly when the state says that something is due', () => {
    const states = fc.record({
      notes: fc.constantFrom('work', 'other'),
      issueKey: fc.constantFrom('PROJ-1', 'PROJ-2', null),
      timeOut: fc.constantFrom(START + HOUR, START + 2 * HOUR, null),
      worklog: fc.constantFrom(null, snapshot()),
      intent: fc.constantFrom('mirror' as const, 'absent' as const, 'leave' as const),
      deletedAt: fc.constantFrom(null, 1),
      connectionId: fc.constantFrom(null, 'c1', 'c2'),
    });
    fc.assert(
      fc.property(states, (patch) => {
        const given = record(patch);
        const issueId = given.issueKey === 'PROJ-2' ? '200' : '100';
        const place = { connectionId: given.connectionId ?? 'c1', issueId, issueKey: given.issueKey ?? '' };
        const due = planSync(given, needsPlace(given) ? place : undefined).do !== 'nothing';
        expect(due).toBe(syncStateOf(given) === 'pending');
      }),
    );
  });
});

describe('comparing base, local and remote', () => {
  const content = fc.record<WorklogContent>({
    startedMs: fc.constantFrom(START, START + 60_000),
    seconds: fc.constantFrom(60, 3600),
    comment: fc.constantFrom('', 'a', 'b'),
  });

  it('never overwrites what was changed in Jira', () => {
    fc.assert(
      fc.property(content, content, fc.option(content, { nil: undefined }), (base, local, remote) => {
        const changedInJira = remote === undefined || !sameContent(base, remote);
        if (reconcile(base, local, remote) === 'write') expect(changedInJira).toBe(false);
      }),
    );
  });

  it('writes nothing that Jira already says, and always writes a change made only here', () => {
    fc.assert(
      fc.property(content, content, (base, local) => {
        expect(reconcile(base, local, local)).toBe('settled');
        expect(reconcile(base, local, base)).toBe(sameContent(base, local) ? 'settled' : 'write');
      }),
    );
  });

  it('takes white space that Jira trimmed as the same words', () => {
    const base = { startedMs: START, seconds: 60, comment: 'one\n two ' };
    expect(sameContent(base, { ...base, comment: 'one two', startedMs: START + 999 })).toBe(true);
    expect(sameContent(base, { ...base, startedMs: START + 1000 })).toBe(false);
    expect(sameContent({ ...base, startedMs: START + 700 }, { ...base, startedMs: START + 1000 })).toBe(true);
  });
});

describe('waiting', () => {
  it('waits as told, else doubles with jitter', () => {
    const told = new TimecardError('rateLimited', '', { retryAfterMs: 1234 });
    expect(waitBeforeRetry(told, 3, 0.5)).toBe(1234);
    const toldNothing = new TimecardError('rateLimited', '', { retryAfterMs: 0 });
    expect(waitBeforeRetry(toldNothing, 2, 0.5)).toBe(2000);
    const network = new TimecardError('network', '');
    expect([1, 2, 3].map((tries) => waitBeforeRetry(network, tries, 0.5))).toEqual([1000, 2000, 4000]);
    expect(waitBeforeRetry(network, 1, 0)).toBe(700);
    expect(waitBeforeRetry(network, 20, 0.5)).toBe(30_000);
  });

  it('looks for what became of a lost write the later, the longer Jira took', () => {
    expect([0, 900, 1_500, 30_000, 50_000].map(settleTime)).toEqual([2_000, 2_000, 3_000, 60_000, 60_000]);
    expect(settleTime(undefined)).toBe(30_000);
  });

  it('closes a site for what would meet every record', () => {
    expect(concernsWholeSite(new TimecardError('unauthorized', ''))).toBe(true);
    expect(concernsWholeSite(new TimecardError('issueNotFound', ''))).toBe(false);
    expect(concernsWholeSite(new TimecardError('rateLimited', '', { limitScope: 'issue' }))).toBe(false);
    expect(concernsWholeSite(new TimecardError('rateLimited', '', { limitScope: 'site' }))).toBe(true);
  });

  it('never lets more than 20 writes in 2 s or 100 in 30 s reach one issue', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 120, maxLength: 250 }), (gaps) => {
        let now = 0;
        let sent: readonly number[] = [];
        const all: number[] = [];
        for (const gap of gaps) {
          now += gap;
          now += paceWait(sent, now);
          sent = [...stillCounting(sent, now), now];
          all.push(now);
        }
        for (const at of all) {
          expect(all.filter((other) => other > at - 2_000 && other <= at).length).toBeLessThanOrEqual(20);
          expect(all.filter((other) => other > at - 30_000 && other <= at).length).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 30 },
    );
  });
});
