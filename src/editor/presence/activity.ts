import * as vscode from 'vscode';
import type { Disposable } from '../../core/ports.ts';

/** A scroll this soon after its document changed or an editor came up may be their doing, in ms. */
const SETTLES_MS = 2_000;

/**
 * Calls back on every sign of life in this window: typing, selecting, scrolling, terminals, debugging, input that VS Code
 * tells of. What also happens by itself (a log that grows, a task, an agent at work) counts only right after input.
 */
export function watchActivity(seen: () => void): Disposable {
  const input = new Input();
  const scrolls = new Scrolls();
  const whileActive = () => {
    if (input.isRecent()) seen();
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      scrolls.changed(document);
      if (isTypedIn(document)) whileActive();
    }),
    vscode.window.onDidChangeVisibleTextEditors(() => scrolls.shown()),
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor: { document } }) => {
      if (isTypedIn(document) && (input.isRecent() || scrolls.isByHand(document))) seen();
    }),
    vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
      if (input.isRecent() || isByHand(kind)) seen();
    }),
    vscode.workspace.onDidSaveTextDocument(whileActive),
    vscode.window.onDidChangeActiveTextEditor(whileActive),
    vscode.window.onDidChangeActiveNotebookEditor(whileActive),
    vscode.window.onDidChangeActiveTerminal(whileActive),
    vscode.window.onDidOpenTerminal(whileActive),
    vscode.window.onDidChangeTerminalState(whileActive),
    vscode.window.onDidStartTerminalShellExecution(whileActive),
    vscode.debug.onDidStartDebugSession(whileActive),
    vscode.debug.onDidChangeActiveDebugSession(whileActive),
    vscode.debug.onDidChangeBreakpoints(whileActive),
    vscode.window.onDidChangeWindowState((state) => {
      if (input.isIn(state)) seen();
    }),
  );
}

/** Whether keys, clicks or touches came within about the last minute. */
class Input {
  private isTold = isActive();
  private isFocused = vscode.window.state.focused;

  /** Always, where the editor does not tell: some of VS Code's kin have no `active`, or one that is never true. */
  isRecent(): boolean {
    const active = isActive();
    this.isTold ||= active;
    return active || !this.isTold;
  }

  /**
   * Whether a change of the window's state is somebody's doing: that the window comes to the front is, also when a page
   * in it takes all keys and clicks, but not that VS Code has seen no input for a while.
   */
  isIn({ focused, active }: vscode.WindowState): boolean {
    const comesToFront = focused && !this.isFocused;
    this.isFocused = focused;
    return comesToFront || (this.isRecent() && (focused || active));
  }
}

function isActive(): boolean {
  const { active }: { readonly active?: boolean } = vscode.window.state;
  return active === true;
}

/** Tells scrolling, which VS Code does not count as input, from what moves because it changes. */
class Scrolls {
  private readonly changes = new WeakMap<vscode.TextDocument, number>();
  private lastShown = Number.NEGATIVE_INFINITY;

  changed(document: vscode.TextDocument): void {
    this.changes.set(document, performance.now());
  }

  shown(): void {
    this.lastShown = performance.now();
  }

  isByHand(document: vscode.TextDocument): boolean {
    const moved = Math.max(this.lastShown, this.changes.get(document) ?? Number.NEGATIVE_INFINITY);
    return vscode.window.state.focused && performance.now() - moved >= SETTLES_MS;
  }
}

/** Dictation, too, selects as the keyboard does, without a key that VS Code would see. */
function isByHand(kind: vscode.TextEditorSelectionChangeKind | undefined): boolean {
  const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
  return kind === Keyboard || kind === Mouse;
}

/** Output channels write and scroll by themselves. */
function isTypedIn(document: vscode.TextDocument): boolean {
  return document.uri.scheme !== 'output';
}
