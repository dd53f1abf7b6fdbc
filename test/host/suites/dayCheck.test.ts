import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { keepApart, minutesAgo, takeWhatItOffers, timecard } from './support.ts';

/* Time that is counted twice, and many records at once. */
describe('checking days', () => {
  let api: TimecardApi;

  before(async () => {
    api = await timecard();
  });
  keepApart();

  const spans = async () => (await api.records.list()).map(({ timeIn, timeOut }) => [timeIn, timeOut]);

  it('finds two records that overlap, and ends the earlier one where the later begins', async () => {
    await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(30), issueKey: 'DEMO-7' });
    await api.records.add({ timeIn: minutesAgo(60), timeOut: minutesAgo(10), issueKey: 'OPS-5' });
    await takeWhatItOffers('timecard.checkDays');
    const repaired = [
      [minutesAgo(60), minutesAgo(10)],
      [minutesAgo(90), minutesAgo(60)],
    ];
    assert.deepEqual(await spans(), repaired);
    await takeWhatItOffers('timecard.undo');
    assert.deepEqual(await spans(), [repaired[0], [minutesAgo(90), minutesAgo(30)]]);
  });

  it('asks nothing when there is nothing to find', async () => {
    await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(60) });
    await api.records.add({ timeIn: minutesAgo(60), timeOut: minutesAgo(30) });
    await vscode.commands.executeCommand('timecard.checkDays');
    assert.equal((await api.records.list()).length, 2);
  });

  it('deletes several records at once, and one undo brings all back', async () => {
    for (const start of [90, 60, 30])
      await api.records.add({ timeIn: minutesAgo(start), timeOut: minutesAgo(start - 20), notes: `from ${start}` });
    const before = await api.records.list();
    const ids = before.map(({ id }) => id);
    await vscode.commands.executeCommand('timecard.editRecords', ids, 'delete');
    assert.deepEqual(await api.records.list(), []);
    await takeWhatItOffers('timecard.undo');
    assert.deepEqual(
      (await api.records.list()).map(({ id, notes }) => [id, notes]),
      before.map(({ id, notes }) => [id, notes]),
    );
    const run = (...args: unknown[]) =>
      Promise.resolve(vscode.commands.executeCommand('timecard.editRecords', ...args));
    await assert.rejects(() => run(['nobody'], 'delete'), /ids\[0\]: /);
    await assert.rejects(() => run(ids, 'burn'), /what: /);
    assert.equal((await api.records.list()).length, 3);
  });
});
