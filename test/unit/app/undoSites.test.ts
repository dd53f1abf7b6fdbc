import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Undo } from '../../../src/app/undo.ts';
import type { Connection } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { credentials, Office } from './office.ts';

/** DEMO is on the office's own site, PROJ on another one; either site has issues by the keys of the other. */
describe('undoing a change of issue that a sync took to another site', () => {
  let office: Office;
  let second: JiraSimulator;
  let there: Connection;
  let undo: Undo;

  beforeEach(async () => {
    office = await Office.open('cloud');
    second = await startJira({ deployment: 'dataCenter' });
    const { store, connections } = office.window;
    there = await connections.add(second.url, credentials(second));
    await store.commit((tx) => {
      tx.putConnection({ ...office.connection, projectKeys: ['DEMO'] });
      tx.putConnection({ ...there, projectKeys: ['PROJ'] });
    });
    const seeded = second.state.worklogs().map(({ id }) => id);
    thereNow = () => second.state.worklogs().filter(({ id }) => !seeded.includes(id));
    undo = new Undo(office.window);
  });
  afterEach(async () => {
    await second.close();
    await office.close();
  });

  let thereNow: () => readonly { readonly issueKey: string }[];
  const push = () => office.window.sync.push(undefined);
  const undoLast = async () => undo.undo((await undo.changes())[0]?.group ?? -1);
  const stateOf = async (id: string) => syncStateOf(await office.record(id));

  it('brings the record back to the issue on its own site, and its worklog with it', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.records.update(record.id, { issueKey: 'PROJ-123' });
    await push();
    expect(thereNow()).toMatchObject([{ issueKey: 'PROJ-123' }]);
    await undoLast();
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs()).toMatchObject([{ issueKey: 'DEMO-7' }]);
    expect(thereNow()).toEqual([]);
    expect(await office.record(record.id)).toMatchObject({ issueKey: 'DEMO-7', connectionId: office.connection.id });
    await undoLast();
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs()).toEqual([]);
    expect(thereNow()).toMatchObject([{ issueKey: 'PROJ-123' }]);
  });

  it('does so as well for a worklog whose reply was lost', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.records.update(record.id, { issueKey: 'PROJ-123' });
    second.faults.add({ method: 'POST', path: '/worklog', kind: 'drop', when: 'after', times: 1 });
    const lookUps = second.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
    await push();
    expect(await stateOf(record.id)).toBe('unknown');
    await undoLast();
    second.faults.remove(lookUps);
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs()).toMatchObject([{ issueKey: 'DEMO-7' }]);
    expect(thereNow()).toEqual([]);
  });

  it('takes the worklog away when the record had no issue before', async () => {
    const record = await office.finished(null);
    await office.window.records.update(record.id, { issueKey: 'PROJ-123' });
    await push();
    await undoLast();
    await push();
    expect(thereNow()).toEqual([]);
    await office.window.records.update(record.id, { issueKey: 'DEMO-7' });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs()).toMatchObject([{ issueKey: 'DEMO-7' }]);
  });

  it('keeps a worklog on its site when only other things are undone', async () => {
    const record = await office.finished('PROJ-123');
    await office.window.records.update(record.id, { notes: 'other' });
    await push();
    await office.window.store.commit((tx) => tx.putConnection({ ...there, projectKeys: [] }));
    await undoLast();
    expect(await office.record(record.id)).toMatchObject({ connectionId: there.id });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(thereNow()).toHaveLength(1);
    expect(office.worklogs()).toEqual([]);
  });
});
