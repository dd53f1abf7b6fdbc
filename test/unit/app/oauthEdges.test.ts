import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OAuthClient } from '../../../src/app/oauthSignIn.ts';
import type { TimecardError } from '../../../src/core/errors.ts';
import type { Log } from '../../../src/core/ports.ts';
import type { Connection, Deployment } from '../../../src/core/records.ts';
import { addressesOf } from '../../../src/jira/oauth/addresses.ts';
import { createOAuthHost } from '../../../src/jira/oauth/oauthHost.ts';
import { type Fault, type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';
import { freePort } from '../../../tools/support/ports.ts';
import { failureOf } from '../jira/support.ts';
import { comesBackTo } from './oauthSupport.ts';
import { LapseClock, openWindow, quietLog, type Window } from './office.ts';

const SECRET = 'simulated-client-secret';
const TOKEN = /\/token$/;

interface BadAnswer {
  readonly name: string;
  readonly fault: Fault;
  readonly expected: Partial<TimecardError>;
}

const BAD_ANSWERS: readonly BadAnswer[] = [
  { name: 'redirects', fault: { kind: 'redirect', path: TOKEN.source }, expected: { reason: 'notJira' } },
  {
    name: 'answers 429',
    fault: { kind: 'rateLimited', retryAfter: 30, path: TOKEN.source },
    expected: { reason: 'rateLimited', retryAfterMs: 30_000 },
  },
  {
    name: 'is blocked by a proxy’s page',
    fault: { kind: 'status', when: 'before', status: 403, body: '<html>Blocked</html>', path: TOKEN.source },
    expected: { reason: 'notJira' },
  },
  {
    name: 'is behind a proxy that asks for a sign-in',
    fault: { kind: 'status', when: 'before', status: 407, body: '<html>Proxy</html>', path: TOKEN.source },
    expected: { reason: 'network' },
  },
  { name: 'answers with a page', fault: { kind: 'html', path: TOKEN.source }, expected: { reason: 'server' } },
];

describe.each<Deployment>(['cloud', 'dataCenter'])('OAuth at %s that goes wrong', (deployment) => {
  let jira: JiraSimulator;
  let folder: string;
  let window: Window;
  let client: OAuthClient;
  let logged: string[];
  let codes: string[];

  beforeEach(async () => {
    logged = [];
    codes = [];
    const write = (...parts: readonly unknown[]) => {
      logged.push(parts.map(String).join(' '));
    };
    const log: Log = { info: write, warn: write, error: write };
    jira = await startJira({ deployment });
    folder = await mkdtemp(join(tmpdir(), 'timecard-oauth-'));
    const { gatewayUrl, authUrl } = jira;
    window = await openWindow({ folder, gatewayUrl, authUrl, log, timeoutMs: 3_000 });
    const redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
    jira.setOAuth({ redirectUri });
    client = { clientId: 'simulated-client', clientSecret: deployment === 'cloud' ? SECRET : null, redirectUri };
  });
  afterEach(async () => {
    await window.store.close();
    await jira.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function signIn(again?: string): Promise<Connection> {
    const started = await window.connections.beginOAuth(jira.url, client, again);
    const finished = started.finish();
    const back = await comesBackTo(started);
    codes.push(new URL(back).searchParams.get('code') ?? '');
    const [connection] = await Promise.all([finished, fetch(back)]);
    return connection;
  }

  const ask = async (connection: Connection) => (await window.connections.session(connection)).myself();
  const secretOf = ({ id }: Connection) => window.secrets.tokens.get(id) ?? '';
  const refreshes = () =>
    jira.state.requests({ path: TOKEN }).filter(({ body }) => JSON.stringify(body).includes('refresh_token'));

  function expectNoSecretIn(error: TimecardError, ...grants: readonly string[]): void {
    const tokens = grants.flatMap((grant) => grant.match(/(?:access|refresh)-[0-9a-f]+/g) ?? []);
    expect(tokens).toHaveLength(2 * grants.length);
    expect(codes.every((code) => code.startsWith('code-'))).toBe(true);
    const shown = [...logged, error.message, error.stack ?? '', JSON.stringify(error)].join('\n');
    expect(logged.length).toBeGreaterThan(0);
    for (const secret of [SECRET, ...codes, ...tokens]) expect(shown).not.toContain(secret);
  }

  it.each(BAD_ANSWERS)('keeps nothing when the token host $name', async ({ fault, expected }) => {
    jira.faults.add(fault);
    const error = await failureOf(signIn());
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(/^[^<>]+\.$/);
    expect(await window.connections.list()).toEqual([]);
    expect(window.secrets.tokens.size).toBe(0);
    expectNoSecretIn(error);
  });

  it.each(BAD_ANSWERS)('keeps the grant when the token host $name to a refresh', async ({ fault, expected }) => {
    const connection = await signIn();
    const grant = secretOf(connection);
    jira.expireAccess();
    jira.faults.add({ ...fault, times: 1 });
    const error = await failureOf(ask(connection));
    expect(error).toMatchObject({ ...expected, outcome: 'notSent' });
    expect(secretOf(connection)).toBe(grant);
    expect((await window.connections.get(connection.id)).failedSignIns).toBe(0);
    expectNoSecretIn(error, grant);
    expect(await ask(connection)).toBeDefined();
  });

  it('tells a second visit of the page that the sign-in is over', async () => {
    jira.faults.add({ kind: 'hang', when: 'before', path: TOKEN.source });
    const started = await window.connections.beginOAuth(jira.url, client);
    const abort = new AbortController();
    const finished = failureOf(started.finish(abort.signal));
    const back = await comesBackTo(started);
    expect((await fetch(back)).status).toBe(200);
    const second = await fetch(back);
    expect(second.status).toBe(410);
    expect(await second.text()).toContain('ended already');
    abort.abort();
    expect(await finished).toMatchObject({ reason: 'cancelled' });
  });

  it('asks once for a dead refresh token, and says what to do until the user has signed in again', async () => {
    const connection = await signIn();
    const grant = secretOf(connection);
    jira.revokeAccess();
    jira.clearRequests();
    const first = await failureOf(ask(connection));
    expect(first).toMatchObject({ reason: 'unauthorized', outcome: 'notSent' });
    const { host } = new URL(deployment === 'cloud' ? jira.authUrl : jira.url);
    expect(first.message).toBe(`${host} no longer accepts this sign-in. Sign in again.`);
    const asked = jira.state.requests().length;
    for (let each = 0; each < 4; each++) {
      const error = await failureOf(ask(connection));
      expect(error).toMatchObject({ reason: 'unauthorized' });
      expect(error.message).toMatch(/sign in again/i);
    }
    expect(refreshes()).toHaveLength(1);
    expect(jira.state.requests()).toHaveLength(asked);
    expectNoSecretIn(first, grant);
    expect((await signIn(connection.id)).id).toBe(connection.id);
    expect(await ask(connection)).toBeDefined();
  });

  it('keeps nothing of another account when signing in again', async () => {
    const connection = await signIn();
    const grant = secretOf(connection);
    const { mia, emma } = jira.users;
    jira.setOAuth({ accountId: emma.accountId });
    const error = await failureOf(signIn(connection.id));
    expect(error).toMatchObject({ reason: 'invalid' });
    expect(error.message).toContain(
      `signs in as ${emma.displayName}, but the connection belongs to ${mia.displayName}`,
    );
    expect(await window.connections.list()).toHaveLength(1);
    expect([...window.secrets.tokens.values()]).toEqual([grant]);
    expect(await ask(connection)).toMatchObject({ displayName: mia.displayName });
    expect((await signIn()).displayName).toBe(emma.displayName);
  });

  it.runIf(deployment === 'cloud')('speaks of the OAuth app when a scope is missing', async () => {
    jira.setOAuth({ scopes: ['read:jira-work', 'write:jira-work', 'offline_access'] });
    const error = await failureOf(signIn());
    expect(error).toMatchObject({ reason: 'scopeMissing' });
    expect(error.message).toContain('The OAuth app lacks a scope');
    expect(error.message).not.toContain('API token');
  });

  it.runIf(deployment === 'dataCenter')('is refused with a wrong PKCE verifier', async () => {
    const host = createOAuthHost({ userAgent: 'timecard-test', clock: new LapseClock(), log: quietLog });
    const site = { jiraUrl: jira.url, deployment };
    const exchange = async (spoil: (verifier: string) => string) => {
      const request = host.begin(site, client);
      const code = new URL(await comesBackTo(request)).searchParams.get('code') ?? '';
      return host.exchange(site, client, { code, verifier: spoil(request.verifier ?? '') });
    };
    const error = await failureOf(exchange((verifier) => `${verifier}x`));
    expect(error).toMatchObject({ reason: 'unauthorized', httpStatus: 400 });
    expect((await exchange((verifier) => verifier)).accessToken).toMatch(/^access-/);
  });
});

describe('the stand-in for Atlassian’s authorisation host', () => {
  const site = { jiraUrl: 'https://acme.atlassian.net', deployment: 'cloud' } as const;

  it.each([
    'https://auth.example.com',
    'http://127.0.0.1.example.com',
    'http://mia@127.0.0.1:4000',
    'http://10.0.0.1:4000',
    'file://localhost/x',
    'nonsense',
  ])('is not %s', (auth) => {
    expect(addressesOf(site, auth)).toEqual({
      authorize: 'https://auth.atlassian.com/authorize',
      token: 'https://auth.atlassian.com/oauth/token',
    });
  });

  it('is on this machine', () => {
    expect(addressesOf(site, 'http://127.0.0.1:4000/').token).toBe('http://127.0.0.1:4000/oauth/token');
  });
});
