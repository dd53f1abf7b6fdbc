import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { credentials, Office } from './office.ts';

describe('a new address for a Cloud connection', () => {
  let office: Office;
  let second: JiraSimulator;

  beforeEach(async () => {
    office = await Office.open('cloud');
    second = await startJira({ deployment: 'cloud' });
  });
  afterEach(async () => {
    await second.close();
    await office.close();
  });

  const OTHER_ID = '99999999-a1b2-3b33-c444-def123456789';
  const isAnotherSite = () =>
    second.faults.add({
      ...{ kind: 'status', when: 'before', status: 200, path: 'tenant_info' },
      body: JSON.stringify({ cloudId: OTHER_ID }),
    });
  const edit = (how = credentials(second)) => office.window.connections.edit(office.connection.id, second.url, how);
  const tenantAsked = () => office.jira.state.requests({ path: /tenant_info/ }).length;

  async function expectRefused(how = credentials(second)): Promise<void> {
    const before = [await office.window.connections.list(), new Map(office.window.secrets.tokens)];
    await expect(edit(how)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(/is another site than .*Connect to it as another site\. Nothing was changed/),
    });
    expect([await office.window.connections.list(), office.window.secrets.tokens]).toEqual(before);
    expect(second.state.requests().map(({ headers }) => headers.authorization)).not.toContain(expect.any(String));
  }

  it('of another site is refused, though the account is the same, and is shown no token', async () => {
    isAnotherSite();
    await expectRefused();
  });

  it('of another site is refused when the old one is gone, if its id is kept for the token', async () => {
    const scoped = { type: 'apiToken', email: office.jira.users.mia.email, token: office.jira.tokens.scoped } as const;
    await office.window.connections.edit(office.connection.id, office.jira.url, scoped);
    isAnotherSite();
    await office.jira.goOffline();
    await expectRefused();
  });

  it('of the same site is taken', async () => {
    expect(await edit()).toMatchObject({ id: office.connection.id, jiraUrl: second.url });
    expect(tenantAsked()).toBe(1);
  });

  it('is taken when the old one does not answer or does not tell', async () => {
    isAnotherSite();
    const silent = office.jira.faults.add({ kind: 'status', when: 'before', status: 404, path: 'tenant_info' });
    expect(await edit()).toMatchObject({ jiraUrl: second.url });
    office.jira.faults.remove(silent);
    await office.window.store.commit((tx) => tx.putConnection(office.connection));
    await office.jira.goOffline();
    expect(await edit()).toMatchObject({ jiraUrl: second.url });
  });

  it('is not taken while it cannot be asked which site it is', async () => {
    second.faults.add({ kind: 'drop', when: 'before', path: 'tenant_info' });
    await expect(edit()).rejects.toMatchObject({ reason: 'network' });
    expect(await office.window.connections.get(office.connection.id)).toMatchObject({ jiraUrl: office.jira.url });
  });

  it('asks no such thing for new credentials alone', async () => {
    await office.window.connections.edit(office.connection.id, office.jira.url, credentials(office.jira));
    expect(tenantAsked()).toBe(0);
  });
});
