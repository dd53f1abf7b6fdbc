import * as vscode from 'vscode';
import type { TimeRecord } from '../../core/records.ts';
import { choose } from '../quickInput.ts';
import type { Services } from '../services.ts';
import type { EditorSettings } from '../settings.ts';
import type { ErrorBoundary } from './boundary.ts';

type Worklog = 'keep' | 'delete';
type UsedServices = Pick<Services, 'records' | 'sync'>;
interface Deps {
  readonly settings: Pick<EditorSettings, 'onRemove' | 'rememberOnRemove'>;
}

/** How long a removal can be taken back before Jira is told. */
const UNDO_MS = 8_000;

/** Deletes records in one commit, asking once what becomes of their worklogs, and offers to undo it. */
export async function removeRecords(
  deps: Deps,
  boundary: ErrorBoundary,
  services: UsedServices,
  records: readonly TimeRecord[],
): Promise<void> {
  const ids = records.map(({ id }) => id);
  const inJira = records.filter(({ worklog }) => worklog !== null);
  const worklog = inJira.length === 0 ? undefined : await askAboutWorklogs(deps, inJira);
  const due = await services.records.removeMany(ids, worklog);
  offerUndo(boundary, services, ids, due);
}

/** Deletes a record as its caller decided; nobody is asked, and Jira is told at once. */
export async function removeAsTold(services: UsedServices, id: string, worklog: Worklog): Promise<void> {
  if (await services.records.remove(id, worklog)) await tellJira(services, [id]);
}

/** Jira is told after a while, for a toast may stay open for ever; the button works all the same. */
function offerUndo(
  boundary: ErrorBoundary,
  services: UsedServices,
  ids: readonly string[],
  due: readonly string[],
): void {
  const undo = vscode.l10n.t('Undo');
  const message =
    ids.length === 1 ? vscode.l10n.t('Record deleted.') : vscode.l10n.t('Records deleted: {0}', ids.length);
  const answer = Promise.resolve(vscode.window.showInformationMessage(message, undo));
  const told = boundary.run('timecard.deleteRecord', async () => {
    if (due.length > 0 && !(await answeredWithin(answer, undo, UNDO_MS))) await tellJira(services, due);
  });
  boundary.start('timecard.deleteRecord', async () => {
    if ((await answer) !== undo) return;
    await told;
    await services.records.restoreMany(ids);
  });
}

async function answeredWithin<T>(answer: Promise<T>, wanted: T, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return (await Promise.race([answer, timeUp])) === wanted;
  } finally {
    clearTimeout(timer);
  }
}

async function askAboutWorklogs(deps: Deps, inJira: readonly TimeRecord[]): Promise<Worklog> {
  const remembered = deps.settings.onRemove();
  if (remembered !== 'ask') return remembered;
  const answer = (worklog: Worklog, always: boolean) => ({ worklog, always });
  const isOne = inJira.length === 1;
  const { worklog, always } = await choose(
    [
      {
        label: isOne ? vscode.l10n.t('Keep the worklog in Jira') : vscode.l10n.t('Keep the worklogs in Jira'),
        choice: answer('keep', false),
      },
      {
        label: isOne ? vscode.l10n.t('Delete the worklog too') : vscode.l10n.t('Delete the worklogs too'),
        choice: answer('delete', false),
      },
      { label: vscode.l10n.t('Always keep it'), description: 'timecard.onDelete', choice: answer('keep', true) },
      { label: vscode.l10n.t('Always delete it'), description: 'timecard.onDelete', choice: answer('delete', true) },
    ],
    {
      title: isOne ? vscode.l10n.t('Delete a record') : vscode.l10n.t('Delete several records'),
      placeholder: isOne
        ? vscode.l10n.t('What about the worklog on {0}?', inJira[0]?.worklog?.issueKey ?? '')
        : vscode.l10n.t('{0} of the records have a worklog in Jira. What about those?', inJira.length),
    },
  );
  if (always) await deps.settings.rememberOnRemove(worklog);
  return worklog;
}

async function tellJira(services: UsedServices, ids: readonly string[]): Promise<void> {
  const { errors } = await services.sync.push(ids);
  const [failure] = errors;
  if (failure === undefined) return;
  void vscode.window.showWarningMessage(
    errors.length === 1
      ? vscode.l10n.t('The worklog is still in Jira; the next sync tries again. {0}', failure.message)
      : vscode.l10n.t('{0} worklogs are still in Jira; the next sync tries again. {1}', errors.length, failure.message),
  );
}
