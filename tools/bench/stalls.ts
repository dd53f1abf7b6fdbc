import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stall } from './gaps.ts';
import { startJiraProcess } from './jiraProcess.ts';
import { openOffice } from './office.ts';
import type { Row, Scale, Table } from './part.ts';
import { fillStore, record } from './storeOf.ts';

const HOUR = 3_600_000;
/** `quietMs` is long enough for a journal to be folded into the file. */
const FULL = { count: 100_000, many: 400, due: 100, restMs: 2_000, quietMs: 5_000 };
const SHORT = { count: 2_000, many: 20, due: 10, restMs: 200, quietMs: 500 };

async function during(what: string, records: number, work: () => Promise<unknown>): Promise<Row> {
  return { records, what, ...(await stall(work)) };
}

/** The longest stalls of the event loop that commits and syncs share with the store, with a long history on file. */
export async function benchStalls({ short }: Scale): Promise<readonly Table[]> {
  const { count, many, due, restMs, quietMs } = short ? SHORT : FULL;
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  const jira = await startJiraProcess();
  try {
    await fillStore(folder, count);
    const rows = [await during('nothing at all', count, () => delay(restMs))];
    const openAndClose = async () => (await openOffice(jira, folder)).store.close();
    rows.push(await during('opening and closing the database', count, openAndClose));
    const { store, records, sync } = await openOffice(jira, folder);
    const commits = async () => {
      for (let n = 0; n < many; n += 1) await store.commit((tx) => tx.insertRecord(record(count - 1 - n, count)));
    };
    rows.push(await during(`${many} commits, one after the other`, count, commits));
    rows.push(await during('the time after them, the journal folded', count, () => delay(quietMs)));
    const slow = async () => {
      for (let n = 0; n < 20; n += 1) {
        await store.commit((tx) => tx.insertRecord(record(count - 1 - n, count)));
        await delay(100);
      }
    };
    rows.push(await during('20 commits, 100 ms apart', count, slow));
    for (let n = 0; n < due; n += 1) {
      const key = `DEMO-${500 + n}`;
      await jira.addIssue({ key, summary: `Bench ${n}` });
      // In the half hours between those on file.
      const timeIn = Math.floor(Date.now() / HOUR) * HOUR - (n + 1) * HOUR + HOUR / 2;
      await records.add({ timeIn, timeOut: timeIn + HOUR / 4, issueKey: key, source: 'manual' });
    }
    let synced = 0;
    const push = async () => {
      synced = (await sync.push(undefined)).succeeded;
    };
    const row = await during(`a sync of ${due} records`, count, push);
    rows.push({ ...row, what: `${row.what} (${synced} synced)` });
    await store.close();
    return [
      { title: 'Stalls of the event loop, by a 1 ms timer; `took` and stalls in ms', keys: ['records', 'what'], rows },
    ];
  } finally {
    await jira.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
