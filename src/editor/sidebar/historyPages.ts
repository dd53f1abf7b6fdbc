import * as vscode from 'vscode';
import type { Disposable } from '../../core/ports.ts';
import type { HistoryFeed } from './historyFeed.ts';
import { HISTORY_TAB, HistoryTab } from './historyTab.ts';
import { createHistoryFeed, type SidebarDeps, showHistory } from './sidebar.ts';

/** The places the history is shown at: the view in the sidebar and a tab of the editor. */
export class HistoryPages implements Disposable {
  private readonly sidebar: HistoryFeed;
  private readonly tab: HistoryTab;
  private readonly registration: Disposable;

  constructor(deps: SidebarDeps) {
    const { extensionUri } = deps;
    this.sidebar = createHistoryFeed(deps);
    this.registration = vscode.window.registerWebviewViewProvider('timecard.history', {
      resolveWebviewView: (view) => showHistory(view, this.sidebar, extensionUri),
    });
    this.tab = new HistoryTab({
      extensionUri,
      createFeed: () => createHistoryFeed(deps),
      show: (host, feed) => showHistory(host, feed, extensionUri),
    });
  }

  openInEditor(): void {
    this.tab.open();
  }

  /**
   * Opens the sync log's tab.
   * @param recordId whose attempts alone to show
   * @param from type of the webview it was asked for in; that one shows it
   */
  async openSyncLog(recordId: string | undefined, from: string | undefined): Promise<void> {
    const inEditor = from === HISTORY_TAB || (from === undefined && this.tab.isVisible);
    if (inEditor) this.tab.open().showTab('log', recordId);
    else {
      this.sidebar.showTab('log', recordId);
      await vscode.commands.executeCommand('timecard.history.focus');
    }
  }

  /**
   * Begins to edit a record in its row.
   * @param from type of the webview it was asked for in
   * @returns whether that one is there
   */
  editInRow(id: string, from: string): boolean {
    return from === HISTORY_TAB ? this.tab.open().editInRow(id) : this.sidebar.editInRow(id);
  }

  dispose(): void {
    this.registration.dispose();
    this.tab.dispose();
    this.sidebar.dispose();
  }
}
