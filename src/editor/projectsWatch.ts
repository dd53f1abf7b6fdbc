import * as vscode from 'vscode';
import type { ProjectKeys } from '../app/projectKeys.ts';
import type { Disposable } from '../core/ports.ts';

/** Has the projects of the sites read again when they are old: at the start, and when the user comes back. */
export function watchProjects(projects: Pick<ProjectKeys, 'readOld'>): Disposable {
  const look = () => void projects.readOld();
  look();
  return vscode.window.onDidChangeWindowState(({ focused }) => {
    if (focused) look();
  });
}
