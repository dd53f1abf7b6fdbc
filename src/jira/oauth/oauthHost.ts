import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { invalid, TimecardError } from '../../core/errors.ts';
import type { OAuthClient, OAuthHost, OAuthRequest, OAuthSite, OAuthTokens } from '../../core/oauthPorts.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { gatewayBase } from '../endpoint.ts';
import { createSend, type HttpRequest, type Send } from '../http.ts';
import { jsonOf, type Reply } from '../reply.ts';
import { addressesOf } from './addresses.ts';
import { siteGranted } from './grantedSites.ts';
import { checkedRedirect } from './redirectUri.ts';
import { refusalOf } from './refusals.ts';

const TIMEOUT_MS = 30_000;
const CLOUD_SCOPES = 'read:jira-work write:jira-work read:jira-user offline_access';
/** Data Center's default when it does not tell. */
const DEFAULT_SECONDS = 3_600;

const token = v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/));
const tokensSchema = v.object({
  access_token: token,
  refresh_token: v.nullish(token),
  expires_in: v.optional(v.pipe(v.union([v.number(), v.pipe(v.string(), v.toNumber())]), v.minValue(0))),
});

export interface OAuthHostDeps {
  /** Stand-in for https://auth.atlassian.com; only a loopback address counts. */
  readonly authUrl?: string;
  /** Stand-in for https://api.atlassian.com; only a loopback address counts. */
  readonly gatewayUrl?: string;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Limit of one exchange, in ms. */
  readonly timeoutMs?: number;
}

type Fields = Readonly<Record<string, string>>;

/** See `OAuthHost`. Cloud: 3LO (JSON, client secret); Data Center: authorisation code with PKCE (form-encoded). */
export function createOAuthHost(deps: OAuthHostDeps): OAuthHost {
  return new Host(deps, createSend(deps.timeoutMs ?? TIMEOUT_MS));
}

class Host implements OAuthHost {
  constructor(
    private readonly deps: OAuthHostDeps,
    private readonly send: Send,
  ) {}

  begin(site: OAuthSite, client: OAuthClient): OAuthRequest {
    checkClient(site, client);
    const state = randomBytes(32).toString('base64url');
    const verifier = site.deployment === 'cloud' ? null : randomBytes(48).toString('base64url');
    const parameters = new URLSearchParams({
      ...(verifier === null ? CLOUD_PARAMETERS : dataCenterParameters(verifier)),
      ...{ client_id: client.clientId, redirect_uri: client.redirectUri, response_type: 'code', state },
    });
    // Not `+` for a blank: VS Code would turn it into %2B on the way to the browser, and the scopes into one.
    const query = parameters.toString().replaceAll('+', '%20');
    return { url: `${addressesOf(site, this.deps.authUrl).authorize}?${query}`, state, verifier };
  }

  exchange(
    site: OAuthSite,
    client: OAuthClient,
    { code, verifier }: { readonly code: string; readonly verifier: string | null },
    signal?: AbortSignal,
  ): Promise<OAuthTokens> {
    const fields = {
      ...{ grant_type: 'authorization_code', code, redirect_uri: client.redirectUri },
      ...(verifier === null ? {} : { code_verifier: verifier }),
    };
    return this.askTokens('exchange', site, client, fields, signal);
  }

  refresh(site: OAuthSite, client: OAuthClient, refreshToken: string): Promise<OAuthTokens> {
    const fields = {
      ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
      ...(site.deployment === 'cloud' ? {} : { redirect_uri: client.redirectUri }),
    };
    return this.askTokens('refresh', site, client, fields);
  }

  async cloudId(jiraUrl: string, accessToken: string, signal?: AbortSignal): Promise<string> {
    const url = `${gatewayBase(this.deps.gatewayUrl)}/oauth/token/accessible-resources`;
    const reply = await this.request({
      ...{ method: 'GET', url, headers: { ...this.headers(), Authorization: `Bearer ${accessToken}` } },
      ...(signal === undefined ? {} : { signal }),
    });
    if (reply.status !== 200) throw refusalOf(reply, new URL(url).host, 'exchange', this.deps.clock.now());
    return siteGranted(jsonOf(reply), jiraUrl);
  }

  private async askTokens(
    step: 'exchange' | 'refresh',
    site: OAuthSite,
    client: OAuthClient,
    fields: Fields,
    signal?: AbortSignal,
  ): Promise<OAuthTokens> {
    checkClient(site, client);
    const isCloud = site.deployment === 'cloud';
    const secret: Fields = client.clientSecret === null ? {} : { client_secret: client.clientSecret };
    const all = { ...fields, client_id: client.clientId, ...secret };
    const url = addressesOf(site, this.deps.authUrl).token;
    const type = isCloud ? 'application/json' : 'application/x-www-form-urlencoded';
    const reply = await this.request({
      ...{ method: 'POST', url, headers: { ...this.headers(), 'Content-Type': type } },
      body: isCloud ? JSON.stringify(all) : new URLSearchParams(all).toString(),
      ...(signal === undefined ? {} : { signal }),
    });
    const { host } = new URL(url);
    if (reply.status !== 200) throw refusalOf(reply, host, step, this.deps.clock.now());
    const parsed = v.safeParse(tokensSchema, jsonOf(reply), { abortEarly: true });
    if (!parsed.success) {
      throw new TimecardError('server', `${host} answered without a token. Try again.`, { httpStatus: reply.status });
    }
    const { access_token, refresh_token, expires_in } = parsed.output;
    return {
      accessToken: access_token,
      refreshToken: refresh_token ?? null,
      expiresInSeconds: expires_in ?? DEFAULT_SECONDS,
    };
  }

  private headers(): Fields {
    return { Accept: 'application/json', 'User-Agent': this.deps.userAgent, 'X-Atlassian-Token': 'no-check' };
  }

  private async request(request: HttpRequest): Promise<Reply> {
    const reply = await this.send(request);
    this.deps.log.info(`${request.method} ${new URL(request.url).pathname}: ${reply.status}`);
    return reply;
  }
}

const CLOUD_PARAMETERS = { audience: 'api.atlassian.com', scope: CLOUD_SCOPES, prompt: 'consent' };

function dataCenterParameters(verifier: string): Fields {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { scope: 'WRITE', code_challenge: challenge, code_challenge_method: 'S256' };
}

function checkClient({ deployment }: OAuthSite, { clientId, clientSecret, redirectUri }: OAuthClient): void {
  if (clientId.trim() === '') throw invalid('clientId', 'Enter the client id of your organisation’s OAuth app.');
  if (deployment === 'cloud' && (clientSecret ?? '').trim() === '') {
    throw invalid('clientSecret', 'Jira Cloud needs the client secret of your organisation’s OAuth app.');
  }
  checkedRedirect(redirectUri);
}
