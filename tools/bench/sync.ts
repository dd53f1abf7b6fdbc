import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Connections } from '../../src/app/connections.ts';
import { Records } from '../../src/app/records.ts';
import { Sync } from '../../src/app/sync/sync.ts';
import type { Settings } from '../../src/core/ports.ts';
import { createJiraGateway } from '../../src/jira/gateway.ts';
import { openStore } from '../../src/store/store.ts';
import { type JiraSimulator, startJira } from '../jira/simulator.ts';

const HOUR = 3_600_000;
const clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };
const log = { info: () => undefined, warn: () => undefined, error: console.error };
const sleep = (ms: number) => delay(ms).then(() => undefined);

const settings: Settings = {
  splitAtMidnight: () => true,
  weekStart: () => 1,
  rounding: () => ({ mode: 'nearest', stepMinutes: 1, minimumMinutes: 1 }),
  commentTemplate: () => '',
  notifyUsers: () => false,
  adjustEstimate: () => ({ kind: 'auto' }) as const,
  roundingCarry: () => false,
  visibility: () => undefined,
  assignedJql: () => '',
  syncPreview: () => false,
  syncMode: () => 'manual',
  syncIntervalMinutes: () => 30,
  syncTime: () => '18:00',
  idleMinutes: () => 10,
  onRemove: () => 'keep',
};

async function openOffice(jira: JiraSimulator, folder: string) {
  const wasm = () => readFile(createRequire(join(process.cwd(), 'package.json')).resolve('sql.js/dist/sql-wasm.wasm'));
  const store = await openStore({ folder, wasm, clock, log, watch: false });
  const tokens = new Map<string, string>();
  const secrets = {
    get: async (id: string) => tokens.get(id),
    set: async (id: string, token: string) => void tokens.set(id, token),
    remove: async (id: string) => void tokens.delete(id),
  };
  const random = Math.random;
  const gateway = createJiraGateway({ userAgent: 'timecard-bench', sleep, random, clock, log });
  const stableId = (text: string) => createHash('sha256').update(text).digest('hex');
  const connections = new Connections({ store, secrets, gateway, clock, log, stableId });
  await connections.add(jira.url, { type: 'apiToken', email: jira.users.mia.email, token: jira.tokens.classic });
  const records = new Records({ store, clock, newId: randomUUID, settings });
  const sync = new Sync({ store, connections, clock, newId: randomUUID, sleep, random, settings, log });
  return { store, records, sync };
}

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
