import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Office } from '../app/office.ts';

const focus = vi.hoisted(() => ({ listeners: new Set<(state: { focused: boolean }) => void>() }));
vi.mock('vscode', () => ({
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
  const come = (focused: boolean) => {
    for (const listener of focus.listeners) listener({ focused });
  };

  it('are read again at a start when they are a day old', async () => {
    office.window.clock.ahead += DAY;
    const watch = watchProjects(office.window.connections.projects);
    await vi.waitFor(async () => expect(await keys()).toContain('NEW'), { interval: 5 });
    watch.dispose();
    expect(focus.listeners.size).toBe(0);
  });

  it('are read again when the user comes back after a day, and not before or when leaving', async () => {
    const readOld = vi.spyOn(office.window.connections.projects, 'readOld');
    const watch = watchProjects(office.window.connections.projects);
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
});
