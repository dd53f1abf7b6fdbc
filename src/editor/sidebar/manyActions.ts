import * as vscode from 'vscode';
import type { SyncSummary } from '../../app/sync/types.ts';
import type { TimeRecord } from '../../core/records.ts';
import { syncStateOf } from '../../core/syncState.ts';
import type { ToView } from '../../protocol/messages.ts';
import type { ErrorBoundary } from '../commands/boundary.ts';
import { removeRecords } from '../commands/removal.ts';
import { changeText } from '../commands/undoCommand.ts';
import { formatSpan } from '../format.ts';
import { pickIssue } from '../issuePicker.ts';
import type { EditorDeps, Services } from '../services.ts';
import { settleSiteAfterwards, settleSitesOf } from '../siteChoice.ts';
import { syncSummaryText } from '../syncRun.ts';
import { cut } from './cut.ts';
import type { ManyHandlers } from './handlers.ts';

type UsedServices = Pick<
  Services,
  'store' | 'records' | 'issues' | 'connections' | 'sync' | 'preview' | 'undo' | 'absences'
>;

export interface ManyDeps extends Pick<EditorDeps, 'log' | 'branch' | 'clock'> {
  readonly settings: Pick<EditorDeps['settings'], 'onRemove' | 'rememberOnRemove'>;
  readonly services: () => Promise<UsedServices>;
  readonly boundary: ErrorBoundary;
}

type Synced = Extract<ToView, { type: 'synced' }>;

/** More than the page shows of why one failed, in characters. */
const LONGEST_FAILURE = 1_000;
/** So many records are read before others have their turn. */
const AT_ONCE = 1_000;

/**
 * What the history view does with many records. What came of it is told in the view, and by a toast when nobody sees
 * the view any more.
 * @param tell sends a message to the page; false when nobody sees it
 */
export function createManyActions(deps: ManyDeps, tell: (message: ToView) => boolean): ManyHandlers {
  const sync = async (asked: readonly string[] | undefined, again: boolean): Promise<void> => {
    const services = await deps.services();
    if (!(await isConnected(services))) {
      // Says so, and offers to connect.
      await vscode.commands.executeCommand('timecard.sync');
      return;
    }
    const synced = await syncSome(deps, services, asked, again);
    if (synced !== undefined && !tell(synced)) toast(synced);
  };
  const say = (text: string): void => {
    if (!tell({ type: 'said', text, tone: 'info' })) void vscode.window.showInformationMessage(text);
  };
  const history = new UndoHistory();
  return {
    syncAll: () => sync(undefined, false),
    syncOne: ({ id }) => sync([id], true),
    syncMany: ({ ids, retry }) => sync(ids, retry !== true),
    cancelSync: async () => (await deps.services()).sync.stop(),
    issueMany: async ({ ids }) => {
      const changed = await giveIssue(deps, await deps.services(), ids);
      say(vscode.l10n.t('Records changed: {0}', changed));
    },
    removeMany: async ({ ids }) => {
      const services = await deps.services();
      const records = await recordsOf(services, ids, ({ timeOut }) => timeOut !== null);
      if (records.length > 0) await removeRecords(deps, deps.boundary, services, records);
    },
    undo: async () => {
      const change = await history.undoNewest(await deps.services());
      say(change === undefined ? vscode.l10n.t('There is no change to undo.') : undoneText(change, deps.clock.zone()));
    },
  };
}

async function isConnected({ connections }: UsedServices): Promise<boolean> {
  return (await connections.list()).some(({ isActive }) => isActive);
}

/** `undefined` when the user left nothing to send in the preview. */
async function syncSome(
  deps: ManyDeps,
  services: UsedServices,
  asked: readonly string[] | undefined,
  again: boolean,
): Promise<Synced | undefined> {
  const unfinished = (record: TimeRecord) => record.timeOut !== null && syncStateOf(record) !== 'synced';
  const ids = asked === undefined ? undefined : (await recordsOf(services, asked, unfinished)).map(({ id }) => id);
  await settleSitesOf(services, ids);
  const chosen = await reviewed(deps, services, ids, again);
  if (chosen?.length === 0 && ids?.length !== 0) return undefined;
  return syncedMessage(services, await services.sync.push(chosen, { again }));
}

