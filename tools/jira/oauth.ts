import { createHash, randomBytes } from 'node:crypto';
import type { Incoming } from './incoming.ts';
import { html, isObject, ok, type Reply } from './reply.ts';
import { CLOUD_ID, MIA } from './seed.ts';
import type { World } from './world.ts';

/** How the organisation's app is registered, and what a test may change about it. */
export interface OAuthSwitches {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** The user says no in the browser. */
  deny: boolean;
  /** For how long a used refresh token goes on working, in ms; Atlassian has 10 minutes. */
  leewayMs: number;
  /** Sites that were granted besides or instead of this one. */
  sites: readonly { readonly id: string; readonly url: string }[] | null;
  expiresInSeconds: number;
  /** Who says yes in the browser. */
  accountId: string;
  /** What the app may do; `null`: all that is asked for. */
  scopes: readonly string[] | null;
}

interface Code {
  readonly challenge: string | null;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
}

interface Pair {
  readonly access: string;
  readonly scopes: readonly string[];
  usedAt: number | undefined;
}

interface Ledger {
  readonly switches: OAuthSwitches;
  readonly codes: Map<string, Code>;
  readonly refreshTokens: Map<string, Pair>;
  readonly ends: Map<string, number>;
}

const ledgers = new WeakMap<World, Ledger>();

export function oauthOf(world: World): Ledger {
  const known = ledgers.get(world);
  if (known !== undefined) return known;
  const ledger: Ledger = {
    switches: {
      ...{ clientId: 'simulated-client', clientSecret: 'simulated-client-secret' },
      ...{ redirectUri: 'http://127.0.0.1:31416/callback', deny: false, leewayMs: 0, sites: null },
      ...{ accountId: MIA.accountId, scopes: null },
      expiresInSeconds: world.deployment === 'cloud' ? 3_600 : 7_200,
    },
    ...{ codes: new Map(), refreshTokens: new Map(), ends: new Map() },
  };
  ledgers.set(world, ledger);
  return ledger;
}

/** Whether an access token's time is over; never for those that nobody signed in for. */
export function isOver(world: World, access: string): boolean {
  const end = oauthOf(world).ends.get(access);
  return end !== undefined && world.now() >= end;
}

/** Ends all access tokens now. */
export function expireAccess(world: World): void {
  const { ends } = oauthOf(world);
  for (const access of ends.keys()) ends.set(access, world.now());
}

/** As when the user takes the app's access away. */
export function revokeAccess(world: World): void {
  expireAccess(world);
  oauthOf(world).refreshTokens.clear();
}

/** `GET …/authorize`, answered as if the user had clicked at once. */
export function authorize(world: World, { url }: Incoming): Reply {
  const { switches, codes } = oauthOf(world);
  const asked = url.searchParams;
  const challenge = asked.get('code_challenge');
  const problem = authorizeProblem(world, asked);
  if (problem !== undefined) return html(400, problem);
  const back = new URL(switches.redirectUri);
  back.searchParams.set('state', asked.get('state') ?? '');
  if (switches.deny) back.searchParams.set('error', 'access_denied');
  else {
    const code = `code-${randomBytes(12).toString('hex')}`;
    const scopes = (asked.get('scope') ?? '').split(' ').filter((each) => switches.scopes?.includes(each) ?? true);
    codes.set(code, { challenge, scopes, redirectUri: switches.redirectUri });
    back.searchParams.set('code', code);
  }
  return { status: 302, headers: { Location: back.href } };
}

function authorizeProblem(world: World, asked: URLSearchParams): string | undefined {
  const { switches } = oauthOf(world);
  const cloud = world.deployment === 'cloud';
  if (asked.get('client_id') !== switches.clientId) return 'client_id';
  if (asked.get('redirect_uri') !== switches.redirectUri) return 'redirect_uri';
  if (asked.get('response_type') !== 'code') return 'response_type';
  if ((asked.get('state') ?? '').length < 16) return 'state';
  if ((asked.get('scope') ?? '') === '') return 'scope';
  if (cloud && asked.get('audience') !== 'api.atlassian.com') return 'audience';
  if (!cloud && asked.get('code_challenge_method') !== 'S256') return 'code_challenge_method';
  return undefined;
}

