import { posix } from 'node:path';

/** What reading a branch needs of a file system. Paths are absolute and use `/`, as in a URI. */
export interface HeadFiles {
  /** The server that the paths are on, as in `//server/share`; absent for a local disk. */
  readonly server?: string;
  /** What is at a path, symbolic links followed; `undefined` when there is nothing. Rejects when it cannot tell. */
  kind(path: string): Promise<'file' | 'directory' | undefined>;
  /** A small text file; `undefined` when there is none. Rejects when it cannot be read. */
  read(path: string): Promise<string | undefined>;
}

/** Entries of a folder whose coming, going or change may change the branch. */
export interface Watch {
  readonly folder: string;
  readonly names: readonly string[];
}

export interface HeadReading {
  /** Full branch name, `null` when there is none. */
  readonly branch: string | null;
  /** One sentence for the user. */
  readonly why: string;
  readonly watches: readonly Watch[];
  /** What tells one checkout from another, also a worktree from its repository; absent without a repository. */
  readonly gitFolder?: string;
}

/** The folder that holds HEAD, and the one it was found in. */
interface Repository {
  readonly gitFolder: string;
  readonly foundIn: string;
}

type Found = Repository | { readonly foundIn: string; readonly why: string } | undefined;

const WATCHED = ['HEAD', 'rebase-merge', 'rebase-apply'] as const;

/** Reads no more folders than this on the way up; deeper ones are no real workspace. */
const MAX_DEPTH = 200;

/**
 * What git writes in a file, which may be relative to the file's folder and may be a Windows path. The server of a
 * share is no part of a URI's path, so it goes when it is the one that the files are on.
 */
export function resolvePath(folder: string, target: string, server?: string): string {
  const isWindows = /^(?:[A-Za-z]:[\\/]|\\\\)/.test(target);
  const path = isWindows ? target.replaceAll('\\', '/') : target;
  if (/^[A-Za-z]:/.test(path) && isWindows) return posix.normalize(`/${path}`);
  const [, host, onShare] = /^\/\/([^/]+)(\/.*)$/.exec(path) ?? [];
  if (onShare !== undefined && host?.toLowerCase() === server?.toLowerCase()) return posix.normalize(onShare);
  return posix.normalize(path.startsWith('/') ? path : posix.join(folder, path));
}

/** A worktree's or submodule's `.git` is a file that says where its git folder is. */
async function followPointer(files: HeadFiles, folder: string): Promise<Found> {
  const text = await files.read(posix.join(folder, '.git'));
  const target = /^gitdir:(.*)/.exec(text ?? '')?.[1]?.trim() ?? '';
  if (target === '') return { foundIn: folder, why: 'The file .git does not say where the repository is.' };
  const gitFolder = resolvePath(folder, target, files.server);
  if ((await files.kind(posix.join(gitFolder, 'HEAD'))) === undefined) {
    return { foundIn: folder, why: 'The file .git points to a repository that is not there.' };
  }
  return { gitFolder, foundIn: folder };
}

async function isGitFolder(files: HeadFiles, folder: string): Promise<boolean> {
  if ((await files.kind(posix.join(folder, 'HEAD'))) !== 'file') return false;
  const [objects, refs] = await Promise.all(['objects', 'refs'].map((name) => files.kind(posix.join(folder, name))));
  return objects === 'directory' && refs === 'directory';
}

/** The repository of this very folder. Like git, passes over a folder `.git` that has no HEAD. */
async function repositoryAt(files: HeadFiles, folder: string): Promise<Found> {
  const dotGit = posix.join(folder, '.git');
  const kind = await files.kind(dotGit);
  if (kind === 'file') return followPointer(files, folder);
  if (kind === 'directory' && (await files.kind(posix.join(dotGit, 'HEAD'))) !== undefined) {
    return { gitFolder: dotGit, foundIn: folder };
  }
  return (await isGitFolder(files, folder)) ? { gitFolder: folder, foundIn: folder } : undefined;
}

