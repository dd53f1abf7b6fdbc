import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExtensionContext } from 'vscode';
import { watchToasts } from './vscodeStub.ts';

const nothing = vi.hoisted(() => () => ({ dispose: () => undefined }));
vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  const log = { info: nothing, warn: nothing, error: nothing, show: nothing, dispose: nothing };
  class EventEmitter {
    readonly event = nothing;
    readonly fire = nothing;
    readonly dispose = nothing;
  }
  return {
    ...stub,
    EventEmitter,
    ThemeColor: class {},
    MarkdownString: class {},
    StatusBarAlignment: { Left: 1 },
    Disposable: { from: nothing },
    window: {
      ...stub.window,
      state: { focused: true, active: true },
      createOutputChannel: () => log,
      createStatusBarItem: () => ({ show: nothing, dispose: nothing }),
      registerUriHandler: nothing,
      registerWebviewViewProvider: nothing,
      onDidChangeActiveTextEditor: nothing,
      onDidChangeActiveNotebookEditor: nothing,
      onDidChangeWindowState: nothing,
      onDidChangeTextEditorSelection: nothing,
      onDidChangeTextEditorVisibleRanges: nothing,
      onDidChangeVisibleTextEditors: nothing,
      onDidChangeActiveTerminal: nothing,
      onDidOpenTerminal: nothing,
      onDidChangeTerminalState: nothing,
      onDidStartTerminalShellExecution: nothing,
    },
    workspace: {
      isTrusted: false,
      onDidChangeWorkspaceFolders: nothing,
      onDidGrantWorkspaceTrust: nothing,
      onDidChangeConfiguration: nothing,
      onDidChangeTextDocument: nothing,
      onDidSaveTextDocument: nothing,
      getConfiguration: () => ({ get: () => undefined }),
    },
    debug: {
      onDidStartDebugSession: nothing,
      onDidChangeActiveDebugSession: nothing,
      onDidChangeBreakpoints: nothing,
    },
    commands: { ...stub.commands, executeCommand: async () => undefined },
  };
});
const { Container } = await import('../../../src/container.ts');

const WASM = join(dirname(createRequire(import.meta.url).resolve('sql.js')), 'sql-wasm.wasm');

describe('the container', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-container-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function start() {
    const context = {
      globalStorageUri: { fsPath: folder },
      asAbsolutePath: () => WASM,
      extension: { packageJSON: { version: '0.0.0' } },
      extensionUri: {},
      secrets: { get: async () => undefined, store: nothing, delete: nothing, onDidChange: nothing },
    };
    // As much of VS Code's context as the container asks for.
    const container = new Container(context as unknown as ExtensionContext);
    container.start();
    return container;
  }

  it('tells what became of the database also when only a later try opens it', async () => {
    const file = join(folder, 'timecard.sqlite');
    await mkdir(file);
    const toasts = watchToasts();
    const container = start();
    await expect(container.api.records.list()).rejects.toMatchObject({ reason: expect.stringMatching(/^storage/) });
    await rmdir(file);
    await writeFile(file, '');
    await vi.waitFor(async () => expect(await container.api.records.list()).toEqual([]), 5_000);
    await vi.waitFor(() => expect(toasts.map(({ message }) => message).join()).toMatch(/database/));
    await container.close();
    container.dispose();
  });

  it('opens nothing after the window was closed', async () => {
    const container = start();
    const early = container.api.records.list();
    await container.close();
    container.dispose();
    await expect(early).rejects.toMatchObject({ reason: 'cancelled' });
    await expect(container.api.timer.current()).rejects.toMatchObject({ reason: 'cancelled' });
  });
});
