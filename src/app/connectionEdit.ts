import { asTimecardError, invalid } from '../core/errors.ts';
import type { Credentials, JiraGateway, JiraUser, SiteInfo } from '../core/jiraPorts.ts';
import type { Clock, Secrets } from '../core/ports.ts';
import type { Connection } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';

interface Deps {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly gateway: JiraGateway;
  readonly clock: Clock;
}

/** Whether a stored token may go to the new address: never to another host than the one it was entered for. */
export function needsNewToken({ jiraUrl }: Connection, site: string): boolean {
  return isElsewhere(jiraUrl, site);
}

function isElsewhere(jiraUrl: string, site: string): boolean {
  return new URL(jiraUrl).origin !== new URL(site).origin;
}

/**
 * On Cloud an account has the same id at every site, while the ids of issues and worklogs are each site's own: the
 * connection's records would meet the wrong ones. What is not told, as by an address that is gone, is not held against
 * the new one. Throws `invalid`.
 */
async function checkSameSite(
  gateway: JiraGateway,
  connection: Connection,
  site: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (connection.deployment !== 'cloud' || !isElsewhere(connection.jiraUrl, site)) return;
  const [before, after] = await Promise.all([
    connection.cloudId ?? gateway.cloudId(connection.jiraUrl, signal).catch(() => undefined),
    gateway.cloudId(site, signal),
  ]);
  if (before === undefined || after === undefined || before === after) return;
  const message = `${site} is another site than ${connection.jiraUrl}. Connect to it as another site. Nothing was changed.`;
  throw invalid('jiraUrl', message);
}

/** A connection stays with its account for life: throws `invalid` when somebody else has signed in. */
export function checkSameAccount(connection: Connection, user: JiraUser): void {
  if (connection.accountId === null || user.accountId === connection.accountId) return;
  const whose = connection.displayName ?? connection.email ?? 'somebody else';
  throw invalid(
    'auth',
    `This signs in as ${user.displayName}, but the connection belongs to ${whose}. Nothing was changed.`,
  );
}

/**
 * Signs in at `site` with these credentials and, only when that is the connection's own account, keeps both.
 * Rejects with `invalid` for another account, kind of Jira or Cloud site; nothing is changed then.
 */
export async function changeConnection(
  deps: Deps,
  connection: Connection,
  site: SiteInfo & { readonly jiraUrl: string },
  credentials: Credentials,
  signal?: AbortSignal,
): Promise<Connection> {
  const { store, secrets, gateway, clock } = deps;
  if (site.deployment !== connection.deployment) {
    throw invalid('jiraUrl', `${site.jiraUrl} is another kind of Jira. Connect to it as another site.`);
  }
  await checkSameSite(gateway, connection, site.jiraUrl, signal);
  const { cloudId, user } = await gateway.signIn(site.jiraUrl, credentials, signal);
  checkSameAccount(connection, user);
  const now = clock.now();
  const before = await secrets.get(connection.id);
  await secrets.set(connection.id, credentials.token);
  try {
    return await store.commit((tx) => {
      const current = tx.connection(connection.id);
      if (current === undefined) throw invalid('id', 'There is no connection with this id.');
      const twin = tx.connections().find(({ id, jiraUrl, accountId }) => {
        return id !== connection.id && jiraUrl === site.jiraUrl && accountId === user.accountId;
      });
      if (twin !== undefined) throw invalid('jiraUrl', `You are connected to ${site.jiraUrl} already.`);
      const changed: Connection = {
        ...current,
        jiraUrl: site.jiraUrl,
        authType: credentials.type,
        email: credentials.type === 'apiToken' ? credentials.email : null,
        cloudId,
        accountId: user.accountId,
        displayName: user.displayName,
        profileZone: user.timeZone,
        isActive: true,
        lastSuccessAt: now,
        lastProblem: null,
        failedSignIns: 0,
        updatedAt: now,
      };
      tx.putConnection(changed);
      return changed;
    });
  } catch (error) {
    // What waits for disk space is applied later, and needs the new token then.
    if (['storageFull', 'storageReadOnly'].includes(asTimecardError(error).reason)) throw error;
    await (before === undefined ? secrets.remove(connection.id) : secrets.set(connection.id, before));
    throw error;
  }
}
