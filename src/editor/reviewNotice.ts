import * as vscode from 'vscode';
import type { Clock } from '../core/ports.ts';
import type { ErrorBoundary } from './commands/boundary.ts';

/** Tells, once a day in this window, that a sync by itself waits for a look. */
export function reviewNotice(clock: Clock, boundary: Pick<ErrorBoundary, 'start'>) {
  let toldOn: string | undefined;
  return (count: number): void => {
    const day = new Date(clock.now()).toDateString();
    if (toldOn === day) return;
    toldOn = day;
    boundary.start('Review of the sync', () => offerReview(count));
  };
}

async function offerReview(count: number): Promise<void> {
  const review = vscode.l10n.t('Review');
  const message =
    count === 1
      ? vscode.l10n.t('1 record is ready for Jira.')
      : vscode.l10n.t('{0} records are ready for Jira.', count);
  const answer = await vscode.window.showInformationMessage(message, review);
  if (answer === review) await vscode.commands.executeCommand('timecard.previewSync');
}
