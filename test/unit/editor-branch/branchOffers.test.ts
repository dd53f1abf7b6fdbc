import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Services } from '../../../src/editor/services.ts';
import { disk, git, newFolder, newRepository } from './repositories.ts';

vi.mock('vscode', async () => (await import('./vscodeWindow.ts')).vscodeWindow());

const { trackBranch } = await import('../../../src/editor/branch/branchTracker.ts');
const { watchBranchOffers } = await import('../../../src/editor/branch/branchOffers.ts');
const { watchToasts } = await import('../editor/vscodeStub.ts');

const disposables: { dispose(): unknown }[] = [];

afterEach(() => {
  for (const each of disposables.splice(0)) each.dispose();
});

/** A window with the timer on PROJ-1, in a folder to begin with. */
async function open(first: string, onSwitch: 'ask' | 'switch' = 'ask') {
  const ignore = () => undefined;
  const log = { info: ignore, warn: ignore, error: (what: string) => expect.fail(what) };
  const watch = () => ({ dispose: ignore });
  let path = first;
  const place = () => ({ fileSystem: 'disk', path, files: disk, watch });
  const branch = trackBranch({ place, projectKeys: () => [], pattern: ignore, log });
  await branch.refresh();
  const clockedIn: unknown[] = [];
  const timeClock = {
    current: async () => ({ id: 'r', issueKey: 'PROJ-1' }),
    follow: async (wanted: { issueKey: string }) => void clockedIn.push(wanted.issueKey),
  } as unknown as Services['timeClock'];
  const settings = {
    branchPolicy: () => ({ onSwitch, offerStart: false }) as const,
    stopOfferingStart: async () => undefined,
  };
  const offers = watchBranchOffers({ branch, settings, log }, { timeClock });
  disposables.push(offers, branch);
  const toasts = watchToasts();
  const settled = async () => {
    await branch.refresh();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    clockedIn,
    offers,
    asked: () => toasts.map(({ buttons }) => buttons[0]),
    /** Opens a file of another folder. */
    go: (folder: string) => {
      path = folder;
      return settled();
    },
    checkout: (folder: string, ...what: string[]) => {
      git(folder, 'checkout', '-q', ...what);
      return settled();
    },
  };
}

function below(repository: string, name: string): string {
  const folder = join(repository, name);
  mkdirSync(folder);
  return folder;
}

const SWITCH = ['Switch to PROJ-2'];

describe('a checkout', () => {
  it('is asked about after a file of another folder of the repository was opened', async () => {
    const repository = newRepository('feature/PROJ-1');
    const [src, test] = [below(repository, 'src'), below(repository, 'test')];
    const window = await open(src);
    await window.go(test);
    expect(window.asked()).toEqual([]);
    await window.checkout(repository, '-b', 'feature/PROJ-2');
    await window.go(src);
    await window.go(test);
    expect(window.asked()).toEqual(SWITCH);
  });

  it('switches the timer there as well, when that is set', async () => {
    const repository = newRepository('feature/PROJ-1');
    const window = await open(repository, 'switch');
    await window.go(below(repository, 'src'));
    await window.checkout(repository, '-b', 'feature/PROJ-2');
    expect(window.clockedIn).toEqual(['PROJ-2']);
  });

  it('is asked about after a look at a commit without a branch, and one back to where it was is not', async () => {
    const repository = newRepository('feature/PROJ-1');
    const window = await open(repository);
    await window.checkout(repository, '--detach');
    await window.checkout(repository, 'feature/PROJ-1');
    await window.checkout(repository, '--detach');
    expect(window.asked()).toEqual([]);
    await window.checkout(repository, '-b', 'feature/PROJ-2');
    expect(window.asked()).toEqual(SWITCH);
  });

  it('is asked about when it was made while a file of another repository was in front', async () => {
    const [one, other] = [newRepository('feature/PROJ-1'), newRepository('feature/PROJ-9')];
    const window = await open(one);
    await window.go(other);
    await window.checkout(one, '-b', 'feature/PROJ-2');
    expect(window.asked()).toEqual([]);
    await window.go(one);
    expect(window.asked()).toEqual(SWITCH);
  });

  it('is asked about in a second repository that was on a branch of the same name', async () => {
    const [one, other] = [newRepository('main'), newRepository('main')];
    const window = await open(one);
    await window.go(other);
    await window.checkout(other, '-b', 'feature/PROJ-2');
    expect(window.asked()).toEqual(SWITCH);
  });
});

describe('no checkout', () => {
  it('is going back and forth between repositories and worktrees', async () => {
    const [one, other] = [newRepository('feature/PROJ-1'), newRepository('feature/PROJ-2')];
    const worktree = join(newFolder(), 'tree');
    git(one, 'worktree', 'add', '-q', '-b', 'feature/PROJ-3', worktree);
    const window = await open(one);
    for (const folder of [other, worktree, newFolder(), one, worktree, other, one]) await window.go(folder);
    expect(window.asked()).toEqual([]);
  });

  it('is what happens after the offers are disposed', async () => {
    const repository = newRepository('feature/PROJ-1');
    const window = await open(repository);
    window.offers.dispose();
    await window.checkout(repository, '-b', 'feature/PROJ-2');
    expect(window.asked()).toEqual([]);
  });
});
