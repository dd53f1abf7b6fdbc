import * as vscode from 'vscode';
import type { AutoSync } from '../app/sync/autoSync.ts';
import type { Disposable, Timers } from '../core/ports.ts';

/** Timers of the extension host. */
export const timers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Starts syncing by itself, and tells it what the editor notices: the user is back, signed in, or changed a setting. */
export function watchAutoSync(autoSync: AutoSync, onSignIn: vscode.Event<unknown>): Disposable {
  autoSync.start();
  return vscode.Disposable.from(
    autoSync,
    onSignIn(() => autoSync.wake()),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) autoSync.wake();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('timecard.sync')) autoSync.settingsChanged();
    }),
  );
}
