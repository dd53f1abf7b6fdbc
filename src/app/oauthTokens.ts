import { asTimecardError, TimecardError } from '../core/errors.ts';
import type { OAuthHost, OAuthTokens } from '../core/oauthPorts.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import type { Connection } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';
import { grantOf, grantText, type OAuthGrant, readGrant } from './oauthGrant.ts';

/** An access token that ends within this time is renewed before it is used. */
const RENEW_BEFORE_MS = 120_000;
/** Longer than a refresh in another window takes with its time limit. */
const LOCK_WAIT_MS = 45_000;

interface Deps {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** Access tokens of kept grants, renewed by one window at a time. */
export class OAuthTokenStore {
  constructor(
    private readonly deps: Deps,
    private readonly host: OAuthHost,
  ) {}

  /** Rejects with `signedOut` without a grant, and with `unauthorized` when it is no longer accepted; never sent then. */
  source(connection: Connection): (refused?: string) => Promise<string> {
    return async (refused) => {
      try {
        const grant = await this.read(connection);
        return this.holds(grant, refused) ? grant.accessToken : await this.renew(connection, refused);
      } catch (error) {
        throw notSent(asTimecardError(error));
      }
    };
  }

  private renew(connection: Connection, refused: string | undefined): Promise<string> {
    const name = `oauth-${connection.id.replace(/[^\w-]/g, '').slice(0, 16)}`;
    return this.deps.store.withLock(name, { waitMs: LOCK_WAIT_MS }, async () => {
      // Another window may have renewed it while this one waited.
      const grant = await this.read(connection);
      if (this.holds(grant, refused)) return grant.accessToken;
      if (grant.refreshToken === null) throw signInAgain(connection);
      let tokens: OAuthTokens;
      try {
        tokens = await this.host.refresh(connection, grant, grant.refreshToken);
      } catch (error) {
        return this.bury(connection, grant, asTimecardError(error));
      }
      return this.persist(connection, grant, tokens);
    });
  }

  /**
   * A dead refresh token is not sent again, by any window, until the user has signed in anew. Resolves with the access
   * token of another grant when it was only an old one that this window still saw.
   */
  private async bury(connection: Connection, old: OAuthGrant, error: TimecardError): Promise<string> {
    if (error.reason !== 'signedOut') throw error;
    await this.deps.secrets.shared();
    const current = await this.read(connection);
    if (current.accessToken !== old.accessToken) return current.accessToken;
    await this.deps.secrets.set(connection.id, grantText({ ...old, refreshToken: null, expiresAt: 0 }));
    const { message, httpStatus } = error;
    throw new TimecardError('unauthorized', message, httpStatus === undefined ? {} : { httpStatus });
  }

  /** The old refresh token is spent: the new one must be kept before anything else can go wrong. */
  private async persist(connection: Connection, old: OAuthGrant, tokens: OAuthTokens): Promise<string> {
    // Removed or signed in anew in the meantime: what the user did last counts.
    const current = await this.read(connection);
    if (current.accessToken !== old.accessToken) return current.accessToken;
    const refreshToken = tokens.refreshToken ?? old.refreshToken;
    const grant = grantOf({ ...tokens, refreshToken }, old, this.deps.clock.now());
    await this.deps.secrets.set(connection.id, grantText(grant));
    // The lock is held until then: the next window would read, and send, the token that is spent.
    if (refreshToken !== old.refreshToken) await this.deps.secrets.shared();
    return grant.accessToken;
  }

  private holds({ accessToken, expiresAt }: OAuthGrant, refused: string | undefined): boolean {
    return accessToken !== refused && expiresAt - this.deps.clock.now() > RENEW_BEFORE_MS;
  }

  private async read(connection: Connection): Promise<OAuthGrant> {
    const text = await this.deps.secrets.get(connection.id);
    const grant = text === undefined ? undefined : readGrant(text);
    if (grant !== undefined) return grant;
    const message = `You are signed out of ${connection.jiraUrl}. Sign in again to sync.`;
    throw new TimecardError('signedOut', message, { outcome: 'notSent' });
  }
}

function signInAgain({ jiraUrl }: Connection): TimecardError {
  return new TimecardError('unauthorized', `Access to ${jiraUrl} has ended. Sign in again.`, { outcome: 'notSent' });
}

/** Whatever became of the refresh, the request it was for has not left. */
function notSent(error: TimecardError): TimecardError {
  return new TimecardError(error.reason, error.message, {
    outcome: 'notSent',
    ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}
