import * as vscode from 'vscode';
import { connectionForKey } from '../core/connectionChoice.ts';
import { asTimecardError } from '../core/errors.ts';
import type { Connection } from '../core/records.ts';
import { connectionLine } from './connectionStatus.ts';
import { connectWizard, signInAgain } from './connectWizard.ts';
import { errorToast, isCancellation } from './errorText.ts';
import { askText, BACK, type Choice, choose, confirm } from './quickInput.ts';
import type { EditorDeps, Services } from './services.ts';
import { sayConnected, signInDeps } from './signIn.ts';
import { hostOf, type SignInDeps } from './signInSteps.ts';
import { withProgress } from './syncRun.ts';

type ManageDeps = Pick<EditorDeps, 'clock' | 'log'> & Pick<SignInDeps, 'settings'>;
type ManageServices = Pick<Services, 'connections' | 'store'>;

/**
 * Lists the connections with their state; the chosen one can be tested, changed, switched off or removed. The list
 * comes back after each action, so that its result can be seen. Rejects with `cancelled` when it is closed.
 */
export async function manageConnections(deps: ManageDeps, services: ManageServices): Promise<void> {
  for (;;) {
    const connection = await pickOrAdd(deps, services);
    await stay(deps, async () => {
      if (connection !== undefined) return manageOne(deps, services, connection);
      sayConnected(await connectWizard(signInDeps(deps, services.connections)));
    });
  }
}

async function pickOrAdd(deps: ManageDeps, services: ManageServices): Promise<Connection | undefined> {
  const all = await services.connections.list();
  const rest = all.length > 1 ? connectionForKey(all, undefined) : undefined;
  const items = await Promise.all(
    all.map(async (connection): Promise<Choice<Connection | undefined>> => {
      const isSignedIn = await services.connections.isSignedIn(connection);
      const takesTheRest = connection.isActive && connection.id === rest?.id;
      return {
        ...connectionLine({ connection, isSignedIn, takesTheRest, zone: deps.clock.zone() }),
        choice: connection,
      };
    }),
  );
  const another: Choice<Connection | undefined> = {
    label: `$(add) ${vscode.l10n.t('Connect another site')}`,
    choice: undefined,
  };
  return choose([...items, another], {
    title: vscode.l10n.t('Manage Jira connections'),
    placeholder: vscode.l10n.t('Choose a connection'),
  });
}

/** A closed box or a failure leads back to the list. */
async function stay(deps: ManageDeps, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isCancellation(error)) return;
    deps.log.error('Managing a connection failed', error);
    void vscode.window.showErrorMessage(errorToast(error)?.message ?? '');
  }
}

type Action = 'test' | 'signIn' | 'email' | 'address' | 'default' | 'switch' | 'remove';

async function manageOne(deps: ManageDeps, services: ManageServices, connection: Connection): Promise<void> {
  const { connections } = services;
  const another = (await connections.list()).length > 1;
  const action = await choose(actionsFor(connection, another), {
    title: hostOf(connection.jiraUrl),
    placeholder: vscode.l10n.t('What should happen with this connection?'),
  });
  const actions: Readonly<Record<Action, () => Promise<void>>> = {
    test: () => testConnection(services, connection),
    signIn: async () => sayConnected(await signInAgain(signInDeps(deps, connections), connection)),
    email: async () => sayConnected(await signInAgain(signInDeps(deps, connections), connection, { asksEmail: true })),
    address: () => changeAddress(deps, services, connection),
    default: () => connections.makeDefault(connection.id),
    switch: () => connections.setActive(connection.id, !connection.isActive),
    remove: () => removeConnection(services, connection),
  };
  await actions[action]();
}

function actionsFor(connection: Connection, isOneOfSeveral: boolean): readonly Choice<Action>[] {
  const { authType, isActive, isDefault } = connection;
  const item = (choice: Action, icon: string, label: string) => ({ choice, label: `$(${icon}) ${label}` });
  return [
    item('test', 'debug-disconnect', vscode.l10n.t('Test')),
    item('signIn', 'key', vscode.l10n.t('Sign in again')),
    ...(authType === 'apiToken' ? [item('email', 'mail', vscode.l10n.t('Change email and token'))] : []),
    // A grant of OAuth belongs to its site.
    ...(authType === 'oauth' ? [] : [item('address', 'edit', vscode.l10n.t('Change address'))]),
    ...(isOneOfSeveral && isActive && !isDefault ? [item('default', 'star', vscode.l10n.t('Make default'))] : []),
    isActive
      ? item('switch', 'circle-slash', vscode.l10n.t('Switch off'))
      : item('switch', 'pass', vscode.l10n.t('Switch on')),
    item('remove', 'trash', vscode.l10n.t('Remove')),
  ];
}

async function testConnection(services: ManageServices, connection: Connection): Promise<void> {
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

/**
 * For a site that was renamed or moved; says as whom it is connected then. A token goes to another host only when the
 * user enters it for that host. Rejects with `cancelled` when closed.
 */
export async function changeAddress(deps: ManageDeps, services: ManageServices, connection: Connection): Promise<void> {
  const { connections } = services;
  let result: Connection | 'needsToken' | undefined;
  const address = await askText({
    title: vscode.l10n.t('Change the address of {0}', hostOf(connection.jiraUrl)),
    prompt: vscode.l10n.t('The new address of the same Jira. The records stay with the connection.'),
    value: connection.jiraUrl,
    accept: async (value, signal) => {
      try {
        result = await connections.edit(connection.id, value, undefined, signal);
      } catch (error) {
        if (isCancellation(error)) throw error;
        if (asTimecardError(error).reason !== 'signedOut') return errorToast(error)?.message ?? '';
        result = 'needsToken';
      }
      return undefined;
    },
  });
  if (result === undefined || address === BACK) return;
  if (result !== 'needsToken') return sayConnected(result);
  const { jiraUrl } = await connections.detect(address);
  sayConnected(await signInAgain(signInDeps(deps, connections), connection, { jiraUrl }));
}

async function removeConnection(services: ManageServices, connection: Connection): Promise<void> {
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
