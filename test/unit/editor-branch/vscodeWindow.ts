import { readFile, stat } from 'node:fs/promises';
import { vscodeStub } from '../editor/vscodeStub.ts';

/** A URI on the disk of this machine. */
class Uri {
  readonly scheme: string = 'file';
  readonly authority = '';
  constructor(readonly path: string) {}
  with({ path = this.path }: { readonly path?: string }): Uri {
    return new Uri(path);
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

class FileSystemError extends Error {
  readonly code = 'FileNotFound';
}

type Listener = (value: unknown) => void;

/** What a test makes of the window: which document is in front, and which folders the workspace has. */
export class Window {
  private readonly listeners = new Map<string, Set<Listener>>();
  activeTextEditor: { readonly document: { readonly uri: Uri } } | undefined;
  folders: readonly string[] = [];

  event(name: string) {
    return (listener: Listener) => {
      const all = this.listeners.get(name) ?? new Set();
      this.listeners.set(name, all.add(listener));
      return { dispose: () => all.delete(listener) };
    };
  }

  /** A file in front, or with `undefined` something that is no text editor. */
  show(path: string | undefined): void {
    this.activeTextEditor = path === undefined ? undefined : { document: { uri: new Uri(path) } };
    this.fire('activeTextEditor');
  }

  open(...folders: string[]): void {
    this.folders = folders;
    this.fire('workspaceFolders');
  }

  listening(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  private fire(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener(undefined);
  }
}

export const front = new Window();

async function orNotFound<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new FileSystemError(String(error));
  }
}

function workspace() {
  const folderOf = ({ path }: Uri) => front.folders.find((each) => path === each || path.startsWith(`${each}/`));
  return {
    isTrusted: true,
    get workspaceFolders() {
      return front.folders.map((path) => ({ uri: new Uri(path) }));
    },
    getWorkspaceFolder: (uri: Uri) => folderOf(uri),
    onDidChangeWorkspaceFolders: front.event('workspaceFolders'),
    onDidGrantWorkspaceTrust: front.event('trust'),
    onDidChangeConfiguration: front.event('configuration'),
    createFileSystemWatcher: () => {
      const never = () => ({ dispose: () => undefined });
      return { onDidCreate: never, onDidChange: never, onDidDelete: never, dispose: () => undefined };
    },
    fs: {
      stat: async ({ path }: Uri) => {
        const found = await orNotFound(stat(path));
        return { type: found.isDirectory() ? 2 : 1, size: found.size };
      },
      readFile: ({ path }: Uri) => orNotFound(readFile(path)),
    },
  };
}

/** For `vi.mock('vscode', …)`: the stub of wizards with what following the branch needs besides. */
export function vscodeWindow() {
  const stub = vscodeStub();
  return {
    ...stub,
    FileSystemError,
    FileType: { File: 1, Directory: 2 },
    RelativePattern: class {},
    Disposable: {
      from: (...all: readonly { dispose(): unknown }[]) => ({
        dispose: () => {
          for (const each of all) each.dispose();
        },
      }),
    },
    workspace: workspace(),
    window: {
      ...stub.window,
      get activeTextEditor() {
        return front.activeTextEditor;
      },
      activeNotebookEditor: undefined,
      onDidChangeActiveTextEditor: front.event('activeTextEditor'),
      onDidChangeActiveNotebookEditor: front.event('activeNotebookEditor'),
      onDidChangeWindowState: front.event('windowState'),
      setStatusBarMessage: () => ({ dispose: () => undefined }),
    },
  };
}
