import * as vscode from 'vscode';
import type { NudgeNotice } from '../../app/nudges.ts';
import type { TimeClock } from '../../app/timeClock.ts';
import type { Undo } from '../../app/undo.ts';
import type { NudgeKind } from '../../core/nudgeTimes.ts';
import type { BranchInfo } from '../../core/ports.ts';
import type { ErrorBoundary } from '../commands/boundary.ts';
import { formatClock, formatLength } from '../format.ts';
import type { EditorSettings } from '../settings.ts';
import { offScreen } from './offScreen.ts';

interface Deps {
  readonly services: { readonly timeClock: Pick<TimeClock, 'current'>; readonly undo: Pick<Undo, 'undo'> };
  readonly settings: Pick<EditorSettings, 'stopNudge'>;
  readonly branch: () => BranchInfo;
  readonly zone: () => string;
  readonly boundary: Pick<ErrorBoundary, 'start'>;
}

/** A button and what it does. */
interface Action {
  readonly title: string;
  readonly run: () => Promise<void>;
}

interface Toast {
  readonly message: string;
  readonly actions: readonly Action[];
}

/** Shows one notice; resolves when it has left the screen. What its buttons do may come later still. */
export function nudgeToasts(deps: Deps): (notice: NudgeNotice) => Promise<void> {
  return (notice) => {
    const toast = toastOf(notice, deps);
    const closed = new Promise<void>((resolve) => {
      deps.boundary.start(`Reminder (${notice.kind})`, async () => {
        const chosen = await answered(toast).finally(resolve);
        await chosen?.run();
      });
    });
    return offScreen(closed);
  };
}

async function answered({ message, actions }: Toast): Promise<Action | undefined> {
  const title = await vscode.window.showInformationMessage(message, ...actions.map((action) => action.title));
  return actions.find((action) => action.title === title);
}

function toastOf(notice: NudgeNotice, deps: Deps): Toast {
  switch (notice.kind) {
    case 'clockOut':
      return clockedOut(notice, deps);
    case 'late':
      return late(notice, deps);
    case 'start':
      return start(deps);
    case 'unsynced':
      return unsynced(notice, deps);
  }
}

function clockedOut({ record, at, group }: Extract<NudgeNotice, { kind: 'clockOut' }>, deps: Deps): Toast {
  const what = record.issueKey ?? vscode.l10n.t('no issue');
  const undo: Action = {
    title: vscode.l10n.t('Undo'),
    run: async () => (group === undefined ? run('timecard.undo') : deps.services.undo.undo(group)),
  };
  return {
    message: vscode.l10n.t('Clocked out at {0}, as you have set: {1}.', formatClock(at, deps.zone()), what),
    actions: [undo, never('clockOut', vscode.l10n.t('Don’t do this again'), deps)],
  };
}

function late({ record }: Extract<NudgeNotice, { kind: 'late' }>, deps: Deps): Toast {
  const stillRuns = async () => (await deps.services.timeClock.current())?.id === record.id;
  const since = formatClock(record.timeIn, record.zone);
  const message =
    record.issueKey === null
      ? vscode.l10n.t('The timer still runs, since {0}.', since)
      : vscode.l10n.t('The timer still runs on {0}, since {1}.', record.issueKey, since);
  const ifStill = (title: string, command: string): Action => ({
    title,
    run: async () => ((await stillRuns()) ? run(command) : say(vscode.l10n.t('The timer was stopped already.'))),
  });
  return {
    message,
    actions: [
      ifStill(vscode.l10n.t('Clock out'), 'timecard.clockOut'),
      ifStill(vscode.l10n.t('Clock out at…'), 'timecard.clockOutAt'),
      neverAgain('late', deps),
    ],
  };
}

function start(deps: Deps): Toast {
  const { issueKey } = deps.branch();
  const clockIn: Action = {
    title: issueKey === null ? vscode.l10n.t('Clock in') : vscode.l10n.t('Clock in on {0}', issueKey),
    run: async () => {
      const running = await deps.services.timeClock.current();
      if (running === undefined) await run('timecard.clockIn', ...(issueKey === null ? [] : [{ issueKey }]));
      else say(vscode.l10n.t('The timer runs already.'));
    },
  };
  return {
    message: vscode.l10n.t('Your working day has begun, and the timer is not running.'),
    actions: [clockIn, neverAgain('start', deps)],
  };
}

function unsynced({ seconds }: Extract<NudgeNotice, { kind: 'unsynced' }>, deps: Deps): Toast {
  return {
    message: vscode.l10n.t('{0} of this week have not reached Jira yet.', hoursAndMinutes(seconds)),
    actions: [{ title: vscode.l10n.t('Sync to Jira'), run: () => run('timecard.sync') }, neverAgain('unsynced', deps)],
  };
}

function hoursAndMinutes(seconds: number): string {
  return vscode.l10n.t('{0} h', formatLength(seconds));
}

function neverAgain(kind: NudgeKind, deps: Deps): Action {
  return never(kind, vscode.l10n.t('Don’t show again'), deps);
}

function never(kind: NudgeKind, title: string, deps: Deps): Action {
  return { title, run: () => deps.settings.stopNudge(kind) };
}

async function run(command: string, ...args: readonly unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}

function say(message: string): void {
  vscode.window.setStatusBarMessage(message, 5_000);
}
