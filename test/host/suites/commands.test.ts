import { strict as assert } from 'node:assert';
import { readdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { closeWhatItAsks, eventually, keepApart, minutesAgo, sites, timecard, token } from './support.ts';

/* What the palette and the status bar run, against a workspace on feature/DEMO-7-checkout. */
describe('commands', () => {
  let api: TimecardApi;

  before(async () => {
    api = await timecard();
  });
  keepApart();

  it('one click clocks in on the branch’s issue, the next clocks out', async () => {
    await vscode.commands.executeCommand('timecard.toggle');
    assert.equal((await api.timer.current())?.jiraIssueKey, 'DEMO-7');
    await vscode.commands.executeCommand('timecard.toggle');
    assert.equal(await api.timer.current(), undefined);
    assert.equal((await api.records.list()).length, 1);
  });

  it('clocks in with what a keybinding names', async () => {
    await vscode.commands.executeCommand('timecard.clockIn', { issueKey: 'ops-5', notes: 'From a keybinding' });
    const running = await api.timer.current();
    assert.equal(running?.jiraIssueKey, 'OPS-5');
    assert.equal(running?.notes, 'From a keybinding');
  });

  it('offers a typed key first in the picker', async () => {
    const done = vscode.commands.executeCommand('timecard.clockInOn', 'https://example.atlassian.net/browse/OPS-77');
    const running = await eventually('a running record', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return api.timer.current();
    });
    await done;
    assert.equal(running.jiraIssueKey, 'OPS-77');
  });

  it('does nothing and says nothing when the picker is closed', async () => {
    await closeWhatItAsks('timecard.clockInOn');
    assert.equal(await api.timer.current(), undefined);
  });

  it('gives bad arguments back to whoever passed them, naming them', async () => {
    const rejects = (message: RegExp, id: string, ...args: unknown[]) =>
      assert.rejects(() => Promise.resolve(vscode.commands.executeCommand(id, ...args)), message);
    await rejects(/issueKey: /, 'timecard.clockIn', { issueKey: 'no key' });
    await rejects(/issuekey: /, 'timecard.clockIn', { issuekey: 'OPS-1' });
    await rejects(/query: /, 'timecard.clockInOn', 7);
    await rejects(/id: /, 'timecard.syncRecord', 42);
    await rejects(/id: /, 'timecard.editRecord', 'none');
    await rejects(/worklog: /, 'timecard.deleteRecord', 'none', { worklog: 'burn' });
    await rejects(/keep: /, 'timecard.resolveConflict', 'none', 'both');
    await rejects(/target: /, 'timecard.openIssue', 'no such thing');
    await rejects(/status: /, 'timecard.exportSyncLog', { status: 'done' });
    await rejects(/recordId: /, 'timecard.showSyncLog', { recordId: 7 });
    assert.deepEqual(await api.records.list(), []);
  });

  it('syncs what is due, and one record alone', async function () {
    const cloud = sites()?.cloud;
    if (cloud === undefined) return this.skip();
    const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'scoped') } as const;
    await api.connections.add({ jiraUrl: cloud.url, auth });
    const first = await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(60), issueKey: 'DEMO-7' });
    const second = await api.records.add({ timeIn: minutesAgo(50), timeOut: minutesAgo(40), issueKey: 'DEMO-7' });
    await vscode.commands.executeCommand('timecard.syncRecord', second.id);
    assert.equal((await api.records.get(first.id))?.syncState, 'pending');
    assert.equal((await api.records.get(second.id))?.syncState, 'synced');
    await vscode.commands.executeCommand('timecard.sync');
    assert.equal((await api.records.get(first.id))?.syncState, 'synced');
    await vscode.commands.executeCommand('timecard.deleteRecord', first.id, { worklog: 'delete' });
    assert.equal(await api.records.get(first.id), undefined);
    assert.equal((await api.sync.push()).total, 0);
  });

  it('shows the sync log of one record, and syncs the record of an attempt again', async function () {
    const cloud = sites()?.cloud;
    if (cloud === undefined) return this.skip();
    const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'scoped') } as const;
    await api.connections.add({ jiraUrl: cloud.url, auth });
    const record = await api.records.add({ timeIn: minutesAgo(30), timeOut: minutesAgo(20), issueKey: 'DEMO-99999' });
    await api.sync.push([record.id]);
    assert.equal((await api.records.get(record.id))?.syncState, 'failed');
    await api.records.update(record.id, { issueKey: 'DEMO-7' });
    // The attempt is first in the list, and so is syncing again among what to do about it.
    const done = vscode.commands.executeCommand('timecard.showSyncLog', { recordId: record.id });
    await eventually('the record to be synced', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await api.records.get(record.id))?.syncState === 'synced' || undefined;
    });
    await done;
  });

  it('exports the sync log of one record to the file that the dialog names', async function () {
    const cloud = sites()?.cloud;
    // A desktop's own dialog cannot be answered from here.
    if (cloud === undefined || vscode.env.uiKind !== vscode.UIKind.Web) return this.skip();
    const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'scoped') } as const;
    await api.connections.add({ jiraUrl: cloud.url, auth });
    const record = await api.records.add({ timeIn: minutesAgo(30), timeOut: minutesAgo(20), issueKey: 'DEMO-7' });
    await api.sync.push([record.id]);
    const before = await exported();
    const done = vscode.commands.executeCommand('timecard.exportSyncLog', { recordId: record.id });
    const name = await eventually('the file', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await exported()).find((each) => !before.includes(each));
    });
    await done;
    const file = path.join(homedir(), name);
    const [header, line, ...rest] = (await readFile(file, 'utf8')).split('\r\n');
    await rm(file);
    assert.match(header ?? '', /^\uFEFFtime,issue,record,/);
    assert.ok(line?.includes(`,DEMO-7,${record.id},create,success,`), line);
    assert.deepEqual(rest, ['']);
  });
});

/** Names of the files that the dialog suggests, as far as they are there. */
async function exported(): Promise<readonly string[]> {
  return (await readdir(homedir())).filter((name) => /^timecard-sync-log-.*\.csv$/.test(name));
}
