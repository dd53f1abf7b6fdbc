import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadFiles, readHead } from '../../../src/editor/branch/readHead.ts';
import { runs } from '../input/runs.ts';
import { commit, disk, git, gitStops, midRebase, newFolder, newRepository, write } from './repositories.ts';

const TOPIC = 'feature/PROJ-123-login';
const branchAt = async (folder: string) => (await readHead(disk, folder)).branch;
const whyAt = async (folder: string) => (await readHead(disk, folder)).why;

describe('readHead in real repositories', () => {
  it('reads the branch at the root and in any folder below', async () => {
    const folder = newRepository(TOPIC);
    mkdirSync(join(folder, 'src/deep/er'), { recursive: true });
    expect(await branchAt(folder)).toBe(TOPIC);
    expect(await branchAt(`${folder}/`)).toBe(TOPIC);
    expect(await branchAt(join(folder, 'src/deep/er'))).toBe(TOPIC);
    expect(await whyAt(folder)).toBe(`The branch ${TOPIC} is checked out.`);
  });

  it('reads a branch without a commit yet, and one with unusual characters', async () => {
    const unborn = newFolder();
    git(unborn, 'init', '-q', '-b', 'PROJ-1');
    expect(await branchAt(unborn)).toBe('PROJ-1');
    expect(await branchAt(newRepository('fix/修复-PROJ-1 #2'.replace(' ', '_')))).toBe('fix/修复-PROJ-1_#2');
  });

  it('reads the branch of a worktree, not of its main repository', async () => {
    const folder = newRepository('main');
    const worktree = join(newFolder(), 'tree');
    git(folder, 'worktree', 'add', '-q', '-b', TOPIC, worktree);
    mkdirSync(join(worktree, 'src'));
    expect(await branchAt(join(worktree, 'src'))).toBe(TOPIC);
    expect(await branchAt(folder)).toBe('main');
  });

  it('reads the branch of a submodule, whose pointer is relative', async () => {
    const folder = newRepository('main');
    git(folder, 'submodule', '--quiet', 'add', newRepository('main'), 'lib/sub');
    git(join(folder, 'lib/sub'), 'checkout', '-q', '-b', TOPIC);
    expect(await branchAt(join(folder, 'lib/sub'))).toBe(TOPIC);
    expect(await branchAt(join(folder, 'lib'))).toBe('main');
  });

  it('takes the closest of nested repositories', async () => {
    const folder = newRepository('outer');
    const inner = join(folder, 'vendor/inner');
    mkdirSync(inner, { recursive: true });
    git(inner, 'init', '-q', '-b', 'inner');
    expect(await branchAt(inner)).toBe('inner');
    expect(await branchAt(join(folder, 'vendor'))).toBe('outer');
  });

  it('passes over an empty .git folder, as git does', async () => {
    const folder = newRepository(TOPIC);
    mkdirSync(join(folder, 'src/.git'), { recursive: true });
    expect(await branchAt(join(folder, 'src'))).toBe(TOPIC);
  });

  it('follows a .git that is a symbolic link or a separate folder', async () => {
    const linked = newRepository(TOPIC);
    const elsewhere = join(newFolder(), 'store');
    renameSync(join(linked, '.git'), elsewhere);
    symlinkSync(elsewhere, join(linked, '.git'));
    expect(await branchAt(linked)).toBe(TOPIC);
    expect(await branchAt(newRepository(TOPIC, `--separate-git-dir=${join(newFolder(), 'g')}`))).toBe(TOPIC);
  });

  it('reads a bare repository, and the .git folder itself', async () => {
    const bare = newFolder();
    git(bare, 'init', '-q', '--bare', '-b', TOPIC);
    expect(await branchAt(bare)).toBe(TOPIC);
    expect(await branchAt(join(newRepository(TOPIC), '.git/refs'))).toBe(TOPIC);
  });

  it('says that HEAD is detached, with either kind of hash', async () => {
    for (const format of ['sha1', 'sha256']) {
      const folder = newRepository(TOPIC, `--object-format=${format}`);
      git(folder, 'checkout', '-q', '--detach');
      expect(await readHead(disk, folder)).toMatchObject({
        branch: null,
        why: 'No branch is checked out (detached HEAD).',
      });
    }
  });

  it.each(['--merge', '--apply'] as const)('finds the branch that git rebase %s is at work on', async (backend) => {
    const folder = midRebase(TOPIC, backend);
    expect(await readHead(disk, folder)).toMatchObject({ branch: TOPIC, why: `The branch ${TOPIC} is being rebased.` });
    git(folder, 'rebase', '--abort');
    expect(await whyAt(folder)).toBe(`The branch ${TOPIC} is checked out.`);
  });

  it('finds the branch being rebased in a worktree', async () => {
    const folder = newRepository('main');
    const worktree = join(newFolder(), 'tree');
    git(folder, 'worktree', 'add', '-q', '-b', TOPIC, worktree);
    commit(worktree, 'a.txt', 'mine');
    commit(folder, 'a.txt', 'theirs');
    gitStops(worktree, 'rebase', 'main');
    expect(await branchAt(worktree)).toBe(TOPIC);
    expect(await branchAt(folder)).toBe('main');
  });

  it('has no branch when the rebase itself began on a detached HEAD', async () => {
    const folder = midRebase(TOPIC, '--merge');
    write(join(folder, '.git/rebase-merge/head-name'), 'detached HEAD\n');
    expect(await branchAt(folder)).toBeNull();
  });
});

