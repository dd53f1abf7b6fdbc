import * as vscode from 'vscode';
import type { Span } from '../../core/days.ts';
import { invalid } from '../../core/errors.ts';
import type { TimeRecord } from '../../core/records.ts';
import { syncStateOf } from '../../core/syncState.ts';
import { pickIssue } from '../issuePicker.ts';
import { choose, confirm } from '../quickInput.ts';
import type { RecordDraft } from '../recordForm.ts';
import { pickRecord, type RecordQuestion } from '../recordPicker.ts';
import type { EditorDeps, Services } from '../services.ts';
import { settleSiteAfterwards } from '../siteChoice.ts';
import { withProgress } from '../syncRun.ts';
import { argument, Keep, RemoveArgument, recordTarget } from './arguments.ts';
import type { Command, ErrorBoundary } from './boundary.ts';
import { removeAsTold, removeRecords } from './removal.ts';

type RecordCommandId = 'addRecord' | 'editRecord' | 'deleteRecord' | 'deleteWorklog' | 'resolveConflict' | 'openLink';

/** A record that ended this long ago no longer suggests when the next one began. */
const RECENT_MS = 12 * 3_600_000;

/** The commands that change records of the past. */
export function recordCommands(deps: EditorDeps, boundary: ErrorBoundary): Readonly<Record<RecordCommandId, Command>> {
  return {
    addRecord: async () => addRecord(deps, boundary, await deps.services()),
    editRecord: async (id) => {
      if (await editsInRow(deps, id)) return;
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Edit a record'),
        none: vscode.l10n.t('There is no record yet.'),
      });
      if (record !== undefined) await editRecord(deps, boundary, services, record);
    },
    deleteRecord: async (id, options) => {
      const given = argument('options', RemoveArgument, options);
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Delete a record'),
        none: vscode.l10n.t('There is no record yet.'),
      });
      if (record === undefined) return;
      if (given?.worklog !== undefined) await removeAsTold(services, record.id, given.worklog);
      else await removeRecords(deps, boundary, services, [record]);
    },
    deleteWorklog: async (id) => {
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Delete a record’s worklog from Jira'),
        suits: (one) => one.worklog !== null,
        none: vscode.l10n.t('No record has a worklog in Jira.'),
      });
      if (record !== undefined) await deleteWorklog(services, record);
    },
    openLink: async (id) => {
      const record = await recordFor(await deps.services(), id, {
        title: vscode.l10n.t('Open a record’s link'),
        suits: (one) => one.externalLink !== null,
        none: vscode.l10n.t('No record has a link.'),
      });
      if (record !== undefined) await openLink(record);
    },
    resolveConflict: async (id, keep) => {
      const given = argument('keep', Keep, keep);
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Resolve a conflict with Jira'),
        suits: (one) => syncStateOf(one) === 'conflict',
        none: vscode.l10n.t('No record is in conflict with Jira.'),
      });
      if (record !== undefined) await resolveConflict(services, record, given);
    },
  };
}

/** Whether the record is edited in its row now, because the command was chosen from the menu of that. */
async function editsInRow(deps: EditorDeps, id: unknown): Promise<boolean> {
  const target = recordTarget('id', id);
  if (target?.webview === undefined) return false;
  return (await deps.history()).editInRow(target.id, target.webview);
}

/** The record a command was called for, else the one the user chooses. Throws `invalid` for an id that is none. */
export async function recordFor(
  services: Services,
  id: unknown,
  question: RecordQuestion,
): Promise<TimeRecord | undefined> {
  const given = recordTarget('id', id)?.id;
  if (given === undefined) return pickRecord(services.records, question);
  const record = await services.records.get(given);
  if (record === undefined) throw invalid('id', 'There is no record with this id.');
  return record;
}

async function addRecord(deps: EditorDeps, boundary: ErrorBoundary, services: Services): Promise<void> {
  const { askSpan, runRecordForm } = await import('../recordForm.ts');
  const title = vscode.l10n.t('Add a record');
  const now = deps.clock.now();
  const zone = deps.clock.zone();
  const overlapsOf = (one: Span) => services.dayCheck.overlapsOf(one);
  const span = await askSpan({ title, zone, now, suggested: await endOfLast(services, now), overlapsOf });
  const ask = () => askIssue(deps, services, title);
  const draft: RecordDraft = { ...span, zone, issueKey: await ask(), notes: '', externalLink: null };
  let saved: string | null = null;
  await runRecordForm(draft, {
    title,
    now: deps.clock.now,
    pickIssue: ask,
    overlapsOf,
    save: async ({ timeIn, timeOut, issueKey, notes, externalLink }) => {
      if (timeOut === null) throw invalid('timeOut', vscode.l10n.t('Enter an end.'));
      await services.records.add({ timeIn, timeOut, issueKey, notes, externalLink, source: 'manual' });
      saved = issueKey;
    },
    tell: (error) => boundary.start('timecard.addRecord', () => Promise.reject(error)),
  });
  await settleSiteAfterwards(services.connections, saved, deps.log);
}

