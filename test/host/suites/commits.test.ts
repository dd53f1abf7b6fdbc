// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are the subject
import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { clear, sites, timecard, token } from './support.ts';

const BRANCH = 'feature/DEMO-7-checkout';
const ZEROS = '0'.repeat(40);

/** What git writes into the log of the branch when somebody commits. */
async function commit(subject: string): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'No folder is open');
  const log = vscode.Uri.joinPath(folder.uri, '.git/logs/refs/heads', BRANCH);
  const line = `${ZEROS} ${ZEROS} Mia <mia@example.invalid> ${Math.floor(Date.now() / 1_000)} +0100\tcommit: ${subject}\n`;
  await vscode.workspace.fs.writeFile(log, new TextEncoder().encode(line));
}

async function setTemplate(template: string | undefined): Promise<void> {
  const timecardSettings = vscode.workspace.getConfiguration('timecard');
  await timecardSettings.update('comment.template', template, vscode.ConfigurationTarget.Global);
}

describe('commits made while the timer runs', () => {
  afterEach(async () => {
    await setTemplate(undefined);
    await clear(await timecard());
  });

  it('are in the worklog’s comment', async function () {
    const site = sites()?.dataCenter;
    if (site === undefined) return this.skip();
    const api = await timecard();
    await clear(api);
    await setTemplate('Done: ${commits}');
    await api.connections.add({ jiraUrl: site.url, auth: { type: 'pat', token: token(site, 'pat') } });
    const { id } = await api.timer.clockIn({ issueKey: 'DEMO-7' });
    await commit('Pay with a saved card');
    await api.timer.clockOut();
    assert.equal((await api.sync.push([id])).succeeded, 1);
    const worklogId = (await api.records.get(id))?.jiraWorklogId;
    const headers = { authorization: `Bearer ${token(site, 'pat')}` };
    const reply = await fetch(`${site.url}/rest/api/2/issue/DEMO-7/worklog/${worklogId}`, { headers });
    assert.match(await reply.text(), /"comment":"Done: Pay with a saved card"/);
    await api.sync.deleteWorklog(id);
  });
});
