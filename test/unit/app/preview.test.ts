import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deployment } from '../../../tools/jira/simulator.ts';
import { Office } from './office.ts';

describe.each<Deployment>(['cloud', 'dataCenter'])('the preview of a sync to %s', (deployment) => {
  let office: Office;
  beforeEach(async () => {
    office = await Office.open(deployment);
    office.window.settings.preview = true;
  });
  afterEach(() => office.close());

  const logged = (issueKey: string, started: number, minutes: number, author?: string) =>
    office.jira.addWorklog(issueKey, { started, timeSpentSeconds: minutes * 60 }, author);
  const lookUps = () => office.jira.state.requests({ method: 'GET', path: /\/worklog$/ }).length;

  it('marks what the user logged elsewhere, with one request for each issue', async () => {
    const { preview } = office.window;
    const twice = await office.finished('DEMO-7', 30, 120);
    const once = await office.finished('DEMO-7', 30, 60);
    const other = await office.finished('DEMO-2', 30, 240);
    logged('DEMO-7', twice.timeIn - 600_000, 20);
    logged('DEMO-7', once.timeIn, 20, office.jira.users.emma.accountId);
    logged('DEMO-4', other.timeIn, 20);
    const { lines, unchecked } = await preview.of();
    expect(unchecked).toBeUndefined();
    expect(lines.map(({ recordId }) => recordId)).toEqual([other.id, twice.id, once.id]);
    const from = twice.timeIn - 600_000;
    expect(lines.map(({ duplicates }) => duplicates)).toEqual([[], [{ from, to: from + 1_200_000 }], []]);
    expect(lookUps()).toBe(2);
    expect(office.worklogs().filter(({ properties }) => 'timecard.record' in properties)).toEqual([]);
  });

  it('does not take a worklog of a record here for a duplicate', async () => {
    const { preview, sync, records } = office.window;
    const record = await office.finished('DEMO-7');
    await sync.push([record.id]);
    const { timeIn, timeOut } = record;
    const same = await records.add({ timeIn, timeOut: timeOut ?? 0, issueKey: 'DEMO-7', source: 'manual' });
    const { lines } = await preview.of();
    expect(lines).toMatchObject([{ recordId: same.id, does: 'create', duplicates: [] }]);
  });

  it('does not take a worklog whose reply was lost for a duplicate of its own record', async () => {
    const { preview, sync } = office.window;
    const record = await office.finished('DEMO-7');
    office.jira.faults.add({ method: 'POST', path: '/worklog', kind: 'drop', when: 'after', times: 1 });
    const blind = office.jira.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
    await sync.push([record.id]);
    office.jira.faults.remove(blind);
    expect((await office.record(record.id)).attempt).toBe('unknown');
    expect((await preview.of()).lines).toMatchObject([{ recordId: record.id, duplicates: [] }]);
  });

  it('shows what will be sent: the rounded duration, the very one that Jira gets', async () => {
    const { preview, sync, settings } = office.window;
    settings.roundingValue = { mode: 'nearest', stepMinutes: 15, minimumMinutes: 15 };
    settings.carry = true;
    const ids = [];
    for (const minutesAgo of [300, 250, 200, 150]) ids.push((await office.finished('DEMO-7', 22, minutesAgo)).id);
    const { lines } = await preview.of(ids);
    expect(lines.map(({ realSeconds }) => realSeconds)).toEqual([1_320, 1_320, 1_320, 1_320]);
    await sync.push(ids);
    const sent = office.worklogs('DEMO-7').sort((a, b) => a.started - b.started);
    expect(lines.map(({ seconds }) => seconds)).toEqual(sent.map(({ timeSpentSeconds }) => timeSpentSeconds));
  });

  it('comes without that knowledge when Jira cannot be asked, and says so', async () => {
    await office.finished('DEMO-7');
    await office.finished('DEMO-2', 30, 300);
    await office.jira.goOffline();
    const { lines, unchecked } = await office.window.preview.of();
    expect(lines).toHaveLength(2);
    expect(unchecked).toMatchObject({ reason: 'network' });
  });

  it('does not let an issue that is not there hide what is known of others', async () => {
    const record = await office.finished('DEMO-7');
    await office.finished('DEMO-99999', 30, 300);
    logged('DEMO-7', record.timeIn, 10);
    const { lines, unchecked } = await office.window.preview.of();
    expect(unchecked).toBeUndefined();
    expect(lines.map(({ duplicates }) => duplicates.length)).toEqual([0, 1]);
  });

  it('can be stopped', async () => {
    await office.finished('DEMO-7');
    const stopped = office.window.preview.of(undefined, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('is wanted before the first push of a local day, when the setting says so', async () => {
    const { preview, sync, settings, clock } = office.window;
    settings.preview = false;
    expect(await preview.isWanted()).toBe(false);
    settings.preview = true;
    expect(await preview.isWanted()).toBe(true);
    await office.finished('DEMO-7');
    await sync.push(undefined);
    expect(await preview.isWanted()).toBe(false);
    clock.ahead += 24 * 3_600_000;
    expect(await preview.isWanted()).toBe(true);
  });

  it('leaves what was not chosen due, until it is chosen', async () => {
    const { preview, sync, store } = office.window;
    const [sent, left] = [await office.finished('DEMO-7'), await office.finished('DEMO-2', 30, 300)];
    await preview.noteLeftOut([left.id]);
    await sync.push([sent.id]);
    expect(await store.read((db) => db.dueRecordIds())).toEqual([left.id]);
    expect(preview.isLeftOut(await office.record(left.id))).toBe(true);
    await office.window.records.update(left.id, { notes: 'Looked at again' });
    expect(preview.isLeftOut(await office.record(left.id))).toBe(false);
  });
});
