import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { type JiraSimulator, type SimulatorOptions, startJira } from '../../../tools/jira/simulator.ts';
import { Office } from './office.ts';

describe.each(['cloud', 'dataCenter'] as const)(
  'a connection whose address leads to another site (%s)',
  (deployment) => {
    let office: Office;
    const opened: JiraSimulator[] = [];

    beforeEach(async () => {
      office = await Office.open(deployment);
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await office.close();
    });

    const push = () => office.window.sync.push(undefined);

    /** From now on the connection leads to a site of the same users with these issues, numbered in their order. */
    async function leadTo(keys: readonly string[]): Promise<JiraSimulator> {
      const issues: SimulatorOptions['issues'] = keys.map((key) => ({ key, summary: `Issue ${key}` }));
      const jira = await startJira({ deployment, issues });
      opened.push(jira);
      await office.window.store.commit((tx) => tx.putConnection({ ...office.connection, jiraUrl: jira.url }));
      return jira;
    }

    /** Keys for a site where the issue of DEMO-7's id is `atId`. */
    function numbered(atId: string): string[] {
      const before = Number(office.jira.state.issue('DEMO-7').id) - 10_101;
      return [...Array.from({ length: before }, (_, at) => `FILL-${at + 1}`), atId];
    }

    async function syncedAndEdited() {
      const record = await office.finished('DEMO-7');
      expect(await push()).toMatchObject({ succeeded: 1 });
      await office.window.records.update(record.id, { notes: 'Said better' });
      return record;
    }

    it.each<[string, readonly string[]]>([
      ['has no issue of that key', []],
      ['has that key under another id', ['DEMO-7']],
    ])('neither follows nor changes the other issue when the site %s', async (_, more) => {
      const record = await syncedAndEdited();
      const elsewhere = await leadTo([...numbered('XYZ-5'), ...more]);
      expect(elsewhere.state.issue('XYZ-5').id).toBe(office.jira.state.issue('DEMO-7').id);
      const { errors } = await push();
      expect(errors).toMatchObject([{ recordId: record.id, reason: 'issueNotFound' }]);
      expect(errors[0]?.message).toMatch(/not DEMO-7 but XYZ-5\. Nothing was changed/);
      expect(await office.record(record.id)).toMatchObject({ issueKey: 'DEMO-7', worklog: { issueKey: 'DEMO-7' } });
      expect(syncStateOf(await office.record(record.id))).toBe('failed');
      expect(elsewhere.state.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
    });

    it('goes on at its own site when the address is put right', async () => {
      const record = await syncedAndEdited();
      await leadTo(numbered('XYZ-5'));
      await push();
      await office.window.store.commit((tx) => tx.putConnection(office.connection));
      expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
      expect(office.worklogs()).toMatchObject([{ issueKey: 'DEMO-7', commentText: 'Said better' }]);
      expect(syncStateOf(await office.record(record.id))).toBe('synced');
    });

    it('deletes nothing there, neither by wish nor as a leftover, and does so once the address is put right', async () => {
      const removed = await office.finished('DEMO-7', 30, 300);
      const moved = await office.finished('DEMO-7', 30, 200);
      expect(await push()).toMatchObject({ succeeded: 2 });
      await office.window.records.remove(removed.id, 'delete');
      await office.window.records.update(moved.id, { issueKey: 'DEMO-8' });
      const elsewhere = await leadTo([...numbered('XYZ-5'), 'DEMO-8']);
      const { errors } = await push();
      expect(errors.map(({ recordId, reason }) => [recordId, reason]).sort()).toEqual(
        [removed.id, moved.id].map((id) => [id, 'issueNotFound']).sort(),
      );
      expect(elsewhere.state.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
      const logged = await office.window.sync.history({ recordId: removed.id, status: 'failed' });
      expect(logged).toMatchObject([{ action: 'delete', reason: 'issueNotFound', issueKey: 'DEMO-7' }]);
      expect(logged[0]?.error).toMatch(/not DEMO-7 but XYZ-5/);
      await office.window.store.commit((tx) => tx.putConnection(office.connection));
      await push();
      expect(office.worklogs('DEMO-7')).toEqual([]);
    });

    it('does not take a worklog in doubt for one that was never made, and finds it once the address is put right', async () => {
      const record = await office.finished('DEMO-7');
      office.jira.faults.add({ kind: 'drop', when: 'after', method: 'POST', path: 'worklog' });
      office.jira.faults.add({ kind: 'drop', when: 'before', method: 'GET', path: 'worklog' });
      await push();
      office.jira.faults.clear();
      const elsewhere = await leadTo([...numbered('XYZ-5'), 'DEMO-7']);
      expect((await push()).errors).toMatchObject([{ reason: 'issueNotFound' }]);
      expect(syncStateOf(await office.record(record.id))).toBe('unknown');
      expect(elsewhere.state.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
      await office.window.store.commit((tx) => tx.putConnection(office.connection));
      expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
      expect(office.worklogs('DEMO-7')).toHaveLength(1);
    });

    it('keeps a leftover until the address is put right, and tells of it once in the log', async () => {
      const record = await office.finished('DEMO-7');
      await push();
      const { worklog } = await office.record(record.id);
      if (worklog === null) throw new Error('The record was not synced.');
      const { connectionId, issueId, issueKey } = worklog;
      const orphan = { connectionId, issueId, issueKey, worklogId: '4711', recordId: record.id, createdAt: 0 };
      await office.window.store.commit((tx) => tx.insertOrphan(orphan));
      const elsewhere = await leadTo(numbered('XYZ-5'));
      for (let round = 0; round < 3; round += 1) expect(await push()).toMatchObject({ failed: 1 });
      expect(elsewhere.state.requests({ method: 'DELETE' })).toEqual([]);
      expect(await office.window.sync.history({ recordId: record.id, status: 'failed' })).toMatchObject([
        { action: 'delete', reason: 'issueNotFound', issueKey: 'DEMO-7', worklogId: '4711' },
      ]);
      await office.window.store.commit((tx) => tx.putConnection(office.connection));
      expect(await push()).toMatchObject({ failed: 0 });
      expect(await office.window.store.read((db) => db.orphans(record.id))).toEqual([]);
    });

    it('asks for an issue that kept its key once', async () => {
      await syncedAndEdited();
      office.jira.clearRequests();
      await push();
      const asked = office.jira.state.requests({ method: 'GET' }).filter(({ path }) => !path.includes('worklog'));
      expect(asked).toHaveLength(1);
    });

    it('follows an issue that was moved, asking for it by its old key as well', async () => {
      const record = await syncedAndEdited();
      office.jira.moveIssue('DEMO-7', 'OPS-700');
      office.jira.clearRequests();
      expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
      expect(await office.record(record.id)).toMatchObject({ issueKey: 'OPS-700', worklog: { issueKey: 'OPS-700' } });
      const asked = office.jira.state.requests({ method: 'GET' }).filter(({ path }) => !path.includes('worklog'));
      const { id } = office.jira.state.issue('OPS-700');
      expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual([id, 'DEMO-7', 'OPS-700']);
    });
  },
);
