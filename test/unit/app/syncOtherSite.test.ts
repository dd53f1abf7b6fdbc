import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection, TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import type { RequestEntry } from '../../../tools/jira/simulator.ts';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { credentials, Office } from './office.ts';

describe('a record whose issue or site changes before it is sent', () => {
  let office: Office;
  let second: JiraSimulator;
  let there: Connection;

  beforeEach(async () => {
    office = await Office.open('cloud', { timeoutMs: 5_000 });
    const issues = ['OTHER-1', 'OTHER-2'].map((key) => ({ key, summary: `Issue ${key}` }));
    const projects = [{ id: '1', key: 'OTHER', name: 'Other', archived: false }];
    second = await startJira({ deployment: 'dataCenter', issues, projects });
    there = await office.window.connections.add(second.url, credentials(second));
    office.jira.clearRequests();
  });
  afterEach(async () => {
    await second.close();
    await office.close();
  });

  const push = () => office.window.sync.push(undefined);
  const writes = (jira: JiraSimulator): readonly RequestEntry[] =>
    jira.state.requests().filter(({ method }) => method !== 'GET');

  /** Syncs, and does something while the answer to a request of the first site is waited for. */
  async function pushAnd(held: { method: string; path: string }, act: () => Promise<unknown>) {
    office.jira.faults.add({ ...held, kind: 'latency', when: 'after', ms: 1_000, times: 1 });
    const pushing = push();
    await vi.waitFor(() => expect(office.jira.faults.pending()).toEqual([]), { interval: 5, timeout: 3_000 });
    await act();
    return pushing;
  }
  const ISSUE = { method: 'GET', path: '/issue/DEMO-7\\?' };
  const move =
    (record: TimeRecord, issueKey = 'OTHER-1') =>
    () =>
      office.window.records.update(record.id, { issueKey });

  it('goes to the site and the issue that it is on now, and nowhere else', async () => {
    const record = await office.finished('DEMO-7');
    expect(await pushAnd(ISSUE, move(record))).toMatchObject({ succeeded: 1, failed: 0 });
    expect([writes(office.jira), second.state.worklogs().length]).toEqual([[], 1]);
    expect(await office.record(record.id)).toMatchObject({
      issueKey: 'OTHER-1',
      connectionId: there.id,
      worklog: { issueKey: 'OTHER-1', connectionId: there.id },
    });
    expect((await office.window.sync.history()).map(({ issueKey }) => issueKey)).toEqual(['OTHER-1']);
  });

  it('goes to the site that was chosen for it meanwhile', async () => {
    second.addIssue({ key: 'DEMO-7', summary: 'The same key' });
    const record = await office.finished('DEMO-7');
    const choose = () => office.window.records.update(record.id, { connectionId: there.id });
    expect(await pushAnd(ISSUE, choose)).toMatchObject({ succeeded: 1, failed: 0 });
    expect([writes(office.jira), second.state.worklogs('DEMO-7').length]).toEqual([[], 1]);
  });

  it('goes to another issue of its own site when it was put on that one', async () => {
    const record = await office.finished('DEMO-7');
    expect(await pushAnd(ISSUE, move(record, 'DEMO-8'))).toMatchObject({ succeeded: 1, failed: 0 });
    expect(writes(office.jira)).toHaveLength(1);
    expect(office.worklogs()).toMatchObject([{ issueKey: 'DEMO-8' }]);
  });

  it('goes nowhere when it was taken off its issue', async () => {
    const record = await office.finished('DEMO-7');
    const clear = () => office.window.records.update(record.id, { issueKey: null });
    await pushAnd(ISSUE, clear);
    expect([writes(office.jira), writes(second)]).toEqual([[], []]);
    expect(syncStateOf(await office.record(record.id))).toBe('local');
  });

  it('takes its worklog along from the first site when it was restored', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.store.commit((tx) => tx.updateRecord({ ...record, lookFirst: true }));
    expect(await pushAnd({ method: 'GET', path: '/worklog\\?' }, move(record))).toMatchObject({ succeeded: 1 });
    expect([office.worklogs().length, second.state.worklogs('OTHER-1').length]).toEqual([0, 1]);
    expect(syncStateOf(await office.record(record.id))).toBe('synced');
  });

  it('stays with the site it went to, when the one it was meant for was removed', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.records.update(record.id, { connectionId: there.id });
    await office.window.connections.remove(there.id);
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    expect(await office.record(record.id)).toMatchObject({ connectionId: office.connection.id });
    expect(syncStateOf(await office.record(record.id))).toBe('synced');
  });
});
