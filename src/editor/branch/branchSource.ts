import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Disposable, Log } from '../../core/ports.ts';
import { type BranchTracker, type Place, trackBranch, type Where } from './branchTracker.ts';
import type { HeadFiles, Watch } from './readHead.ts';
import type { ReflogFiles } from './readReflog.ts';
import { WorkFolder } from './workFolder.ts';

/** HEAD and the like are a line long; a larger file is something else. */
const MAX_FILE = 65_536;
const MAX_REFLOG = 16_777_216;
/** About a thousand commits. */
const MAX_TAIL = 262_144;

export interface BranchSourceDeps {
  /** Keys of the user's projects; empty while not known. */
  projectKeys(): readonly string[];
  /** The setting `timecard.issueKeyPattern`, read anew on every use. */
  pattern(): string | undefined;
  readonly log: Log;
}

/** The branch of the workspace, and where its commits are. */
export interface WorkspaceBranch extends BranchTracker {
  /** Where the commits of the current branch are read; like the branch itself, never in an untrusted workspace. */
  reflogPlace(): { readonly files: ReflogFiles; readonly path: string } | undefined;
}

/**
 * Follows the branch of the workspace through `vscode.workspace.fs`, wherever the workspace is: the repository that the
 * user works in, which is the first folder's until an editor was active. In an untrusted workspace nothing is read.
 * Starts reading at once.
 */
export function createBranchSource(deps: BranchSourceDeps): WorkspaceBranch {
  const work = new WorkFolder();
  const tracker = trackBranch({ ...deps, place: () => currentPlace(work) });
  const subscriptions = followEditor(tracker, work);
  void tracker.refresh();
  return {
    current: () => tracker.current(),
    place: () => tracker.place(),
    onDidChange: (listener) => tracker.onDidChange(listener),
    refresh: () => tracker.refresh(),
    reconsider: () => tracker.reconsider(),
    reflogPlace: () => reflogPlace(work),
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
      tracker.dispose();
    },
  };
}

function followEditor(tracker: BranchTracker, work: WorkFolder): Disposable[] {
  const refresh = () => void tracker.refresh();
  let folder = work.current()?.toString();
  const whenFolderChanged = () => {
    const now = work.current()?.toString();
    if (now === folder) return;
    folder = now;
    refresh();
  };
  return [
    vscode.window.onDidChangeActiveTextEditor(whenFolderChanged),
    vscode.window.onDidChangeActiveNotebookEditor(whenFolderChanged),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      folder = work.current()?.toString();
      refresh();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    // Not every file system tells what changes; somebody who comes back from a terminal sees the right branch anyway.
    vscode.window.onDidChangeWindowState((state) => {
      if (state.focused) refresh();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('timecard.issueKeyPattern')) tracker.reconsider();
    }),
  ];
}

function currentPlace(work: WorkFolder): Where {
  if (!vscode.workspace.isTrusted) return { why: 'The branch is not read until you trust this workspace.' };
  const folder = work.current();
  return folder === undefined ? { why: 'No folder is open.' } : placeAt(folder);
}

function reflogPlace(work: WorkFolder): ReturnType<WorkspaceBranch['reflogPlace']> {
  const folder = vscode.workspace.isTrusted ? work.current() : undefined;
  if (folder === undefined) return undefined;
  const uriOf = (path: string) => folder.with({ path, query: '', fragment: '' });
  return { path: folder.path, files: { ...filesAt(folder, uriOf), tail: (path) => tailOf(uriOf(path)) } };
}

/** `workspace.fs` knows no reading in parts, so a log is read whole up to a size that no branch's comes near. */
async function tailOf(uri: vscode.Uri): Promise<string | undefined> {
  const found = await orNothing(vscode.workspace.fs.stat(uri));
  if (found === undefined || (found.type & vscode.FileType.File) === 0) return undefined;
  if (found.size > MAX_REFLOG) throw new Error('the branch’s log is too large');
  const bytes = await orNothing(vscode.workspace.fs.readFile(uri));
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes.subarray(-MAX_TAIL));
}

function placeAt(folder: vscode.Uri): Place {
  const uriOf = (path: string) => folder.with({ path, query: '', fragment: '' });
  return {
    fileSystem: `${folder.scheme}://${folder.authority}`,
    path: folder.path,
    files: filesAt(folder, uriOf),
    watch: (watch, onChange) => watchFiles(uriOf(watch.folder), watch, onChange),
  };
}

function watchFiles(folder: vscode.Uri, watch: Watch, onChange: () => void): Disposable {
  const glob = watch.names.length === 1 ? watch.names.join() : `{${watch.names.join(',')}}`;
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, glob));
  const all = [watcher, watcher.onDidCreate(onChange), watcher.onDidChange(onChange), watcher.onDidDelete(onChange)];
  return vscode.Disposable.from(...all);
}

function filesAt({ scheme, authority }: vscode.Uri, uriOf: (path: string) => vscode.Uri): HeadFiles {
  const stat = (path: string) => orNothing(vscode.workspace.fs.stat(uriOf(path)));
  return {
    ...(scheme === 'file' && authority !== '' ? { server: authority } : {}),
    kind: async (path) => {
      const found = await stat(path);
      if (found === undefined) return undefined;
      return (found.type & vscode.FileType.Directory) !== 0 ? 'directory' : 'file';
    },
    read: async (path) => {
      const found = await stat(path);
      if (found === undefined) return undefined;
      if (found.size > MAX_FILE) throw new Error(`${posix.basename(path)} is too large`);
      const bytes = await orNothing(vscode.workspace.fs.readFile(uriOf(path)));
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
  };
}

/** `undefined` for what is not there. */
async function orNothing<T>(answer: Thenable<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const code = error instanceof vscode.FileSystemError ? error.code : '';
    if (code === 'FileNotFound' || code === 'FileNotADirectory') return undefined;
    throw error;
  }
}
