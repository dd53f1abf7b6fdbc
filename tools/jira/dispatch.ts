import { authenticate, checkXsrf, type Identity } from './auth.ts';
import type { Call } from './call.ts';
import type { Incoming } from './incoming.ts';
import { takeBurst, takeFromBucket } from './limits.ts';
import { message } from './messages.ts';
import { accessibleResources, authorize, token } from './oauth.ts';
import { escapeHtml, html, ok, Refusal, type Reply, refuse } from './reply.ts';
import { findRoute, type Match } from './routes/table.ts';
import { CLOUD_ID } from './seed.ts';
import type { World } from './world.ts';

export interface Site {
  readonly world: World;
  /** With the context path, without a trailing slash. */
  readonly siteUrl: string;
  readonly contextPath: string;
}

const NOWHERE = html(404, '<h1>Oops, you’ve found a dead link.</h1>');

/** The path below the door's own prefix, or `undefined` when it is another's. */
function localPath(site: Site, incoming: Incoming): string | undefined {
  const prefix = incoming.host === 'gateway' ? `/ex/jira/${CLOUD_ID}` : site.contextPath;
  const { pathname } = incoming.url;
  if (pathname === prefix) return '/';
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
}

function readBody(site: Site, incoming: Incoming): unknown {
  if (incoming.method === 'GET' || incoming.method === 'DELETE' || incoming.body === '') return undefined;
  if (!/^application\/json\b/i.test(incoming.headers['content-type'] ?? '')) {
    throw new Refusal({ status: 415, json: { message: 'Unsupported Media Type', 'status-code': 415 } });
  }
  try {
    const value: unknown = JSON.parse(incoming.body);
    return value;
  } catch {
    throw refuse(400, [message(site.world.switches.language, 'badPayload')]);
  }
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function handle(site: Site, incoming: Incoming, api: 2 | 3, match: Match, identity: Identity): Reply {
  const { world, siteUrl } = site;
  const { host, method, url } = incoming;
  const bucketHeaders = identity.user === undefined ? {} : takeFromBucket(world);
  takeBurst(world, method, match.route.path);
  const body = readBody(site, incoming);
  const { user } = identity;
  const call: Call = { world, host, method, api, params: match.params, query: url.searchParams, body, user, siteUrl };
  return withHeaders(match.route.handle(call), bucketHeaders);
}

function answerApi(site: Site, incoming: Incoming, api: 2 | 3, path: string): Reply {
  const { world, siteUrl } = site;
  const match = findRoute(world.deployment, incoming.method, path);
  const identity = authenticate(
    world,
    incoming.host,
    incoming.headers,
    typeof match === 'number' ? undefined : match.route.scope,
    siteUrl,
  );
  try {
    checkXsrf(incoming.method, incoming.headers);
    if (match === 405) throw new Refusal({ status: 405, json: { message: 'HTTP 405 Method Not Allowed' } });
    if (match === 404) {
      throw new Refusal({ status: 404, json: { message: `null for uri: ${siteUrl}${path}`, 'status-code': 404 } });
    }
    return withHeaders(handle(site, incoming, api, match, identity), identity.headers);
  } catch (error) {
    if (error instanceof Refusal) return withHeaders(error.reply, identity.headers);
    throw error;
  }
}

function answerPage(site: Site, path: string): Reply {
  const key = /^\/browse\/([^/]+)$/.exec(path)?.[1];
  if (key === undefined) return path === '/' ? html(200, '<h1>Log in to Jira</h1>') : NOWHERE;
  const issue = site.world.findIssue(decodeURIComponent(key));
  if (issue === undefined || issue.hidden) return html(404, '<h1>Issue does not exist</h1>');
  return html(200, `<h1>${issue.key}</h1><p>${escapeHtml(issue.summary)}</p>`);
}

/** Signing in with a browser; `undefined` when the request is for something else. */
function answerOAuth({ world, siteUrl, contextPath }: Site, incoming: Incoming): Reply | undefined {
  const cloud = world.deployment === 'cloud';
  const { host, method, url } = incoming;
  const asked = `${method} ${url.pathname}`;
  const own = `${contextPath}/rest/oauth2/latest`;
  if (cloud && host === 'auth' && asked === 'GET /authorize') return authorize(world, incoming);
  if (cloud && host === 'auth' && asked === 'POST /oauth/token') return token(world, incoming);
  if (!cloud && host === 'site' && asked === `GET ${own}/authorize`) return authorize(world, incoming);
  if (!cloud && host === 'site' && asked === `POST ${own}/token`) return token(world, incoming);
  const isResources = cloud && host === 'gateway' && asked === 'GET /oauth/token/accessible-resources';
  return isResources ? accessibleResources(world, incoming, siteUrl) : undefined;
}

function route(site: Site, incoming: Incoming): Reply {
  const signingIn = answerOAuth(site, incoming);
  if (signingIn !== undefined) return signingIn;
  const cloud = site.world.deployment === 'cloud';
  const { host, url } = incoming;
  const path = localPath(site, incoming);
  const tenant = host === 'site' && cloud && (url.pathname === '/_edge/tenant_info' || path === '/_edge/tenant_info');
  if (tenant) return ok({ cloudId: CLOUD_ID });
  if (host === 'gateway' && (path === undefined || !cloud)) {
    return { status: 404, json: { code: 404, message: 'Not Found' } };
  }
  const api = /^\/rest\/api\/(2|3|latest)(\/.*)$/.exec(path ?? '');
  if (path === undefined || host === 'elsewhere' || host === 'auth') return NOWHERE;
  if (api === null) return answerPage(site, path);
  if (api[1] === '3' && !cloud) return NOWHERE;
  return answerApi(site, incoming, api[1] === '3' ? 3 : 2, api[2] ?? '/');
}

/** What Jira (or its gateway) answers. Runs to its end at once, so that a request is done whole or not at all. */
export function answer(site: Site, incoming: Incoming): Reply {
  try {
    return route(site, incoming);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof URIError) return refuse(400, ['The path is not encoded correctly.']).reply;
    throw error;
  }
}
