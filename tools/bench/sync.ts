import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startJira } from '../jira/simulator.ts';
import { openOffice } from './office.ts';

const HOUR = 3_600_000;

async function measure(count: number, issues: number, latencyMs: number): Promise<Record<string, string>> {
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
    jira.faults.add({ kind: 'latency', when: 'before', ms: latencyMs });
    const start = performance.now();
    const { succeeded } = await sync.push(undefined);
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    const peaks = Array.from({ length: issues }, (_, n) => jira.state.peakWrites(`DEMO-${500 + n}`));
    await store.close();
    const peak = String(Math.max(...peaks));
    return {
      records: String(count),
      issues: String(issues),
      latencyMs: String(latencyMs),
      synced: String(succeeded),
      seconds,
      peak,
    };
  } finally {
    await jira.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long a sync takes against the simulator, in seconds; `peak` is the most writes at once on one issue. */
export async function benchSync(): Promise<readonly Record<string, string>[]> {
  return [await measure(1, 1, 200), await measure(100, 20, 100)];
}
