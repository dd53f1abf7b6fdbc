import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWindow, quietLog, type Window } from '../app/office.ts';

vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  const Disposable = { from: () => ({ dispose: () => undefined }) };
  return { ...stub, Disposable, window: { ...stub.window, setStatusBarMessage: () => undefined } };
});
const { watchBranchOffers } = await import('../../../src/editor/branch/branchOffers.ts');

/** A repository that two windows have open. */
class Repository {
  private readonly listeners: (() => void)[] = [];
  private branch = 'feature/PROJ-1';

  readonly tracker = {
    current: () => ({ branch: this.branch, issueKey: this.branch.slice('feature/'.length), why: '' }),
    place: () => '/a',
    onDidChange: (listener: () => void) => {
      this.listeners.push(listener);
      return { dispose: () => undefined };
    },
  };

  checkout(branch: string): void {
    this.branch = branch;
    for (const listener of this.listeners) listener();
  }
}

describe('switching by itself', () => {
  let folder: string;
  let windows: Window[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'timecard-offers-'));
    windows = [await openWindow({ folder }), await openWindow({ folder })];
  });
  afterEach(async () => {
    for (const { store } of windows) await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('leaves one record, though two windows notice the same checkout', async () => {
    const [first] = windows;
    await first?.timeClock.clockIn({ issueKey: 'PROJ-1' });
    const repository = new Repository();
    const settings = {
      branchPolicy: () => ({ onSwitch: 'switch', offerStart: false }) as const,
      stopOfferingStart: async () => undefined,
    };
    const tries = windows.map((window) => vi.spyOn(window.timeClock, 'follow'));
    for (const window of windows) watchBranchOffers({ branch: repository.tracker, settings, log: quietLog }, window);
    repository.checkout('feature/PROJ-2');
    await vi.waitFor(() => expect(tries.flatMap(({ mock }) => mock.results)).toHaveLength(2));
    await Promise.all(tries.flatMap(({ mock }) => mock.results.map(({ value }) => value)));
    const records = await first?.records.list();
    expect(records?.map(({ issueKey, timeOut }) => [issueKey, timeOut === null])).toEqual([
      ['PROJ-2', true],
      ['PROJ-1', false],
    ]);
  });
});
