import * as vscode from 'vscode';
import { startOfLastDays } from '../core/days.ts';
import type { Clock } from '../core/ports.ts';
import type { SyncAttempt, TimeRecord } from '../core/records.ts';
import type { AttemptFilter } from '../core/storePorts.ts';
import { syncStateOf } from '../core/syncState.ts';
import { isCancellation } from './errorText.ts';
import { type Choice, choose } from './quickInput.ts';
import { statusName, syncLogRow } from './syncLogRows.ts';

const PAGE = 100;
/** How far back issues are offered for choosing one. */
const ISSUES_FROM = 5_000;
const STATUSES = ['success', 'failed', 'unknown', 'pending'] as const;
const DAYS = [1, 7, 30] as const;

interface Deps {
  readonly history: (filter: AttemptFilter) => Promise<readonly SyncAttempt[]>;
  /** `undefined` when the record was removed. */
  readonly record: (id: string) => Promise<TimeRecord | undefined>;
  readonly clock: Clock;
  readonly exportCsv: (filter: AttemptFilter) => Promise<void>;
  readonly openIssue: (issueKey: string, connectionId: string) => Promise<void>;
  /** Shows the sync log in the history instead, of one record or of all. */
  readonly openInHistory: (recordId: string | undefined) => Promise<void>;
}

/** What the list shows now. `days` is the chosen range, or `undefined` for all or the caller's own. */
interface View {
  readonly filter: AttemptFilter;
  readonly days: number | undefined;
  readonly limit: number;
}

type Press = 'days' | 'status' | 'issue' | 'record' | 'export' | 'history' | 'more';
type Answer = { readonly press: Press } | { readonly attempt: SyncAttempt };
type Item = vscode.QuickPickItem & { readonly answer?: Answer };

/**
 * Shows the attempts that `filter` lets through in a list, newest first; the user narrows it down, exports it, or
 * chooses an attempt and what to do about it. Resolves when the list is closed. Rejects with `storage*`.
 */
export async function showSyncLog(deps: Deps, filter: AttemptFilter): Promise<void> {
  let view: View | undefined = { filter, days: undefined, limit: PAGE };
  while (view !== undefined) {
    const attempts = await deps.history({ ...view.filter, limit: view.limit + 1 });
    const answer = await ask(view, attempts, deps.clock.zone());
    view = answer === undefined ? undefined : await follow(deps, view, answer);
  }
}

