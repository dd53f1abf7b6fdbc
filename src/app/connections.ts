import { asTimecardError, invalid, TimecardError } from '../core/errors.ts';
import { jiraAddressCandidates } from '../core/jiraAddress.ts';
import type { Credentials, JiraGateway, JiraSession, JiraUser, SiteInfo } from '../core/jiraPorts.ts';
import type { OAuthClient } from '../core/oauthPorts.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Connection } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';
import { changeConnection, checkSameAccount, needsNewToken } from './connectionEdit.ts';
import { beginOAuth, type OAuthPorts, type OAuthSignIn } from './oauthSignIn.ts';
import { OAuthTokenStore } from './oauthTokens.ts';
import { ProjectKeys } from './projectKeys.ts';
import { type GuardOptions, SignInGuard } from './signInGuard.ts';

export interface ConnectionTest {
  readonly ok: boolean;
  readonly displayName?: string;
  readonly deployment?: Connection['deployment'];
  readonly reason?: string;
  readonly message?: string;
}

interface Deps {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly gateway: JiraGateway;
  readonly clock: Clock;
  readonly log: Log;
  /** The same short id for the same text, on every machine. */
  readonly stableId: (text: string) => string;
  /** Absent where nobody signs in with a browser. */
  readonly oauth?: OAuthPorts;
}

/** What signing in has found out. */
interface Account {
  readonly jiraUrl: string;
  readonly deployment: Connection['deployment'];
  readonly authType: Connection['authType'];
  readonly email: string | null;
  readonly cloudId: string | null;
  readonly user: JiraUser;
}

/** The Jira sites of this user and how to sign in to them. */
export class Connections {
  /** The projects of the sites, as they are known. */
  readonly projects: ProjectKeys;
  private readonly guard: SignInGuard;

  constructor(private readonly deps: Deps) {
    this.guard = new SignInGuard(deps);
    const { store, clock, log } = deps;
    this.projects = new ProjectKeys({ store, clock, log, session: (connection) => this.session(connection) });
  }

  list(): Promise<readonly Connection[]> {
    return this.deps.store.read((db) => db.connections());
  }

