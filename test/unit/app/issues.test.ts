import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deployment } from '../../../tools/jira/simulator.ts';
import { Office } from './office.ts';

describe.each<Deployment>(['cloud', 'dataCenter'])('finding issues on %s', (deployment) => {
  let office: Office;
  beforeEach(async () => {
    office = await Office.open(deployment);
  });
  afterEach(() => office.close());

  const asked = () => office.jira.state.requests().length;
  const keysOf = (issues: readonly { readonly key: string }[]) => issues.map(({ key }) => key);
  const cached = (key: string) => office.window.store.read((db) => db.cachedIssue(key));
  const ref = (key: string) => ({ key, connectionId: null });

  it('takes the user’s own JQL for the assigned list', async () => {
    const { settings, issues } = office.window;
    const usual = keysOf(await issues.assigned());
    settings.jql = 'project = OPS ORDER BY key ASC';
    const own = await issues.assigned();
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map(({ project }) => project))).toEqual(new Set(['OPS']));
    expect(keysOf(own)).not.toEqual(usual);
  });

  it('says what Jira has against that JQL, with the setting’s name', async () => {
    office.window.settings.jql = 'assignee = = me';
    const failure = office.window.issues.assigned();
    await expect(failure).rejects.toMatchObject({ reason: 'invalid' });
    await expect(failure).rejects.toThrow(/^timecard\.jira\.assignedJql: .*JQL/);
  });

  it('asks the site an address belongs to, and no other', async () => {
    const { issues } = office.window;
    expect(keysOf(await issues.search(` ${office.jira.url}/browse/demo-7?focusedId=1 `))).toEqual(['DEMO-7']);
    office.jira.clearRequests();
    expect(await issues.search('https://other.example/browse/DEMO-7')).toEqual([]);
    expect(asked()).toBe(0);
  });

  it('finds issues of every site that answers', async () => {
    const other = await Office.open('dataCenter');
    try {
      other.jira.addIssue({ key: 'OPS-900', summary: 'Zanzibar elsewhere' });
      office.jira.addIssue({ key: 'DEMO-900', summary: 'Zanzibar here' });
      const pat = { type: 'pat', token: other.jira.tokens.pat } as const;
      await office.window.connections.add(other.jira.url, pat);
      expect(keysOf(await office.window.issues.search('zanzibar'))).toEqual(['DEMO-900', 'OPS-900']);
      expect(keysOf(await office.window.issues.search(`${other.jira.url}/browse/OPS-900`))).toEqual(['OPS-900']);
      await other.jira.goOffline();
      expect(keysOf(await office.window.issues.search('zanzibar'))).toEqual(['DEMO-900']);
    } finally {
      await other.close();
    }
  });

  describe('refreshing what is on the screen', () => {
    it('asks once for each issue while it is fresh, and writes only what changed', async () => {
      const { issues, store, clock } = office.window;
      await issues.refresh([ref('DEMO-7'), ref('DEMO-7'), ref('DEMO-2')]);
      expect(asked()).toBe(2);
      expect((await cached('DEMO-7'))?.summary).not.toBe('');
      await issues.refresh([ref('DEMO-7')]);
      expect(asked()).toBe(2);
      clock.ahead += 15 * 60_000;
      // Notes when Jira last let us in.
      await issues.assigned();
      const before = asked();
      let commits = 0;
      await new Promise((resolve) => setTimeout(resolve, 60));
      const listening = store.onDidChange(() => {
        commits += 1;
      });
      await issues.refresh([ref('DEMO-7'), ref('DEMO-2')]);
      expect(asked()).toBe(before + 2);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(commits).toBe(0);
      listening.dispose();
    });

    it('asks for a bounded number, one at a time', async () => {
      const many = Array.from({ length: 80 }, (_, n) => ref(`DEMO-${2_000 + n}`));
      await office.window.issues.refresh(many);
      expect(asked()).toBe(30);
    });

    it('gives up for a while once Jira cannot be reached', async () => {
      const { issues, clock } = office.window;
      await office.jira.goOffline();
      await issues.refresh([ref('DEMO-7'), ref('DEMO-2')]);
      await office.jira.goOnline();
      await issues.refresh([ref('DEMO-2')]);
      expect(asked()).toBe(0);
      clock.ahead += 16 * 60_000;
      await issues.refresh([ref('DEMO-2')]);
      expect(asked()).toBe(1);
    });

    it('asks nobody without a sign-in', async () => {
      const { issues, secrets } = office.window;
      await secrets.remove(office.connection.id);
      await issues.refresh([ref('DEMO-7')]);
      expect(asked()).toBe(0);
    });
  });
});
