import { describe, expect, it } from 'vitest';
import { type Answer, type Ask, at, desk, NINE, send } from './help.ts';

const cloud = desk({ deployment: 'cloud' });
const server = desk({ deployment: 'dataCenter' });
const log = { started: NINE, timeSpentSeconds: 60 };

describe('signing in on Cloud', () => {
  const me = (ask: Ask): Promise<Answer> => cloud.ask('GET', '/myself', ask);

  it('tells what it is to anybody', async () => {
    const info = await cloud.ask('GET', '/serverInfo', { token: null, api: 2 });
    expect(info).toMatchObject({ status: 200, body: { deploymentType: 'Cloud', baseUrl: cloud.jira.url } });
    const tenant = await send(cloud.jira, 'GET', `${cloud.jira.url}/_edge/tenant_info`, { token: null });
    expect(tenant.body).toEqual({ cloudId: cloud.jira.cloudId });
  });

  it('takes a classic token at the site, and a scoped one at the gateway only', async () => {
    expect((await me({ token: 'classic' })).status).toBe(200);
    expect((await me({ token: 'scoped' })).status).toBe(401);
    expect((await me({ token: 'scoped', through: 'gateway' })).status).toBe(200);
    expect((await me({ token: 'oauth' })).status).toBe(401);
    expect((await me({ token: 'oauth', through: 'gateway' })).status).toBe(200);
  });

  it('links to the site, also through the gateway', async () => {
    const reply = await me({ token: 'scoped', through: 'gateway' });
    expect(String(at(reply.body, 'self')).startsWith(`${cloud.jira.url}/rest/`)).toBe(true);
  });

  it('says 401 for a missing scope, in the gateway’s words', async () => {
    const body = { code: 401, message: 'Unauthorized; scope does not match' };
    expect(await me({ token: 'scopedNoUser', through: 'gateway' })).toMatchObject({ status: 401, body });
    const write = { token: 'scopedNoWrite', through: 'gateway', body: log } as const;
    expect(await cloud.ask('POST', '/issue/DEMO-7/worklog', write)).toMatchObject({ status: 401, body });
    expect((await me({ token: 'scopedNoWrite', through: 'gateway' })).status).toBe(200);
  });

  it('refuses another cloud, a personal access token, a wrong address and a revoked token', async () => {
    const other = `${cloud.jira.gatewayUrl}/ex/jira/00000000-0000-0000-0000-000000000000/rest/api/3/myself`;
    expect((await send(cloud.jira, 'GET', other, { token: 'scoped' })).status).toBe(404);
    expect((await me({ token: 'pat' })).status).toBe(401);
    const wrong = Buffer.from(`emma@example.invalid:${cloud.jira.tokens.classic}`).toString('base64');
    expect((await me({ token: null, headers: { authorization: `Basic ${wrong}` } })).status).toBe(401);
    cloud.jira.revokeToken('classic');
    expect((await me({})).status).toBe(401);
  });

  it('an expired token is refused, or looks anonymous with a header that says why', async () => {
    expect((await me({ token: 'expired' })).status).toBe(401);
    cloud.jira.set({ expiredTokens: 'anonymous' });
    const issue = await cloud.ask('GET', '/issue/DEMO-7', { token: 'expired' });
    expect(issue.status).toBe(404);
    expect(issue.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
    const found = await cloud.ask('POST', '/search/jql', { token: 'expired', body: { jql: 'project = DEMO' } });
    expect(found).toMatchObject({ status: 200, body: { issues: [] } });
    expect((await me({ token: 'expired' })).status).toBe(401);
  });

  it('takes a write from a browser’s user agent for a forgery', async () => {
    const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537.36' };
    const post = (headers: Record<string, string>): Promise<Answer> =>
      cloud.ask('POST', '/issue/DEMO-7/worklog', { body: log, headers });
    expect(await post(browser)).toMatchObject({ status: 403, body: 'XSRF check failed' });
    expect((await post({ ...browser, 'x-atlassian-token': 'no-check' })).status).toBe(201);
    expect((await me({ headers: browser })).status).toBe(200);
    expect(cloud.jira.state.worklogs()).toHaveLength(1);
  });

  it('keeps secrets out of its journal', async () => {
    await me({});
    const [entry] = cloud.jira.state.requests();
    expect(entry?.headers.authorization).toBe('Basic ***');
    expect(JSON.stringify(cloud.jira.state.requests())).not.toContain(cloud.jira.tokens.classic);
  });
});

describe('signing in on Data Center', () => {
  const me = (ask: Ask): Promise<Answer> => server.ask('GET', '/myself', ask);

  it('lives below its context path and has no version 3', async () => {
    expect(new URL(server.jira.url).pathname).toBe('/jira');
    const info = await server.ask('GET', '/serverInfo', { token: null });
    expect(info.status).toBe(200);
    expect(at(info.body, 'deploymentType')).not.toBe('Cloud');
    expect((await server.ask('GET', '/myself', { api: 3 })).status).toBe(404);
    const root = `${new URL(server.jira.url).origin}/rest/api/2/serverInfo`;
    expect((await send(server.jira, 'GET', root, { token: null })).status).toBe(404);
    const tenant = await send(server.jira, 'GET', `${server.jira.url}/_edge/tenant_info`, { token: null });
    expect(tenant.status).toBe(404);
  });

  it('takes a personal access token as a bearer, never as a password', async () => {
    expect(await me({})).toMatchObject({ status: 200, body: { name: 'mia' } });
    const basic = Buffer.from(`mia:${server.jira.tokens.pat}`).toString('base64');
    const reply = await me({ token: null, headers: { authorization: `Basic ${basic}` } });
    expect(reply).toMatchObject({ status: 401, body: { 'status-code': 401 } });
    expect((await me({ token: 'password' })).status).toBe(200);
    expect((await me({ token: 'expiredPat' })).status).toBe(401);
  });

  it('says who one is, and tells the pace with every authenticated answer', async () => {
    const mine = await me({});
    expect(mine.headers.get('x-ausername')).toBe('mia');
    expect(mine.headers.get('retry-after')).toBe('0');
    expect(mine.headers.get('x-ratelimit-interval-seconds')).toBe('1');
    const anonymous = await server.ask('GET', '/issue/DEMO-7', { token: null });
    expect(anonymous.status).toBe(404);
    expect(anonymous.headers.get('x-ausername')).toBe('anonymous');
    expect(anonymous.headers.get('retry-after')).toBeNull();
  });

  it('asks password logins, and only those, for a CAPTCHA', async () => {
    server.jira.setCaptcha(403);
    const reply = await me({ token: 'password' });
    expect(reply.status).toBe(403);
    expect(reply.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATION_DENIED');
    expect(reply.headers.get('x-authentication-denied-reason')).toBe(
      `CAPTCHA_CHALLENGE; login-url=${server.jira.url}/login.jsp`,
    );
    server.jira.setCaptcha(200);
    expect((await me({ token: 'password' })).headers.get('content-type')).toContain('text/html');
    expect((await me({})).status).toBe(200);
  });
});
