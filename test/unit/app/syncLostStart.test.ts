import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { Office } from './office.ts';

const HOUR = 3_600_000;

describe('a worklog whose reply was lost and whose start was corrected in Jira', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open('cloud');
  });
  afterEach(() => office.close());

  const push = () => office.window.sync.push(undefined);

  async function lostAndCorrected() {
    const record = await office.finished('DEMO-7', 30, 300);
    office.jira.faults.add({ kind: 'drop', when: 'after', method: 'POST', times: 1 });
    office.jira.faults.add({ kind: 'drop', when: 'before', method: 'GET', path: 'worklog' });
    expect(await push()).toMatchObject({ failed: 1 });
    office.jira.faults.clear();
    const worklog = office.worklogs('DEMO-7').at(-1);
    const started = record.timeIn + HOUR;
    office.jira.editWorklog(worklog?.id ?? '', { started });
    return { record, inJira: { id: worklog?.id, started, timeSpentSeconds: 1800 } };
  }

  it('is found, and not made a second time', async () => {
    const { record, inJira } = await lostAndCorrected();
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs()).toMatchObject([inJira]);
    expect(office.sent('POST')).toBe(1);
    const { worklog } = await office.record(record.id);
    expect([worklog?.worklogId, syncStateOf(await office.record(record.id))]).toEqual([inJira.id, 'synced']);
  });

  it('is not written over by the next edit', async () => {
    const { record, inJira } = await lostAndCorrected();
    await push();
    await office.window.records.update(record.id, { notes: 'Changed here, too' });
    expect(await push()).toMatchObject({ errors: [{ recordId: record.id, reason: 'conflict' }] });
    expect(office.worklogs()).toMatchObject([inJira]);
    await office.window.sync.resolveConflict(record.id, 'jira');
    expect(await office.record(record.id)).toMatchObject({ timeIn: inJira.started, notes: '' });
  });

  it('is not taken for another record’s', async () => {
    const other = await office.finished('DEMO-7', 30, 600);
    await push();
    await lostAndCorrected();
    await push();
    expect(office.worklogs('DEMO-7').map(({ started }) => started)).toContain(other.timeIn);
    expect(office.worklogs('DEMO-7')).toHaveLength(2);
  });

  it('costs one look at the list where it was sent to, when it is still there', async () => {
    await office.finished('DEMO-7');
    office.jira.faults.add({ kind: 'drop', when: 'after', method: 'POST', times: 1 });
    await push();
    expect(office.jira.state.requests({ method: 'GET', path: /worklog/ })).toHaveLength(1);
    expect(office.worklogs()).toHaveLength(1);
  });
});
