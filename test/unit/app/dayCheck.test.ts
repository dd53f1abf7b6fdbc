import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DayCheck } from '../../../src/app/dayCheck.ts';
import { Undo } from '../../../src/app/undo.ts';
import { contentsOf } from '../../../src/core/recordChanges.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { Office } from './office.ts';

const MINUTE = 60_000;
/** A working day that is over, in Berlin. */
const DAY = Date.parse('2026-02-03T00:00:00+01:00');
const at = (hour: number) => DAY + hour * 60 * MINUTE;

describe('checking days', () => {
  let office: Office;
  let check: DayCheck;
  let undo: Undo;

  beforeEach(async () => {
    office = await Office.open('cloud');
    check = new DayCheck(office.window);
    undo = new Undo(office.window);
  });
  afterEach(() => office.close());

  const add = (timeIn: number, timeOut: number, issueKey: string | null = null) =>
    office.window.records.add({ timeIn, timeOut, issueKey, source: 'manual' });
  const findings = async () => {
    const [day, ...others] = await check.findings({ from: at(0), to: at(24) });
    expect(others).toEqual([]);
    return day ?? { day: '', overlaps: [], gaps: [] };
  };
  const hours = async () =>
    (await office.window.records.list())
      .map(({ timeIn, timeOut }) => [(timeIn - DAY) / 3_600_000, ((timeOut ?? Number.NaN) - DAY) / 3_600_000])
      .sort(([a = 0], [b = 0]) => a - b);

  it('tells which records a stretch overlaps, itself and what touches left out', async () => {
    const [one, two] = [await add(at(9), at(10)), await add(at(11), at(12))];
    const overlapped = async (from: number, to: number, except?: string) =>
      (await check.overlapsOf({ timeIn: from, timeOut: to }, except)).map(({ id }) => id);
    expect(await overlapped(at(9.5), at(11.5))).toEqual([one.id, two.id]);
    expect(await overlapped(at(10), at(11))).toEqual([]);
    expect(await overlapped(at(9.5), at(9.75), one.id)).toEqual([]);
    expect(await overlapped(at(12), at(9))).toEqual([]);
    await office.window.records.remove(two.id);
    expect(await overlapped(at(9.5), at(11.5))).toEqual([one.id]);
  });

  it('counts the running record until now', async () => {
    const { clock, timeClock } = office.window;
    const running = await timeClock.clockIn({ issueKey: 'DEMO-7' });
    const span = { timeIn: running.timeIn - MINUTE, timeOut: running.timeIn + MINUTE };
    clock.ahead += 10 * MINUTE;
    expect(await check.overlapsOf(span)).toMatchObject([{ id: running.id }]);
    expect(await check.overlapsOf({ timeIn: clock.now() + 1_000, timeOut: clock.now() + MINUTE })).toEqual([]);
  });

  it('finds overlaps and gaps of the days asked for', async () => {
    const [one, two, three] = [await add(at(9), at(11)), await add(at(10), at(12)), await add(at(13), at(14))];
    await add(at(14) + MINUTE, at(15));
    await add(at(33), at(34));
    const { day, overlaps, gaps } = await findings();
    expect(day).toBe('2026-02-03');
    expect(overlaps).toMatchObject([{ earlier: { id: one.id }, later: { id: two.id }, from: at(10), to: at(11) }]);
    expect(gaps).toMatchObject([{ before: { id: two.id }, after: { id: three.id }, from: at(12), to: at(13) }]);
  });

  it.each([
    [
      'endEarlier',
      [
        [9, 10],
        [10, 12],
      ],
    ],
    [
      'startLater',
      [
        [9, 11],
        [11, 12],
      ],
    ],
  ] as const)('repairs an overlap in one commit that one undo takes back: %s', async (repair, expected) => {
    await add(at(9), at(11));
    await add(at(10), at(12));
    const [overlap] = (await findings()).overlaps;
    if (overlap === undefined) throw new Error('They overlap.');
    await check.repair(overlap, repair);
    expect(await hours()).toEqual(expected);
    expect((await findings()).overlaps).toEqual([]);
    const [last] = await undo.changes();
    await undo.undo(last?.group ?? -1);
    expect(await hours()).toEqual([
      [9, 11],
      [10, 12],
    ]);
  });

  it('cuts one record out of another; Jira follows, and so it does when that is undone', async () => {
    const minutes = async () => {
      expect(await office.window.sync.push(undefined)).toMatchObject({ failed: 0 });
      return office
        .worklogs()
        .map(({ timeSpentSeconds }) => timeSpentSeconds / 60)
        .sort((a, b) => a - b);
    };
    await add(at(9), at(12), 'DEMO-7');
    await add(at(10), at(11), 'DEMO-1');
    expect(await minutes()).toEqual([60, 180]);
    const [overlap] = (await findings()).overlaps;
    if (overlap === undefined) throw new Error('They overlap.');
    await check.repair(overlap, 'cutEarlier');
    expect(await hours()).toEqual([
      [9, 10],
      [10, 11],
      [11, 12],
    ]);
    expect(await minutes()).toEqual([60, 60, 60]);
    const [last] = await undo.changes();
    expect(last?.kind).toBe('split');
    await undo.undo(last?.group ?? -1);
    expect(await minutes()).toEqual([60, 180]);
  });

  it('lets a record count the gap beside it', async () => {
    await add(at(9), at(10));
    await add(at(11), at(12));
    const [gap] = (await findings()).gaps;
    if (gap === undefined) throw new Error('There is a gap.');
    await check.fill(gap, 'before');
    expect(await hours()).toEqual([
      [9, 11],
      [11, 12],
    ]);
    await expect(check.fill(gap, 'after')).rejects.toMatchObject({ reason: 'invalid' });
    await undo.undo((await undo.changes())[0]?.group ?? -1);
    await check.fill(gap, 'after');
    expect(await hours()).toEqual([
      [9, 10],
      [10, 12],
    ]);
  });

  it('changes nothing when a record was changed meanwhile', async () => {
    const [one] = [await add(at(9), at(11)), await add(at(10), at(12))];
    const [overlap] = (await findings()).overlaps;
    if (overlap === undefined) throw new Error('They overlap.');
    await office.window.records.update(one.id, { timeOut: at(10.5) });
    await expect(check.repair(overlap, 'endEarlier')).rejects.toMatchObject({ reason: 'invalid' });
    expect(await hours()).toEqual([
      [9, 10.5],
      [10, 12],
    ]);
  });
});

