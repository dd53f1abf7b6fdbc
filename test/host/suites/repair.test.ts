import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { closeWhatItAsks, eventually, keepApart, minutesAgo, timecard } from './support.ts';

/* Pausing, and putting right what was clocked wrong. */
describe('repairing records', () => {
  let api: TimecardApi;

  before(async () => {
    api = await timecard();
  });
  keepApart();

  it('pauses, and resumes on the same issue with the same notes in a record of its own', async () => {
    const first = await api.timer.clockIn({ issueKey: 'OPS-5', notes: 'Half way' });
    await vscode.commands.executeCommand('timecard.pause');
    assert.equal(await api.timer.current(), undefined);
    await vscode.commands.executeCommand('timecard.resume');
    const second = await api.timer.current();
    assert.notEqual(second?.id, first.id);
    assert.deepEqual([second?.jiraIssueKey, second?.notes], ['OPS-5', 'Half way']);
  });

  it('splits a record where it is told, and merges the parts again', async () => {
    const added = await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(30), issueKey: 'DEMO-7' });
    await vscode.commands.executeCommand('timecard.splitRecord', added.id, minutesAgo(60));
    const parts = await api.records.list();
    assert.deepEqual(
      parts.map(({ timeIn, timeOut }) => [timeIn, timeOut]),
      [
        [minutesAgo(60), minutesAgo(30)],
        [minutesAgo(90), minutesAgo(60)],
      ],
    );
    await vscode.commands.executeCommand('timecard.mergeRecords', added.id);
    const [merged, ...others] = await api.records.list();
    assert.deepEqual(
      [merged?.id, merged?.timeIn, merged?.timeOut, others.length],
      [added.id, added.timeIn, added.timeOut, 0],
    );
  });

  it('keeps running when the box for the end is closed', async () => {
    const running = await api.timer.clockIn({ issueKey: 'OPS-5', at: minutesAgo(60) });
    await closeWhatItAsks('timecard.clockOutAt');
    assert.equal((await api.timer.current())?.id, running.id);
  });

  it('follows a checkout to another issue, in one commit, when that is set', async function () {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (folder === undefined) return this.skip();
    const head = vscode.Uri.joinPath(folder, '.git', 'HEAD');
    const before = await vscode.workspace.fs.readFile(head);
    const settings = vscode.workspace.getConfiguration('timecard');
    await settings.update('branch.onSwitch', 'switch', vscode.ConfigurationTarget.Global);
    try {
      const first = await api.timer.clockIn({ issueKey: 'DEMO-7' });
      await vscode.workspace.fs.writeFile(head, new TextEncoder().encode('ref: refs/heads/feature/OPS-9-door\n'));
      const now = await eventually('the timer on OPS-9', async () => {
        const current = await api.timer.current();
        return current?.jiraIssueKey === 'OPS-9' ? current : undefined;
      });
      assert.equal((await api.records.get(first.id))?.timeOut, now.timeIn);
    } finally {
      await vscode.workspace.fs.writeFile(head, before);
      await settings.update('branch.onSwitch', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('names the argument that does not fit', async () => {
    const added = await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(30), issueKey: 'DEMO-7' });
    const run = (id: string, ...args: unknown[]) => Promise.resolve(vscode.commands.executeCommand(id, ...args));
    await assert.rejects(() => run('timecard.splitRecord', added.id, 'noon'), /at: /);
    await assert.rejects(() => run('timecard.splitRecord', added.id, minutesAgo(10)), /at: /);
    await assert.rejects(() => run('timecard.mergeRecords', added.id), /id: /);
    await assert.rejects(() => run('timecard.duplicateRecord', 'none'), /id: /);
    assert.equal((await api.records.list()).length, 1);
  });
});
