import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { BranchSource, Clock, Log, Settings } from '../../core/ports.ts';
import { VIEW_TEXTS } from '../../protocol/texts.ts';
import { type WaitingOf, waitingText } from '../../protocol/waiting.ts';
import type { CommandId } from '../commands/ids.ts';
import { errorToast } from '../errorText.ts';
import type { Opening } from '../screen/opening.ts';
import { knownLocale } from '../statusBar/locale.ts';
import type { Change } from '../statusBar/timerItem.ts';
import { type FeedDeps, HistoryFeed, type SidebarServices, type Surface } from './historyFeed.ts';
import { sidebarHtml } from './html.ts';

export interface SidebarDeps extends Opening<SidebarServices> {
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly branch: BranchSource;
  readonly log: Log;
  readonly settings: Pick<Settings, 'weekStart'>;
  readonly many: FeedDeps['many'];
  readonly editing: FeedDeps['editing'];
  /** What else changes what is shown: settings and secrets. */
  readonly changes?: readonly Change[];
}

/** The feed of the history view with this editor's language and commands. */
export function createHistoryFeed(deps: SidebarDeps): HistoryFeed {
  return new HistoryFeed({
    clock: deps.clock,
    branch: deps.branch,
    log: deps.log,
    settings: deps.settings,
    many: deps.many,
    editing: deps.editing,
    ready: deps.ready,
    reopen: deps.reopen,
    changes: deps.changes ?? [],
    locale: knownLocale(vscode.env.language),
    t: (message, ...values) => vscode.l10n.t(message, ...values),
    texts: viewTexts(),
    run: runCommand,
    notify,
    explain: (error) => errorToast(error)?.message,
  });
}

/** A webview that shows the history: the part a sidebar view and an editor tab have in common. */
export interface HistoryHost {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
  badge?: vscode.ViewBadge | undefined;
  readonly onDidDispose: vscode.Event<void>;
  readonly onDidChangeVisibility?: vscode.Event<void>;
  /** The sidebar when absent. */
  readonly place?: 'editor';
}

/** Loads the page into a webview and lets the feed and the page talk until the webview is gone. */
export function showHistory(host: HistoryHost, feed: HistoryFeed, extensionUri: vscode.Uri): void {
  const { webview } = host;
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = { enableScripts: true, enableCommandUris: false, localResourceRoots: [folder] };
  const parts = [
    feed.attach(surfaceOn(host, (error) => feed.notSent(error))),
    webview.onDidReceiveMessage((message: unknown) => feed.receive(message)),
    host.onDidChangeVisibility?.(() => feed.visibilityChanged()),
    host.onDidDispose(() => {
      for (const part of parts) part?.dispose();
    }),
  ];
  webview.html = pageFor(host, folder);
}

function surfaceOn(host: HistoryHost, failed: (error: unknown) => void): Surface {
  return {
    isVisible: () => host.visible,
    // A page may go while a message is on its way to it.
    post: (message) => void host.webview.postMessage(message).then(undefined, failed),
    showWaiting(count, of) {
      const badge = badgeOf(count, of);
      const { badge: shown } = host;
      if (shown?.value !== badge?.value || shown?.tooltip !== badge?.tooltip) host.badge = badge;
    },
  };
}

function badgeOf(count: number, of: WaitingOf): vscode.ViewBadge | undefined {
  if (count === 0) return undefined;
  return {
    value: count,
    tooltip: waitingText(count, of, (key, ...values) => vscode.l10n.t(VIEW_TEXTS[key], ...values)),
  };
}

function pageFor({ webview, place }: HistoryHost, folder: vscode.Uri): string {
  const uriOf = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  return sidebarHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    scriptUri: uriOf('view.js'),
    styleUri: uriOf('view.css'),
    codiconUri: uriOf('codicon.css'),
    title: vscode.l10n.t('Timecard history'),
    lang: knownLocale(vscode.env.language),
    place: place ?? 'sidebar',
  });
}

function viewTexts(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(VIEW_TEXTS).map(([key, text]) => [key, vscode.l10n.t(text)]));
}

/** How long, in ms, what needs no answer stands in the status bar. */
const SHOWN_MS = 6_000;

/** The page reads it out but shows nothing of it. */
function notify(text: string, tone: 'info' | 'error'): void {
  if (tone === 'error') void vscode.window.showErrorMessage(text);
  else vscode.window.setStatusBarMessage(text, SHOWN_MS);
}

async function runCommand(command: CommandId, ...args: readonly unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}
