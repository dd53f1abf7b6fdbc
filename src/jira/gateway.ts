import { asTimecardError, invalid, TimecardError } from '../core/errors.ts';
import { isCloudHost } from '../core/jiraAddress.ts';
import type { Credentials, JiraGateway, JiraSession, JiraUser, SiteInfo, TokenSource } from '../core/jiraPorts.ts';
import type { Clock, Log, Random, Sleep } from '../core/ports.ts';
import type { Connection, Deployment } from '../core/records.ts';
import { type ClientDeps, JiraClient, type Renew } from './client.ts';
import { cloud } from './cloud.ts';
import { dataCenter } from './dataCenter.ts';
import type { Dialect } from './dialect.ts';
import {
  anonymousEndpoint,
  credentialsOf,
  type Endpoint,
  gatewayBase,
  gatewayEndpoint,
  siteEndpoint,
} from './endpoint.ts';
import { createSend } from './http.ts';
import { myself } from './myself.ts';
import { serverInfoSchema, tenantInfoSchema } from './schemas.ts';
import { Session, type SessionParts } from './session.ts';

export { gatewayFromEnv } from './endpoint.ts';

const TIMEOUT_MS = 30_000;
/** Somebody waits for the answer, often to a mistyped address. */
const SIGN_IN_TRIES = 2;

export interface GatewayDeps {
  /** Stand-in for https://api.atlassian.com; only a loopback address counts. */
  readonly gatewayUrl?: string;
  readonly userAgent: string;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
  /** Limit of one exchange, headers and body, in ms. */
  readonly timeoutMs?: number;
}

/** Stands in an endpoint until the first request asks for the token; never sent. */
const NO_TOKEN_YET = 'none';

interface SignedIn {
  readonly deployment: Deployment;
  readonly cloudId: string | null;
  readonly user: JiraUser;
}

/** The way to Jira. See `JiraGateway` for what it promises. */
export function createJiraGateway(deps: GatewayDeps): JiraGateway {
  return new Gateway({ ...deps, send: createSend(deps.timeoutMs ?? TIMEOUT_MS) }, gatewayBase(deps.gatewayUrl));
}

class Gateway implements JiraGateway {
  constructor(
    private readonly deps: ClientDeps,
    private readonly atlassian: string,
  ) {}

  async detect(jiraUrl: string, signal?: AbortSignal): Promise<SiteInfo> {
    const client = this.client(anonymousEndpoint(jiraUrl), SIGN_IN_TRIES);
    const call = { path: ['rest', 'api', '2', 'serverInfo'], signal };
    try {
      return siteInfo(await client.get(call, serverInfoSchema));
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (isClosedSite(error, jiraUrl)) return { deployment: 'dataCenter', title: null };
      throw asDetection(error, jiraUrl);
    }
  }

  async cloudId(jiraUrl: string, signal?: AbortSignal): Promise<string | undefined> {
    const client = this.client(anonymousEndpoint(jiraUrl), SIGN_IN_TRIES);
    try {
      return (await client.get({ path: ['_edge', 'tenant_info'], signal }, tenantInfoSchema)).cloudId;
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (error.httpStatus === undefined || error.reason === 'rateLimited') throw error;
      return undefined;
    }
  }

  async signIn(jiraUrl: string, credentials: Credentials, signal?: AbortSignal): Promise<SignedIn> {
    const { deployment } = await this.detect(jiraUrl, signal);
    checkFits(deployment, credentials, new URL(jiraUrl).host);
    if (deployment === 'cloud') return this.signInToCloud(jiraUrl, credentials, signal);
    const endpoint = siteEndpoint(jiraUrl, credentials, dataCenter.apiPath);
    return { deployment, cloudId: null, user: await myself(this.client(endpoint, SIGN_IN_TRIES), signal) };
  }

  session(connection: Connection, token: TokenSource): JiraSession {
    return new Session(() => this.parts(connection, token));
  }

