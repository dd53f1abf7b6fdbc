import type { Deployment } from './records.ts';

/** What an organisation's own OAuth app was registered with. */
export interface OAuthClient {
  readonly clientId: string;
  /** Cloud only. */
  readonly clientSecret: string | null;
  readonly redirectUri: string;
}

/** The site that access is asked for. */
export interface OAuthSite {
  readonly jiraUrl: string;
  readonly deployment: Deployment;
}

export interface OAuthTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** How long the access token holds from now on, in seconds. */
  readonly expiresInSeconds: number;
}

export interface OAuthRequest {
  /** What the browser must open. */
  readonly url: string;
  /** Comes back with the browser; unguessable. */
  readonly state: string;
  /** The secret half of PKCE (Data Center). */
  readonly verifier: string | null;
}

/** Who gives and renews access: Atlassian for Cloud, the site itself for Data Center. */
export interface OAuthHost {
  /** Throws `invalid` when the client is incomplete. */
  begin(site: OAuthSite, client: OAuthClient): OAuthRequest;
  /** Rejects with `unauthorized`, `invalid`, `network`, `tls`, `rateLimited`, `server`, `notJira` or `cancelled`. */
  exchange(
    site: OAuthSite,
    client: OAuthClient,
    code: { readonly code: string; readonly verifier: string | null },
    signal?: AbortSignal,
  ): Promise<OAuthTokens>;
  /**
   * The old refresh token is spent when this resolves. Rejects with `signedOut` when it will never be accepted again
   * (`invalid_grant`), with `unauthorized` when the app itself is refused, else as `exchange` does.
   */
  refresh(site: OAuthSite, client: OAuthClient, refreshToken: string): Promise<OAuthTokens>;
  /** The gateway's id of the Cloud site; rejects with `forbidden`, naming what was granted, when access is to others. */
  cloudId(jiraUrl: string, accessToken: string, signal?: AbortSignal): Promise<string>;
}

export interface RedirectWait {
  /** Resolves with the code; rejects with `cancelled`, `unauthorized` (access denied) or `network` (time is up). */
  code(signal?: AbortSignal): Promise<string>;
  /** Takes the address the browser ended at; throws `invalid` when it is not the one waited for. */
  paste(address: string): void;
  dispose(): void;
}

/** Where the browser comes back to. */
export interface OAuthRedirects {
  /** Listens when `redirectUri` is http on this machine. Rejects with `invalid` when its port is taken. */
  wait(redirectUri: string, state: string): Promise<RedirectWait>;
}
