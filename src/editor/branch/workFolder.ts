import { posix } from 'node:path';
import * as vscode from 'vscode';

/** The folder that the user works in, which need not be in front: a look at the history or the settings leaves it. */
export class WorkFolder {
  private last: vscode.Uri | undefined;

  /**
   * The folder of the active editor when that is in the workspace, else of the last one that was, else the first
   * workspace folder. To be asked whenever another editor is active or the workspace's folders change.
   */
  current(): vscode.Uri | undefined {
    const active = activeDocuments().find(isInWorkspace);
    if (active !== undefined) this.last = active.with({ path: posix.dirname(active.path) });
    else if (this.last !== undefined && !isInWorkspace(this.last)) this.last = undefined;
    return this.last ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  }
}

function activeDocuments(): vscode.Uri[] {
  const { activeTextEditor, activeNotebookEditor } = vscode.window;
  const all = [activeTextEditor?.document.uri, activeNotebookEditor?.notebook.uri];
  return all.filter((uri) => uri !== undefined);
}

function isInWorkspace(uri: vscode.Uri): boolean {
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}
