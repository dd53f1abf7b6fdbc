import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gatewayFromEnv } from '../../../src/jira/gateway.ts';
import { contractProblems, credentialsFor, openSite, type Site, sessionWith } from './site.ts';
import { bench, failureOf, type OddServer, oddServer, sendJson } from './support.ts';

describe('signing in to Cloud', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite('cloud');
  });
  afterEach(() => {
    const problems = contractProblems(site.jira);
    site.jira.reset();
    expect(problems).toEqual([]);
  });
  afterAll(() => site.jira.close());

  const signIn = (token: Parameters<typeof credentialsFor>[1]) =>
    site.gateway.signIn(site.jira.url, credentialsFor(site.jira, token));

  it('is told from Data Center', async () => {
    expect(await site.gateway.detect(site.jira.url)).toEqual({ deployment: 'cloud', title: 'Demo shop' });
  });

  it('works at the site with a classic token, without the gateway', async () => {
    expect(await signIn('classic')).toEqual({
      deployment: 'cloud',
      cloudId: null,
      user: { accountId: site.jira.users.mia.accountId, displayName: 'Mia Krystof', timeZone: 'Europe/Berlin' },
    });
    expect(site.jira.state.requests({ host: 'gateway' })).toHaveLength(0);
  });

  it('works through the gateway with a scoped token, and so does all the rest', async () => {
    const { cloudId } = await signIn('scoped');
    expect(cloudId).toBe(site.jira.cloudId);
    site.jira.clearRequests();
    const session = sessionWith(site, site.jira, 'scoped', cloudId);
    const issue = await session.issue('PROJ-123');
    expect(issue.url).toBe(`${site.jira.url}/browse/PROJ-123`);
    expect((await session.projectKeys()).length).toBeGreaterThan(1);
    expect(site.jira.state.requests({ host: 'site' })).toHaveLength(0);
  });

  it('tells a missing scope from a token that is no good', async () => {
    expect(await failureOf(signIn('scopedNoUser'))).toMatchObject({ reason: 'scopeMissing' });
    expect(await failureOf(signIn('expired'))).toMatchObject({ reason: 'unauthorized' });
    site.jira.set({ expiredTokens: 'anonymous' });
    expect(await failureOf(signIn('expired'))).toMatchObject({ reason: 'unauthorized' });
    site.jira.revokeToken('scoped');
    expect(await failureOf(signIn('scoped'))).toMatchObject({ reason: 'unauthorized' });
  });

  it('says that a personal access token is of no use, without sending it', async () => {
    const failure = await failureOf(site.gateway.signIn(site.jira.url, { type: 'pat', token: 'personal-token' }));
    expect(failure).toMatchObject({ reason: 'invalid' });
    expect(failure.message).toMatch(/API token/);
    expect(site.jira.state.requests().filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  it('does not call a token bad when it was the network', async () => {
    site.jira.faults.add({ kind: 'drop', when: 'before', path: 'tenant_info' });
    expect(await failureOf(signIn('scoped'))).toMatchObject({ reason: 'network' });
  });
});

describe('signing in to Data Center', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite('dataCenter');
  });
  afterEach(() => site.jira.reset());
  afterAll(() => site.jira.close());

  it('works with a personal access token', async () => {
    const signedIn = await site.gateway.signIn(site.jira.url, credentialsFor(site.jira, 'pat'));
    expect(signedIn).toEqual({
      deployment: 'dataCenter',
      cloudId: null,
      user: { accountId: site.jira.users.mia.key, displayName: 'Mia Krystof', timeZone: 'Europe/Berlin' },
    });
  });

  it('fails with an expired one', async () => {
    const expired = site.gateway.signIn(site.jira.url, credentialsFor(site.jira, 'expiredPat'));
    expect(await failureOf(expired)).toMatchObject({ reason: 'unauthorized' });
  });

  it('says that an API token is of no use, without sending it', async () => {
    const failure = await failureOf(
      site.gateway.signIn(site.jira.url, { type: 'apiToken', email: 'a@b.example', token: 'api-token' }),
    );
    expect(failure).toMatchObject({ reason: 'invalid' });
    expect(failure.message).toMatch(/personal access token/);
    expect(site.jira.state.requests().filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });
});

