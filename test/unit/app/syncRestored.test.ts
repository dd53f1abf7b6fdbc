import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { Office } from './office.ts';

describe.each(['cloud', 'dataCenter'] as const)('a record from a backup whose worklog is newer (%s)', (deployment) => {
  let office: Office;
  let record: TimeRecord;

  beforeEach(async () => {
    office = await Office.open(deployment);
    record = await office.finished('DEMO-7', 30, 300, 'The older words');
  });
  afterEach(() => office.close());

  const push = (...ids: string[]) => office.window.sync.push(ids.length === 0 ? undefined : ids);
  const stateOf = async () => syncStateOf(await office.record(record.id));
  const inConflict = { failed: 1, errors: [{ reason: 'conflict' }] };
  /** Data Center's worklogs carry no mark, so that only one of the same start and duration is found. */
  const newer =
    deployment === 'cloud' ? { minutes: 60, notes: 'The newer words' } : { minutes: 30, notes: 'The newer' };
  const inJira = { timeSpentSeconds: newer.minutes * 60, commentText: newer.notes };

  async function restored(): Promise<void> {
    await office.window.records.update(record.id, {
      timeOut: record.timeIn + newer.minutes * 60_000,
      notes: newer.notes,
    });
    await push();
    expect(office.worklogs('DEMO-7')).toMatchObject([inJira]);
    await office.window.store.commit((tx) => tx.updateRecord({ ...record, lookFirst: true }));
  }

  async function editedAfterTheConflict(): Promise<void> {
    await restored();
    expect(await push()).toMatchObject(inConflict);
    await office.window.records.update(record.id, { notes: 'Edited after the restore' });
    expect(await push()).toMatchObject(inConflict);
    expect(office.worklogs('DEMO-7')).toMatchObject([inJira]);
    expect(await stateOf()).toBe('conflict');
  }

  it('is in conflict every time it is pushed', async () => {
    await restored();
    for (let i = 0; i < 3; i += 1) {
      expect(await push(record.id)).toMatchObject(inConflict);
      expect(office.worklogs('DEMO-7')).toMatchObject([inJira]);
      expect(await stateOf()).toBe('conflict');
    }
    expect((await office.record(record.id)).problem?.message).toContain('The older words');
    expect((await office.record(record.id)).problem?.message).toContain(newer.notes);
  });

  it('stays in conflict while the rounding is carried over among a day’s worklogs', async () => {
    office.window.settings.carry = true;
    await restored();
    for (let i = 0; i < 2; i += 1) expect(await push(record.id)).toMatchObject(inConflict);
    expect(office.worklogs('DEMO-7')).toMatchObject([inJira]);
  });

  it('is in conflict when the window died before it was told', async () => {
    await restored();
    await push();
    await office.window.store.commit((tx) => {
      const current = tx.record(record.id);
      if (current !== undefined) tx.updateRecord({ ...current, problem: null });
    });
    expect(await stateOf()).toBe('pending');
    expect(await push()).toMatchObject(inConflict);
    expect(office.worklogs('DEMO-7')).toMatchObject([inJira]);
  });

  it('writes over Jira’s version at the user’s word, after an edit too', async () => {
    await editedAfterTheConflict();
    await office.window.sync.resolveConflict(record.id, 'mine');
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    const mine = { timeSpentSeconds: 1800, commentText: 'Edited after the restore', started: record.timeIn };
    expect(office.worklogs('DEMO-7')).toMatchObject([mine]);
    expect(await stateOf()).toBe('synced');
  });

  it('takes Jira’s version at the user’s word, after an edit too', async () => {
    await editedAfterTheConflict();
    await office.window.sync.resolveConflict(record.id, 'jira');
    const timeOut = record.timeIn + newer.minutes * 60_000;
    expect(await office.record(record.id)).toMatchObject({ timeIn: record.timeIn, timeOut, notes: newer.notes });
    expect([await stateOf(), (await push()).total]).toEqual(['synced', 0]);
    await office.window.records.update(record.id, { notes: 'Later' });
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs('DEMO-7')).toMatchObject([{ ...inJira, commentText: 'Later' }]);
  });

  it('is not moved to another issue before the user has chosen', async () => {
    await restored();
    await push();
    await office.window.records.update(record.id, { issueKey: 'DEMO-8' });
    expect(await push()).toMatchObject(inConflict);
    expect([office.worklogs('DEMO-7').length, office.worklogs('DEMO-8').length]).toEqual([1, 0]);
  });
});