async function editRecord(
  deps: EditorDeps,
  boundary: ErrorBoundary,
  services: Services,
  record: TimeRecord,
): Promise<void> {
  const { runRecordForm } = await import('../recordForm.ts');
  const title = vscode.l10n.t('Edit a record');
  const { timeIn, timeOut, zone, issueKey, notes, externalLink } = record;
  const before: RecordDraft = { timeIn, timeOut, zone, issueKey, notes, externalLink };
  let saved: string | null = null;
  await runRecordForm(before, {
    title,
    now: deps.clock.now,
    pickIssue: () => askIssue(deps, services, title),
    overlapsOf: (span) => services.dayCheck.overlapsOf(span, record.id),
    save: async (draft) => {
      const patch = changes(before, draft);
      if (Object.keys(patch).length > 0) await services.records.update(record.id, patch);
      saved = patch.issueKey ?? null;
    },
    tell: (error) => boundary.start('timecard.editRecord', () => Promise.reject(error)),
  });
  await settleSiteAfterwards(services.connections, saved, deps.log);
}

/** Only what was changed, so that what another window changed meanwhile stays. */
function changes(before: RecordDraft, after: RecordDraft) {
  return {
    ...(after.timeIn === before.timeIn ? {} : { timeIn: after.timeIn }),
    ...(after.timeOut === before.timeOut || after.timeOut === null ? {} : { timeOut: after.timeOut }),
    ...(after.issueKey === before.issueKey ? {} : { issueKey: after.issueKey }),
    ...(after.notes === before.notes ? {} : { notes: after.notes }),
    ...(after.externalLink === before.externalLink ? {} : { externalLink: after.externalLink }),
  };
}

function askIssue(deps: EditorDeps, services: Services, title: string): Promise<string | null> {
  const branchKey = deps.branch.current().issueKey;
  return pickIssue(services.issues, { title, branchKey, offersNone: true }, deps.log);
}

async function endOfLast(services: Services, now: number): Promise<number | undefined> {
  const [last] = (await services.records.list({ limit: 2 })).filter(({ timeOut }) => timeOut !== null);
  const end = last?.timeOut ?? undefined;
  return end !== undefined && end < now && now - end < RECENT_MS ? end : undefined;
}

async function deleteWorklog(services: Services, record: TimeRecord): Promise<void> {
  const yes = vscode.l10n.t('Delete the worklog');
  const key = record.worklog?.issueKey ?? record.issueKey ?? '';
  await confirm(
    vscode.l10n.t('Delete the worklog on {0} from Jira?', key),
    vscode.l10n.t('The record stays on this machine and is not synced again unless you ask for it.'),
    yes,
  );
  await withProgress(vscode.l10n.t('Deleting the worklog'), (signal) => services.sync.deleteWorklog(record.id, signal));
  void vscode.window.showInformationMessage(vscode.l10n.t('The worklog on {0} was deleted.', key));
}

async function resolveConflict(
  services: Services,
  record: TimeRecord,
  given: 'mine' | 'jira' | undefined,
): Promise<void> {
  const keep =
    given ??
    (await choose(
      [
        {
          label: vscode.l10n.t('Use mine'),
          detail: vscode.l10n.t('The record as it is here replaces what Jira has.'),
          choice: 'mine' as const,
        },
        {
          label: vscode.l10n.t('Use Jira’s'),
          detail: vscode.l10n.t('What was changed in Jira is taken into the record.'),
          choice: 'jira' as const,
        },
      ],
      {
        title: vscode.l10n.t('Resolve a conflict with Jira'),
        placeholder: record.problem?.message || vscode.l10n.t('The worklog was changed in Jira since the last sync'),
      },
    ));
  await services.sync.resolveConflict(record.id, keep);
  if (keep === 'mine') await services.sync.push([record.id]);
}

async function openLink({ externalLink }: TimeRecord): Promise<void> {
  const link = externalLink === null ? undefined : vscode.Uri.parse(externalLink, true);
  if (link === undefined) throw invalid('id', vscode.l10n.t('This record has no link.'));
  // The database may hold what was written by another version or by hand.
  if (!/^https?$/iu.test(link.scheme)) throw invalid('id', vscode.l10n.t('Only addresses of the web can be opened.'));
  await vscode.env.openExternal(link);
}
