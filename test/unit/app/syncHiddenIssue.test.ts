import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { Office } from './office.ts';

/** The reply to its worklog was lost, and before it could be looked for nobody could see the issue any more. */
describe.each(['cloud', 'dataCenter'] as const)('a record in doubt on an issue that is hidden (%s)', (deployment) => {
  let office: Office;
  let record: TimeRecord;

  beforeEach(async () => {
    office = await Office.open(deployment);
    record = await office.finished('DEMO-7');
    await lose('before');
  });
  afterEach(() => office.close());

  /** Has the reply to its POST lost, done by Jira or not, and the issue hidden. */
  const lose = async (when: 'before' | 'after') => {
    office.jira.faults.add({ kind: 'drop', when, method: 'POST', path: 'worklog' });
    office.jira.faults.add({ kind: 'drop', when: 'before', method: 'GET', path: 'worklog' });
    await office.window.sync.push(undefined);
    office.jira.faults.clear();
    office.jira.hideIssue('DEMO-7');
  };

  const push = () => office.window.sync.push([record.id], { again: true });

  it('stays in doubt there, and the message names the issue and the way out', async () => {
    const { errors } = await push();
    expect(errors).toMatchObject([{ reason: 'issueNotFound' }]);
    expect(errors[0]?.message).toMatch(/not known whether this time reached DEMO-7.*Put the record on another issue/);
    expect(syncStateOf(await office.record(record.id))).toBe('unknown');
  });

  it('goes to the issue that it is put on instead, once, and the log keeps what is not known', async () => {
    await office.window.records.update(record.id, { issueKey: 'DEMO-8' });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs('DEMO-8')).toHaveLength(1);
    expect(syncStateOf(await office.record(record.id))).toBe('synced');
    const [, ...earlier] = await office.window.sync.history({ recordId: record.id });
    expect(earlier.at(-1)).toMatchObject({ issueKey: 'DEMO-7', status: 'failed', reason: 'issueNotFound' });
    expect(earlier.at(-1)?.error).toMatch(/DEMO-7 cannot be seen any more/);
  });

  it.each<[string, boolean]>([
    ['was never made', false],
    ['had been made', true],
  ])('gets one worklog there when it comes back once the issue can be seen again, if it %s', async (_, wasMade) => {
    if (wasMade) {
      office.jira.hideIssue('DEMO-7', false);
      await lose('after');
    }
    await office.window.records.update(record.id, { issueKey: 'DEMO-8' });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    office.jira.hideIssue('DEMO-7', false);
    await office.window.records.update(record.id, { issueKey: 'DEMO-7' });
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    expect(office.worklogs('DEMO-8')).toEqual([]);
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs()).toHaveLength(1);
  });

  it('can be removed', async () => {
    await office.window.records.remove(record.id);
    expect(await office.window.sync.push(undefined)).toMatchObject({ failed: 0 });
    expect(await office.window.sync.push(undefined)).toMatchObject({ total: 0 });
  });
});
