import type { IncomingHttpHeaders } from 'node:http';
import { notSignedIn } from './call.ts';
import { message } from './messages.ts';
import type { Host, SimToken, SimUser } from './model.ts';
import { isOver } from './oauth.ts';
import { html, Refusal } from './reply.ts';
import type { World } from './world.ts';

export interface Identity {
  readonly user: SimUser | undefined;
  /** Headers that go with every answer to this caller. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Credentials {
  readonly scheme: 'basic' | 'bearer';
  readonly name: string;
  readonly secret: string;
}

function parse(header: string): Credentials | undefined {
  const [scheme = '', value = ''] = header.split(' ');
  if (/^bearer$/i.test(scheme)) return { scheme: 'bearer', name: '', secret: value };
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { scheme: 'basic', name: text.slice(0, colon), secret: text.slice(colon + 1) };
}

const KINDS: Readonly<Record<Host, Readonly<Record<'basic' | 'bearer', readonly SimToken['kind'][]>>>> = {
  site: { basic: ['classic'], bearer: [] },
  gateway: { basic: ['classic', 'scoped'], bearer: ['oauth'] },
  auth: { basic: [], bearer: [] },
  elsewhere: { basic: [], bearer: [] },
};
/** A personal access token is not taken as a Basic password. */
const DATA_CENTER_KINDS = { basic: ['password'], bearer: ['pat', 'oauth'] } as const;

function findToken(world: World, host: Host, given: Credentials): SimToken | undefined {
  const kinds: readonly SimToken['kind'][] =
    world.deployment === 'cloud' ? KINDS[host][given.scheme] : DATA_CENTER_KINDS[given.scheme];
  const token = world.tokens.find((each) => each.value === given.secret && kinds.includes(each.kind));
  if (token === undefined || token.revoked) return undefined;
  if (given.scheme === 'bearer') return token;
  const user = world.user(token.accountId);
  const name = world.deployment === 'cloud' ? user.email : user.name;
  return name.toLowerCase() === given.name.toLowerCase() ? token : undefined;
}

function captcha(siteUrl: string, status: 403 | 200): Refusal {
  return new Refusal(
    html(status, 'Basic Authentication Failure - Reason : AUTHENTICATION_DENIED', {
      'X-Seraph-LoginReason': 'AUTHENTICATION_DENIED',
      'X-Authentication-Denied-Reason': `CAPTCHA_CHALLENGE; login-url=${siteUrl}/login.jsp`,
    }),
  );
}

function identityHeaders(world: World, user: SimUser | undefined): Record<string, string> {
  if (world.deployment === 'cloud') return {};
  return { 'X-AUSERNAME': user?.name ?? 'anonymous' };
}

function checkScopes(world: World, host: Host, token: SimToken, scope: string | undefined): void {
  if (world.deployment !== 'cloud' || host !== 'gateway' || token.kind === 'classic') return;
  if (scope === undefined || token.scopes.includes(scope)) return;
  throw new Refusal({ status: 401, json: { code: 401, message: 'Unauthorized; scope does not match' } });
}

/**
 * Who is calling. Throws the refusal that Jira (or its gateway) would send; without credentials the caller is
 * anonymous at the site and refused at the gateway.
 */
export function authenticate(
  world: World,
  host: Host,
  headers: IncomingHttpHeaders,
  scope: string | undefined,
  siteUrl: string,
): Identity {
  const cloud = world.deployment === 'cloud';
  const denied = (): Refusal =>
    notSignedIn(host, message(world.switches.language, 'unauthenticated'), cloud, identityHeaders(world, undefined));
  if (headers.authorization === undefined) {
    if (host === 'gateway') throw denied();
    return { user: undefined, headers: identityHeaders(world, undefined) };
  }
  const given = parse(headers.authorization);
  if (!cloud && given?.scheme === 'basic' && world.switches.captcha !== null) {
    throw captcha(siteUrl, world.switches.captcha);
  }
  const token = given === undefined ? undefined : findToken(world, host, given);
  if (token === undefined) throw denied();
  if (token.expired || isOver(world, token.value)) {
    if (host === 'gateway' || world.switches.expiredTokens === 'refused') throw denied();
    const failed = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' };
    return { user: undefined, headers: { ...failed, ...identityHeaders(world, undefined) } };
  }
  checkScopes(world, host, token, scope);
  const user = world.user(token.accountId);
  return { user, headers: identityHeaders(world, user) };
}

/** Jira takes a write from something that looks like a browser for a forged one. */
export function checkXsrf(method: string, headers: IncomingHttpHeaders): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (headers['x-atlassian-token'] === 'no-check') return;
  if (!/mozilla|chrome|safari|gecko|opera/i.test(headers['user-agent'] ?? '')) return;
  throw new Refusal({ status: 403, text: 'XSRF check failed', type: 'text/html;charset=UTF-8' });
}
