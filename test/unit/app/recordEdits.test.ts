import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import type { Deployment } from '../../../src/core/records.ts';
import { Office } from './office.ts';

const MINUTE = 60_000;

describe.each<Deployment>(['cloud', 'dataCenter'])('repairing records that %s knows', (deployment) => {
  let office: Office;
  let edits: RecordEdits;

  beforeEach(async () => {
    office = await Office.open(deployment);
    const { store, clock } = office.window;
    edits = new RecordEdits({ store, clock, newId: randomUUID });
  });
  afterEach(() => office.close());

  const minutesInJira = () =>
    office
      .worklogs('DEMO-7')
      .map(({ timeSpentSeconds }) => timeSpentSeconds / 60)
      .sort((a, b) => a - b);

  it('splits a synced record into two worklogs of the same total, and merges them back into one', async () => {
    const record = await office.finished('DEMO-7', 90, 200, 'both');
    await office.window.sync.push(undefined);
    const [first, rest] = await edits.split(record.id, record.timeIn + 30 * MINUTE);
    expect(await office.window.sync.push(undefined)).toMatchObject({ total: 2, succeeded: 2 });
    expect(minutesInJira()).toEqual([30, 60]);
    expect((await edits.neighbours(rest)).map(({ id }) => id)).toEqual([first.id]);
    expect(await edits.merge(rest.id, first.id)).toMatchObject({ id: record.id, timeOut: record.timeOut });
    expect(await office.window.sync.push(undefined)).toMatchObject({ failed: 0 });
    expect(minutesInJira()).toEqual([90]);
    expect(await office.window.records.list()).toHaveLength(1);
  });

  it('duplicates a record as one of its own', async () => {
    const record = await office.finished('DEMO-7', 30, 120, 'twice');
    await office.window.sync.push(undefined);
    const copy = await edits.duplicate(record.id);
    expect(copy).toMatchObject({ notes: 'twice', worklog: null, timeIn: record.timeIn });
    await office.window.sync.push(undefined);
    expect(minutesInJira()).toEqual([30, 30]);
  });

  it('changes nothing when it is refused', async () => {
    const record = await office.finished('DEMO-7');
    const far = await office.finished('DEMO-7', 10, 600);
    const before = await office.window.records.list();
    await expect(edits.split(record.id, record.timeIn)).rejects.toMatchObject({ reason: 'invalid' });
    await expect(edits.merge(record.id, far.id)).rejects.toMatchObject({ reason: 'invalid' });
    await expect(edits.merge(record.id, record.id)).rejects.toMatchObject({ reason: 'invalid' });
    await expect(edits.duplicate('nobody')).rejects.toMatchObject({ reason: 'invalid' });
    expect(await office.window.records.list()).toEqual(before);
  });
});