describe('readHead where there is no branch', () => {
  it('says so outside any repository, and in a folder that is not there', async () => {
    const files = { ...disk, kind: async () => undefined };
    expect((await readHead(files, '/nowhere/x')).why).toBe('The folder is not in a git repository.');
    expect((await readHead(files, '/')).why).toBe('The folder is not in a git repository.');
    expect(await branchAt(join(newRepository(TOPIC), 'not/there'))).toBe(TOPIC);
  });

  it.each([
    ['ref: refs/heads/.invalid\n', 'This repository keeps its branches in the reftable format.'],
    ['ref: refs/remotes/origin/main\n', 'What is checked out is not a branch.'],
    ['ref: refs/heads/\n', 'What is checked out is not a branch.'],
    ['', 'The repository’s HEAD is damaged.'],
    ['\u0000\u0000', 'The repository’s HEAD is damaged.'],
    ['abc123', 'The repository’s HEAD is damaged.'],
  ])('explains a HEAD that is %j', async (head, why) => {
    const folder = newRepository(TOPIC);
    write(join(folder, '.git/HEAD'), head);
    expect(await readHead(disk, folder)).toMatchObject({ branch: null, why });
  });

  it('accepts what git accepts in HEAD: more blanks, no line end', async () => {
    const folder = newRepository(TOPIC);
    write(join(folder, '.git/HEAD'), 'ref:   refs/heads/PROJ-9');
    expect(await branchAt(folder)).toBe('PROJ-9');
  });

  it('says that HEAD cannot be read', async () => {
    const folder = newRepository(TOPIC);
    rmSync(join(folder, '.git/HEAD'));
    mkdirSync(join(folder, '.git/HEAD'));
    expect(await whyAt(folder)).toMatch(/^The repository’s HEAD cannot be read: EISDIR.*\.$/);
  });

  it.each([
    ['', 'The file .git does not say where the repository is.'],
    ['gitdir:\n', 'The file .git does not say where the repository is.'],
    ['gitdir: /not/there\n', 'The file .git points to a repository that is not there.'],
  ])('explains a .git file that is %j', async (text, why) => {
    const folder = newFolder();
    write(join(folder, '.git'), text);
    const reading = await readHead(disk, folder);
    expect(reading).toEqual({ branch: null, why, watches: [{ folder, names: ['.git'] }] });
  });
});

