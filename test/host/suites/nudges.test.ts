import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { clear, eventually, minutesAgo, timecard } from './support.ts';

/* What Timecard does by itself at a time of day, once that is switched on. */
describe('set times', () => {
  let api: TimecardApi;
  const settings = () => vscode.workspace.getConfiguration('timecard');
  const set = (value: string | undefined) => settings().update('clockOutAt', value, vscode.ConfigurationTarget.Global);

  before(async () => {
    api = await timecard();
  });
  beforeEach(() => clear(api));
  afterEach(() => set(undefined));
  after(() => clear(api));

  it('clocks out exactly at the set time, not when it is noticed', async () => {
    const [began, ends] = [minutesAgo(60), minutesAgo(30)];
    const running = await api.timer.clockIn({ issueKey: 'OPS-5', at: began });
    assert.equal((await api.timer.current())?.id, running.id);
    const local = new Date(ends);
    await set([local.getHours(), local.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':'));
    await eventually('the timer to stop', async () => (await api.timer.current()) === undefined || undefined);
    const records = await api.records.list();
    assert.deepEqual(
      records.map(({ id, timeIn, timeOut }) => [id, timeIn, timeOut]),
      [[running.id, began, ends]],
    );
    // What begins later that day is left alone.
    const next = await api.timer.clockIn({ issueKey: 'OPS-5' });
    assert.equal((await api.timer.current())?.id, next.id);
  });
});
