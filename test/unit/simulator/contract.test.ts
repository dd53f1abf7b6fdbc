import { afterEach, describe, expect, it } from 'vitest';
import { type Contract, openContract } from '../../../tools/jira/contract.ts';
import { ROUTES } from '../../../tools/jira/routes/table.ts';
import { type Answer, type Ask, at, desk, NINE, note } from './help.ts';

const contract = openContract();

/** Served although the description does not have it: removed, or of the version-independent API. */
const NOT_DESCRIBED = ['GET /search', 'POST /search'];

describe.skipIf(contract === undefined)('the simulator and Atlassian’s description of Cloud', () => {
  const cloud = desk({ deployment: 'cloud' });
  const seen = new Set<string>();
  const opened = (): Contract => {
    if (contract === undefined) throw new Error('The description is not there.');
    return contract;
  };

  const checked = async (method: string, path: string, ask: Ask = {}): Promise<Answer> => {
    const url = new URL(path, 'http://jira.invalid');
    const reply = await cloud.ask(method, path, ask);
    const api = `/rest/api/3${url.pathname}`;
    expect(opened().checkResponse(method, api, reply.status, reply.body), `${method} ${path}`).toEqual([]);
    if (reply.status < 300) {
      expect(opened().checkRequest(method, api, url.searchParams, ask.body), `${method} ${path}`).toEqual([]);
      const route = ROUTES.find((each) => each.method === method && fits(each.path, url.pathname));
      if (route !== undefined) seen.add(`${method} ${route.path}`);
    }
    return reply;
  };

  const fits = (pattern: string, path: string): boolean =>
    new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`).test(path) &&
    (pattern !== '/issue/*' || path !== '/issue/picker');

  afterEach(() => cloud.jira.reset());

  const everything = async (): Promise<void> => {
    const get = (path: string): Promise<Answer> => checked('GET', path);
    await get('/serverInfo');
    await get('/myself');
    await get('/configuration');
    await get('/mypermissions?issueKey=DEMO-7&permissions=WORK_ON_ISSUES,EDIT_OWN_WORKLOGS');
    await get('/project/search?startAt=0&maxResults=2');
    await get('/project/DEMO');
    await get('/issue/picker?query=card&currentJQL=');
    await get('/issue/DEMO-7');
    await get('/issue/DEMO-3?fields=summary&fields=status');
    await get('/search/jql?jql=project%20%3D%20%22DEMO%22&fields=summary');
    await checked('POST', '/search/jql', { body: { jql: 'project = "DEMO"', fields: ['*all'], maxResults: 2 } });
    await checked('POST', '/search/approximate-count', { body: { jql: 'project = "DEMO"' } });
    const body = {
      started: NINE,
      timeSpentSeconds: 3600,
      comment: note('Saved cards'),
      properties: [{ key: 'timecard.record', value: { id: 'a' } }],
      visibility: { type: 'group', identifier: '276f955c-63d7-42c8-9520-92d01dca0625', value: 'jira-developers' },
    };
    const added = await checked('POST', '/issue/DEMO-7/worklog?expand=properties&notifyUsers=false', { body });
    const one = `/issue/DEMO-7/worklog/${String(at(added.body, 'id'))}`;
    await get('/issue/DEMO-7/worklog?expand=properties&startedAfter=0');
    await get(`${one}?expand=properties`);
    await checked('PUT', one, { body: { timeSpentSeconds: 60 } });
    await get(`${one}/properties`);
    await checked('PUT', `${one}/properties/other`, { body: { x: 1 } });
    await get(`${one}/properties/other`);
    await checked('DELETE', `${one}/properties/other`);
    await checked('POST', '/worklog/list?expand=properties', { body: { ids: [Number(at(added.body, 'id'))] } });
    cloud.jira.advance(61_000);
    await get('/worklog/updated?since=0&expand=properties');
    await checked('DELETE', one);
    cloud.jira.advance(61_000);
    await get('/worklog/deleted?since=0');
  };

  it('agree about every resource the simulator serves', async () => {
    await everything();
    const served = ROUTES.filter((route) => route.only !== 'dataCenter').map(({ method, path }) => `${method} ${path}`);
    expect(served.filter((route) => !seen.has(route) && !NOT_DESCRIBED.includes(route))).toEqual([]);
  });

  it('agree about refusals', async () => {
    const refusals: readonly [string, string, Ask, number][] = [
      ['GET', '/myself', { token: null }, 401],
      ['GET', '/myself', { token: 'expired' }, 401],
      ['GET', '/issue/DEMO-999', {}, 404],
      ['GET', '/mypermissions?permissions=FLY', {}, 400],
      ['POST', '/search/jql', { body: { jql: 'order by key' } }, 400],
      ['POST', '/issue/OPS-4/worklog', { body: { started: NINE, timeSpentSeconds: 60 } }, 400],
      ['POST', '/issue/OPS-2/worklog', { body: { started: NINE, timeSpentSeconds: 60 } }, 400],
      ['POST', '/issue/DEMO-7/worklog', { body: { started: NINE, timeSpentSeconds: 1 } }, 400],
      ['POST', '/issue/DEMO-7/worklog', { body: { started: NINE }, headers: { 'user-agent': 'Mozilla/5.0' } }, 403],
      ['PUT', '/issue/DEMO-7/worklog/1', { body: {} }, 404],
      ['DELETE', '/issue/DEMO-7/worklog/1', {}, 404],
      ['POST', '/worklog/list', { body: { ids: [] } }, 400],
    ];
    for (const [method, path, ask, status] of refusals) {
      expect((await checked(method, path, ask)).status, `${method} ${path}`).toBe(status);
    }
    cloud.jira.setWorklogLimit(0);
    const full = await checked('POST', '/issue/DEMO-7/worklog', { body: { started: NINE, timeSpentSeconds: 60 } });
    expect(full.status).toBe(413);
  });

  it('tells a wrong request from a right one', () => {
    const path = '/ex/jira/some-cloud/rest/api/3/issue/DEMO-7/worklog';
    const check = (query: string, body: unknown): readonly string[] =>
      opened().checkRequest('POST', path, new URLSearchParams(query), body);
    expect(check('adjustEstimate=auto', { started: NINE, timeSpentSeconds: 60 })).toEqual([]);
    expect(check('adjustEstimate=AUTO', { timeSpentSeconds: 60 })).toHaveLength(1);
    expect(check('notify=false', { timeSpentSeconds: 60 })).toHaveLength(1);
    expect(check('', { started: '2026-11-23T09:00:00.000Z' })).toHaveLength(1);
    expect(check('', { id: '7' })).toEqual(['body/id is read-only']);
    expect(check('', undefined)).toEqual(['the body is missing']);
    expect(opened().checkRequest('GET', '/rest/api/3/search', new URLSearchParams(), undefined)).toHaveLength(1);
    expect(opened().checkRequest('GET', '/rest/api/2/serverInfo', new URLSearchParams(), undefined)).toEqual([]);
  });

  it('tells a wrong answer from a right one', () => {
    const path = '/rest/api/3/issue/DEMO-7/worklog';
    expect(opened().checkResponse('POST', path, 201, { timeSpentSeconds: 'one' })).toHaveLength(1);
    expect(opened().checkResponse('POST', path, 403, { errorMessages: [] })).toHaveLength(1);
    expect(opened().checkResponse('GET', '/rest/api/3/search/jql', 200, { total: 1 })).toHaveLength(1);
  });
});

it('there is no contract without the description', () => {
  expect(openContract('/nowhere/description.json')).toBeUndefined();
});
