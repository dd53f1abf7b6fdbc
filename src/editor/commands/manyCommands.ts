import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Proposed } from '../../app/backfill.ts';
import type { RecordPatch } from '../../app/records.ts';
import { invalid } from '../../core/errors.ts';
import type { TimeRecord } from '../../core/records.ts';
import { formatSpan } from '../format.ts';
import { pickIssue } from '../issuePicker.ts';
import { askNotes, toLine } from '../notesBox.ts';
import { cancelled, choose } from '../quickInput.ts';
import type { EditorDeps, Services } from '../services.ts';
import { argument, Id } from './arguments.ts';
import type { Command, ErrorBoundary } from './boundary.ts';
import { removeRecords } from './removal.ts';

type ManyCommandId = 'findIssueKeys' | 'editRecords';

const SHOWN = 500;

interface RecordItem extends vscode.QuickPickItem {
  readonly record: TimeRecord;
}

/** The commands that change many records at once. */
export function manyCommands(deps: EditorDeps, boundary: ErrorBoundary): Readonly<Record<ManyCommandId, Command>> {
  return {
    findIssueKeys: async () => findIssueKeys(await deps.services()),
    editRecords: async (ids, what) => {
      const given = argument('ids', v.array(Id, 'must be a list of ids'), ids);
      const told = argument('what', v.literal('delete', 'must be "delete"'), what);
      await editRecords(deps, boundary, await deps.services(), given, told);
    },
  };
}

async function findIssueKeys(services: Services): Promise<void> {
  const proposals = await services.backfill.proposals();
  if (proposals.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No issue was found for any record without one.'));
    return;
  }
  const items = proposals.map((proposal) => ({ ...proposalItem(proposal), proposal }));
  const chosen = await chooseMany(items, {
    title: vscode.l10n.t('Issues for {0} records', proposals.length),
    placeHolder: vscode.l10n.t('Choose the records that get the issue shown'),
  });
  const changed = await services.backfill.apply(chosen.map(({ proposal }) => proposal));
  void vscode.window.showInformationMessage(vscode.l10n.t('Records that have an issue now: {0}', changed));
}

function proposalItem({ issueKey, from, record }: Proposed) {
  const texts = {
    link: vscode.l10n.t('from its link'),
    notes: vscode.l10n.t('from its notes'),
    branch: vscode.l10n.t('from its branch'),
  };
  return {
    label: issueKey,
    description: `${texts[from]}, ${formatSpan(record, '')}`,
    detail: toLine(record.notes) || (record.externalLink ?? record.branch ?? ''),
    picked: true,
  };
}

async function editRecords(
  deps: EditorDeps,
  boundary: ErrorBoundary,
  services: Services,
  given: readonly string[] | undefined,
  told: 'delete' | undefined,
): Promise<void> {
  const title = vscode.l10n.t('Edit or delete several records');
  const records = given === undefined ? await chooseRecords(services, title) : await recordsWith(services, given);
  const patch = told ?? (await askPatch(deps, services, title, records.length));
  if (patch === 'delete') return removeRecords(deps, boundary, services, records);
  await services.records.updateMany(new Map(records.map(({ id }) => [id, patch])));
  void vscode.window.showInformationMessage(vscode.l10n.t('Records changed: {0}', records.length));
}

/** The finished records a command was called for. Throws `invalid` for an id that is none. */
function recordsWith(services: Services, ids: readonly string[]): Promise<readonly TimeRecord[]> {
  return Promise.all(
    [...new Set(ids)].map(async (id, index) => {
      const record = await services.records.get(id);
      if (record === undefined) throw invalid(`ids[${index}]`, 'There is no record with this id.');
      if (record.timeOut === null) throw invalid(`ids[${index}]`, 'This record is still running. Clock out first.');
      return record;
    }),
  );
}

async function chooseRecords(services: Services, title: string): Promise<readonly TimeRecord[]> {
  const finished = (await services.records.list({ limit: SHOWN })).filter(({ timeOut }) => timeOut !== null);
  const items: RecordItem[] = finished.map((record) => ({
    label: record.issueKey ?? vscode.l10n.t('No issue'),
    description: formatSpan(record, ''),
    ...(record.notes === '' ? {} : { detail: toLine(record.notes) }),
    record,
  }));
  const placeHolder = vscode.l10n.t('Choose the records to change or delete');
  return (await chooseMany(items, { title, placeHolder })).map(({ record }) => record);
}

async function askPatch(
  deps: EditorDeps,
  services: Services,
  title: string,
  count: number,
): Promise<RecordPatch | 'delete'> {
  const connections = await services.connections.list();
  const what = await choose(
    [
      { label: vscode.l10n.t('Issue'), choice: 'issueKey' as const },
      { label: vscode.l10n.t('Notes'), choice: 'notes' as const },
      ...(connections.length < 2 ? [] : [{ label: vscode.l10n.t('Jira site'), choice: 'connectionId' as const }]),
      { label: vscode.l10n.t('Delete'), choice: 'delete' as const },
    ],
    { title, placeholder: vscode.l10n.t('What should change in {0} records?', count) },
  );
  if (what === 'delete') return what;
  if (what === 'notes') return { notes: await askNotes(title, '') };
  if (what === 'issueKey') {
    const branchKey = deps.branch.current().issueKey;
    return { issueKey: await pickIssue(services.issues, { title, branchKey, offersNone: true }, deps.log) };
  }
  const sites = connections.map(({ id, jiraUrl }) => ({ label: jiraUrl, choice: id }));
  return { connectionId: await choose(sites, { title, placeholder: vscode.l10n.t('Which Jira do they belong to?') }) };
}

/** Rejects with `cancelled` when the list was closed or nothing was chosen. */
async function chooseMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: { readonly title: string; readonly placeHolder: string },
): Promise<readonly T[]> {
  const chosen = await vscode.window.showQuickPick(items, { ...options, canPickMany: true, matchOnDetail: true });
  if (chosen === undefined || chosen.length === 0) throw cancelled();
  return chosen;
}
