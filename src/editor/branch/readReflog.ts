import { posix } from 'node:path';
import { findGitFolder, type HeadFiles, resolvePath } from './readHead.ts';

/** What reading a reflog needs of a file system, besides finding the repository. */
export interface ReflogFiles extends HeadFiles {
  /** The end of a text file, whole lines or not; `undefined` when there is none. Rejects when it cannot be read. */
  tail(path: string): Promise<string | undefined>;
}

/**
 * The end of the log that git keeps of a branch, where `start` (a folder) is; `undefined` when there is none. Worktrees
 * share the branches' logs with the repository they belong to.
 */
export async function readReflog(files: ReflogFiles, start: string, branch: string): Promise<string | undefined> {
  if (!isPlainBranch(branch)) return undefined;
  const gitFolder = await findGitFolder(files, start);
  if (gitFolder === undefined) return undefined;
  const common = (await files.read(posix.join(gitFolder, 'commondir')))?.trim() ?? '';
  const folder = common === '' ? gitFolder : resolvePath(gitFolder, common, files.server);
  return files.tail(posix.join(folder, 'logs', 'refs', 'heads', branch));
}

/** The name becomes a path, so it must not lead out of the folder of logs; git allows no such names either. */
function isPlainBranch(branch: string): boolean {
  const parts = branch.split('/');
  return branch.length <= 1_000 && parts.every((part) => part !== '' && !part.startsWith('.') && !/[\\:\0]/.test(part));
}