describe('an address', () => {
  const open: OddServer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  const serve = async (answer: Parameters<typeof oddServer>[0]) => {
    const server = await oddServer(answer);
    open.push(server);
    return server;
  };
  const detect = (url: string) => bench({ timeoutMs: 300 }).gateway.detect(url);
  const answering = (status: number, type: string, body: string) =>
    serve((_, response) =>
      response.writeHead(status, { 'Content-Type': type, Location: 'https://sso.example' }).end(body),
    );

  it.each([
    ['a login page', 200, 'text/html', '<html>'],
    ['a redirect', 302, 'text/html', ''],
    ['a page that is not there', 404, 'text/html', '<html>Not found'],
    ['JSON that is not there', 404, 'application/json', '{}'],
    ['some other JSON', 200, 'application/json', '{"hello":"world"}'],
    ['JSON of the wrong types', 200, 'application/json', '{"deploymentType":7}'],
    ['a list', 200, 'application/json', '[]'],
    ['text', 200, 'text/plain', 'ok'],
  ])('with %s is not Jira', async (_, status, type, body) => {
    const server = await answering(status, type, body);
    expect(await failureOf(detect(server.url))).toMatchObject({ reason: 'notJira' });
  });

  it('of a site that answers nobody who is not signed in is Data Center', async () => {
    const server = await answering(401, 'application/json', '{"message":"Client must be authenticated"}');
    expect(await detect(server.url)).toEqual({ deployment: 'dataCenter', title: null });
  });

  it('behind a proxy that asks for a sign-in is a matter of the network', async () => {
    const server = await answering(407, 'text/html', '<html>Proxy authentication required');
    const { reason, message } = await failureOf(detect(server.url));
    expect({ reason, message }).toEqual({ reason: 'network', message: expect.stringContaining('proxy asks') });
  });

  it('where nobody answers is a matter of the network', async () => {
    const server = await oddServer(() => undefined);
    await server.close();
    expect(await failureOf(detect(server.url))).toMatchObject({ reason: 'network' });
  });

  it('with a cloud id that is none gets no token at the gateway', async () => {
    const gateway = await answering(200, 'application/json', '{"accountId":"x"}');
    const server = await serve((request, response) => {
      if (request.url?.endsWith('serverInfo') === true) sendJson(response, 200, { deploymentType: 'Cloud' });
      else if (request.url === '/_edge/tenant_info') sendJson(response, 200, { cloudId: '../../evil' });
      else sendJson(response, 401, { errorMessages: [] });
    });
    const { gateway: client } = bench({ gatewayUrl: gateway.url });
    const credentials = { type: 'apiToken', email: 'a@b.example', token: 'api-token' } as const;
    expect(await failureOf(client.signIn(server.url, credentials))).toMatchObject({ reason: 'unauthorized' });
    expect(gateway.requests).toHaveLength(0);
  });

  it('that asks for a CAPTCHA is named so', async () => {
    const server = await serve((request, response) => {
      if (request.url?.endsWith('serverInfo') === true) return sendJson(response, 200, { deploymentType: 'Server' });
      response.writeHead(403, {
        'Content-Type': 'text/html',
        'X-Authentication-Denied-Reason': 'CAPTCHA_CHALLENGE; login-url=https://x',
      });
      response.end('<html>');
    });
    const failure = await failureOf(bench().gateway.signIn(server.url, { type: 'pat', token: 'personal-token' }));
    expect(failure).toMatchObject({ reason: 'captcha', httpStatus: 403 });
    expect(failure.message).toContain(server.url);
  });
});

describe('the stand-in for the gateway', () => {
  it.each([
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:4000/', 'http://localhost:4000'],
    ['https://[::1]:4000/x/', 'https://[::1]:4000/x'],
  ])('may be %s', (value, expected) => {
    expect(gatewayFromEnv(value)).toBe(expected);
  });

  it.each([
    ...[
      undefined,
      '',
      'nonsense',
      'https://evil.example',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
    ],
    ...[
      'http://me:pw@127.0.0.1',
      'ftp://127.0.0.1',
      'http://127.0.0.1/?x=1',
      'https://api.atlassian.com',
      'http://evil.example#127.0.0.1',
    ],
  ])('may not be %s', (value) => {
    expect(gatewayFromEnv(value)).toBeUndefined();
  });
});