/** `POST …/token`. */
export function token(world: World, incoming: Incoming): Reply {
  const fields = fieldsOf(world, incoming);
  const { switches } = oauthOf(world);
  if (fields === undefined) return { status: 400, json: { error: 'invalid_request' } };
  const secretFits = world.deployment !== 'cloud' || fields.client_secret === switches.clientSecret;
  if (fields.client_id !== switches.clientId || !secretFits) {
    return { status: 401, json: { error: 'access_denied', error_description: 'Unauthorized' } };
  }
  if (fields.grant_type === 'authorization_code') return exchange(world, fields);
  if (fields.grant_type === 'refresh_token') return refresh(world, fields);
  return { status: 400, json: { error: 'unsupported_grant_type' } };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(world: World, { headers, body }: Incoming): Fields | undefined {
  const type = headers['content-type'] ?? '';
  if (world.deployment !== 'cloud') {
    return type.startsWith('application/x-www-form-urlencoded')
      ? Object.fromEntries(new URLSearchParams(body))
      : undefined;
  }
  if (!type.startsWith('application/json')) return undefined;
  const json: unknown = JSON.parse(body);
  return isObject(json) ? json : undefined;
}

function exchange(world: World, fields: Fields): Reply {
  const { codes } = oauthOf(world);
  const code = codes.get(String(fields.code));
  codes.delete(String(fields.code));
  if (code === undefined || fields.redirect_uri !== code.redirectUri) return dead(world);
  if (code.challenge !== null) {
    const challenge = createHash('sha256').update(String(fields.code_verifier)).digest('base64url');
    if (challenge !== code.challenge) return dead(world);
  }
  return ok(issue(world, code.scopes));
}

function refresh(world: World, fields: Fields): Reply {
  const { refreshTokens, switches, ends } = oauthOf(world);
  const pair = refreshTokens.get(String(fields.refresh_token));
  if (pair === undefined) return dead(world);
  if (pair.usedAt !== undefined && world.now() - pair.usedAt >= switches.leewayMs) return dead(world);
  pair.usedAt ??= world.now();
  if (world.deployment !== 'cloud') ends.set(pair.access, world.now());
  return ok(issue(world, pair.scopes));
}

function dead(world: World): Reply {
  return { status: world.deployment === 'cloud' ? 403 : 400, json: { error: 'invalid_grant' } };
}

function issue(world: World, scopes: readonly string[]): Readonly<Record<string, unknown>> {
  const { switches, refreshTokens, ends } = oauthOf(world);
  const access = `access-${randomBytes(24).toString('hex')}`;
  const refreshToken = `refresh-${randomBytes(24).toString('hex')}`;
  world.tokens.push({
    ...{ name: access, value: access, accountId: switches.accountId, kind: 'oauth', scopes: [...scopes] },
    ...{ expired: false, revoked: false },
  });
  ends.set(access, world.now() + switches.expiresInSeconds * 1_000);
  refreshTokens.set(refreshToken, { access, scopes, usedAt: undefined });
  const expires_in = switches.expiresInSeconds;
  return {
    access_token: access,
    refresh_token: refreshToken,
    expires_in,
    scope: scopes.join(' '),
    token_type: 'Bearer',
  };
}

/** `GET /oauth/token/accessible-resources` of the gateway. */
export function accessibleResources(world: World, { headers }: Incoming, siteUrl: string): Reply {
  const value = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const found = world.tokens.find((each) => each.kind === 'oauth' && each.value === value && !each.revoked);
  if (found === undefined || isOver(world, value)) return { status: 401, json: { code: 401, message: 'Unauthorized' } };
  const scopes = found.scopes.filter((scope) => scope !== 'offline_access');
  const sites = oauthOf(world).switches.sites ?? [{ id: CLOUD_ID, url: siteUrl }];
  return ok(sites.map(({ id, url }) => ({ id, url, name: new URL(url).host, scopes, avatarUrl: `${url}/avatar.png` })));
}
