import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Folders of one run of the tests in VS Code. */
export interface HostFolders {
  readonly workspace: string;
  readonly userData: string;
  readonly results: string;
  remove(): Promise<void>;
}

/** A small repository on `branch` and an empty home for VS Code, outside the project. */
export async function makeHostFolders(branch = 'feature/DEMO-7-checkout'): Promise<HostFolders> {
  // Short: VS Code makes a socket inside, and their paths are limited to about 100 characters.
  const base = await mkdtemp(path.join(tmpdir(), 'tc-'));
  const workspace = path.join(base, 'shop');
  await mkdir(path.join(workspace, '.git'), { recursive: true });
  await writeFile(path.join(workspace, '.git/HEAD'), `ref: refs/heads/${branch}\n`);
  await writeFile(path.join(workspace, 'README.md'), '# Shop\n');
  return {
    workspace,
    userData: path.join(base, 'vscode'),
    results: path.join(base, 'results.json'),
    remove: () => rm(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}
