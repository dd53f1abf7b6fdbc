import { type FSWatcher, mkdirSync, watch as watchFolder } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Disposable } from '../../../src/core/ports.ts';
import { type BranchTracker, type Place, trackBranch } from '../../../src/editor/branch/branchTracker.ts';
import { disk, git, midRebase, newFolder, newRepository } from './repositories.ts';

const watchers = new Set<FSWatcher>();
let started = 0;
const trackers: BranchTracker[] = [];

afterEach(() => {
  for (const tracker of trackers.splice(0)) tracker.dispose();
  expect(watchers.size).toBe(0);
});

/** A folder of this machine, watched for real. */
function onDisk(path: string): Place {
  return {
    fileSystem: 'disk',
    path,
    files: disk,
    watch({ folder, names }, onChange): Disposable {
      const watcher = watchFolder(folder, (_, name) => {
        if (name !== null && names.includes(name)) onChange();
      });
      watchers.add(watcher);
      started++;
      return {
        dispose: () => {
          watcher.close();
          watchers.delete(watcher);
        },
      };
    },
  };
}

function track(options: {
  place: () => Place | { why: string };
  projectKeys?: () => string[];
  pattern?: () => string;
}) {
  const warnings: string[] = [];
  const errors: string[] = [];
  const ignore = () => undefined;
  const log = { info: ignore, warn: (m: string) => warnings.push(m), error: (m: string) => errors.push(m) };
  const tracker = trackBranch({ projectKeys: () => [], pattern: () => undefined, ...options, log });
  trackers.push(tracker);
  return { tracker, warnings, errors };
}

/** Resolves once the tracker's branch is `branch`. */
function until(tracker: BranchTracker, branch: string | null): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (tracker.current().branch !== branch) return;
      listening.dispose();
      resolve();
    };
    const listening = tracker.onDidChange(look);
    look();
  });
}

