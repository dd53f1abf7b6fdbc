import { strict as assert } from 'node:assert';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TimecardApi } from '../../../src/api.ts';
import { eventually, keepApart, minutesAgo, timecard, timecardStorage } from './support.ts';

const MEBIBYTE = 1024 * 1024;
const LONG_NOTES = 'Worked on it. '.repeat(2_000).trim();

/* A database that has grown large gets a journal, and a thread that folds it: in the package as it is shipped. */
describe('a large history', () => {
  let api: TimecardApi;
  let folder: string;

  before(async () => {
    api = await timecard();
    folder = await timecardStorage();
  });
  keepApart();

  async function add(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await api.records.add({ timeIn: minutesAgo(120), timeOut: minutesAgo(60), notes: LONG_NOTES });
    }
  }
  const journals = async () => (await readdir(folder)).filter((name) => name.endsWith('.journal'));

  it('is kept with a journal, which goes into the file on a thread of its own', async function () {
    this.timeout(60_000);
    const size = async () => (await stat(path.join(folder, 'timecard.sqlite'))).size;
    do await add(10);
    while ((await size()) < MEBIBYTE);
    await add(1);
    const [first] = await journals();
    assert.ok(first, 'There is no journal beside a large file');
    const before = await size();
    await add(12);
    await eventually('the journal to be folded into the file', async () =>
      (await journals()).some((name) => name !== first) && (await size()) > before ? true : undefined,
    );
    const all = await api.records.list();
    assert.equal(
      all.every(({ notes }) => notes === LONG_NOTES),
      true,
    );
  });
});
