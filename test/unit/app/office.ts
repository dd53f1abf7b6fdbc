import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Connections } from '../../../src/app/connections.ts';
import { Issues } from '../../../src/app/issues.ts';
import { Records } from '../../../src/app/records.ts';
import { SyncPreview } from '../../../src/app/sync/preview.ts';
import { Sync } from '../../../src/app/sync/sync.ts';
import { TimeClock } from '../../../src/app/timeClock.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { Credentials, EstimateChange, WorklogVisibility } from '../../../src/core/jiraPorts.ts';
import type { Clock, Log, Rounding, Secrets, Settings, Sleep } from '../../../src/core/ports.ts';
import type { Connection, Deployment, TimeRecord } from '../../../src/core/records.ts';
import type { Store } from '../../../src/core/storePorts.ts';
import type { HourCycle } from '../../../src/core/timeOfDay.ts';
import { createJiraGateway } from '../../../src/jira/gateway.ts';
import { createOAuthHost } from '../../../src/jira/oauth/oauthHost.ts';
import { createOAuthRedirects } from '../../../src/jira/oauth/redirects.ts';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { type JiraSimulator, startJira } from '../../../tools/jira/simulator.ts';

const WASM = join(dirname(createRequire(import.meta.url).resolve('sql.js')), 'sql-wasm.wasm');

/** A clock that a test moves, and that every sleep moves at once. */
export class LapseClock implements Clock {
  ahead = 0;
  zoneName = 'Europe/Berlin';

  now(): number {
    return Date.now() + this.ahead;
  }

  zone(): string {
    return this.zoneName;
  }

  readonly sleep: Sleep = async (ms, signal) => {
    if (signal?.aborted === true) throw new TimecardError('cancelled', 'Stopped.');
    this.ahead += ms;
  };
}

export class TestSettings implements Settings {
  roundingValue: Rounding = { mode: 'nearest', stepMinutes: 1, minimumMinutes: 1 };
  split = true;

  splitAtMidnight = () => this.split;
  weekStart = () => 1;
  cycle: HourCycle = 'h23';
  hourCycle = () => this.cycle;
  rounding = () => this.roundingValue;
  commentTemplate = () => this.template;
  notifyUsers = () => false;
  carry = false;
  template = '';
  estimate: EstimateChange = { kind: 'auto' };
  visibilities: Readonly<Record<string, WorklogVisibility>> = {};
  jql = '';
  preview = false;

  roundingCarry = () => this.carry;
  adjustEstimate = () => this.estimate;
  visibility = (project: string): WorklogVisibility | undefined => this.visibilities[project];
  assignedJql = () => this.jql;
  syncPreview = () => this.preview;
  mode: 'manual' | 'onClockOut' | 'interval' | 'endOfDay' = 'manual';
  syncMode = () => this.mode;
  syncIntervalMinutes = () => 30;
  syncTime = () => '18:00';
  idle = 10;
  idleMinutes = () => this.idle;
  onRemove = () => 'ask' as const;
}

export class MemorySecrets implements Secrets {
  readonly tokens = new Map<string, string>();

  get = async (id: string) => this.tokens.get(id);
  set = async (id: string, token: string) => {
    this.tokens.set(id, token);
  };
  remove = async (id: string) => {
    this.tokens.delete(id);
  };
  shared = async (): Promise<void> => undefined;
}

export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface Window {
  readonly store: Store;
  readonly clock: LapseClock;
  readonly newId: () => string;
  readonly settings: TestSettings;
  readonly secrets: MemorySecrets;
  readonly connections: Connections;
  readonly timeClock: TimeClock;
  readonly records: Records;
  readonly issues: Issues;
  readonly sync: Sync;
  readonly preview: SyncPreview;
}

export interface WindowOptions {
  readonly folder: string;
  readonly secrets?: MemorySecrets;
  readonly clock?: LapseClock;
  readonly sleep?: Sleep;
  readonly gatewayUrl?: string;
  readonly authUrl?: string;
  readonly signInLimitMs?: number;
  readonly log?: Log;
  readonly timeoutMs?: number;
  /** From when on the database has a journal, and when it is folded. */
  readonly limits?: Pick<StoreOptions, 'journalFrom' | 'foldFrom'>;
  readonly disk?: StoreOptions['disk'];
}

