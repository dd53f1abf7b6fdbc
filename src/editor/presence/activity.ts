import * as vscode from 'vscode';
import type { Disposable } from '../../core/ports.ts';

/** Calls back on every sign of life in this window: typing, selecting, scrolling, terminals, debugging, the window's state. */
export function watchActivity(seen: () => void): Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (isTypedIn(document) && contentChanges.length > 0) seen();
    }),
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      if (isTypedIn(textEditor.document)) seen();
    }),
    vscode.workspace.onDidSaveTextDocument(seen),
    vscode.window.onDidChangeTextEditorSelection(seen),
    vscode.window.onDidChangeActiveTextEditor(seen),
    vscode.window.onDidChangeActiveNotebookEditor(seen),
    vscode.window.onDidChangeActiveTerminal(seen),
    vscode.window.onDidOpenTerminal(seen),
    vscode.window.onDidChangeTerminalState(seen),
    vscode.window.onDidStartTerminalShellExecution(seen),
    vscode.debug.onDidStartDebugSession(seen),
    vscode.debug.onDidChangeActiveDebugSession(seen),
    vscode.debug.onDidChangeBreakpoints(seen),
    vscode.window.onDidChangeWindowState(({ focused, active }) => {
      if (focused || active) seen();
    }),
  );
}

/** Output channels write and scroll by themselves. */
function isTypedIn(document: vscode.TextDocument): boolean {
  return document.uri.scheme !== 'output';
}