describe('deleting many records', () => {
  let office: Office;
  let undo: Undo;

  beforeEach(async () => {
    office = await Office.open('cloud');
    undo = new Undo(office.window);
  });
  afterEach(() => office.close());

  const all = () => office.window.store.read((db) => db.records().map(contentsOf));
  const push = () => office.window.sync.push(undefined);

  async function three(): Promise<readonly TimeRecord[]> {
    const [one, two] = [await office.finished('DEMO-7', 30, 400), await office.finished('DEMO-1', 20, 300)];
    await push();
    return [one, two, await office.finished(null, 10, 200)];
  }

  it.each([
    ['keep', 2, 0],
    ['delete', 0, 2],
  ] as const)('is one commit, and the word about worklogs is carried out: %s', async (worklog, left, due) => {
    const records = await three();
    const before = await all();
    const told = await office.window.records.removeMany(
      records.map(({ id }) => id),
      worklog,
    );
    expect(told).toHaveLength(due);
    expect(await all()).toEqual([]);
    await push();
    expect(office.worklogs()).toHaveLength(left);
    const [last] = await undo.changes();
    expect([last?.kind, last?.rows.length]).toEqual(['remove', 3]);
    await undo.undo(last?.group ?? -1);
    await push();
    expect(await all()).toEqual(before);
    expect(office.worklogs()).toHaveLength(2);
  });

  it('clears away what a lost reply may have left in Jira, though worklogs are kept', async () => {
    const record = await office.finished('DEMO-7');
    const lost = await office.record(record.id);
    await office.window.store.commit((tx) => tx.updateRecord({ ...lost, attempt: 'unknown' }));
    expect(await office.window.records.removeMany([record.id], 'keep')).toEqual([record.id]);
  });

  it('is taken back at once by restoring all, without a second worklog', async () => {
    const ids = (await three()).map(({ id }) => id);
    await office.window.records.removeMany(ids, 'delete');
    await office.window.records.restoreMany(ids);
    expect(await push()).toMatchObject({ failed: 0 });
    expect(office.worklogs()).toHaveLength(2);
    expect(await all()).toHaveLength(3);
    await expect(office.window.records.restoreMany(ids)).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('removes none when one is not there, and takes an id given twice once', async () => {
    const ids = (await three()).map(({ id }) => id);
    await expect(office.window.records.removeMany([...ids, 'nobody'])).rejects.toMatchObject({ reason: 'invalid' });
    expect(await all()).toHaveLength(3);
    await office.window.records.removeMany([...ids, ...ids]);
    expect(await all()).toEqual([]);
  });
});