/** What one VS Code window has: the real store, the real Jira client, the real use cases. */
export async function openWindow(options: WindowOptions): Promise<Window> {
  const clock = options.clock ?? new LapseClock();
  const sleep = options.sleep ?? clock.sleep;
  const settings = new TestSettings();
  const secrets = options.secrets ?? new MemorySecrets();
  const random = () => 0.5;
  const log = options.log ?? quietLog;
  const { folder, limits } = options;
  const disk = options.disk === undefined ? {} : { disk: options.disk };
  const store = await openStore({ folder, wasm: () => readFile(WASM), clock, log, watch: false, ...limits, ...disk });
  const gateway = createJiraGateway({
    ...(options.gatewayUrl === undefined ? {} : { gatewayUrl: options.gatewayUrl }),
    ...{ userAgent: 'timecard-test', sleep, random, clock, log, timeoutMs: options.timeoutMs ?? 400 },
  });
  const stableId = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  const stands = {
    ...(options.authUrl === undefined ? {} : { authUrl: options.authUrl }),
    ...(options.gatewayUrl === undefined ? {} : { gatewayUrl: options.gatewayUrl }),
  };
  const oauth = {
    host: createOAuthHost({ ...stands, userAgent: 'timecard-test', clock, log, timeoutMs: options.timeoutMs ?? 400 }),
    redirects: createOAuthRedirects(options.signInLimitMs === undefined ? {} : { limitMs: options.signInLimitMs }),
  };
  const connections = new Connections({ store, secrets, gateway, clock, log, stableId, oauth });
  const deps = { store, clock, newId: randomUUID, settings };
  return {
    store,
    clock,
    newId: randomUUID,
    settings,
    secrets,
    connections,
    timeClock: new TimeClock(deps),
    records: new Records(deps),
    issues: new Issues({ store, connections, clock, settings, log }),
    sync: new Sync({ store, connections, clock, newId: randomUUID, sleep, breathe: nextTurn, random, settings, log }),
    preview: new SyncPreview({ store, connections, clock, settings, breathe: nextTurn }),
  };
}

/** A window connected to a Jira of its own. */
export class Office {
  private readonly windows: Window[] = [];
  private readonly seeded = new Set<string>();

  private constructor(
    readonly jira: JiraSimulator,
    readonly folder: string,
    readonly window: Window,
    readonly connection: Connection,
  ) {
    this.windows.push(window);
  }

  static async open(deployment: Deployment, options: Partial<WindowOptions> = {}): Promise<Office> {
    const jira = await startJira({ deployment });
    const folder = await mkdtemp(join(tmpdir(), 'timecard-office-'));
    const window = await openWindow({ folder, gatewayUrl: jira.gatewayUrl, ...options });
    const connection = await window.connections.add(jira.url, credentials(jira));
    jira.clearRequests();
    const office = new Office(jira, folder, window, connection);
    office.noteSeeded();
    return office;
  }

  /** Another window of the same user: same folder, same tokens, its own everything else. */
  async secondWindow(options: Partial<WindowOptions> = {}): Promise<Window> {
    const { secrets } = this.window;
    const window = await openWindow({ folder: this.folder, secrets, gatewayUrl: this.jira.gatewayUrl, ...options });
    this.windows.push(window);
    return window;
  }

  /** A finished record, `minutesAgo` back; each a little apart so that no two are alike. */
  async finished(issueKey: string | null, minutes = 30, minutesAgo = 120, notes = ''): Promise<TimeRecord> {
    const timeIn = Math.floor(this.window.clock.now() / 1000) * 1000 - minutesAgo * 60_000;
    return this.window.records.add({ timeIn, timeOut: timeIn + minutes * 60_000, issueKey, notes, source: 'manual' });
  }

  async record(id: string): Promise<TimeRecord> {
    const record = await this.window.store.read((db) => db.record(id, true));
    if (record === undefined) throw new Error(`No record ${id}.`);
    return record;
  }

  /** Worklogs in Jira, without those that the simulator was seeded with. */
  worklogs(issueKey?: string) {
    return this.jira.state.worklogs(issueKey).filter((worklog) => !this.seeded.has(worklog.id));
  }

  /** How many requests of this method have reached Jira. */
  sent(method: string): number {
    return this.jira.state.requests().filter((request) => request.method === method).length;
  }

  /** What is in Jira now is somebody else's business. */
  private noteSeeded(): void {
    for (const worklog of this.jira.state.worklogs()) this.seeded.add(worklog.id);
  }

  async close(): Promise<void> {
    for (const window of this.windows) await window.store.close();
    await this.jira.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function credentials(jira: JiraSimulator): Credentials {
  return jira.deployment === 'cloud'
    ? { type: 'apiToken', email: jira.users.mia.email, token: jira.tokens.classic }
    : { type: 'pat', token: jira.tokens.pat };
}