/** What goes to Jira, after a look at it when the user wants one. */
async function reviewed(
  { log }: ManyDeps,
  { preview }: UsedServices,
  ids: readonly string[] | undefined,
  again: boolean,
): Promise<readonly string[] | undefined> {
  if (ids?.length === 0 || !(await preview.isWanted())) return ids;
  const { reviewSync } = await import('../syncPreview.ts');
  return (await reviewSync(preview, ids, log, again)) ?? ids;
}

async function syncedMessage({ store }: UsedServices, summary: SyncSummary): Promise<Synced> {
  const { errors, failed } = summary;
  const records = await store.read((db) => errors.map(({ recordId }) => db.record(recordId, true)));
  return {
    type: 'synced',
    text: summaryText(summary),
    tone: failed === 0 ? 'info' : 'error',
    failed: errors.map(({ recordId, message }, index) => ({
      id: recordId,
      text: cut(failureText(records[index], message), LONGEST_FAILURE),
    })),
  };
}

function failureText(record: TimeRecord | undefined, message: string): string {
  if (record === undefined) return message;
  const issue = record.issueKey ?? vscode.l10n.t('no issue');
  return vscode.l10n.t('{0}, {1}: {2}', issue, formatSpan(record, ''), message);
}

/** The reasons stand beside the records they belong to. */
function summaryText(summary: SyncSummary): string {
  const { succeeded, failed } = summary;
  return failed === 0 ? syncSummaryText(summary) : vscode.l10n.t('{0} synced, {1} failed', succeeded, failed);
}

function toast({ text, tone, failed }: Synced): void {
  if (tone === 'info') void vscode.window.showInformationMessage(text);
  else void vscode.window.showWarningMessage([text, failed[0]?.text ?? ''].join(': '));
}

async function giveIssue(deps: ManyDeps, services: UsedServices, ids: readonly string[]): Promise<number> {
  const title = vscode.l10n.t('Issue for {0} records', ids.length);
  const branchKey = deps.branch.current().issueKey;
  const issueKey = await pickIssue(services.issues, { title, branchKey, offersNone: true }, deps.log);
  const records = await recordsOf(services, ids, (record) => record.issueKey !== issueKey);
  if (records.length > 0) await services.records.updateMany(new Map(records.map(({ id }) => [id, { issueKey }])));
  await settleSiteAfterwards(services.connections, issueKey, deps.log);
  return records.length;
}

/** Those of the records that are still there and that `suits`. */
async function recordsOf(
  { store }: UsedServices,
  ids: readonly string[],
  suits: (record: TimeRecord) => boolean,
): Promise<readonly TimeRecord[]> {
  const unique = [...new Set(ids)];
  const found: TimeRecord[] = [];
  for (let from = 0; from < unique.length; from += AT_ONCE) {
    const some = unique.slice(from, from + AT_ONCE);
    found.push(...(await store.read((db) => some.flatMap((id) => db.record(id) ?? []))).filter(suits));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

type Change = Awaited<ReturnType<UsedServices['undo']['changes']>>[number];

/** Undoing is a change too, so what was undone from here is remembered: the next undo goes one further back. */
class UndoHistory {
  private readonly settled = new Set<number>();

  async undoNewest(services: Pick<UsedServices, 'undo' | 'absences'>): Promise<Change | undefined> {
    const { undo, absences } = services;
    const change = (await undo.changes()).find(({ group }) => group === null || !this.settled.has(group));
    if (change === undefined) return undefined;
    const { group, absence } = change;
    if (absence !== undefined) await absences.takeBack(absence.id);
    else if (group !== null) await undo.undo(group);
    if (group !== null) await this.settle(undo, group);
    return change;
  }

  private async settle(undo: UsedServices['undo'], undone: number): Promise<void> {
    const newest = (await undo.changes()).find(({ group }) => group !== null);
    for (const group of [undone, newest?.group]) if (group != null) this.settled.add(group);
  }
}

function undoneText(change: Change, zone: string): string {
  return vscode.l10n.t('Undone: {0}', changeText(change, zone));
}
