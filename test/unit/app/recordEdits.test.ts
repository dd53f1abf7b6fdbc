import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DayCheck } from '../../../src/app/dayCheck.ts';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import type { Deployment } from '../../../src/core/records.ts';
import { Office } from './office.ts';

const MINUTE = 60_000;

describe.each<Deployment>(['cloud', 'dataCenter'])('repairing records that %s knows', (deployment) => {
  let office: Office;
  let edits: RecordEdits;

  beforeEach(async () => {
    office = await Office.open(deployment);
    edits = new RecordEdits(office.window);
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

describe('a record that runs on after midnight', () => {
  let office: Office;
  const at = (iso: string) => Date.parse(iso);

  beforeEach(async () => {
    office = await Office.open('cloud');
    const { clock, timeClock } = office.window;
    clock.ahead = at('2026-11-23T21:00:00Z') - Date.now();
    await timeClock.clockIn({ issueKey: 'DEMO-7' });
    clock.ahead += 5 * 60 * MINUTE;
  });
  afterEach(() => office.close());

  const hours = async () =>
    (await office.window.records.list())
      .toReversed()
      .map(({ timeIn, timeOut }) => [timeIn, timeOut].map((ms) => new Date(ms ?? 0).toISOString().slice(11, 16)));

  it.each([true, false])('falls into days where it is split, when that is wanted: %s', async (wanted) => {
    const { settings, timeClock } = office.window;
    settings.split = wanted;
    const running = await timeClock.current();
    const [first, rest] = await new RecordEdits(office.window).split(running?.id ?? '', at('2026-11-24T00:00:00Z'));
    expect(first).toMatchObject({ id: running?.id, timeOut: at(`2026-11-2${wanted ? '3T23' : '4T00'}:00:00Z`) });
    expect(await timeClock.current()).toMatchObject({ id: rest.id, timeIn: at('2026-11-24T00:00:00Z') });
    const whole = [['21:00', '00:00']];
    const days = [
      ['21:00', '23:00'],
      ['23:00', '00:00'],
    ];
    expect((await hours()).slice(0, -1)).toEqual(wanted ? days : whole);
  });

  it('falls into days where another record is cut out of it', async () => {
    const check = new DayCheck(office.window);
    const span = { timeIn: at('2026-11-24T00:30:00Z'), timeOut: at('2026-11-24T01:00:00Z') };
    await office.window.records.add({ ...span, issueKey: 'DEMO-1', source: 'manual' });
    const found = await check.findings({ from: at('2026-11-23T12:00:00Z'), to: at('2026-11-24T12:00:00Z') });
    const [overlap] = found.flatMap(({ overlaps }) => overlaps);
    if (overlap === undefined) throw new Error('They overlap.');
    await check.repair(overlap, 'cutEarlier');
    expect((await hours()).slice(0, -1)).toEqual([
      ['21:00', '23:00'],
      ['23:00', '00:30'],
      ['00:30', '01:00'],
    ]);
  });
});
