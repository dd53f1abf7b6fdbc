import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Sync } from '../app/sync/sync.ts';
import { dayOf } from '../core/days.ts';
import { asTimecardError, TimecardError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { AttemptFilter } from '../core/storePorts.ts';
import { syncLogCsv } from '../core/syncLogCsv.ts';
import { toastText } from './errorText.ts';

interface Deps {
  readonly sync: Pick<Sync, 'history'>;
  readonly clock: Clock;
  /** Tells about the file without waiting for the toast to go. */
  readonly tell: (work: () => Promise<void>) => void;
}

/**
 * Writes the sync log, or the part of it that `filter` lets through, to a CSV file the user chooses; newest attempt
 * first. Rejects with `storageReadOnly` when the file cannot be written.
 */
export async function exportSyncLog(deps: Deps, filter: AttemptFilter): Promise<void> {
  const attempts = await deps.sync.history({ ...filter, limit: Number.MAX_SAFE_INTEGER });
  if (attempts.length === 0) {
    deps.tell(async () => {
      await vscode.window.showInformationMessage(vscode.l10n.t('There is nothing in the sync log to export.'));
    });
    return;
  }
  const file = await askWhere(deps.clock);
  if (file === undefined) return;
  await write(file, syncLogCsv(attempts));
  deps.tell(() => offerToOpen(file, attempts.length));
}

async function askWhere(clock: Clock): Promise<vscode.Uri | undefined> {
  const name = `timecard-sync-log-${dayOf(clock.now(), clock.zone())}.csv`;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export sync log'),
    saveLabel: vscode.l10n.t('Export'),
    // Not the workspace: the file would end up among the changes to commit.
    defaultUri: vscode.Uri.file(join(homedir(), name)),
    filters: { CSV: ['csv'] },
  });
}

async function write(file: vscode.Uri, csv: string): Promise<void> {
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(csv));
  } catch (error) {
    const { message } = asTimecardError(error);
    const text = vscode.l10n.t('{0} could not be written: {1}', nameOf(file), message);
    throw new TimecardError('storageReadOnly', text, { cause: error });
  }
}

async function offerToOpen(file: vscode.Uri, count: number): Promise<void> {
  const open = vscode.l10n.t('Open');
  const text = vscode.l10n.t('Exported to {0}. Entries: {1}.', nameOf(file), count);
  const answer = await vscode.window.showInformationMessage(toastText(text), open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', file);
}

function nameOf(file: vscode.Uri): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}
