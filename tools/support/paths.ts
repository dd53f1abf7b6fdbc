import { existsSync } from 'node:fs';
import path from 'node:path';

function findRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'esbuild.mjs')) && existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`No project root above ${start}`);
  }
}

/** The project's root folder. Bundled tools sit deeper, so it is looked for, not counted. */
export const ROOT = findRoot(import.meta.dirname);

/** Everything that is fetched or made at run time and may be deleted at any moment. */
export const CACHE = path.join(ROOT, '.cache');

/** A path from the project's root. */
export function fromRoot(...parts: string[]): string {
  return path.join(ROOT, ...parts);
}
