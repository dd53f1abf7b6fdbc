import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { eventually, keepApart, timecard } from './support.ts';

/*
 * Windows of tools/test/hostInBrowser.ts other than the usual one. Where there is no branch to read, a click on the
 * status bar asks for the issue, and Enter starts without one.
 */
const hasFolder = vscode.workspace.workspaceFolders !== undefined;

function worksWithoutABranch(): void {
  let api: TimecardApi;

  before(async () => {
    api = await timecard();
  });
  keepApart();

  it('clocks in and out, and keeps the record', async () => {
    const started = await api.timer.clockIn({ issueKey: 'ops-1' });
    assert.equal((await api.timer.current())?.id, started.id);
    const [ended] = await api.timer.clockOut({ notes: 'Done' });
    assert.equal(ended?.jiraIssueKey, 'OPS-1');
    assert.equal((await api.records.get(started.id))?.notes, 'Done');
  });

  it('asks for the issue on a click, since no branch names it', async () => {
    const done = vscode.commands.executeCommand('timecard.toggle');
    const running = await eventually('a running record', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return api.timer.current();
    });
    await done;
    assert.equal(running.jiraIssueKey, null);
  });

  it('shows the history', async () => {
    await vscode.commands.executeCommand('timecard.history.focus');
  });
}

(hasFolder ? describe.skip : describe)('a window without a folder', worksWithoutABranch);

(vscode.workspace.isTrusted ? describe.skip : describe)('a window in Restricted Mode', () => {
  worksWithoutABranch();

  it('has a repository that it does not read', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'No folder is open');
    const head = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, '.git/HEAD'));
    assert.match(new TextDecoder().decode(head), /DEMO-7/);
    assert.equal(vscode.workspace.isTrusted, false);
    // In a trusted window, test/host/suites/api.test.ts gets DEMO-7 from the same call.
    const { timer, records } = await timecard();
    const started = await timer.clockIn();
    assert.equal(started.jiraIssueKey, null);
    assert.doesNotMatch(JSON.stringify(await records.list()), /DEMO-7/);
  });
});