  /**
   * Which Jira answers at a pasted address: its site with the context path, and what kind it is.
   * Rejects with `invalid`, `notJira`, `network` or `tls`.
   */
  async detect(jiraUrl: string, signal?: AbortSignal): Promise<SiteInfo & { readonly jiraUrl: string }> {
    const [first, ...others] = jiraAddressCandidates(jiraUrl);
    if (first === undefined) throw invalid('jiraUrl', 'This is not the address of a Jira site.');
    try {
      return { ...(await this.deps.gateway.detect(first, signal)), jiraUrl: first };
    } catch (error) {
      const found =
        asTimecardError(error).reason === 'notJira' ? await this.firstThatAnswers(others, signal) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  /**
   * Signs in and, only when that worked, keeps the connection and its token. The same account at the same site always
   * gets the same id, so that records find their worklogs again after a connection was removed and made anew.
   */
  async add(jiraUrl: string, credentials: Credentials, signal?: AbortSignal): Promise<Connection> {
    const checked = checkCredentials(credentials);
    const { jiraUrl: site } = await this.detect(jiraUrl, signal);
    const { deployment, cloudId, user } = await this.deps.gateway.signIn(site, checked, signal);
    const email = checked.type === 'apiToken' ? checked.email : null;
    const account: Account = { jiraUrl: site, deployment, authType: checked.type, email, cloudId, user };
    return this.keepAccount(account, { access: checked.token, secret: checked.token }, signal);
  }

  /**
   * Starts signing in with the browser; keeps a connection as `add` does when `finish` resolves. Rejects with `invalid`
   * when the client is incomplete or the redirect's port is taken, else as `detect` does.
   * @param again the connection that the user signs in to again: `finish` rejects with `invalid`, and nothing is
   * changed, when the browser gave access to another account
   */
  async beginOAuth(jiraUrl: string, client: OAuthClient, again?: string): Promise<OAuthSignIn> {
    const site = await this.detect(jiraUrl);
    if (again !== undefined) await this.get(again);
    return beginOAuth(this.oauthPorts(), this.deps, site, client, async (found, tokens, signal) => {
      if (again !== undefined) checkSameAccount(await this.get(again), found.user);
      const account: Account = { ...found, jiraUrl: site.jiraUrl, authType: 'oauth', email: null };
      return this.keepAccount(account, tokens, signal);
    });
  }

  private oauthPorts(): OAuthPorts {
    if (this.deps.oauth === undefined) throw invalid('auth', 'Signing in with OAuth is not available here.');
    return this.deps.oauth;
  }

  private async keepAccount(
    account: Account,
    { access, secret }: { readonly access: string; readonly secret: string },
    signal: AbortSignal | undefined,
  ): Promise<Connection> {
    const now = this.deps.clock.now();
    const { user, ...how } = account;
    const draft: Connection = {
      ...how,
      id: await this.idOf(account.jiraUrl, user.accountId),
      accountId: user.accountId,
      displayName: user.displayName,
      profileZone: user.timeZone,
      isActive: true,
      isDefault: false,
      chosenProjects: [],
      lastSuccessAt: now,
      lastProblem: null,
      failedSignIns: 0,
      projectKeys: [],
      createdAt: now,
      updatedAt: now,
    };
    const projectKeys = await this.fetchProjectKeys(draft, this.deps.gateway.session(draft, access), signal);
    const before = await this.deps.secrets.get(draft.id);
    await this.deps.secrets.set(draft.id, secret);
    try {
      return await this.keep({ ...draft, projectKeys });
    } catch (error) {
      await this.takeBack(draft, before);
      throw error;
    }
  }

  /**
   * Whether the site still lets us in; brings the profile, the project keys and the status up to date. Asks also
   * after three refused sign-ins: a CAPTCHA may have been solved, or the refusals may have passed.
   */
  async test(id: string, signal?: AbortSignal): Promise<ConnectionTest> {
    const connection = await this.get(id);
    try {
      const session = await this.guardedSession(connection, { byHand: true });
      const user = await session.myself(signal);
      const projectKeys = await this.fetchProjectKeys(connection, session, signal);
      await this.refresh(connection, user.displayName, user.timeZone, projectKeys);
      return { ok: true, displayName: user.displayName, deployment: connection.deployment };
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (error.reason !== 'cancelled') await this.guard.problem(id, error);
      return { ok: false, deployment: connection.deployment, reason: error.reason, message: error.message };
    }
  }

  /**
   * Gives a connection a new address (its site was renamed or moved), new credentials, or both; its records stay with
   * it. Signs in first: rejects with `invalid` when that is another account, kind of Jira or Cloud site, and with
   * `signedOut` when the address is on another host and no credentials came along. Nothing is changed then.
   * @param credentials the stored ones when absent
   */
  async edit(id: string, jiraUrl: string, credentials?: Credentials, signal?: AbortSignal): Promise<Connection> {
    const connection = await this.get(id);
    const site = await this.detect(jiraUrl, signal);
    if (credentials === undefined && needsNewToken(connection, site.jiraUrl)) {
      const message = `The token was entered for ${connection.jiraUrl}. Enter one for ${site.jiraUrl}.`;
      throw new TimecardError('signedOut', message, { outcome: 'notSent' });
    }
    const used = credentials === undefined ? await this.storedCredentials(connection) : checkCredentials(credentials);
    return changeConnection(this.deps, connection, site, used, signal);
  }

  /** Makes this the site of the issues that no site's projects claim, in place of the one that was. */
  async makeDefault(id: string): Promise<void> {
    await this.deps.store.commit((tx) => {
      if (tx.connection(id) === undefined) throw invalid('id', 'There is no connection with this id.');
      for (const each of tx.connections()) {
        if (each.isDefault !== (each.id === id)) tx.putConnection({ ...each, isDefault: each.id === id });
      }
    });
  }

  /** Remembers which of several sites with a project of this key (`PROJ`) is meant. */
  async chooseFor(project: string, id: string): Promise<void> {
    const key = project.toUpperCase();
    await this.deps.store.commit((tx) => {
      if (tx.connection(id) === undefined) throw invalid('id', 'There is no connection with this id.');
      for (const each of tx.connections()) {
        const others = each.chosenProjects.filter((chosen) => chosen !== key);
        const chosenProjects = each.id === id ? [...others, key] : others;
        if (chosenProjects.join() !== each.chosenProjects.join()) tx.putConnection({ ...each, chosenProjects });
      }
    });
  }

  /** Switches a site off, so that nothing is asked or sent there, or on again. Its token and its records stay. */
  async setActive(id: string, isActive: boolean): Promise<void> {
    const now = this.deps.clock.now();
    await this.deps.store.commit((tx) => {
      const connection = tx.connection(id);
      if (connection === undefined) throw invalid('id', 'There is no connection with this id.');
      tx.putConnection({ ...connection, isActive, updatedAt: now });
    });
  }

  /** Forgets a site and its token. Its records stay, and keep knowing their worklogs. */
  async remove(id: string): Promise<void> {
    await this.get(id);
    await this.deps.store.commit((tx) => tx.removeConnection(id));
    await this.deps.secrets.remove(id);
  }

  async get(id: string): Promise<Connection> {
    const connection = await this.deps.store.read((db) => db.connection(id));
    if (connection === undefined) throw invalid('id', 'There is no connection with this id.');
    return connection;
  }

  /** Whether the token is still there (a new machine or a cleared store has lost it). */
  async isSignedIn(connection: Connection): Promise<boolean> {
    return (await this.deps.secrets.get(connection.id)) !== undefined;
  }

  /**
   * Rejects with `signedOut` when the token is gone or the connection is switched off. It, or the session's methods,
   * reject with `unauthorized` or `captcha` without asking Jira after three refused sign-ins in a row.
   */
  async session(connection: Connection): Promise<JiraSession> {
    if (!connection.isActive) {
      const message = `The connection to ${connection.jiraUrl} is switched off. Switch it on to use it.`;
      throw new TimecardError('signedOut', message, { outcome: 'notSent' });
    }
    return this.guardedSession(connection);
  }

  private async guardedSession(connection: Connection, options?: GuardOptions): Promise<JiraSession> {
    await this.guard.check(connection.id, options);
    if (connection.authType === 'oauth') {
      const source = new OAuthTokenStore(this.deps, this.oauthPorts().host).source(connection);
      return this.guard.guarded(connection, '', this.deps.gateway.session(connection, source), options);
    }
    const token = await this.token(connection).catch(async (error: unknown) => {
      await this.guard.failed(connection.id, undefined, asTimecardError(error));
      throw error;
    });
    return this.guard.guarded(connection, token, this.deps.gateway.session(connection, token), options);
  }

  private async storedCredentials(connection: Connection): Promise<Credentials> {
    await this.guard.check(connection.id);
    const token = await this.token(connection);
    if (connection.authType === 'apiToken') return { type: 'apiToken', email: connection.email ?? '', token };
    if (connection.authType === 'pat') return { type: 'pat', token };
    throw invalid('auth', 'Sign in again to change a connection that uses OAuth.');
  }

  /** A site that was renamed keeps its connection's id. */
  private async idOf(jiraUrl: string, accountId: string): Promise<string> {
    const known = (await this.list()).find((each) => each.jiraUrl === jiraUrl && each.accountId === accountId);
    return known?.id ?? this.deps.stableId(`${jiraUrl}\n${accountId}`);
  }

  /** Undoes the token of a connection that was refused; one that only waits for disk space needs it soon. */
  private async takeBack({ id }: Connection, before: string | undefined): Promise<void> {
    const { store, secrets, log } = this.deps;
    try {
      if ((await store.read((db) => db.connection(id))) !== undefined && before === undefined) return;
    } catch (error) {
      log.warn(`Whether the connection was kept is not known: ${asTimecardError(error).message}`);
    }
    await (before === undefined ? secrets.remove(id) : secrets.set(id, before));
  }

  private async firstThatAnswers(sites: readonly string[], signal: AbortSignal | undefined) {
    for (const jiraUrl of sites) {
      try {
        return { ...(await this.deps.gateway.detect(jiraUrl, signal)), jiraUrl };
      } catch (error) {
        if (asTimecardError(error).reason !== 'notJira') throw error;
      }
    }
    return undefined;
  }

  private async token(connection: Connection): Promise<string> {
    const token = await this.deps.secrets.get(connection.id);
    if (token !== undefined) return token;
    throw new TimecardError('signedOut', `You are signed out of ${connection.jiraUrl}. Sign in again to sync.`, {
      outcome: 'notSent',
    });
  }

  /** A site whose projects cannot be listed is still worth connecting to: keys are then told by their form. */
  private async fetchProjectKeys(
    connection: Connection,
    session: JiraSession,
    signal: AbortSignal | undefined,
  ): Promise<readonly string[]> {
    try {
      return await session.projectKeys(signal);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.deps.log.warn(
        `The projects of ${connection.jiraUrl} could not be listed: ${asTimecardError(error).message}`,
      );
      return connection.projectKeys;
    }
  }

  private keep(connection: Connection): Promise<Connection> {
    return this.deps.store.commit((tx) => {
      const before = tx.connection(connection.id);
      const kept = before === undefined ? connection : { ...connection, ...chosenBy(before) };
      tx.putConnection(kept);
      return kept;
    });
  }

  private refresh(
    c: Connection,
    displayName: string,
    profileZone: string | null,
    projectKeys: readonly string[],
  ): Promise<void> {
    const now = this.deps.clock.now();
    return this.deps.store.commit((tx) => {
      const current = tx.connection(c.id);
      if (current !== undefined)
        tx.putConnection({
          ...current,
          ...{ displayName, profileZone, projectKeys, updatedAt: now },
          ...{ lastSuccessAt: now, lastProblem: null, failedSignIns: 0 },
        });
    });
  }
}

/** What the user decided about a connection outlives signing in again. */
function chosenBy({ createdAt, isDefault, chosenProjects }: Connection) {
  return { createdAt, isDefault, chosenProjects };
}

/** Spaces around a pasted token or address are the clipboard's, not the user's. */
function checkCredentials(credentials: Credentials): Credentials {
  const token = credentials.token.trim();
  if (token === '') throw invalid('token', 'Enter the token.');
  // A line break or another control character in a header value would be refused far less clearly by the HTTP layer.
  if (/[^\x21-\x7e]/.test(token)) throw invalid('token', 'A token has no spaces or special characters. Copy it again.');
  if (credentials.type === 'pat') return { type: 'pat', token };
  const email = credentials.email.trim();
  if (!/^[^\s@:]+@[^\s@:]+$/.test(email)) throw invalid('email', 'Enter the email address of your Atlassian account.');
  return { type: 'apiToken', email, token };
}
