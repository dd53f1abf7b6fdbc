import * as vscode from 'vscode';
import type { Disposable } from '../../core/ports.ts';
import type { HistoryFeed } from './historyFeed.ts';
import type { HistoryHost } from './sidebar.ts';

/** The type of the editor tab, as `webviewId` in the manifest's clauses has it. */
export const HISTORY_TAB = 'timecard.historyTab';

interface Deps {
  readonly extensionUri: vscode.Uri;
  /** A feed of its own for each tab. */
  readonly createFeed: () => HistoryFeed;
  readonly show: (host: HistoryHost, feed: HistoryFeed) => void;
}

interface Shown {
  readonly panel: vscode.WebviewPanel;
  readonly feed: HistoryFeed;
}

/** The history as one editor tab, which comes back after the window was reloaded. */
export class HistoryTab implements Disposable {
  private shown: Shown | undefined;
  private readonly serializer: Disposable;

  constructor(private readonly deps: Deps) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(HISTORY_TAB, {
      // The page keeps its own state.
      deserializeWebviewPanel: async (panel) => this.adopt(panel),
    });
  }

  /** Whether somebody sees it. */
  get isVisible(): boolean {
    return this.shown?.panel.visible === true;
  }

  /** Opens the tab, or brings it to the front. */
  open(): HistoryFeed {
    const { shown } = this;
    if (shown !== undefined) {
      shown.panel.reveal();
      return shown.feed;
    }
    const title = vscode.l10n.t('Timecard history');
    return this.keep(vscode.window.createWebviewPanel(HISTORY_TAB, title, vscode.ViewColumn.Active));
  }

  /** The tab itself stays: VS Code brings it back after a reload, which also ends this. */
  dispose(): void {
    this.serializer.dispose();
    this.shown?.feed.dispose();
    this.shown = undefined;
  }

  /** A tab of the last session. It comes when it is first looked at, and another may have been opened by then. */
  private adopt(panel: vscode.WebviewPanel): void {
    if (this.shown === undefined) this.keep(panel);
    else {
      panel.dispose();
      this.shown.panel.reveal();
    }
  }

  private keep(panel: vscode.WebviewPanel): HistoryFeed {
    const feed = this.deps.createFeed();
    this.shown = { panel, feed };
    const icon = (theme: string): vscode.Uri => {
      return vscode.Uri.joinPath(this.deps.extensionUri, 'media', `history-${theme}.svg`);
    };
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.onDidDispose(() => {
      feed.dispose();
      if (this.shown?.panel === panel) this.shown = undefined;
    });
    this.deps.show(hostOf(panel), feed);
    return feed;
  }
}

function hostOf(panel: vscode.WebviewPanel): HistoryHost {
  return {
    webview: panel.webview,
    get visible() {
      return panel.visible;
    },
    onDidDispose: panel.onDidDispose,
    onDidChangeVisibility: (listener) => panel.onDidChangeViewState(() => listener()),
    place: 'editor',
  };
}
