import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../../tools/jira/simulator.ts';
import { contractProblems, openSite, type Site } from './site.ts';
import { bench, connectionTo, failureOf, oddServer, sendJson } from './support.ts';

describe.each<Deployment>(['cloud', 'dataCenter'])('issues on %s', (deployment) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(deployment);
  });
  afterEach(() => {
    const problems = contractProblems(site.jira);
    site.jira.reset();
    expect(problems).toEqual([]);
  });
  afterAll(() => site.jira.close());

  const keys = async (text: string) => (await site.session.search(text)).map(({ key }) => key);

  it('are whole', async () => {
    expect(await site.session.issue('proj-123')).toEqual({
      key: 'PROJ-123',
      id: site.idOf('PROJ-123'),
      summary: 'Login fails for users with two accounts',
      status: 'In Progress',
      statusCategory: 'indeterminate',
      assignee: 'Mia Krystof',
      project: 'PROJ',
      issueType: 'Bug',
      url: `${site.jira.url}/browse/PROJ-123`,
    });
    expect((await site.session.issue(site.idOf('DEMO-2'))).assignee).toBeNull();
  });

  it('keep being found under a former key, with the present one', async () => {
    site.jira.moveIssue('PROJ-12', 'DEMO-99');
    expect((await site.session.issue('PROJ-12')).key).toBe('DEMO-99');
  });

  it('that are hidden or absent are not found', async () => {
    for (const key of ['PROJ-124', 'PROJ-9999', 'NOPE-1']) {
      expect(await failureOf(site.session.issue(key))).toMatchObject({ reason: 'issueNotFound', httpStatus: 404 });
    }
  });

  it('are found by words, the last of which may be unfinished', async () => {
    expect(await keys('login')).toContain('PROJ-123');
    expect(await keys('LOGIN fai')).toEqual(['PROJ-123']);
    expect(await keys('nothing like this')).toEqual([]);
  });

  it('are found by key, part of a key and address', async () => {
    expect((await keys('proj-12')).slice(0, 2)).toEqual(['PROJ-12', 'PROJ-123']);
    expect(await keys('PROJ-')).toEqual(expect.arrayContaining(['PROJ-12', 'PROJ-123']));
    expect(await keys(`${site.jira.url}/browse/PROJ-12?focusedId=7`)).toEqual(['PROJ-12']);
    expect(await keys('NOPE-1')).toEqual([]);
    expect(await keys('utf-8')).toEqual([]);
  });

  it('of another site, by their address, are not asked for', async () => {
    const asked = () => site.jira.state.requests().length;
    const before = asked();
    expect(await keys('https://other.example/browse/PROJ-12')).toEqual([]);
    expect(asked()).toBe(before);
    await keys(`${site.jira.url}/browse/PROJ-12`);
    expect(asked()).toBeGreaterThan(before);
  });

  it('are found at once though the search does not know them yet', async () => {
    site.jira.setIndexed('PROJ-12', false);
    expect((await keys('PROJ-12'))[0]).toBe('PROJ-12');
  });

  it.each(['"', '\\', '" OR project = DEMO', "'; --", 'AND', '*', '?', '(', ' ', '~ ""', 'a"b'])(
    '%j is no trick',
    async (text) => {
      expect(Array.isArray(await site.session.search(text))).toBe(true);
    },
  );

  it('that are mine and unfinished', async () => {
    const assigned = await site.session.assigned();
    const found = assigned.map(({ key }) => key);
    expect(found).toEqual(expect.arrayContaining(['DEMO-4', 'DEMO-7', 'PROJ-123']));
    expect(found).not.toContain('DEMO-1');
    expect(found).not.toContain('DEMO-3');
  });

  it('that my own JQL finds, in its order', async () => {
    const found = await site.session.assigned('project = DEMO AND statusCategory = Done ORDER BY key ASC');
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ project, statusCategory }) => `${project} ${statusCategory}`))).toEqual(
      new Set(['DEMO done']),
    );
  });

  it('say what Jira says of a wrong JQL, and nothing of records', async () => {
    const error = await failureOf(site.session.assigned('assignee = = me'));
    expect(error).toMatchObject({ reason: 'invalid', httpStatus: 400 });
    expect(error.message).toMatch(/JQL/);
    expect(error.message).not.toMatch(/record/);
  });

  it('of many pages come whole and once', async () => {
    for (let n = 200; n < 290; n++)
      site.jira.addIssue({ key: `OPS-${n}`, summary: 'Many', assignee: site.jira.users.mia.accountId });
    const assigned = await site.session.assigned();
    expect(assigned.filter(({ summary }) => summary === 'Many')).toHaveLength(90);
    expect(new Set(assigned.map(({ id }) => id)).size).toBe(assigned.length);
    expect((await site.session.search('many')).length).toBe(50);
  });

  it('and projects', async () => {
    const projects = await site.session.projectKeys();
    expect(projects).toEqual(expect.arrayContaining(['DEMO', 'PROJ', 'OPS']));
    expect(projects.includes('MY_PROJ')).toBe(deployment === 'dataCenter');
  });

  it('with an expired token are not an empty list', async () => {
    site.jira.set({ expiredTokens: 'anonymous' });
    site.jira.expireToken(deployment === 'cloud' ? 'classic' : 'pat');
    for (const each of [
      site.session.assigned(),
      site.session.search('login'),
      site.session.issue('PROJ-123'),
      site.session.projectKeys(),
    ]) {
      expect(await failureOf(each)).toMatchObject({ reason: 'unauthorized' });
    }
  });
});

