import * as vscode from 'vscode';
import { connectionForKey } from '../../core/connectionChoice.ts';
import { invalid, TimecardError } from '../../core/errors.ts';
import { normalizeIssueKey } from '../../core/issueKey.ts';
import type { AttemptFilter } from '../../core/storePorts.ts';
import { pickIssue } from '../issuePicker.ts';
import type { EditorDeps, Services } from '../services.ts';
import { argument, recordTarget, Text } from './arguments.ts';
import type { Command, ErrorBoundary } from './boundary.ts';

type InfoCommandId =
  | 'openHistory'
  | 'openHistoryInEditor'
  | 'openSyncLog'
  | 'openIssue'
  | 'explainBranch'
  | 'showSyncLog'
  | 'exportSyncLog'
  | 'showLog';

/** The commands that show something. */
export function infoCommands(deps: EditorDeps, boundary: ErrorBoundary): Readonly<Record<InfoCommandId, Command>> {
  return {
    openHistory: showHistory,
    openHistoryInEditor: async () => (await deps.history()).openInEditor(),
    openSyncLog: async (record) => {
      const target = recordTarget('record', record);
      await (await deps.history()).openSyncLog(target?.id, target?.webview);
    },
    openIssue: async (target) => {
      const given = typeof target === 'object' ? recordTarget('target', target)?.id : argument('target', Text, target);
      const services = await deps.services();
      const place = given === undefined ? await placeToShow(deps, services) : await placeOf(services, given);
      await browse(await addressOf(services, place));
    },
    explainBranch: async () => {
      const { why } = await deps.freshBranch();
      boundary.start('timecard.explainBranch', async () => {
        const other = vscode.l10n.t('Choose an issue');
        const setting = vscode.l10n.t('Set a pattern');
        const answer = await vscode.window.showInformationMessage(why, other, setting);
        if (answer === other) await vscode.commands.executeCommand('timecard.clockInOn');
        if (answer === setting) await openSetting('timecard.issueKeyPattern');
      });
    },
    showSyncLog: async (filter) => {
      const [{ showSyncLog }, { syncLogFilter }] = await Promise.all([
        import('../syncLog.ts'),
        import('../syncLogFilter.ts'),
      ]);
      const given = syncLogFilter(filter);
      const services = await deps.services();
      await showSyncLog(
        {
          history: (part) => services.sync.history(part),
          record: (id) => services.records.get(id),
          clock: deps.clock,
          openInHistory: async (recordId) => (await deps.history()).openSyncLog(recordId, undefined),
          exportCsv: (part) => exportCsv(deps, boundary, part),
          openIssue: async (issueKey, connectionId) => browse(await addressOf(services, { issueKey, connectionId })),
        },
        given,
      );
    },
    exportSyncLog: async (filter) => {
      const { syncLogFilter } = await import('../syncLogFilter.ts');
      await exportCsv(deps, boundary, syncLogFilter(filter));
    },
    showLog: async () => deps.showLog(),
  };
}

/** Brings the history view to the front. */
export async function showHistory(): Promise<void> {
  await vscode.commands.executeCommand('timecard.history.focus');
}

async function exportCsv(deps: EditorDeps, boundary: ErrorBoundary, filter: AttemptFilter): Promise<void> {
  const [{ sync }, { exportSyncLog }] = await Promise.all([deps.services(), import('../exportSyncLog.ts')]);
  const tell = (work: () => Promise<void>) => boundary.start('timecard.exportSyncLog', work);
  await exportSyncLog({ sync, clock: deps.clock, tell }, filter);
}

async function browse(address: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(address, true));
}

async function openSetting(name: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${name}`);
}

interface Place {
  readonly issueKey: string;
  readonly connectionId: string | null;
}

/** The issue of the running record, else of the branch, else one the user chooses. */
async function placeToShow(deps: EditorDeps, services: Services): Promise<Place> {
  const running = await services.timeClock.current();
  if (running !== undefined && running.issueKey !== null) return placeOfRecord(running, running.issueKey);
  const { issueKey } = await deps.freshBranch();
  if (issueKey !== null) return { issueKey, connectionId: null };
  const picked = await pickIssue(
    services.issues,
    { title: vscode.l10n.t('Open issue in Jira'), branchKey: null, offersNone: false },
    deps.log,
  );
  if (picked === null) throw invalid('target', vscode.l10n.t('Choose an issue.'));
  return { issueKey: picked, connectionId: null };
}

/** `target` is a record's id or an issue key. */
async function placeOf(services: Services, target: string): Promise<Place> {
  const record = await services.records.get(target);
  if (record !== undefined) {
    if (record.issueKey === null) throw invalid('target', vscode.l10n.t('This record has no issue.'));
    return placeOfRecord(record, record.issueKey);
  }
  const issueKey = normalizeIssueKey(target);
  if (issueKey === undefined) throw invalid('target', 'must be the id of a record or an issue key such as PROJ-123');
  return { issueKey, connectionId: null };
}

function placeOfRecord(
  record: { connectionId: string | null; worklog: { connectionId: string } | null },
  issueKey: string,
): Place {
  return { issueKey, connectionId: record.connectionId ?? record.worklog?.connectionId ?? null };
}

async function addressOf(services: Services, { issueKey, connectionId }: Place): Promise<string> {
  const connections = await services.connections.list();
  const own = connections.find(({ id }) => id === connectionId);
  const connection = own ?? connectionForKey(connections, issueKey);
  if (connection === undefined) {
    throw new TimecardError('signedOut', vscode.l10n.t('Connect to Jira first, so that the issue’s address is known.'));
  }
  return `${connection.jiraUrl}/browse/${issueKey}`;
}
