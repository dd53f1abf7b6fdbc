import * as vscode from 'vscode';
import type { SyncSummary } from '../../app/sync/types.ts';
import { TimecardError } from '../../core/errors.ts';
import { syncStateOf } from '../../core/syncState.ts';
import { connectWizard, signInAgain } from '../connectWizard.ts';
import { actionTitle, errorToast, toastText } from '../errorText.ts';
import { manageConnections } from '../manageConnections.ts';
import type { EditorDeps, Services } from '../services.ts';
import { sayConnected, signedOutConnections, signInDeps } from '../signIn.ts';
import { settleSitesOf } from '../siteChoice.ts';
import { retryHelps, syncSummaryText, syncWithProgress, withProgress } from '../syncRun.ts';
import { argument, Text } from './arguments.ts';
import type { Command, ErrorActions, ErrorBoundary } from './boundary.ts';
import { recordFor } from './recordCommands.ts';

interface Asked {
  /** Everything that is due when omitted. */
  readonly ids: readonly string[] | undefined;
  /** The user named these records. */
  readonly again: boolean;
}

type JiraCommandId = 'connect' | 'manageConnections' | 'sync' | 'syncRecord' | 'previewSync' | 'undoSync';

/** The commands that talk to Jira. */
export function jiraCommands(
  deps: EditorDeps,
  boundary: ErrorBoundary,
  actions: () => ErrorActions,
): Readonly<Record<JiraCommandId, Command>> {
  const syncOrReview = async (ids: readonly string[] | undefined, services: Services) => {
    if (await services.preview.isWanted()) await review(ids, services);
    else await sync(services, boundary, actions, { ids, again: ids !== undefined });
  };
  const review = async (ids: readonly string[] | undefined, services: Services) => {
    const { reviewSync } = await import('../syncPreview.ts');
    await settleSitesOf(services, ids);
    const again = ids !== undefined;
    const chosen = await reviewSync(services.preview, ids, deps.log, again);
    if (chosen?.length !== 0) await sync(services, boundary, actions, { ids: chosen ?? ids, again });
  };
  return {
    connect: async (address) => {
      const given = argument('address', Text, address);
      const { connections } = await deps.services();
      const [signedOut] = given === undefined ? await signedOutConnections(connections) : [];
      const needed = signInDeps(deps, connections);
      sayConnected(signedOut === undefined ? await connectWizard(needed, given) : await signInAgain(needed, signedOut));
    },
    manageConnections: async () => manageConnections(deps, await deps.services()),
    sync: async () => {
      const services = await deps.services();
      if (await isConnected(services)) await syncOrReview(undefined, services);
      else await offerToConnect(services, boundary);
    },
    previewSync: async () => {
      const services = await deps.services();
      if (await isConnected(services)) await review(undefined, services);
      else await offerToConnect(services, boundary);
    },
    syncRecord: async (id) => {
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Sync one record to Jira'),
        suits: (one) => !['local', 'synced'].includes(syncStateOf(one)),
        none: vscode.l10n.t('Nothing waits for Jira.'),
      });
      if (record === undefined) return;
      if (await isConnected(services)) await syncOrReview([record.id], services);
      else await offerToConnect(services, boundary);
    },
    undoSync: async () => undoLastSync(await deps.services()),
  };
}

async function undoLastSync({ sync }: Services): Promise<void> {
  const batch = await sync.lastBatch();
  if (batch === undefined) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no sync to undo.'));
    return;
  }
  const at = new Date(batch.at).toLocaleString(vscode.env.language);
  const count = batch.recordIds.length;
  const question =
    count === 1
      ? vscode.l10n.t('Delete the worklog that was made by the sync of {0} from Jira?', at)
      : vscode.l10n.t('Delete the {0} worklogs that were made by the sync of {1} from Jira?', count, at);
  const detail = vscode.l10n.t('The records stay here and are not synced again until you sync them one by one.');
  const confirm = vscode.l10n.t('Delete');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, confirm)) !== confirm) return;
  const title = vscode.l10n.t('Undoing the last sync');
  const { deleted, left } = await withProgress(title, (signal) => sync.undo(batch.id, signal));
  const done = vscode.l10n.t('{0} of {1} worklogs deleted from Jira.', deleted, count);
  const reasons = [...new Set(left.map(({ message }) => message))].join(' ');
  if (left.length > 0) await vscode.window.showWarningMessage(toastText(`${done} ${reasons}`));
  else await vscode.window.showInformationMessage(done);
}

async function isConnected(services: Services): Promise<boolean> {
  return (await services.connections.list()).some(({ isActive }) => isActive);
}

async function offerToConnect(services: Services, boundary: ErrorBoundary): Promise<void> {
  const waiting = await services.store.read((db) => db.countWaiting());
  boundary.start('timecard.sync', async () => {
    const connect = vscode.l10n.t('Connect to Jira');
    const message =
      waiting === 0
        ? vscode.l10n.t('You are not connected to Jira yet.')
        : vscode.l10n.t('You are not connected to Jira yet. Records that wait: {0}.', waiting);
    const answer = await vscode.window.showInformationMessage(message, connect);
    if (answer === connect) await vscode.commands.executeCommand('timecard.connect');
  });
}

async function sync(
  services: Services,
  boundary: ErrorBoundary,
  actions: () => ErrorActions,
  { ids, again }: Asked,
): Promise<void> {
  await settleSitesOf(services, ids);
  const summary = await syncWithProgress(services, ids, { again });
  boundary.start('timecard.sync', () => tellSummary(services, boundary, actions, summary));
}

async function tellSummary(
  services: Services,
  boundary: ErrorBoundary,
  actions: () => ErrorActions,
  summary: SyncSummary,
): Promise<void> {
  const text = syncSummaryText(summary);
  if (summary.failed === 0) {
    await vscode.window.showInformationMessage(text);
    return;
  }
  const fix = fixFor(summary);
  const retry = retryHelps(summary) ? [vscode.l10n.t('Retry failed')] : [];
  const [first] = fix === undefined ? retry : [actionTitle(fix)];
  const history = actionTitle('showHistory');
  const answer = await vscode.window.showWarningMessage(text, ...(first === undefined ? [] : [first]), history);
  if (answer === undefined) return;
  if (answer === history) await actions().showHistory();
  else if (answer === first && fix !== undefined) await actions()[fix]();
  else if (answer === first) {
    // The toast may be old by now: what the user had deleted since stays so.
    const ids = summary.errors.map(({ recordId }) => recordId);
    await sync(services, boundary, actions, { ids, again: false });
  }
}

/** What helps more than trying again, when everything failed for the one reason. */
function fixFor({ errors }: SyncSummary): 'signIn' | 'editConnection' | undefined {
  const fixes = new Set(errors.map(({ reason, message }) => errorToast(new TimecardError(reason, message))?.action));
  const [fix] = fixes;
  return fixes.size === 1 && (fix === 'signIn' || fix === 'editConnection') ? fix : undefined;
}
