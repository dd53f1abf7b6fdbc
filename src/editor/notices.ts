import * as vscode from 'vscode';
import type { Disposable } from '../core/ports.ts';
import type { Store, StoreNotice } from '../core/storePorts.ts';
import type { ErrorBoundary } from './commands/boundary.ts';

/** Tells the user what happened to the database file. */
export function tellNotices(store: Pick<Store, 'onNotice'>, boundary: ErrorBoundary): Disposable {
  return store.onNotice((notice) => boundary.start(`Notice ${notice.kind}`, () => tell(notice)));
}

async function tell({ kind, message, path }: StoreNotice): Promise<void> {
  if (kind === 'saved') {
    await vscode.window.showInformationMessage(message);
    return;
  }
  const show = vscode.l10n.t('Show file');
  const answer = await vscode.window.showWarningMessage(message, ...(path === undefined ? [] : [show]));
  if (answer === show && path !== undefined) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
  }
}