function ask(view: View, attempts: readonly SyncAttempt[], zone: string): Promise<Answer | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const buttons = buttonsOf(view);
  pick.title = titleOf(view);
  pick.placeholder = vscode.l10n.t('Choose an attempt, or type a part of it');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = buttons;
  pick.items = itemsOf(view, attempts, zone);
  // After "Show more", go on where the list ended.
  const next = view.limit > PAGE ? pick.items[view.limit - PAGE] : undefined;
  if (next !== undefined) pick.activeItems = [next];
  return new Promise<Answer | undefined>((resolve) => {
    pick.onDidTriggerButton((button) => resolve(buttons.find((own) => own === button)));
    pick.onDidAccept(() => {
      const answer = (pick.selectedItems[0] ?? pick.activeItems[0])?.answer;
      if (answer !== undefined) resolve(answer);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  }).finally(() => pick.dispose());
}

function buttonsOf({ filter }: View): readonly (vscode.QuickInputButton & { readonly press: Press })[] {
  const button = (press: Press, icon: string, tooltip: string) => {
    return { press, iconPath: new vscode.ThemeIcon(icon), tooltip };
  };
  return [
    button('days', 'calendar', vscode.l10n.t('Choose days')),
    button('status', 'filter', vscode.l10n.t('Choose an outcome')),
    button('issue', 'issues', vscode.l10n.t('Choose an issue')),
    ...(filter.recordId === undefined ? [] : [button('record', 'clear-all', vscode.l10n.t('Show all records'))]),
    button('export', 'export', vscode.l10n.t('Export as CSV')),
    button('history', 'go-to-file', vscode.l10n.t('Open in the history')),
  ];
}

function titleOf({ filter, days }: View): string {
  const parts = [
    days === undefined ? '' : daysName(days),
    days === undefined && (filter.from !== undefined || filter.to !== undefined) ? vscode.l10n.t('some days') : '',
    filter.status === undefined ? '' : statusName(filter.status),
    filter.issueKey ?? '',
    filter.recordId === undefined ? '' : vscode.l10n.t('this record'),
  ].filter((part) => part !== '');
  const title = vscode.l10n.t('Sync log');
  return parts.length === 0 ? title : `${title}: ${parts.join(', ')}`;
}

function itemsOf({ limit }: View, attempts: readonly SyncAttempt[], zone: string): readonly Item[] {
  if (attempts.length === 0) return [{ label: vscode.l10n.t('Nothing was sent to Jira here.'), alwaysShow: true }];
  const rows = attempts.slice(0, limit).map((attempt) => ({ ...syncLogRow(attempt, zone), answer: { attempt } }));
  const more: Item = { label: vscode.l10n.t('$(fold-down) Show {0} more', PAGE), answer: { press: 'more' } };
  const csv: Item = { label: vscode.l10n.t('$(export) Export as CSV'), answer: { press: 'export' } };
  return [...rows, ...(attempts.length > limit ? [more] : []), csv];
}

/** What is shown after an answer; `undefined` when that was all. A question that was closed changes nothing. */
async function follow(deps: Deps, view: View, answer: Answer): Promise<View | undefined> {
  try {
    return 'attempt' in answer ? await actOn(deps, view, answer.attempt) : await FOLLOW[answer.press](deps, view);
  } catch (error) {
    if (isCancellation(error)) return view;
    throw error;
  }
}

const FOLLOW: Readonly<Record<Press, (deps: Deps, view: View) => Promise<View | undefined>>> = {
  days: async ({ clock }, { filter: { from: _from, to: _to, ...rest } }) => {
    const days = await choose<number | undefined>(
      [...DAYS.map((count) => ({ label: daysName(count), choice: count })), all(vscode.l10n.t('All days'))],
      { title: vscode.l10n.t('Sync log'), placeholder: vscode.l10n.t('Attempts of which days?') },
    );
    const range = days === undefined ? {} : { from: startOfLastDays(days, clock.now(), clock.zone()) };
    return { filter: { ...rest, ...range }, days, limit: PAGE };
  },
  status: async (_deps, { filter: { status: _status, ...rest }, days }) => {
    const status = await choose<(typeof STATUSES)[number] | undefined>(
      [...STATUSES.map((each) => ({ label: statusName(each), choice: each })), all(vscode.l10n.t('All outcomes'))],
      { title: vscode.l10n.t('Sync log'), placeholder: vscode.l10n.t('Attempts with which outcome?') },
    );
    return { filter: { ...rest, ...(status === undefined ? {} : { status }) }, days, limit: PAGE };
  },
  issue: async (deps, { filter: { issueKey: _issueKey, ...rest }, days }) => {
    const keys = new Set((await deps.history({ limit: ISSUES_FROM })).map(({ issueKey }) => issueKey));
    const issueKey = await choose<string | undefined>(
      [all(vscode.l10n.t('All issues')), ...[...keys].map((key) => ({ label: key, choice: key }))],
      { title: vscode.l10n.t('Sync log'), placeholder: vscode.l10n.t('Attempts on which issue?') },
    );
    return { filter: { ...rest, ...(issueKey === undefined ? {} : { issueKey }) }, days, limit: PAGE };
  },
  record: async (_deps, { filter: { recordId: _recordId, ...filter }, days }) => ({ filter, days, limit: PAGE }),
  export: async (deps, { filter }) => {
    await deps.exportCsv(filter);
    return undefined;
  },
  history: async ({ openInHistory }, { filter }) => {
    await openInHistory(filter.recordId);
    return undefined;
  },
  more: async (_deps, view) => ({ ...view, limit: view.limit + PAGE }),
};

async function actOn(deps: Deps, view: View, attempt: SyncAttempt): Promise<View | undefined> {
  const { recordId, issueKey, connectionId, error } = attempt;
  const record = await deps.record(recordId);
  const act = (label: string, work: () => Promise<View | undefined>) => ({ label, choice: work });
  const run = (command: string) => async () => {
    await vscode.commands.executeCommand(command, recordId);
    return undefined;
  };
  const open = async () => {
    await deps.openIssue(issueKey, connectionId);
    return undefined;
  };
  const copy = async () => {
    await vscode.env.clipboard.writeText(error ?? '');
    return view;
  };
  const only = async () => ({ ...view, filter: { ...view.filter, recordId }, limit: PAGE });
  const items: Choice<() => Promise<View | undefined>>[] = [
    ...(canRetry(record) ? [act(vscode.l10n.t('Sync the record again'), run('timecard.syncRecord'))] : []),
    ...(record === undefined ? [] : [act(vscode.l10n.t('Edit the record'), run('timecard.editRecord'))]),
    act(vscode.l10n.t('Open {0} in Jira', issueKey), open),
    ...(view.filter.recordId === undefined ? [act(vscode.l10n.t('This record only'), only)] : []),
    ...(error === null ? [] : [act(vscode.l10n.t('Copy the error'), copy)]),
  ];
  const work = await choose(items, {
    title: vscode.l10n.t('Sync log'),
    placeholder: record === undefined ? vscode.l10n.t('The record was deleted') : vscode.l10n.t('What to do?'),
  });
  return work();
}

function canRetry(record: TimeRecord | undefined): boolean {
  return record !== undefined && !['local', 'synced'].includes(syncStateOf(record));
}

function daysName(days: number): string {
  return days === 1 ? vscode.l10n.t('Today') : vscode.l10n.t('Last {0} days', days);
}

function all(label: string): Choice<undefined> {
  return { label, choice: undefined };
}
