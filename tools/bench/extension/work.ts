import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TimecardApi } from '../../../src/api.ts';
import { stall } from '../gaps.ts';
import type { Row } from '../part.ts';
import type { Work } from './orders.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Half of the half hour that the records on file leave free, so many hours ago. */
function span(hoursAgo: number) {
  const timeIn = Math.floor(Date.now() / HOUR) * HOUR - hoursAgo * HOUR + HOUR / 2;
  return { timeIn: new Date(timeIn).toISOString(), timeOut: new Date(timeIn + 15 * MINUTE).toISOString() };
}

/** Records and syncs by the API that Timecard offers to every extension, and how long the event loop stood still then. */
export async function measureStalls(api: TimecardApi, work: Work): Promise<readonly Row[]> {
  const { restMs, commits, issueKeys, quietMs } = work;
  const rows: Row[] = [];
  const during = async (what: string, doIt: () => Promise<unknown>) => {
    const row = await profiled(work.profiles, what, () => stall(doIt));
    rows.push({ what, ...row });
  };
  const add = (n: number, issueKey: string) => api.records.add({ ...span(n + 1), issueKey, notes: `Bench ${n}` });
  await during('at rest', () => delay(restMs));
  await during(`${commits} commits, one after the other`, async () => {
    for (let n = 0; n < commits; n += 1) await add(n, 'DEMO-7');
  });
  await during('the time after them, the journal folded', () => delay(quietMs));
  const due: string[] = [];
  for (const [n, key] of issueKeys.entries()) due.push((await add(commits + n, key)).id);
  await delay(quietMs);
  await during(`a sync of ${due.length} records`, async () => {
    const { succeeded, errors } = await api.sync.push(due);
    if (succeeded < due.length) throw new Error(`Only ${succeeded} were synced: ${JSON.stringify(errors)}`);
  });
  await during('the time after it', () => delay(quietMs));
  return rows;
}

async function profiled<T>(folder: string | null, name: string, work: () => Promise<T>): Promise<T> {
  if (folder === null) return work();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const result = await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  await writeFile(path.join(folder, `${name.replace(/\W+/gu, '-')}.cpuprofile`), JSON.stringify(profile));
  return result;
}
