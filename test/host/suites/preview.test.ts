import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { closeWhatItAsks, eventually, keepApart, minutesAgo, sites, timecard, token } from './support.ts';

/* What is shown before anything goes to Jira. */
describe('the preview of a sync', () => {
  let api: TimecardApi;

  before(async () => {
    api = await timecard();
  });
  keepApart();

  it('sends what stays ticked, and nothing when it is closed', async function () {
    const cloud = sites()?.cloud;
    if (cloud === undefined) return this.skip();
    const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'scoped') } as const;
    await api.connections.add({ jiraUrl: cloud.url, auth });
    const fresh = await api.records.add({ timeIn: minutesAgo(300), timeOut: minutesAgo(290), issueKey: 'DEMO-7' });

    await closeWhatItAsks('timecard.previewSync');
    assert.equal((await api.records.get(fresh.id))?.syncState, 'pending');

    const sent = vscode.commands.executeCommand('timecard.previewSync');
    await eventually('the record to be synced', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await api.records.get(fresh.id))?.syncState === 'synced' || undefined;
    });
    await sent;
  });
});
