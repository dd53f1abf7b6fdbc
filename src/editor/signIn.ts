import * as vscode from 'vscode';
import type { Connections } from '../app/connections.ts';
import type { Connection } from '../core/records.ts';
import { signInsStopped } from '../core/signInLimit.ts';
import { connectWizard, signInAgain } from './connectWizard.ts';
import { choose } from './quickInput.ts';
import { hostOf, type SignInDeps } from './signInSteps.ts';

/** What signing in needs, of what the editor's features have. */
export function signInDeps(
  { log, settings }: Pick<SignInDeps, 'log' | 'settings'>,
  connections: Connections,
): SignInDeps {
  return { connections, log, settings };
}

/** Connections that are in use and that Jira lets in no more: the token is gone, or was refused too often. */
export async function signedOutConnections(
  connections: Pick<Connections, 'list' | 'isSignedIn'>,
): Promise<readonly Connection[]> {
  const active = (await connections.list()).filter(({ isActive }) => isActive);
  const signedIn = await Promise.all(active.map((connection) => connections.isSignedIn(connection)));
  return active.filter((connection, index) => signedIn[index] !== true || signInsStopped(connection));
}

/** Gets the user (back) in: a new token where there is a connection, the whole wizard where there is none. */
export async function signIn(deps: SignInDeps, connections: Connections): Promise<Connection> {
  const all = await connections.list();
  if (all.length === 0) return connectWizard(deps);
  const signedOut = await signedOutConnections(connections);
  const candidates = signedOut.length > 0 ? signedOut : all;
  const [only] = candidates;
  const connection = candidates.length === 1 && only !== undefined ? only : await pickConnection(candidates);
  return signInAgain(deps, connection);
}

/** Lets the user choose a site. Rejects with `cancelled` when closed. */
export function pickConnection(connections: readonly Connection[]): Promise<Connection> {
  const items = connections.map((connection) => ({
    label: hostOf(connection.jiraUrl),
    description: connection.displayName ?? connection.email ?? '',
    choice: connection,
  }));
  return choose(items, { title: vscode.l10n.t('Jira'), placeholder: vscode.l10n.t('Choose a connection') });
}

/** Says that a connection works; does not wait for the toast to go. */
export function sayConnected(connection: Connection): void {
  const name = connection.displayName ?? connection.email ?? hostOf(connection.jiraUrl);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Connected as {0} to {1}.', name, hostOf(connection.jiraUrl)),
  );
}
