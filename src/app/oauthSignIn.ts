import type { JiraGateway, JiraUser } from '../core/jiraPorts.ts';
import type {
  OAuthClient,
  OAuthHost,
  OAuthRedirects,
  OAuthRequest,
  OAuthSite,
  OAuthTokens,
} from '../core/oauthPorts.ts';
import type { Clock } from '../core/ports.ts';
import type { Connection, Deployment } from '../core/records.ts';
import { grantOf, grantText } from './oauthGrant.ts';

export type { OAuthClient } from '../core/oauthPorts.ts';

export interface OAuthPorts {
  readonly host: OAuthHost;
  readonly redirects: OAuthRedirects;
}

export interface OAuthSignIn {
  /** What the browser must open. */
  readonly url: string;
  /** Takes the address the browser ended at, for when it cannot reach us. Throws `invalid`. */
  paste(address: string): void;
  /**
   * Resolves with the kept connection once the browser came back or an address was pasted. Rejects with `cancelled`,
   * `unauthorized`, `forbidden` (the site was not granted), `network`, `invalid` and what signing in rejects with.
   */
  finish(signal?: AbortSignal): Promise<Connection>;
  dispose(): void;
}

interface Found {
  readonly deployment: Deployment;
  readonly cloudId: string | null;
  readonly user: JiraUser;
}

type Keep = (
  found: Found,
  tokens: { readonly access: string; readonly secret: string },
  signal: AbortSignal | undefined,
) => Promise<Connection>;

interface Deps {
  readonly gateway: JiraGateway;
  readonly clock: Clock;
}

/** See `Connections.beginOAuth`. `keep` is called once, after Jira has told whose access it is. */
export async function beginOAuth(
  { host, redirects }: OAuthPorts,
  deps: Deps,
  site: OAuthSite,
  client: OAuthClient,
  keep: Keep,
): Promise<OAuthSignIn> {
  const request = host.begin(site, client);
  const wait = await redirects.wait(client.redirectUri, request.state);
  const finish = async (signal?: AbortSignal) => {
    try {
      const code = await wait.code(signal);
      const tokens = await exchange(host, site, client, request, code, signal);
      const cloudId = site.deployment === 'cloud' ? await host.cloudId(site.jiraUrl, tokens.accessToken, signal) : null;
      const user = await whoIs(deps, site, cloudId, tokens, signal);
      const secret = grantText(grantOf(tokens, client, deps.clock.now()));
      return await keep({ deployment: site.deployment, cloudId, user }, { access: tokens.accessToken, secret }, signal);
    } finally {
      wait.dispose();
    }
  };
  let finished: Promise<Connection> | undefined;
  return {
    url: request.url,
    paste: (address) => wait.paste(address),
    finish: (signal) => {
      finished ??= finish(signal);
      return finished;
    },
    dispose: () => wait.dispose(),
  };
}

function exchange(
  host: OAuthHost,
  site: OAuthSite,
  client: OAuthClient,
  { verifier }: OAuthRequest,
  code: string,
  signal: AbortSignal | undefined,
): Promise<OAuthTokens> {
  return host.exchange(site, client, { code, verifier }, signal);
}

function whoIs(
  { gateway, clock }: Deps,
  { jiraUrl, deployment }: OAuthSite,
  cloudId: string | null,
  { accessToken }: OAuthTokens,
  signal: AbortSignal | undefined,
): Promise<JiraUser> {
  const now = clock.now();
  const session = gateway.session(
    {
      ...{ id: '', jiraUrl, deployment, cloudId, authType: 'oauth', email: null },
      ...{ accountId: null, displayName: null, profileZone: null, isActive: true, isDefault: false },
      ...{ chosenProjects: [], projectKeys: [], lastSuccessAt: null, lastProblem: null, failedSignIns: 0 },
      ...{ createdAt: now, updatedAt: now },
    },
    accessToken,
  );
  return session.myself(signal);
}
