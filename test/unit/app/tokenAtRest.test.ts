import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Deployment } from '../../../src/core/records.ts';
import { searchFiles } from '../../../tools/support/tokenSearch.ts';
import { Office, type WindowOptions } from './office.ts';

type Limits = NonNullable<WindowOptions['limits']>;

const WHOLE: Limits = { journalFrom: Number.MAX_SAFE_INTEGER };
/** The journal is not folded: what is in it stays to be looked at. */
const JOURNALED: Limits = { journalFrom: 0, foldFrom: Number.MAX_SAFE_INTEGER };

/** The names of what a database leaves in its folder, without what differs from run to run. */
async function kindsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const kinds = names.map((name) => name.replaceAll(/[0-9a-f]{16}/g, '*').replaceAll(/\d{4}-\d\d-\d\d.*?(?=\.)/g, '*'));
  return [...new Set(kinds)];
}

describe.each<Deployment>(['cloud', 'dataCenter'])('a token for %s', (deployment) => {
  let office: Office;
  afterEach(() => office.close());

  /** Signs in, syncs, is refused, is renewed, and finds its database damaged: whatever writes files. */
  async function busyDay(limits: Limits): Promise<readonly string[]> {
    office = await Office.open(deployment, { limits });
    const { connection, window, jira, folder } = office;
    const token = jira.tokens[deployment === 'cloud' ? 'classic' : 'pat'];
    const wrong = `${token}-which-is-wrong`;
    await office.finished('PROJ-123', 30, 90, 'a note to be found');
    expect(await window.sync.push(undefined)).toMatchObject({ succeeded: 1 });
    await window.secrets.set(connection.id, wrong);
    await office.finished('PROJ-123', 10, 30);
    expect(await window.sync.push(undefined)).toMatchObject({ failed: 1 });
    await window.secrets.set(connection.id, token);
    await window.store.close();
    await writeFile(join(folder, 'timecard.sqlite'), 'damaged', { flag: 'r+' });
    const next = await office.secondWindow({ limits });
    await next.sync.push(undefined);
    await next.store.close();
    return [token, wrong];
  }

  it.each([
    ['with a database that is written whole', WHOLE, ['timecard.sqlite', 'backups/timecard-*.sqlite']],
    ['with a journal', JOURNALED, ['timecard.sqlite', 'timecard.*.journal', 'backups/timecard-*.sqlite']],
  ])('is in no file of the folder %s, nor in its backups', async (_, limits, kinds) => {
    const tokens = await busyDay(limits);
    expect(await kindsIn(office.folder)).toEqual(expect.arrayContaining([...kinds, 'timecard.damaged-*.sqlite']));
    const { searched, found } = await searchFiles(office.folder, tokens);
    expect(searched).toBeGreaterThan(kinds.length);
    expect(found).toEqual([]);
    // What was written there is found by the same search.
    expect((await searchFiles(office.folder, ['a note to be found'])).found).not.toEqual([]);
  });
});