  private parts(connection: Connection, token: TokenSource): SessionParts {
    const dialect = connection.deployment === 'cloud' ? cloud : dataCenter;
    const endpointWith = (text: string) => this.endpoint(connection, credentialsOf(connection, text), dialect);
    const client =
      typeof token === 'string'
        ? this.client(endpointWith(token))
        : new JiraClient(this.deps, endpointWith(NO_TOKEN_YET), undefined, renewing(token, endpointWith));
    return { client, dialect, projectKeys: connection.projectKeys };
  }

  private endpoint(connection: Connection, credentials: Credentials, dialect: Dialect): Endpoint {
    const { jiraUrl, cloudId, authType } = connection;
    const endpoint =
      cloudId === null || dialect !== cloud
        ? siteEndpoint(jiraUrl, credentials, dialect.apiPath)
        : gatewayEndpoint(jiraUrl, credentials, dialect.apiPath, this.atlassian, cloudId);
    return { ...endpoint, isOAuth: authType === 'oauth' };
  }

  private client(endpoint: Endpoint, tries?: number): JiraClient {
    return new JiraClient(this.deps, endpoint, tries);
  }

  /** Scoped tokens are refused with 401 by the site and let in by the gateway (github.com/sooperset/mcp-atlassian/issues/968). */
  private async signInToCloud(jiraUrl: string, credentials: Credentials, signal?: AbortSignal): Promise<SignedIn> {
    const endpoint = siteEndpoint(jiraUrl, credentials, cloud.apiPath);
    try {
      return { deployment: 'cloud', cloudId: null, user: await myself(this.client(endpoint, SIGN_IN_TRIES), signal) };
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (error.reason !== 'unauthorized') throw error;
      return this.signInThroughGateway(jiraUrl, credentials, error, signal);
    }
  }

  private async signInThroughGateway(
    jiraUrl: string,
    credentials: Credentials,
    refusal: TimecardError,
    signal?: AbortSignal,
  ): Promise<SignedIn> {
    const cloudId = await this.cloudId(jiraUrl, signal);
    if (cloudId === undefined) throw refusal;
    const endpoint = gatewayEndpoint(jiraUrl, credentials, cloud.apiPath, this.atlassian, cloudId);
    return { deployment: 'cloud', cloudId, user: await myself(this.client(endpoint, SIGN_IN_TRIES), signal) };
  }
}

/** The endpoint with the token of the moment, and with another one after Jira has refused it. */
function renewing(source: Exclude<TokenSource, string>, endpointWith: (token: string) => Endpoint): Renew {
  return async (refused) => endpointWith(await source(refused?.token));
}

/** Anything that does not call itself Cloud is Data Center: nodes may report `Server` or nothing. */
function siteInfo(reply: { deploymentType?: string | undefined; serverTitle: string | null }): SiteInfo {
  return { deployment: reply.deploymentType === 'Cloud' ? 'cloud' : 'dataCenter', title: reply.serverTitle };
}

/** A Data Center site may answer nobody who is not signed in; Cloud tells everybody what it is. */
function isClosedSite(error: TimecardError, jiraUrl: string): boolean {
  const refused = error.reason === 'unauthorized' || error.reason === 'forbidden';
  return refused && !isCloudHost(new URL(jiraUrl).hostname);
}

/** What an address answered that has no server information to give. */
function asDetection(error: TimecardError, jiraUrl: string): TimecardError {
  const status = error.httpStatus ?? 0;
  const otherSite =
    status >= 200 && status < 500 && !['unauthorized', 'forbidden', 'rateLimited', 'network'].includes(error.reason);
  if (!otherSite || error.reason === 'notJira') return error;
  const advice = `There is no Jira at ${jiraUrl}. Open an issue in Jira and copy the address from there.`;
  return new TimecardError('notJira', advice, { outcome: 'refused', httpStatus: status });
}

function checkFits(deployment: Deployment, credentials: Credentials, host: string): void {
  if (deployment === 'cloud' && credentials.type === 'pat') {
    throw invalid('auth', `${host} is Jira Cloud and needs your email and an API token, not a personal access token.`);
  }
  if (deployment === 'dataCenter' && credentials.type === 'apiToken') {
    throw invalid('auth', `${host} is Jira Data Center and needs a personal access token, not an API token.`);
  }
}
