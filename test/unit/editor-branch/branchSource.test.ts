import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newFolder, newRepository } from './repositories.ts';

vi.mock('vscode', async () => (await import('./vscodeWindow.ts')).vscodeWindow());

const { createBranchSource } = await import('../../../src/editor/branch/branchSource.ts');
const { front } = await import('./vscodeWindow.ts');

const sources: { dispose(): void }[] = [];

afterEach(() => {
  for (const source of sources.splice(0)) source.dispose();
  expect(front.listening()).toBe(0);
});

/** A window with these folders and nothing in front. */
function open(...folders: string[]) {
  front.show(undefined);
  front.open(...folders);
  const ignore = () => undefined;
  const log = { info: ignore, warn: ignore, error: (what: string) => expect.fail(what) };
  const source = createBranchSource({ projectKeys: () => [], pattern: ignore, log });
  sources.push(source);
  const now = async () => {
    await source.refresh();
    return { key: source.current().issueKey, commits: source.reflogPlace()?.path };
  };
  return { now };
}

describe('the branch of a window with several repositories', () => {
  const api = newRepository('feature/PROJ-10');
  const web = newRepository('feature/PROJ-20');

  it('is the first folder’s before anything was edited', async () => {
    expect(await open(api, web).now()).toEqual({ key: 'PROJ-10', commits: api });
  });

  it('is that of the editor that was last active, for the commits as well, with something else in front', async () => {
    const { now } = open(api, web);
    front.show(join(web, 'a.txt'));
    expect(await now()).toEqual({ key: 'PROJ-20', commits: web });
    front.show(undefined);
    expect(await now()).toEqual({ key: 'PROJ-20', commits: web });
    front.show(join(newFolder(), 'elsewhere.txt'));
    expect(await now()).toEqual({ key: 'PROJ-20', commits: web });
    front.show(join(api, 'a.txt'));
    expect(await now()).toEqual({ key: 'PROJ-10', commits: api });
  });

  it('is the first folder’s again once the folder of that editor has left, also when it comes back', async () => {
    const { now } = open(api, web);
    front.show(join(web, 'a.txt'));
    front.show(undefined);
    front.open(api);
    front.open(api, web);
    expect(await now()).toEqual({ key: 'PROJ-10', commits: api });
  });
});
