import * as vscode from 'vscode';
import type { Connection } from '../core/records.ts';
import { connectWizard, hostOf, signInAgain } from './connectWizard.ts';
import { type Choice, choose, confirm } from './quickInput.ts';
import type { EditorDeps, Services } from './services.ts';
import { sayConnected } from './signIn.ts';
import { withProgress } from './syncRun.ts';

/** Lists the connections; the chosen one can be tested, signed in to again or removed. */
export async function manageConnections(deps: EditorDeps, services: Services): Promise<void> {
  const connections = await services.connections.list();
  const items = await Promise.all(connections.map((connection) => connectionItem(services, connection)));
  const another: Choice<Connection | undefined> = {
    label: `$(add) ${vscode.l10n.t('Connect another site')}`,
    choice: undefined,
  };
  const connection = await choose([...items, another], {
    title: vscode.l10n.t('Manage connections'),
    placeholder: vscode.l10n.t('Choose a connection'),
  });
  if (connection === undefined) sayConnected(await connectWizard(services.connections, deps.log));
  else await manageOne(deps, services, connection);
}

async function connectionItem(services: Services, connection: Connection): Promise<Choice<Connection | undefined>> {
  const signedIn = await services.connections.isSignedIn(connection);
  const kind = connection.deployment === 'cloud' ? 'Jira Cloud' : 'Jira Data Center';
  return {
    label: `$(${connection.isActive ? (signedIn ? 'pass' : 'warning') : 'circle-slash'}) ${hostOf(connection.jiraUrl)}`,
    description: connection.displayName ?? connection.email ?? '',
    detail: connectionDetail(kind, connection.isActive, signedIn),
    choice: connection,
  };
}

function connectionDetail(kind: string, isActive: boolean, signedIn: boolean): string {
  if (!isActive) return vscode.l10n.t('{0}, switched off', kind);
  return signedIn ? kind : vscode.l10n.t('{0}, signed out', kind);
}

async function manageOne(deps: EditorDeps, services: Services, connection: Connection): Promise<void> {
  const host = hostOf(connection.jiraUrl);
  const action = await choose(
    [
      { label: `$(debug-disconnect) ${vscode.l10n.t('Test')}`, choice: 'test' as const },
      { label: `$(key) ${vscode.l10n.t('Sign in again')}`, choice: 'signIn' as const },
      connection.isActive
        ? { label: `$(circle-slash) ${vscode.l10n.t('Switch off')}`, choice: 'switch' as const }
        : { label: `$(pass) ${vscode.l10n.t('Switch on')}`, choice: 'switch' as const },
      { label: `$(trash) ${vscode.l10n.t('Remove')}`, choice: 'remove' as const },
    ],
    { title: host, placeholder: vscode.l10n.t('What should happen with this connection?') },
  );
  if (action === 'test') await testConnection(services, connection);
  else if (action === 'signIn') sayConnected(await signInAgain(services.connections, deps.log, connection));
  else if (action === 'switch') await services.connections.setActive(connection.id, !connection.isActive);
  else await removeConnection(services, connection);
}

async function testConnection(services: Services, connection: Connection): Promise<void> {
  const host = hostOf(connection.jiraUrl);
  const result = await withProgress(vscode.l10n.t('Testing {0}', host), (signal) =>
    services.connections.test(connection.id, signal),
  );
  if (result.ok) {
    const name = result.displayName ?? '';
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} works; you are signed in as {1}.', host, name));
  } else if (result.reason !== 'cancelled') {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} does not work: {1}', host, result.message ?? ''));
  }
}

async function removeConnection(services: Services, connection: Connection): Promise<void> {
  const count = await services.store.read(
    (db) =>
      db.records({ limit: Number.MAX_SAFE_INTEGER }).filter((record) => record.connectionId === connection.id).length,
  );
  const records =
    count === 0
      ? vscode.l10n.t('No record belongs to it.')
      : vscode.l10n.t('Records that belong to it: {0}. They stay here, and their worklogs stay in Jira.', count);
  const yes = vscode.l10n.t('Remove');
  const question = vscode.l10n.t('Remove the connection to {0}?', hostOf(connection.jiraUrl));
  await confirm(question, `${records} ${vscode.l10n.t('Its token is deleted from this machine.')}`, yes);
  await services.connections.remove(connection.id);
}
