import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import axios from 'axios';
import { startJira } from '../jira/simulator.ts';
import { openOffice } from './office.ts';
import type { Row, Scale, Table } from './part.ts';

const HOUR = 3_600_000;
/** As many requests as a sync has open at once. */
const AT_ONCE = 4;

async function measure(count: number, issues: number, latencyMs: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-bench-'));
  const jira = await startJira({ deployment: 'cloud' });
  try {
    for (let n = 0; n < issues; n += 1) jira.addIssue({ key: `DEMO-${500 + n}`, summary: `Bench ${n}` });
    const { store, records, sync } = await openOffice(jira, folder);
    for (let n = 0; n < count; n += 1) {
      const timeIn = Date.now() - (n + 1) * HOUR;
      const span = { timeIn, timeOut: timeIn + HOUR / 2 };
      await records.add({ ...span, issueKey: `DEMO-${500 + (n % issues)}`, source: 'manual' });
    }
    if (latencyMs > 0) jira.faults.add({ kind: 'latency', when: 'before', ms: latencyMs });
    const start = performance.now();
    const { succeeded } = await sync.push(undefined);
    const seconds = (performance.now() - start) / 1_000;
    const peaks = Array.from({ length: issues }, (_, n) => jira.state.peakWrites(`DEMO-${500 + n}`));
    await store.close();
    const peak = Math.max(...peaks);
    const perSecond = succeeded / seconds;
    return { what: 'a sync', records: count, issues, latencyMs, synced: succeeded, seconds, perSecond, peak };
  } finally {
    await jira.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same worklogs by nothing but axios: no questions before, nothing kept, as many at once. */
async function measureBare(count: number, issues: number, latencyMs: number): Promise<Row> {
  const jira = await startJira({ deployment: 'cloud' });
  try {
    for (let n = 0; n < issues; n += 1) jira.addIssue({ key: `DEMO-${500 + n}`, summary: `Bench ${n}` });
    if (latencyMs > 0) jira.faults.add({ kind: 'latency', when: 'before', ms: latencyMs });
    const auth = { username: jira.users.mia.email, password: jira.tokens.classic };
    const agent = new Agent({ keepAlive: true });
    let next = 0;
    const post = async () => {
      for (let n = next++; n < count; n = next++) {
        const started = new Date(Date.now() - (n + 1) * HOUR).toISOString().replace('Z', '+0000');
        const url = `${jira.url}/rest/api/3/issue/DEMO-${500 + (n % issues)}/worklog`;
        await axios.post(url, { started, timeSpentSeconds: 1_800 }, { auth, proxy: false, httpAgent: agent });
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, post));
    const seconds = (performance.now() - start) / 1_000;
    agent.destroy();
    return {
      what: 'bare axios',
      records: count,
      issues,
      latencyMs,
      synced: count,
      seconds,
      perSecond: count / seconds,
    };
  } finally {
    await jira.close();
  }
}

/** How long a sync takes against the simulator, beside bare POSTs of axios. */
export async function benchSync({ short }: Scale): Promise<readonly Table[]> {
  const many = short ? 40 : 400;
  const rows: Row[] = [];
  const both = async (count: number, issues: number, latencyMs: number) => {
    rows.push(await measure(count, issues, latencyMs), await measureBare(count, issues, latencyMs));
  };
  await both(1, 1, 200);
  await both(many, many, 0);
  await both(many, many, 100);
  // Several records on an issue: Jira takes few writes a second to one.
  await both(short ? 20 : 100, short ? 4 : 20, 100);
  const title = `A sync with the simulated Jira, ${AT_ONCE} issues at once; \`peak\`: most writes at once on one issue`;
  return [{ title, keys: ['what', 'records', 'issues', 'latencyMs'], rows }];
}
