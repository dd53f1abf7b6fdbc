import * as vscode from 'vscode';
import type { Connections } from '../app/connections.ts';
import type { Disposable, Log } from '../core/ports.ts';
import type { Store } from '../core/storePorts.ts';
import type { ContextKey } from './commands/ids.ts';

export interface ConnectionWatchDeps {
  readonly store: Pick<Store, 'onDidChange'>;
  readonly connections: Pick<Connections, 'list'>;
  readonly log: Log;
  /** Called with the keys of the projects the user can see, whenever they have changed. */
  readonly onProjectKeys: (keys: readonly string[]) => void;
}

/** Keeps the context key `timecard.connected` and the known project keys up to date. */
export function watchConnections(deps: ConnectionWatchDeps): Disposable {
  let known = '';
  const refresh = async () => {
    const active = (await deps.connections.list()).filter(({ isActive }) => isActive);
    const keys = [...new Set(active.flatMap(({ projectKeys }) => projectKeys))].sort();
    const now = JSON.stringify([active.length > 0, keys]);
    if (now === known) return;
    known = now;
    deps.onProjectKeys(keys);
    await setContext('timecard.connected', active.length > 0);
  };
  const start = () => {
    refresh().catch((error: unknown) => deps.log.error('The connections could not be read', error));
  };
  start();
  return deps.store.onDidChange(start);
}

async function setContext(key: ContextKey, value: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}
