import * as vscode from 'vscode';
import type { PushOptions } from '../app/sync/sync.ts';
import type { SyncSummary } from '../app/sync/types.ts';
import { toastText } from './errorText.ts';
import type { Services } from './services.ts';

/** Syncs these records, or all that is due, behind a notification that counts along and can be cancelled. */
export function syncWithProgress(
  services: Services,
  ids: readonly string[] | undefined,
  options: Pick<PushOptions, 'again'>,
): Promise<SyncSummary> {
  return withProgress(vscode.l10n.t('Syncing to Jira'), (signal, report) => {
    let shown = 0;
    return services.sync.push(ids, {
      ...options,
      signal,
      onProgress: ({ done, total }) => {
        // "0 of 1" says nothing that the title does not.
        if (total <= 1) return;
        report({ message: vscode.l10n.t('{0} of {1}', done, total), increment: ((done - shown) / total) * 100 });
        shown = done;
      },
    });
  });
}

/** Work behind a notification with a cancel button, which fires the signal. */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (value: { message?: string; increment?: number }) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      return await work(abort.signal, (value) => progress.report(value));
    } finally {
      subscription.dispose();
    }
  });
}

/** What a sync came to, each reason once, in about two lines. */
export function syncSummaryText(summary: SyncSummary): string {
  const { total, succeeded, failed, errors } = summary;
  if (total === 0) return vscode.l10n.t('Nothing waits for Jira.');
  const reasons = [...new Set(errors.map(({ message }) => message))].join(' ');
  if (failed === 1 && total === 1) return toastText(vscode.l10n.t('Not synced: {0}', reasons));
  if (failed > 0) return toastText(vscode.l10n.t('{0} synced, {1} failed: {2}', succeeded, failed, reasons));
  if (summary.cancelled) return vscode.l10n.t('Sync stopped: {0} of {1} synced.', succeeded, total);
  return succeeded === 1
    ? vscode.l10n.t('1 record synced to Jira.')
    : vscode.l10n.t('{0} records synced to Jira.', succeeded);
}

/** Whether the same again may end otherwise: what was changed on both sides waits for the user's choice. */
export function retryHelps({ errors }: SyncSummary): boolean {
  return errors.some(({ reason }) => reason !== 'conflict');
}
