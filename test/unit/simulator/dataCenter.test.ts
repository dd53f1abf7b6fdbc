import { describe, expect, it } from 'vitest';
import { at, desk, NINE, NINE_MS, note } from './help.ts';

const server = desk({ deployment: 'dataCenter' });
const hour = { started: NINE, timeSpentSeconds: 3600 };
const add = (body: unknown, path = '/issue/DEMO-7/worklog') => server.ask('POST', path, { body });

describe('worklogs on Data Center', () => {
  it('have text for a comment and users by name', async () => {
    const reply = await add({ ...hour, comment: 'Saved *cards*' });
    expect(reply).toMatchObject({
      status: 201,
      body: { comment: 'Saved *cards*', author: { name: 'mia', key: 'JIRAUSER10100' }, timeSpentSeconds: 3600 },
    });
    expect(at(reply.body, 'author.accountId')).toBeUndefined();
    expect(server.jira.state.worklogs('DEMO-7')).toMatchObject([{ comment: 'Saved *cards*', started: NINE_MS }]);
  });

  it.each([
    ['a document for a comment', { ...hour, comment: note('x') }, ''],
    ['properties', { ...hour, properties: [{ key: 'a', value: 1 }] }, ''],
    ['notifyUsers', hour, '?notifyUsers=false'],
    ['expand', hour, '?expand=properties'],
    ['a start with a colon', { ...hour, started: '2026-11-23T09:00:00.000+01:00' }, ''],
    ['under a minute', { ...hour, timeSpentSeconds: 59 }, ''],
  ])('refuse %s', async (_, body, query) => {
    expect((await add(body, `/issue/DEMO-7/worklog${query}`)).status).toBe(400);
    expect(server.jira.state.worklogs()).toEqual([]);
  });

  it('say 403 for a missing permission and 400 for a read-only issue', async () => {
    expect((await add(hour, '/issue/OPS-4/worklog')).status).toBe(403);
    expect((await add(hour, '/issue/OPS-2/worklog')).status).toBe(400);
    expect((await add(hour, '/issue/PROJ-124/worklog')).status).toBe(404);
    const theirs = server.jira.addWorklog('DEMO-7', { timeSpentSeconds: 60 }, server.jira.users.emma.accountId);
    expect((await server.ask('DELETE', `/issue/DEMO-7/worklog/${theirs}`)).status).toBe(403);
  });

  it('need something to change, and change it', async () => {
    const path = `/issue/DEMO-7/worklog/${String(at((await add(hour)).body, 'id'))}`;
    expect((await server.ask('PUT', path, { body: {} })).status).toBe(400);
    expect((await server.ask('PUT', path, { body: { comment: 'Later' } })).status).toBe(200);
    expect((await server.ask('DELETE', `${path}?notifyUsers=false`)).status).toBe(400);
    expect((await server.ask('DELETE', path)).status).toBe(204);
  });

  it('are listed whole: nothing filters or pages, there are no properties', async () => {
    await add(hour);
    await add({ ...hour, started: '2026-11-24T09:00:00.000+0100' });
    const { body } = await server.ask('GET', `/issue/DEMO-7/worklog?startedAfter=${NINE_MS + 1}&maxResults=1`);
    expect(body).toMatchObject({ total: 2, worklogs: [{ started: NINE }, {}] });
    const id = String(at(body, 'worklogs.0.id'));
    expect((await server.ask('GET', `/issue/DEMO-7/worklog/${id}/properties`)).status).toBe(404);
    const byId = await server.ask('POST', '/worklog/list', { body: { ids: [Number(id)] } });
    expect(byId.body).toMatchObject([{ id }]);
  });
});

describe('the rest of Data Center', () => {
  it('searches by page with a total, 1000 at most', async () => {
    const jql = 'assignee = currentUser() AND resolution = Unresolved ORDER BY key ASC';
    const body = { jql, startAt: 1, maxResults: 5000, fields: ['summary', 'status'] };
    const reply = await server.ask('POST', '/search', { body });
    expect(reply.body).toMatchObject({
      startAt: 1,
      maxResults: 1000,
      total: 6,
      issues: [{ key: 'DEMO-7' }, { key: 'MY_PROJ-12' }, {}, {}, {}],
    });
    expect((await server.ask('POST', '/search/jql', { body: { jql } })).status).toBe(404);
    expect((await server.ask('POST', '/search', { body: { jql: 'nonsense here' } })).status).toBe(400);
    expect((await server.ask('POST', '/search', { body: { jql, nextPageToken: 'x' } })).status).toBe(400);
    const all = await server.ask('POST', '/search', { body: { jql: '' } });
    expect(at(all.body, 'total')).toBe(13);
    expect(at(all.body, 'issues.0.fields.summary')).toBeTruthy();
  });

  it('lists projects as an array, with underscores in keys', async () => {
    const { body } = await server.ask('GET', '/project');
    expect(body).toMatchObject([{ key: 'DEMO' }, { key: 'PROJ' }, { key: 'OPS' }, { key: 'MY_PROJ' }]);
    expect((await server.ask('GET', '/issue/my_proj-12')).status).toBe(200);
  });

  it('tells all permissions, and suggests without ids', async () => {
    const permissions = await server.ask('GET', '/mypermissions?issueKey=OPS-4');
    expect(at(permissions.body, 'permissions.WORK_ON_ISSUES.havePermission')).toBe(false);
    const { body } = await server.ask('GET', '/issue/picker?query=card');
    expect(at(body, 'sections.0.issues.0')).toMatchObject({ key: 'DEMO-7' });
    expect(at(body, 'sections.0.issues.0.id')).toBeUndefined();
  });

  it('slows down when its administrator wants that', async () => {
    server.jira.set({ bucket: { capacity: 2, fill: 1, intervalSeconds: 10 } });
    const me = () => server.ask('GET', '/myself');
    const first = await me();
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    await me();
    const limited = await me();
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('10');
    server.jira.advance(10_000);
    expect((await me()).status).toBe(200);
  });
});
