import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { Connections } from '../../src/app/connections.ts';
import { Issues } from '../../src/app/issues.ts';
import { Records } from '../../src/app/records.ts';
import { Sync } from '../../src/app/sync/sync.ts';
import { createJiraGateway } from '../../src/jira/gateway.ts';
import { PLAIN_SETTINGS as settings } from '../support/parts.ts';
import { openBenchStore } from './storeOf.ts';

const clock = { now: () => Date.now(), zone: () => 'Europe/Berlin' };
const log = { info: () => undefined, warn: () => undefined, error: console.error };
const sleep = (ms: number) => delay(ms).then(() => undefined);

/** What is needed to sign in at a simulated Jira, in this process or another. */
export interface Site {
  readonly url: string;
  readonly users: { readonly mia: { readonly email: string } };
  readonly tokens: { readonly classic: string };
}

/** What one window has, connected to a simulated Jira. */
export async function openOffice(jira: Site, folder: string) {
  const store = await openBenchStore(folder);
  const tokens = new Map<string, string>();
  const secrets = {
    get: async (id: string) => tokens.get(id),
    set: async (id: string, token: string) => void tokens.set(id, token),
    remove: async (id: string) => void tokens.delete(id),
    shared: async () => undefined,
  };
  const random = Math.random;
  const gateway = createJiraGateway({ userAgent: 'timecard-bench', sleep, random, clock, log });
  const stableId = (text: string) => createHash('sha256').update(text).digest('hex');
  const connections = new Connections({ store, secrets, gateway, clock, log, stableId });
  await connections.add(jira.url, { type: 'apiToken', email: jira.users.mia.email, token: jira.tokens.classic });
  const recording = { store, clock, newId: randomUUID, settings };
  const records = new Records(recording);
  const sync = new Sync({ ...recording, connections, sleep, breathe: nextTurn, random, log });
  const issues = new Issues({ store, connections, clock, settings, log });
  return { store, records, sync, issues };
}
