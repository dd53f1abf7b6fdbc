import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Undo } from '../../../src/app/undo.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { waitsInQueue } from '../../../src/core/sync/queue.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { Office } from './office.ts';

const MINUTE = 60_000;

describe('a record that is removed while it runs', () => {
  let office: Office;
  let undo: Undo;

  beforeEach(async () => {
    office = await Office.open('cloud');
    undo = new Undo(office.window);
  });
  afterEach(() => office.close());

  const push = () => office.window.sync.push(undefined);
  const newest = async () => (await undo.changes())[0]?.group ?? -1;

  /** Clocked in and out half an hour ago, which is the newest change then. */
  async function clocked(): Promise<TimeRecord> {
    const { timeClock, clock } = office.window;
    const at = clock.now() - 30 * MINUTE;
    const { id } = await timeClock.clockIn({ issueKey: 'DEMO-7', at });
    await timeClock.clockOut({ at: at + 20 * MINUTE });
    return office.record(id);
  }

  /** Its worklog is in Jira, and it runs again. */
  async function runningWithWorklog(): Promise<TimeRecord> {
    const { id } = await clocked();
    await push();
    await undo.undo(await newest());
    const record = await office.record(id);
    expect(record).toMatchObject({ timeOut: null, worklog: {} });
    return record;
  }

  async function expectNothingInJira(id: string): Promise<void> {
    expect(office.worklogs()).toEqual([]);
    expect(await office.record(id)).toMatchObject({ worklog: null, attempt: 'none' });
    expect(syncStateOf(await office.record(id))).toBe('local');
    expect(await push()).toMatchObject({ total: 0 });
  }

  it('leaves no worklog when both its end and its start are undone', async () => {
    const { id } = await clocked();
    await push();
    const [out, start] = await undo.changes();
    await undo.undo(out?.group ?? -1);
    expect(await push()).toMatchObject({ total: 0 });
    expect(office.worklogs()).toHaveLength(1);
    await undo.undo(start?.group ?? -1);
    expect(syncStateOf(await office.record(id))).toBe('pending');
    expect((await office.window.preview.of()).lines).toMatchObject([{ recordId: id, does: 'delete' }]);
    expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
    await expectNothingInJira(id);
  });

  it('leaves no worklog when it is deleted with it', async () => {
    const { id } = await runningWithWorklog();
    expect(await office.window.records.remove(id, 'delete')).toBe(true);
    expect(await office.window.sync.push([id])).toMatchObject({ succeeded: 1 });
    await expectNothingInJira(id);
  });

  it('keeps its worklog when that is what the user wants', async () => {
    const { id } = await runningWithWorklog();
    await office.window.records.remove(id, 'keep');
    expect(await push()).toMatchObject({ total: 0 });
    expect(office.worklogs()).toHaveLength(1);
  });

  it('waits in the queue until its worklog has gone', async () => {
    const { id } = await runningWithWorklog();
    await office.window.records.remove(id, 'delete');
    const { store, clock } = office.window;
    expect(waitsInQueue(await office.record(id), clock.now() + 2 * MINUTE)).toBe(true);
    expect(await store.read((db) => db.dueRecordIds('begun'))).toEqual([id]);
    office.jira.faults.add({ method: 'DELETE', kind: 'drop', when: 'after', times: 1 });
    await push();
    await expectNothingInJira(id);
  });

  it('leaves no worklog of which it did not know yet', async () => {
    const { id } = await clocked();
    office.jira.faults.add({ method: 'POST', path: '/worklog', kind: 'drop', when: 'after', times: 1 });
    const lookUps = office.jira.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
    await push();
    const [out, start] = await undo.changes();
    await undo.undo(out?.group ?? -1);
    await undo.undo(start?.group ?? -1);
    office.jira.faults.remove(lookUps);
    expect(await office.record(id)).toMatchObject({ timeOut: null, attempt: 'unknown' });
    expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
    await expectNothingInJira(id);
  });

  it('leaves no worklog behind on an issue that it was on before', async () => {
    const { id } = await clocked();
    await push();
    await office.window.records.update(id, { issueKey: 'DEMO-1' });
    const deletes = office.jira.faults.add({ method: 'DELETE', kind: 'status', status: 503, when: 'before' });
    await push();
    expect(office.worklogs()).toHaveLength(2);
    const changes = await undo.changes();
    for (const { group } of changes) await undo.undo(group ?? -1);
    office.jira.faults.remove(deletes);
    expect(await office.record(id)).toMatchObject({ timeOut: null });
    expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
    await expectNothingInJira(id);
  });

  it('goes on with its worklog when it is brought back and clocked out', async () => {
    const { id } = await runningWithWorklog();
    await office.window.records.remove(id, 'delete');
    await office.window.records.restore(id);
    expect(await push()).toMatchObject({ total: 0 });
    await office.window.timeClock.clockOut();
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toMatchObject([{ timeSpentSeconds: 1800 }]);
  });

  it('keeps its worklog to itself when it runs again past midnight', async () => {
    const { id } = await runningWithWorklog();
    office.window.clock.ahead += 24 * 60 * MINUTE;
    const parts = await office.window.timeClock.clockOut();
    expect(parts.length).toBeGreaterThan(1);
    expect(await push()).toMatchObject({ total: parts.length, succeeded: parts.length });
    const seconds = office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds);
    expect(seconds).toHaveLength(parts.length);
    expect(Math.abs(seconds.reduce((sum, one) => sum + one, 0) - 24.5 * 3600)).toBeLessThanOrEqual(120);
    expect((await office.record(id)).worklog?.worklogId).toBe(office.worklogs()[0]?.id);
  });
});
