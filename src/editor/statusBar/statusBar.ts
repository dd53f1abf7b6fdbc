import * as vscode from 'vscode';
import type { BranchSource, Clock, Disposable, Log } from '../../core/ports.ts';
import type { Opening } from '../screen/opening.ts';
import { knownLocale } from './locale.ts';
import { type StatusBarView, TOOLTIP_COMMANDS } from './model.ts';
import { type Change, type Display, type StatusBarServices, TimerItem } from './timerItem.ts';

/** The item shows before `ready` resolves. */
export interface StatusBarDeps extends Opening<StatusBarServices> {
  readonly clock: Clock;
  readonly branch: BranchSource;
  readonly log: Pick<Log, 'error' | 'warn'>;
  /** What else changes what is shown: settings and secrets. */
  readonly changes?: readonly Change[];
}

/** Shows the timer in the status bar; disposing it takes it away. */
export function createStatusBar(deps: StatusBarDeps): Disposable {
  const item = vscode.window.createStatusBarItem('timecard.timer', vscode.StatusBarAlignment.Left, 100);
  item.name = 'Timecard';
  item.command = 'timecard.toggle';
  const timer = new TimerItem({
    clock: deps.clock,
    branch: deps.branch,
    log: deps.log,
    ready: deps.ready,
    reopen: deps.reopen,
    display: displayOn(item),
    t: (message, ...values) => vscode.l10n.t(message, ...values),
    locale: knownLocale(vscode.env.language),
    changes: [onFocus, ...(deps.changes ?? [])],
  });
  item.show();
  return {
    dispose() {
      timer.dispose();
      item.dispose();
    },
  };
}

/** Timeouts come late after the machine slept. */
function onFocus(listener: () => void): Disposable {
  return vscode.window.onDidChangeWindowState((state) => {
    if (state.focused) listener();
  });
}

/** Puts a view on an item; what has not changed is left alone, so that an open tooltip stays open. */
export function displayOn(item: vscode.StatusBarItem): Display {
  let shown: StatusBarView | undefined;
  return {
    show(view) {
      if (view.text !== shown?.text) item.text = view.text;
      if (view.tooltip !== shown?.tooltip) item.tooltip = tooltipOf(view.tooltip);
      if (view.accessibleLabel !== shown?.accessibleLabel) {
        item.accessibilityInformation = { label: view.accessibleLabel, role: 'button' };
      }
      if (view.warning !== shown?.warning) item.backgroundColor = view.warning ? WARNING : undefined;
      shown = view;
    },
    setRunning(running) {
      void vscode.commands.executeCommand('setContext', 'timecard.running', running);
    },
  };
}

const WARNING = new vscode.ThemeColor('statusBarItem.warningBackground');

function tooltipOf(markdown: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(markdown, true);
  tooltip.isTrusted = { enabledCommands: Object.values(TOOLTIP_COMMANDS) };
  tooltip.supportHtml = false;
  return tooltip;
}
