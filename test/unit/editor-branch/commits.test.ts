import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCommitSource } from '../../../src/editor/branch/commitSource.ts';
import { type ReflogFiles, readReflog } from '../../../src/editor/branch/readReflog.ts';
import { commit, disk, git, midRebase, newFolder, newRepository, write } from './repositories.ts';

const TOPIC = 'feature/PROJ-123-login';
const EVER = { from: 0, to: Date.now() + 3_600_000 };

const files: ReflogFiles = {
  ...disk,
  tail: async (path) => ((await disk.kind(path)) === 'file' ? readFile(path, 'utf8') : undefined),
};

function source(path: string, changes: Partial<ReflogFiles> = {}, waitMs?: number) {
  const warnings: string[] = [];
  const commits = createCommitSource({
    place: () => ({ files: { ...files, ...changes }, path }),
    log: { warn: (message) => warnings.push(message) },
    ...(waitMs === undefined ? {} : { waitMs }),
  });
  return { commits, warnings };
}

async function subjects(path: string, branch: string, { from, to } = EVER): Promise<readonly string[]> {
  const notes = await source(path).commits.between(branch, from, to);
  return notes.map(({ subject }) => subject);
}

describe('the commits of a branch in real repositories', () => {
  it('are those made on it by hand, with what amending made of them', async () => {
    const folder = newRepository('main');
    git(folder, 'checkout', '-q', '-b', TOPIC);
    commit(folder, 'a.txt', 'two');
    commit(folder, 'a.txt', 'thre');
    git(folder, 'commit', '-q', '--amend', '-m', 'three');
    git(folder, 'checkout', '-q', 'main');
    commit(folder, 'b.txt', 'on main');
    git(folder, 'checkout', '-q', TOPIC);
    git(folder, 'rebase', '-q', 'main');
    git(folder, 'merge', '-q', '--no-ff', '--no-commit', 'main');
    commit(folder, 'c.txt', 'four');
    expect(await subjects(folder, TOPIC)).toEqual(['two', 'three', 'four']);
    expect(await subjects(join(folder), 'main')).toEqual(['one', 'on main']);
  });

  it('are those within the stretch', async () => {
    const folder = newRepository(TOPIC);
    const now = Date.now();
    expect(await subjects(folder, TOPIC, { from: now - 60_000, to: now + 60_000 })).toEqual(['one']);
    expect(await subjects(folder, TOPIC, { from: now + 60_000, to: now + 120_000 })).toEqual([]);
    expect(await subjects(folder, TOPIC, { from: now - 120_000, to: now - 60_000 })).toEqual([]);
  });

  it('are found from a worktree, a submodule and a folder below', async () => {
    const folder = newRepository('main');
    const worktree = join(newFolder(), 'tree');
    git(folder, 'worktree', 'add', '-q', '-b', TOPIC, worktree);
    commit(worktree, 'a.txt', 'in the tree');
    write(join(worktree, 'src/deep/x'), '');
    expect(await subjects(join(worktree, 'src/deep'), TOPIC)).toEqual(['in the tree']);
    git(folder, 'submodule', '--quiet', 'add', newRepository('main'), 'lib/sub');
    commit(join(folder, 'lib/sub'), 'a.txt', 'in the submodule');
    expect(await subjects(join(folder, 'lib/sub'), 'main')).toContain('in the submodule');
  });

  it('are known in the middle of a rebase', async () => {
    expect(await subjects(midRebase(TOPIC, '--merge'), TOPIC)).toEqual(['mine']);
  });

  it('are none without a repository, a branch of that name or a log', async () => {
    expect(await subjects(newFolder(), TOPIC)).toEqual([]);
    expect(await subjects(newRepository('main'), TOPIC)).toEqual([]);
    const unlogged = newRepository('main');
    git(unlogged, 'config', 'core.logAllRefUpdates', 'false');
    git(unlogged, 'checkout', '-q', '-b', TOPIC);
    commit(unlogged, 'a.txt', 'two');
    expect(await subjects(unlogged, TOPIC)).toEqual([]);
  });

  it('are none for a log of something else', async () => {
    const folder = newRepository('main');
    write(join(folder, '.git/logs/refs/heads/other'), `\u0000${'x'.repeat(5_000)}\nnot a log\n`);
    expect(await subjects(folder, 'other')).toEqual([]);
    expect(await subjects(folder, 'mai')).toEqual([]);
  });

  it('never lead out of the folder of logs', async () => {
    const folder = newRepository('main');
    const asked: string[] = [];
    const tail = async (path: string) => {
      asked.push(path);
      return undefined;
    };
    for (const branch of ['../../HEAD', 'a/../../x', '/etc/passwd', '..', 'a\\..\\b', 'a//b', '', '.git', 'C:x']) {
      expect(await readReflog({ ...files, tail }, folder, branch)).toBeUndefined();
    }
    expect(asked).toEqual([]);
  });

  it('are none, with a word to the log, when the file system fails, and when it takes too long', async () => {
    const folder = newRepository('main');
    const failing = source(folder, { tail: () => Promise.reject(new Error('gone')) });
    expect(await failing.commits.between('main', 0, EVER.to)).toEqual([]);
    expect(failing.warnings).toEqual(['The commits could not be read: gone']);
    const hanging = source(folder, { tail: () => new Promise(() => undefined) }, 20);
    expect(await hanging.commits.between('main', 0, EVER.to)).toEqual([]);
  });

  it('are none where nothing may be read', async () => {
    const commits = createCommitSource({ place: () => undefined, log: { warn: () => undefined } });
    expect(await commits.between('main', 0, EVER.to)).toEqual([]);
  });
});