function foldersUpFrom(start: string): string[] {
  const folders = [posix.normalize(start)];
  for (let folder = folders[0] ?? '/'; folder !== posix.dirname(folder) && folders.length < MAX_DEPTH; ) {
    folder = posix.dirname(folder);
    folders.push(folder);
  }
  return folders;
}

/** The closest repository wins. A folder above that cannot be looked into is passed over. */
async function findRepository(files: HeadFiles, start: string): Promise<Found> {
  let unreadable: Found;
  for (const folder of foldersUpFrom(start)) {
    try {
      const found = await repositoryAt(files, folder);
      if (found !== undefined) return found;
    } catch (error) {
      unreadable ??= { foundIn: folder, why: `The repository cannot be read: ${messageOf(error)}.` };
    }
  }
  return unreadable;
}

/** The git folder of the closest repository, which in a worktree is the worktree's own; `undefined` without one. */
export async function findGitFolder(files: HeadFiles, start: string): Promise<string | undefined> {
  const found = await findRepository(files, start);
  return found === undefined || 'why' in found ? undefined : found.gitFolder;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

/** `refs/heads/a/b` → `a/b` */
function branchOf(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') && ref.length > 11 ? ref.slice(11) : undefined;
}

interface Said {
  readonly branch: string | null;
  readonly why: string;
}

async function whileDetached(files: HeadFiles, gitFolder: string): Promise<Said> {
  for (const folder of ['rebase-merge', 'rebase-apply']) {
    const text = await files.read(posix.join(gitFolder, folder, 'head-name'));
    const branch = branchOf((text ?? '').trim());
    if (branch !== undefined) return { branch, why: `The branch ${branch} is being rebased.` };
  }
  return { branch: null, why: 'No branch is checked out (detached HEAD).' };
}

async function readBranch(files: HeadFiles, gitFolder: string): Promise<Said> {
  const head = ((await files.read(posix.join(gitFolder, 'HEAD'))) ?? '').trim();
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(head)) return whileDetached(files, gitFolder);
  const ref = head.startsWith('ref:') ? head.slice(4).trim() : '';
  const branch = branchOf(ref);
  // What git writes in HEAD when the references are kept in tables that only git reads.
  if (branch === '.invalid') return { branch: null, why: 'This repository keeps its branches in the reftable format.' };
  if (branch !== undefined) return { branch, why: `The branch ${branch} is checked out.` };
  return {
    branch: null,
    why: ref === '' ? 'The repository’s HEAD is damaged.' : 'What is checked out is not a branch.',
  };
}

function watchesOf(start: string, repository: Repository): Watch[] {
  const folders = new Set([posix.normalize(start), repository.foundIn]);
  const dotGits = [...folders].map((folder) => ({ folder, names: ['.git'] }));
  return [{ folder: repository.gitFolder, names: WATCHED }, ...dotGits];
}

/**
 * Reads which branch is checked out where `start` (a folder) is, without git: the closest repository's HEAD, and
 * during a rebase the branch being rebased. Never rejects: when there is no branch, `why` says it.
 */
export async function readHead(files: HeadFiles, start: string): Promise<HeadReading> {
  const found = await findRepository(files, start);
  if (found === undefined || 'why' in found) {
    const why = found?.why ?? 'The folder is not in a git repository.';
    const folders = new Set([posix.normalize(start), found?.foundIn ?? posix.normalize(start)]);
    return { branch: null, why, watches: [...folders].map((folder) => ({ folder, names: ['.git'] })) };
  }
  const { gitFolder } = found;
  const watches = watchesOf(start, found);
  try {
    return { ...(await readBranch(files, gitFolder)), watches, gitFolder };
  } catch (error) {
    return { branch: null, why: `The repository’s HEAD cannot be read: ${messageOf(error)}.`, watches, gitFolder };
  }
}
