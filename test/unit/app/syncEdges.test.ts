import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asTimecardError } from '../../../src/core/errors.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { startJira } from '../../../tools/jira/simulator.ts';
import { credentials, Office } from './office.ts';

describe('syncing at its edges', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open('cloud');
  });
  afterEach(() => office.close());

  const push = (...ids: string[]) => office.window.sync.push(ids.length === 0 ? undefined : ids);
  const stateOf = async (id: string) => syncStateOf(await office.record(id));
  const signInsRefused = async () => (await office.window.connections.list()).at(0)?.failedSignIns;
  const refusedSearch = async () => {
    office.jira.faults.add({ kind: 'status', when: 'before', status: 401, method: 'POST', path: 'search', times: 1 });
    await expect(office.window.issues.search('login')).rejects.toMatchObject({ reason: 'unauthorized' });
  };

  it('does not call a deletion done that was stopped', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    const controller = new AbortController();
    office.window.sync.onDidChangeProgress(() => controller.abort());
    const deleting = office.window.sync.deleteWorklog(record.id, controller.signal);
    await expect(deleting).rejects.toMatchObject({ reason: 'cancelled' });
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    expect(await stateOf(record.id)).toBe('pending');
  });

  it('does not blame a record for having been running once', async () => {
    const running = await office.window.timeClock.clockIn({ issueKey: 'DEMO-7', at: office.window.clock.now() - 9e5 });
    expect(await push(running.id)).toMatchObject({ failed: 1, errors: [{ reason: 'invalid' }] });
    const [finished] = await office.window.timeClock.clockOut();
    expect(finished?.problem).toBeNull();
    expect(await stateOf(running.id)).toBe('pending');
  });

  it('goes on with a site when only another one, where something is left behind, is signed out', async () => {
    const second = await startJira({ deployment: 'dataCenter' });
    try {
      const there = await office.window.connections.add(second.url, credentials(second));
      await office.window.connections.chooseFor('DEMO', office.connection.id);
      const moved = await office.finished('DEMO-7', 30, 200);
      await push();
      await office.window.records.update(moved.id, { connectionId: there.id });
      const others = [await office.finished('DEMO-7', 30, 400), await office.finished('DEMO-8', 30, 500)];
      for (const { id } of others) await office.window.records.update(id, { connectionId: there.id });
      office.window.secrets.tokens.delete(office.connection.id);
      const summary = await push(moved.id, ...others.map(({ id }) => id));
      expect(summary.errors.map(({ recordId }) => recordId)).toEqual([moved.id]);
      for (const { id } of others) expect(await stateOf(id)).toBe('synced');
    } finally {
      await second.close();
    }
  });

  it('waits a moment when something else has just been refused, and then gets through', async () => {
    const record = await office.finished('DEMO-7');
    await refusedSearch();
    const before = office.window.clock.now();
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.window.clock.now() - before).toBeGreaterThanOrEqual(9_000);
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('tells beside each record that its sign-in was refused, too, and asks Jira once for all of them', async () => {
    const keys = ['DEMO-7', 'DEMO-8', 'DEMO-12'];
    const records = await Promise.all(keys.map((key, index) => office.finished(key, 30, 400 + index * 60)));
    await refusedSearch();
    office.jira.revokeToken('classic');
    expect(await push()).toMatchObject({ succeeded: 0, failed: records.length });
    for (const { id } of records) {
      expect(await office.record(id)).toMatchObject({ problem: { reason: 'unauthorized' }, attempt: 'none' });
      expect(await stateOf(id)).toBe('failed');
    }
    expect(await signInsRefused()).toBe(2);
  });

  it('deletes the worklog of a record that was removed while a sync found it changed in Jira', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    const [worklog] = office.worklogs('DEMO-7');
    office.jira.editWorklog(worklog?.id ?? '', { timeSpentSeconds: 45 * 60 });
    await office.window.records.update(record.id, { issueKey: null });
    office.jira.faults.add({ kind: 'latency', when: 'after', ms: 300, method: 'GET', path: 'worklog', times: 1 });
    const syncing = push();
    await expect.poll(() => office.jira.faults.pending()).toHaveLength(0);
    await office.window.records.remove(record.id, 'delete');
    expect(await syncing).toMatchObject({ errors: [{ reason: 'conflict' }] });
    expect(await office.record(record.id)).toMatchObject({ problem: null, intent: 'absent' });
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs('DEMO-7')).toHaveLength(0);
  });

  it('does not overwrite what somebody changed in a worklog before its lost reply was cleared up', async () => {
    const record = await office.finished('DEMO-7', 30, 300);
    office.jira.faults.add({ kind: 'drop', when: 'after', method: 'POST', times: 1 });
    office.jira.faults.add({ kind: 'drop', when: 'before', method: 'GET', path: 'worklog' });
    await push();
    office.jira.faults.clear();
    const [worklog] = office.worklogs('DEMO-7');
    office.jira.editWorklog(worklog?.id ?? '', { timeSpentSeconds: 45 * 60 });
    await push();
    expect(office.worklogs('DEMO-7')).toMatchObject([{ id: worklog?.id, timeSpentSeconds: 45 * 60 }]);
    await office.window.records.update(record.id, { notes: 'Changed here, too' });
    expect(await push()).toMatchObject({ errors: [{ recordId: record.id, reason: 'conflict' }] });
    expect(office.worklogs('DEMO-7')).toMatchObject([{ id: worklog?.id, timeSpentSeconds: 45 * 60 }]);
  });

  it('looks for the worklog of a record from a backup wherever it was moved in time', async () => {
    const record = await office.finished('DEMO-7', 30, 300);
    await office.window.records.update(record.id, { timeIn: record.timeIn - 3_600_000 });
    await push();
    await office.window.store.commit((tx) => tx.updateRecord({ ...record, lookFirst: true }));
    await push();
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
  });

  it('does not write the older version from a backup over the newer one in Jira', async () => {
    const record = await office.finished('DEMO-7', 30, 300);
    await office.window.records.update(record.id, { timeOut: record.timeIn + 3_600_000, notes: 'The newer words' });
    await push();
    await office.window.store.commit((tx) => tx.updateRecord({ ...record, lookFirst: true }));
    expect(await push()).toMatchObject({ failed: 1, errors: [{ reason: 'conflict' }] });
    expect(office.worklogs('DEMO-7')).toMatchObject([{ timeSpentSeconds: 3600, commentText: 'The newer words' }]);
    expect(await stateOf(record.id)).toBe('conflict');
    await office.window.sync.resolveConflict(record.id, 'jira');
    expect(await office.record(record.id)).toMatchObject({ notes: 'The newer words' });
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('keeps a worklog away that the user had deleted, also when the record is removed and brought back', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.sync.deleteWorklog(record.id);
    await office.window.records.remove(record.id);
    await office.window.records.restore(record.id);
    await push();
    expect(office.worklogs('DEMO-7')).toEqual([]);
    const other = await office.finished('DEMO-7', 30, 300);
    await office.window.records.remove(other.id);
    await office.window.records.restore(other.id);
    expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
  });

  it('keeps no token of a connection that could not be kept', async () => {
    const { connections, secrets, store } = office.window;
    const before = new Map(secrets.tokens);
    const second = await startJira({ deployment: 'dataCenter' });
    try {
      const failing = { ...credentials(second) };
      const set = secrets.set;
      secrets.set = async (id, token) => {
        await set(id, token);
        await store.close();
      };
      const problem = await connections.add(second.url, failing).catch(asTimecardError);
      expect(problem).toMatchObject({ reason: 'cancelled' });
      expect(secrets.tokens).toEqual(before);
    } finally {
      await second.close();
    }
  });

  it('refuses a start of the running record that lies years back', async () => {
    const running = await office.window.timeClock.clockIn({ issueKey: 'DEMO-7' });
    const timeIn = Date.UTC(2001, 0, 1);
    await expect(office.window.records.update(running.id, { timeIn })).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(/^timeIn: /),
    });
  });

  it('names the argument that was given when a start does not fit', async () => {
    const record = await office.finished('DEMO-7');
    for (const timeIn of [(record.timeOut ?? 0) + 1000, record.timeIn - 25 * 3_600_000]) {
      await expect(office.window.records.update(record.id, { timeIn })).rejects.toThrow(/^timeIn: /);
    }
  });

  it('moves a synced record to the site that its new issue’s project belongs to', async () => {
    const second = await startJira({ deployment: 'dataCenter' });
    try {
      const { store, connections, records } = office.window;
      const there = await connections.add(second.url, credentials(second));
      await store.commit((tx) => {
        tx.putConnection({ ...office.connection, projectKeys: ['DEMO'] });
        tx.putConnection({ ...there, projectKeys: ['PROJ'] });
      });
      const before = second.state.worklogs('PROJ-123').length;
      const record = await office.finished('DEMO-7');
      await push();
      expect((await records.update(record.id, { issueKey: 'DEMO-8' })).connectionId).toBe(office.connection.id);
      expect((await records.update(record.id, { issueKey: 'PROJ-123' })).connectionId).toBe(there.id);
      expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
      expect(office.worklogs()).toEqual([]);
      expect(second.state.worklogs('PROJ-123')).toHaveLength(before + 1);
    } finally {
      await second.close();
    }
  });
});