describe('a list of projects', () => {
  it('that has more on a page than was asked for is not asked for again and again', async () => {
    let asked = 0;
    const values = Array.from({ length: 20_000 }, () => ({ key: 'ABC' }));
    const server = await oddServer((_, response) => {
      asked += 1;
      sendJson(response, 200, { values });
    });
    try {
      const session = bench().gateway.session(connectionTo(server.url), 'api-token');
      expect(await session.projectKeys()).toEqual(['ABC']);
      expect(asked).toBe(1);
    } finally {
      await server.close();
    }
  });
});

describe('a search', () => {
  it('ends though Jira repeats its page token', async () => {
    const site = await openSite('cloud');
    try {
      site.jira.set({ repeatPageToken: true });
      const assigned = await site.session.assigned();
      expect(assigned.map(({ key }) => key)).toContain('PROJ-123');
      expect(new Set(assigned.map(({ id }) => id)).size).toBe(assigned.length);
      expect(site.jira.state.requests({ path: /search\/jql/ }).length).toBeLessThanOrEqual(3);
    } finally {
      await site.jira.close();
    }
  });

  it.each([
    ['an issue without a key', { issues: [{ id: '1' }] }],
    ['an id that is a path', { issues: [{ id: '../1', key: 'A-1', fields: {} }] }],
    ['a summary that is a number', { issues: [{ id: '1', key: 'AB-1', fields: { summary: 5 } }] }],
    ['no issues', {}],
  ])('with %s is not believed', async (_, body) => {
    const server = await oddServer((__, response) => sendJson(response, 200, body));
    try {
      const session = bench().gateway.session(connectionTo(server.url), 'api-token');
      expect(await failureOf(session.assigned())).toMatchObject({ reason: 'server', httpStatus: 200 });
    } finally {
      await server.close();
    }
  });

  it('takes fields that are missing, and more than it knows', async () => {
    const issue = {
      id: 7,
      key: 'AB-1',
      extra: 1,
      fields: { summary: null, status: { name: 'Offen', statusCategory: { key: 'odd' } }, x: [] },
    };
    const server = await oddServer((__, response) =>
      sendJson(response, 200, { issues: [issue], isLast: true, more: {} }),
    );
    try {
      const [found] = await bench().gateway.session(connectionTo(server.url), 'api-token').assigned();
      expect(found).toMatchObject({
        id: '7',
        key: 'AB-1',
        summary: '',
        status: 'Offen',
        statusCategory: 'undefined',
        assignee: null,
        project: 'AB',
      });
    } finally {
      await server.close();
    }
  });
});
