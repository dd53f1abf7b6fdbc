import * as vscode from 'vscode';
import type { Disposable } from '../core/ports.ts';
import type { ErrorBoundary } from './commands/boundary.ts';

/**
 * `vscode://timecard.timecard-for-jira/clockIn?issueKey=PROJ-123` opens the picker with that key, anything else the
 * history. A link never clocks in by itself: any web page can hold one.
 */
export function handleUris(boundary: ErrorBoundary): Disposable {
  return vscode.window.registerUriHandler({
    handleUri: (uri) =>
      boundary.start('Link', async () => {
        if (uri.path !== '/clockIn') {
          await vscode.commands.executeCommand('timecard.openHistory');
          return;
        }
        const query = new URLSearchParams(uri.query).get('issueKey') ?? '';
        await vscode.commands.executeCommand('timecard.clockInOn', query.slice(0, 100));
      }),
  });
}
