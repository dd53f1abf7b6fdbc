import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { HeadFiles } from '../../../src/editor/branch/readHead.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'timecard-branch-')));
let count = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new empty folder, which goes when the tests are over. */
export function newFolder(): string {
  const folder = join(root, `f${count++}`);
  mkdirSync(folder);
  return folder;
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Runs the system's git, without the configuration of whoever runs the tests. */
export function git(folder: string, ...args: string[]): void {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
    GIT_EDITOR: 'true',
    GIT_SEQUENCE_EDITOR: 'true',
  };
  const settings = [
    'user.name=T',
    'user.email=t@example.com',
    'protocol.file.allow=always',
    'advice.detachedHead=false',
  ];
  const configured = settings.flatMap((setting) => ['-c', setting]);
  execFileSync('git', [...configured, ...args], { cwd: folder, env, stdio: 'pipe' });
}

/** Runs git where it is meant to stop with an error, as a rebase does at a conflict. */
export function gitStops(folder: string, ...args: string[]): void {
  try {
    git(folder, ...args);
  } catch {
    return;
  }
  throw new Error(`git ${args.join(' ')} was meant to stop`);
}

export function commit(folder: string, name: string, text: string): void {
  write(join(folder, name), text);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', text);
}

/** A repository on `branch` with one commit. */
export function newRepository(branch: string, ...initArgs: string[]): string {
  const folder = newFolder();
  git(folder, 'init', '-q', '-b', branch, ...initArgs);
  commit(folder, 'a.txt', 'one');
  return folder;
}

/** A repository in which a rebase of `topic` stopped at a conflict. */
export function midRebase(topic: string, backend: '--merge' | '--apply'): string {
  const folder = newRepository('main');
  git(folder, 'checkout', '-q', '-b', topic);
  commit(folder, 'a.txt', 'mine');
  git(folder, 'checkout', '-q', 'main');
  commit(folder, 'a.txt', 'theirs');
  git(folder, 'checkout', '-q', topic);
  gitStops(folder, 'rebase', backend, 'main');
  return folder;
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The disk of this machine. */
export const disk: HeadFiles = {
  async kind(path) {
    const found = await orNothing(stat(path));
    if (found === undefined) return undefined;
    return found.isDirectory() ? 'directory' : 'file';
  },
  read: (path) => orNothing(readFile(path, 'utf8')),
};
