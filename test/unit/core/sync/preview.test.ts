import { describe, expect, it } from 'vitest';
import type { Worklog } from '../../../../src/core/jiraPorts.ts';
import { newRecord } from '../../../../src/core/newRecord.ts';
import type { TimeRecord } from '../../../../src/core/records.ts';
import { isDoubtful, isFirstPush, previewLine } from '../../../../src/core/sync/preview.ts';

const at = (iso: string) => Date.parse(iso);
const IN = at('2026-11-24T23:30:00Z');
const OUT = at('2026-11-25T00:57:00Z');

function record(patch: Partial<TimeRecord> = {}): TimeRecord {
  const seed = { id: 'r', timeIn: IN, timeOut: OUT, zone: 'Europe/Berlin', now: OUT, issueKey: 'DEMO-7' };
  return { ...newRecord({ ...seed, notes: '', source: 'manual' }), ...patch };
}

function worklog(from: string, minutes: number): Worklog {
  const content = { startedMs: at(from), seconds: minutes * 60, comment: '' };
  return { ...content, id: from, issueId: '1', authorId: 'me', recordId: null };
}

function line(of: TimeRecord, unowned: readonly Worklog[] = [], profileZone: string | null = null, seconds = 5_400) {
  const content = seconds === 0 ? undefined : { startedMs: of.timeIn, seconds, comment: '' };
  return previewLine({ record: of, content, profileZone, unowned, summary: 'Checkout', fallbackZone: 'UTC' });
}

describe('a line of the preview', () => {
  it('says what is sent and for how long the work really was', () => {
    expect(line(record())).toMatchObject({
      ...{ does: 'create', issueKey: 'DEMO-7', summary: 'Checkout', day: '2026-11-25' },
      ...{ seconds: 5_400, realSeconds: 87 * 60, otherDayInJira: null, duplicates: [] },
    });
  });

  it('marks the day that Jira shows when it is another one', () => {
    expect(line(record(), [], 'Europe/Berlin').otherDayInJira).toBeNull();
    expect(line(record(), [], 'America/New_York').otherDayInJira).toBe('2026-11-24');
    expect(line(record({ zone: 'America/New_York' }), [], 'Europe/Berlin').otherDayInJira).toBe('2026-11-25');
    expect(line(record(), [], 'Mars/Olympus').otherDayInJira).toBeNull();
  });

  it('names own worklogs that overlap, and not those that only touch', () => {
    const before = worklog('2026-11-24T22:30:00Z', 60);
    const after = worklog('2026-11-25T00:57:00Z', 30);
    const inside = worklog('2026-11-24T23:40:00Z', 5);
    const around = worklog('2026-11-24T20:00:00Z', 8 * 60);
    expect(line(record(), [before, after]).duplicates).toEqual([]);
    expect(isDoubtful(line(record(), [before, after]))).toBe(false);
    const { duplicates } = line(record(), [inside, around, before]);
    expect(duplicates).toEqual([
      { from: around.startedMs, to: around.startedMs + 8 * 3_600_000 },
      { from: inside.startedMs, to: inside.startedMs + 300_000 },
    ]);
    expect(isDoubtful(line(record(), [inside]))).toBe(true);
  });

  it('takes nothing for a duplicate that may be the record’s own', () => {
    const inside = worklog('2026-11-24T23:40:00Z', 5);
    expect(line(record({ attempt: 'unknown' }), [inside]).duplicates).toEqual([]);
    expect(line(record({ lookFirst: true }), [inside]).duplicates).toEqual([]);
  });

  it('leaves what Jira would not take, and tells deletions', () => {
    expect(isDoubtful(line(record(), [], null, 0))).toBe(true);
    expect(line(record(), [], null, 0).does).toBe('tooShort');
    expect(line(record({ intent: 'absent' }))).toMatchObject({ does: 'delete', issueKey: 'DEMO-7' });
  });

  it('tells that the worklog goes of a record that comes to less than a minute now', () => {
    const basis = { timeIn: IN, timeOut: OUT, zone: 'Europe/Berlin', notes: '' };
    const place = { connectionId: 'c', issueId: '7', issueKey: 'DEMO-7', worklogId: '1' };
    const worklog = { ...place, startedMs: IN, seconds: 900, comment: '', basis };
    const shorter = line(record({ worklog, timeOut: IN + 300_000 }), [], null, 0);
    expect(shorter).toMatchObject({ does: 'delete', issueKey: 'DEMO-7', seconds: 0, realSeconds: 300 });
  });

  it('uses this machine’s zone for a record whose zone it does not know', () => {
    expect(line(record({ zone: 'Mars/Olympus' }))).toMatchObject({ zone: 'UTC', day: '2026-11-24' });
  });
});

it('a push is the first of a day until something was written or tried', () => {
  expect(isFirstPush([])).toBe(true);
  expect(isFirstPush([{ action: 'delete' }, { action: 'adopt' }])).toBe(true);
  expect(isFirstPush([{ action: 'delete' }, { action: 'create' }])).toBe(false);
  expect(isFirstPush([{ action: 'update' }])).toBe(false);
});