describe('trackBranch', () => {
  it('answers at once, and with the branch when it has been read', async () => {
    const folder = newRepository('feature/PROJ-1-x');
    const { tracker } = track({ place: () => onDisk(folder) });
    expect(tracker.current()).toEqual({ branch: null, issueKey: null, why: 'The branch is being read.' });
    await tracker.refresh();
    expect(tracker.current()).toEqual({
      branch: 'feature/PROJ-1-x',
      issueKey: 'PROJ-1',
      why: 'Found PROJ-1 in the branch feature/PROJ-1-x. It is written like an issue key.',
    });
  });

  it('notices a checkout, a renamed branch, and a rebase that is aborted', async () => {
    const folder = midRebase('PROJ-1', '--merge');
    const { tracker } = track({ place: () => onDisk(folder) });
    await tracker.refresh();
    expect(tracker.current()).toMatchObject({ branch: 'PROJ-1', issueKey: 'PROJ-1' });
    git(folder, 'rebase', '--abort');
    git(folder, 'checkout', '-q', '-b', 'PROJ-2');
    await until(tracker, 'PROJ-2');
    git(folder, 'branch', '-m', 'PROJ-3');
    await until(tracker, 'PROJ-3');
    git(folder, 'checkout', '-q', '--detach');
    await until(tracker, null);
  });

  it('notices that a repository is made', async () => {
    const folder = newFolder();
    const { tracker } = track({ place: () => onDisk(folder) });
    await tracker.refresh();
    git(folder, 'init', '-q', '-b', 'PROJ-4');
    await until(tracker, 'PROJ-4');
  });

  it('follows to another place and watches only there', async () => {
    const first = newRepository('PROJ-1');
    const second = newRepository('PROJ-2');
    let place = onDisk(first);
    const { tracker } = track({ place: () => place });
    await tracker.refresh();
    const watching = watchers.size;
    place = onDisk(second);
    await tracker.refresh();
    expect(tracker.current().branch).toBe('PROJ-2');
    expect(watchers.size).toBe(watching);
    git(second, 'checkout', '-q', '-b', 'PROJ-5');
    await until(tracker, 'PROJ-5');
  });

  it('keeps its watchers from folder to folder of one repository', async () => {
    const folder = newRepository('PROJ-1');
    let place = onDisk(folder);
    const { tracker } = track({ place: () => place });
    await tracker.refresh();
    const before = started;
    mkdirSync(join(folder, 'src'));
    place = onDisk(join(folder, 'src'));
    await tracker.refresh();
    expect(started - before).toBe(1);
    place = onDisk(folder);
    await tracker.refresh();
    expect(started - before).toBe(1);
    git(folder, 'checkout', '-q', '-b', 'PROJ-2');
    await until(tracker, 'PROJ-2');
  });

  it('reads nothing where it may not, and says why', async () => {
    const { tracker } = track({ place: () => ({ why: 'Not trusted.' }) });
    await tracker.refresh();
    expect(tracker.current()).toEqual({ branch: null, issueKey: null, why: 'Not trusted.' });
    expect(watchers.size).toBe(0);
  });

  it('tells listeners only of changes, each on its own', async () => {
    const folder = newRepository('PROJ-1');
    const { tracker, errors } = track({ place: () => onDisk(folder) });
    const heard: string[] = [];
    tracker.onDidChange(() => {
      throw new Error('a bad listener');
    });
    const listener = () => heard.push(tracker.current().branch ?? '');
    tracker.onDidChange(listener);
    tracker.onDidChange(listener).dispose();
    await Promise.all([tracker.refresh(), tracker.refresh()]);
    await tracker.refresh();
    expect(heard).toEqual(['PROJ-1']);
    expect(errors).toEqual(['A listener to the branch failed']);
  });

  it('makes at most two reads of a burst', async () => {
    const folder = newRepository('PROJ-1');
    let reads = 0;
    const place = () => {
      reads++;
      return onDisk(folder);
    };
    const { tracker } = track({ place });
    await tracker.refresh();
    reads = 0;
    await Promise.all(Array.from({ length: 100 }, () => tracker.refresh()));
    expect(reads).toBeLessThanOrEqual(2);
  });

  it('survives a place that fails', async () => {
    const { tracker, errors } = track({
      place: () => {
        throw new Error('broken');
      },
    });
    await tracker.refresh();
    expect(errors).toEqual(['The branch could not be read']);
  });

  it('uses new projects and a new pattern without reading again', async () => {
    const folder = newRepository('demo-1/fix-proj-2');
    let projects: string[] = [];
    let pattern = '';
    let heard = 0;
    const { tracker } = track({ place: () => onDisk(folder), projectKeys: () => projects, pattern: () => pattern });
    await tracker.refresh();
    tracker.onDidChange(() => heard++);
    expect(tracker.current().issueKey).toBe('DEMO-1');
    projects = ['PROJ'];
    tracker.reconsider();
    expect(tracker.current().issueKey).toBe('PROJ-2');
    pattern = '^(\\w+-\\d+)/';
    tracker.reconsider();
    expect(tracker.current().issueKey).toBe('DEMO-1');
    tracker.reconsider();
    expect(heard).toBe(2);
  });

  it('reports a bad pattern once and goes on by the built-in rules', async () => {
    const folder = newRepository('PROJ-2');
    let projects = ['PROJ'];
    const { tracker, warnings } = track({
      place: () => onDisk(folder),
      projectKeys: () => projects,
      pattern: () => '(',
    });
    await tracker.refresh();
    expect(tracker.current()).toMatchObject({
      issueKey: 'PROJ-2',
      why: expect.stringMatching(/^Your own pattern is wrong: .* Found PROJ-2 in the branch PROJ-2\./),
    });
    projects = ['PROJ', 'DEMO'];
    tracker.current();
    expect(warnings).toHaveLength(1);
  });

  it('does nothing any more once disposed, even in the middle of a read', async () => {
    const folder = newRepository('PROJ-1');
    const { tracker } = track({ place: () => onDisk(folder) });
    let heard = 0;
    tracker.onDidChange(() => heard++);
    const reading = tracker.refresh();
    tracker.dispose();
    await reading;
    await tracker.refresh();
    git(folder, 'checkout', '-q', '-b', 'PROJ-2');
    expect([heard, watchers.size]).toEqual([0, 0]);
  });
});
