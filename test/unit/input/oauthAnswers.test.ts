import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS, TimecardError } from '../../../src/core/errors.ts';
import type { OAuthHost } from '../../../src/core/oauthPorts.ts';
import { createOAuthHost } from '../../../src/jira/oauth/oauthHost.ts';
import { type OddServer, oddServer } from '../jira/support.ts';
import { nearly } from './changes.ts';
import { runs } from './runs.ts';

const SITE = 'https://shop.atlassian.net';
const SECRETS = ['secret-of-the-app', 'code-of-the-browser', 'spent-refresh-token'] as const;
const [clientSecret, code, spent] = SECRETS;
const quiet = () => undefined;

/** What the three addresses answer when all is well. */
const TOKENS = { access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 3_600, token_type: 'Bearer' };
const RESOURCES = [
  { id: '1-a', url: 'https://other.atlassian.net', name: 'other', scopes: ['read:jira-work'] },
  { id: '2-b', url: SITE, name: 'shop', scopes: ['read:jira-work', 'write:jira-work', 'read:jira-user'] },
];
const REFUSAL = { error: 'invalid_grant', error_description: 'a' };

const statuses = fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 401, 403, 407, 429, 500, 503);
const bodies = fc.oneof(
  nearly([TOKENS, RESOURCES, REFUSAL]).map(asJson),
  fc.constantFrom('', '<html>', 'null', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, JSON.stringify(TOKENS)),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

/** Not everything that may stand in a place can be written as JSON. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '{}';
  }
}

describe('whatever the addresses of OAuth answer', () => {
  let server: OddServer;
  let answer = { status: 200, body: '' };
  beforeAll(async () => {
    server = await oddServer((_, response) => {
      response.writeHead(answer.status, { 'Content-Type': 'application/json' });
      response.end(answer.body);
    });
  });
  afterAll(() => server.close());

  const host = () =>
    createOAuthHost({
      ...{ authUrl: server.url, gatewayUrl: server.url, userAgent: 'timecard-test' },
      ...{ clock: { now: () => 0, zone: () => 'UTC' }, log: { info: quiet, warn: quiet, error: quiet } },
    });
  const client = { clientId: 'id', clientSecret, redirectUri: 'http://127.0.0.1:31417/callback' };
  const sites = () => [
    { jiraUrl: SITE, deployment: 'cloud' } as const,
    { jiraUrl: server.url, deployment: 'dataCenter' } as const,
  ];
  const asks: readonly ((host: OAuthHost) => readonly Promise<unknown>[])[] = [
    (it) => sites().map((site) => it.exchange(site, client, { code, verifier: 'v' })),
    (it) => sites().map((site) => it.refresh(site, client, spent)),
    (it) => [it.cloudId(SITE, TOKENS.access_token)],
  ];

  it('is taken when it is right', async () => {
    answer = { status: 200, body: JSON.stringify(TOKENS) };
    const given = await Promise.all([...(asks[0]?.(host()) ?? []), ...(asks[1]?.(host()) ?? [])]);
    for (const one of given) expect(one).toMatchObject({ accessToken: 'access-1', expiresInSeconds: 3_600 });
    answer = { status: 200, body: JSON.stringify(RESOURCES) };
    expect(await host().cloudId(SITE, 'access-1')).toBe('2-b');
  });

  it('is tokens, a site that was granted, or an error with a reason that tells no secret', async () => {
    const check = async (status: number, body: string, ask: (typeof asks)[number]) => {
      answer = { status, body };
      for (const outcome of await Promise.allSettled(ask(host()))) {
        if (outcome.status === 'fulfilled') expectUsable(outcome.value);
        else expectReason(outcome.reason);
      }
    };
    await fc.assert(fc.asyncProperty(statuses, bodies, fc.constantFrom(...asks), check), { numRuns: runs(300) });
  }, 600_000);
});

function expectUsable(value: unknown): void {
  if (typeof value === 'string') expect(value).toMatch(/^[A-Za-z0-9-]{1,64}$/);
  else {
    expect(value).toMatchObject({ accessToken: expect.stringMatching(/^[\x21-\x7e]+$/) });
    const seconds: unknown = Reflect.get(Object(value), 'expiresInSeconds');
    expect(typeof seconds === 'number' && seconds >= 0).toBe(true);
  }
}

function expectReason(error: unknown): void {
  expect(error).toBeInstanceOf(TimecardError);
  if (!(error instanceof TimecardError)) return;
  expect(REASONS).toContain(error.reason);
  expect(error.message.length).toBeLessThan(1_000);
  for (const secret of SECRETS) expect(String(error)).not.toContain(secret);
}
