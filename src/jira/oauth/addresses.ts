import { checkedSite } from '../../core/jiraAddress.ts';
import type { OAuthSite } from '../../core/oauthPorts.ts';
import { gatewayFromEnv } from '../endpoint.ts';

const ATLASSIAN_AUTH = 'https://auth.atlassian.com';

export interface OAuthAddresses {
  readonly authorize: string;
  readonly token: string;
}

/** Where a site's access is given. `auth` stands in for Atlassian's host, on this machine only. Throws `invalid`. */
export function addressesOf({ jiraUrl, deployment }: OAuthSite, auth: string | undefined): OAuthAddresses {
  const site = checkedSite(jiraUrl);
  if (deployment === 'cloud') {
    const host = gatewayFromEnv(auth) ?? ATLASSIAN_AUTH;
    return { authorize: `${host}/authorize`, token: `${host}/oauth/token` };
  }
  return { authorize: `${site}/rest/oauth2/latest/authorize`, token: `${site}/rest/oauth2/latest/token` };
}
