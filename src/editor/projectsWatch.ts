import * as vscode from 'vscode';
import type { ProjectKeys } from '../app/projectKeys.ts';
import type { BranchSource, Disposable } from '../core/ports.ts';

/**
 * Has the projects of the sites read again: when they are old, at the start and when the user comes back, and when a
 * branch that is checked out has the key of none of them.
 */
export function watchProjects(
  projects: Pick<ProjectKeys, 'readOld' | 'readForBranch'>,
  source: BranchSource,
): Disposable {
  const lookAtBranch = () => {
    const { branch, issueKey } = source.current();
    if (branch !== null && issueKey === null) void projects.readForBranch(branch);
  };
  void projects.readOld();
  lookAtBranch();
  return vscode.Disposable.from(
    source.onDidChange(lookAtBranch),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void projects.readOld();
    }),
  );
}
