import { invalid, TimecardError } from '../core/errors.ts';
import { checkedSite, isLoopback } from '../core/jiraAddress.ts';
import type { Credentials } from '../core/jiraPorts.ts';
import type { Connection } from '../core/records.ts';
import { withoutEnd } from '../core/text.ts';

const ATLASSIAN_GATEWAY = 'https://api.atlassian.com';

/** Where requests go and what they carry. */
export interface Endpoint {
  /** The site as the user knows it, for messages and links. */
  readonly site: string;
  /** What request paths are appended to. */
  readonly base: string;
  /** The Authorization header; `undefined` for questions asked without signing in. */
  readonly authorization: string | undefined;
  /** Texts that must never be shown, should a server send them back. */
  readonly secrets: readonly string[];
  /** The token itself; `undefined` for questions asked without signing in. */
  readonly token?: string;
  /** Requests go through Atlassian's gateway, as scoped tokens need. */
  readonly viaGateway: boolean;
  /** The token was given to an organisation's OAuth app. */
  readonly isOAuth?: boolean;
}

/**
 * A stand-in for Atlassian's gateway, honoured only on this machine (so that no setting or environment of a workspace
 * can send a token elsewhere). Returns its address without a trailing slash.
 */
export function gatewayFromEnv(value: string | undefined): string | undefined {
  if (value === undefined || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  return plain && web && isLoopback(url) ? withoutEnd(url.origin + url.pathname, '/') : undefined;
}

/** The gateway in use: the stand-in when it is a safe one, else Atlassian's. */
export function gatewayBase(override: string | undefined): string {
  return gatewayFromEnv(override) ?? ATLASSIAN_GATEWAY;
}

/** For what a site tells everybody. Throws `invalid` when the address is not one that may be asked. */
export function anonymousEndpoint(jiraUrl: string): Endpoint {
  const site = checkedSite(jiraUrl);
  return { site, base: site, authorization: undefined, secrets: [], viaGateway: false };
}

/** The REST API of a site itself. Throws `invalid` for an unsafe address or a token that cannot be one. */
export function siteEndpoint(jiraUrl: string, credentials: Credentials, apiPath: string): Endpoint {
  const site = checkedSite(jiraUrl);
  return { site, base: site + apiPath, ...signed(credentials), viaGateway: false };
}

/** The same API of a Cloud site through Atlassian's gateway. `cloudId` must have been checked for its form. */
export function gatewayEndpoint(
  jiraUrl: string,
  credentials: Credentials,
  apiPath: string,
  gateway: string,
  cloudId: string,
): Endpoint {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(cloudId)) throw invalid('cloudId', 'This is not the id of a Jira Cloud site.');
  const base = `${gateway}/ex/jira/${cloudId}${apiPath}`;
  return { site: checkedSite(jiraUrl), base, ...signed(credentials), viaGateway: true };
}

/** Credentials of a kept connection. Throws `signedOut` when there are not enough. */
export function credentialsOf(connection: Connection, token: string): Credentials {
  const incomplete = token.trim() === '' || (connection.authType === 'apiToken' && connection.email === null);
  if (incomplete) {
    throw new TimecardError('signedOut', `You are signed out of ${connection.jiraUrl}. Sign in again.`, {
      outcome: 'notSent',
    });
  }
  return connection.authType === 'apiToken'
    ? { type: 'apiToken', email: connection.email ?? '', token }
    : { type: 'pat', token };
}

function signed(credentials: Credentials): Pick<Endpoint, 'authorization' | 'secrets' | 'token'> {
  const token = credentials.token.trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw invalid('token', 'A token has no spaces or special characters. Copy it again.');
  if (credentials.type === 'pat') return { authorization: `Bearer ${token}`, secrets: [token], token };
  const email = credentials.email.trim();
  if (email === '' || /[:\s]/.test(email)) throw invalid('email', 'Enter the email address of your Atlassian account.');
  const basic = Buffer.from(`${email}:${token}`, 'utf8').toString('base64');
  return { authorization: `Basic ${basic}`, secrets: [token, basic], token };
}
