import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BranchInfo } from '../../../src/core/ports.ts';
import { Office } from '../app/office.ts';

const focus = vi.hoisted(() => ({ listeners: new Set<(state: { focused: boolean }) => void>() }));
vi.mock('vscode', () => ({
  Disposable: {
    from: (...all: { dispose(): void }[]) => ({
      dispose: () => {
        for (const each of all) each.dispose();
      },
    }),
  },
  window: {
    onDidChangeWindowState: (listener: (state: { focused: boolean }) => void) => {
      focus.listeners.add(listener);
      return { dispose: () => focus.listeners.delete(listener) };
    },
  },
}));
const { watchProjects } = await import('../../../src/editor/projectsWatch.ts');

const DAY = 24 * 3_600_000;

describe('the projects of the sites', () => {
  let office: Office;
  beforeEach(async () => {
    office = await Office.open('cloud');
    office.jira.addIssue({ key: 'NEW-12', summary: 'Made later' });
  });
  afterEach(() => office.close());

  const keys = async () => (await office.window.connections.get(office.connection.id)).projectKeys;
  const onMain = { branch: 'main', issueKey: null, why: '' };
  const source = (info: BranchInfo = onMain) => {
    const listeners = new Set<() => void>();
    return {
      listeners,
      info,
      current(): BranchInfo {
        return this.info;
      },
      onDidChange: (listener: () => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    };
  };
  const come = (focused: boolean) => {
    for (const listener of focus.listeners) listener({ focused });
  };

  it('are read again at a start when they are a day old', async () => {
    office.window.clock.ahead += DAY;
    const watch = watchProjects(office.window.connections.projects, source());
    await vi.waitFor(async () => expect(await keys()).toContain('NEW'), { interval: 5 });
    watch.dispose();
    expect(focus.listeners.size).toBe(0);
  });

  it('are read again when the user comes back after a day, and not before or when leaving', async () => {
    const readOld = vi.spyOn(office.window.connections.projects, 'readOld');
    const watch = watchProjects(office.window.connections.projects, source());
    come(true);
    await Promise.all(readOld.mock.results.map(({ value }) => value));
    office.window.clock.ahead += DAY;
    come(false);
    expect(readOld).toHaveBeenCalledTimes(2);
    expect(office.jira.state.requests()).toEqual([]);
    come(true);
    await vi.waitFor(async () => expect(await keys()).toContain('NEW'), { interval: 5 });
    watch.dispose();
  });

  it('are read again when a branch is checked out whose project is not among them', async () => {
    const branch = source();
    const watch = watchProjects(office.window.connections.projects, branch);
    const checkOut = (info: Partial<BranchInfo>) => {
      branch.info = { ...onMain, ...info };
      for (const listener of branch.listeners) listener();
    };
    checkOut({ branch: 'NEW-12-pattern', issueKey: 'OWN-1' });
    checkOut({ branch: null });
    expect(office.jira.state.requests()).toEqual([]);
    checkOut({ branch: 'feature/NEW-12-login' });
    await vi.waitFor(async () => expect(await keys()).toContain('NEW'), { interval: 5 });
    watch.dispose();
    expect(branch.listeners.size).toBe(0);
  });

  it('are read again when such a branch is checked out at the start', async () => {
    const watch = watchProjects(office.window.connections.projects, source({ ...onMain, branch: 'NEW-12' }));
    await vi.waitFor(async () => expect(await keys()).toContain('NEW'), { interval: 5 });
    watch.dispose();
  });
});