describe('readHead on other file systems', () => {
  function inMemory(contents: Record<string, string>): HeadFiles {
    const paths = Object.keys(contents);
    return {
      async kind(path) {
        if (path in contents) return 'file';
        return paths.some((other) => other.startsWith(`${path}/`)) ? 'directory' : undefined;
      },
      read: async (path) => contents[path],
    };
  }

  it('follows a Windows path to the git folder', async () => {
    const files = inMemory({
      '/c:/tree/.git': 'gitdir: C:/repo/.git/worktrees/tree\r\n',
      '/C:/repo/.git/worktrees/tree/HEAD': 'ref: refs/heads/PROJ-7\r\n',
    });
    expect((await readHead(files, '/c:/tree/src')).branch).toBe('PROJ-7');
  });

  it.each([
    ['gitdir: //SERVER/share/repo/.git/worktrees/tree\r\n', 'PROJ-8'],
    ['gitdir: \\\\server\\share\\repo\\.git\\worktrees\\tree', 'PROJ-8'],
    ['gitdir: ../repo/.git/worktrees/tree', 'PROJ-8'],
    ['gitdir: //other/share/repo/.git/worktrees/tree', null],
  ])('on a share of Windows, %j leads to %s', async (pointer, branch) => {
    const files = inMemory({
      '/share/tree/.git': pointer,
      '/share/repo/.git/worktrees/tree/HEAD': 'ref: refs/heads/PROJ-8\r\n',
    });
    expect((await readHead({ ...files, server: 'server' }, '/share/tree')).branch).toBe(branch);
  });

  it('takes two slashes for one where there is no share', async () => {
    const files = inMemory({ '/t/.git': 'gitdir: //srv/repo/g', '/srv/repo/g/HEAD': 'ref: refs/heads/PROJ-9' });
    expect((await readHead(files, '/t')).branch).toBe('PROJ-9');
  });

  it('passes over folders above that may not be looked into', async () => {
    const files = inMemory({ '/a/.git/HEAD': 'ref: refs/heads/PROJ-7' });
    const guarded: HeadFiles = {
      ...files,
      kind: (path) => (path.startsWith('/a/b/') ? Promise.reject(new Error('No permission')) : files.kind(path)),
    };
    expect((await readHead(guarded, '/a/b')).branch).toBe('PROJ-7');
    const none: HeadFiles = { ...files, kind: () => Promise.reject(new Error('Unavailable')) };
    expect(await readHead(none, '/a/b')).toMatchObject({
      branch: null,
      why: 'The repository cannot be read: Unavailable.',
    });
  });

  it('never rejects and always says why, whatever HEAD and .git hold', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('gitdir: ..', 'ref: refs/heads/x', 'ref:'));
    await fc.assert(
      fc.asyncProperty(text, text, fc.constantFrom('/r/.git', '/r/.git/HEAD'), async (pointer, head, path) => {
        const reading = await readHead(inMemory({ [path]: pointer, '/r/g/HEAD': head }), '/r/sub');
        expect(reading.why).not.toBe('');
        expect(reading.watches.length).toBeGreaterThan(0);
      }),
      { numRuns: runs(100) },
    );
  });

  it('looks at a bounded number of folders', async () => {
    let looks = 0;
    const files: HeadFiles = {
      kind: async () => {
        looks++;
        return undefined;
      },
      read: async () => undefined,
    };
    await readHead(files, '/x'.repeat(100_000));
    expect(looks).toBeLessThan(1_000);
  });
});

describe('what readHead asks to be watched', () => {
  it('is HEAD and rebases in the git folder, and .git where it is and may come', async () => {
    const folder = newRepository(TOPIC);
    const below = join(folder, 'src');
    expect((await readHead(disk, below)).watches).toEqual([
      { folder: join(folder, '.git'), names: ['HEAD', 'rebase-merge', 'rebase-apply'] },
      { folder: below, names: ['.git'] },
      { folder, names: ['.git'] },
    ]);
  });
});
