import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { Connections } from '../../../src/app/connections.ts';
import { Records } from '../../../src/app/records.ts';
import { Sync } from '../../../src/app/sync/sync.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { JiraGateway, JiraSession } from '../../../src/core/jiraPorts.ts';
import type { Clock, Log, Sleep } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/storePorts.ts';
import { createJiraGateway } from '../../../src/jira/gateway.ts';
import { type Hooks, openStore, type StoreOptions } from '../../../src/store/store.ts';
import { PLAIN_SETTINGS, QUIET, wasm } from '../../support/parts.ts';
import type { Counts } from './counts.ts';

/** What a request that nobody listened to is counted as. */
export const REFUSED = 'fault: connection refused';

export interface ProofClock extends Clock {
  /** How far it is ahead of the machine's, in ms. */
  readonly ahead: number;
  readonly sleep: Sleep;
}

/** The machine's own clock; every sleep is sat out. */
export class RealClock implements ProofClock {
  readonly ahead = 0;

  now(): number {
    return Date.now();
  }

  zone(): string {
    return 'Europe/Berlin';
  }

  readonly sleep: Sleep = async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      throw new TimecardError('cancelled', 'Stopped.');
    }
  };
}

/** A clock that every sleep moves at once; a long sleep takes some real milliseconds, so that others get on. */
export class LapseClock implements ProofClock {
  constructor(public ahead = 0) {}

  now(): number {
    return Math.floor(Date.now() + this.ahead);
  }

  zone(): string {
    return 'Europe/Berlin';
  }

  readonly sleep: Sleep = async (ms, signal) => {
    const stop = () => {
      if (signal?.aborted === true) throw new TimecardError('cancelled', 'Stopped.');
    };
    stop();
    // Longer than any answer here is late, as the two seconds are in which nobody looks for a lost write.
    await delay(Math.min(60, ms / 32));
    stop();
    this.ahead += ms;
  };
}

/** A write to Jira, from the side of the program; a process may be killed at either end. */
export interface Wire {
  leaving(): void;
  answered(): void;
}

export interface WindowOptions {
  readonly folder: string;
  readonly token: string;
  readonly clock: ProofClock;
  /** After how many ms Jira is no longer waited for. */
  readonly timeoutMs: number;
  readonly limits: Pick<StoreOptions, 'journalFrom' | 'foldFrom' | 'foldQuietMs' | 'lockStaleMs'>;
  readonly random: () => number;
  readonly counts: Pick<Counts, 'add'>;
  readonly hooks?: Hooks;
  readonly wire?: Wire;
}

/** What one VS Code window has of what is proved: the real store, the real Jira client, the real use cases. */
export interface ProofWindow {
  readonly store: Store;
  readonly connections: Connections;
  readonly records: Records;
  readonly sync: Sync;
}

export async function openWindow(options: WindowOptions): Promise<ProofWindow> {
  const { folder, token, clock, timeoutMs, random, counts, hooks } = options;
  const log: Log = {
    ...QUIET,
    info: (text) => {
      if (text.startsWith('Sync of record') && text.includes(' waits ')) counts.add('retries');
    },
  };
  const store = await openStore({
    ...{ folder, wasm, clock, log, watch: false, ...options.limits },
    ...(hooks === undefined ? {} : { hooks }),
  });
  const real = createJiraGateway({ userAgent: 'timecard-proof', sleep: clock.sleep, random, clock, log, timeoutMs });
  const gateway: JiraGateway = {
    detect: (url, signal) => real.detect(url, signal),
    cloudId: (url, signal) => real.cloudId(url, signal),
    signIn: (url, credentials, signal) => real.signIn(url, credentials, signal),
    session: (connection, source) => watched(real.session(connection, source), counts, options.wire),
  };
  const secrets = {
    get: async () => token,
    set: async () => undefined,
    remove: async () => undefined,
    shared: async () => undefined,
  };
  const stableId = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  const connections = new Connections({ store, secrets, gateway, clock, log, stableId });
  const deps = { store, clock, newId: randomUUID, settings: PLAIN_SETTINGS };
  return {
    store,
    connections,
    records: new Records(deps),
    sync: new Sync({ ...deps, connections, sleep: clock.sleep, breathe: nextTurn, random, log }),
  };
}

/** The session, counting what it finds of lost writes and telling when a write leaves and when its answer is there. */
function watched(session: JiraSession, counts: Pick<Counts, 'add'>, wire: Wire | undefined): JiraSession {
  const call = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      if (isRefusal(error)) counts.add(REFUSED);
      throw error;
    }
  };
  const write = async <T>(send: () => Promise<T>): Promise<T> => {
    wire?.leaving();
    const answer = await call(send);
    wire?.answered();
    return answer;
  };
  return {
    myself: (...args) => call(() => session.myself(...args)),
    projectKeys: (...args) => call(() => session.projectKeys(...args)),
    issue: (...args) => call(() => session.issue(...args)),
    search: (...args) => call(() => session.search(...args)),
    assigned: (...args) => call(() => session.assigned(...args)),
    worklog: (...args) => call(() => session.worklog(...args)),
    ownWorklogs: (...args) => call(() => session.ownWorklogs(...args)),
    addWorklog: (...args) => write(() => session.addWorklog(...args)),
    updateWorklog: (...args) => write(() => session.updateWorklog(...args)),
    deleteWorklog: (...args) => write(() => session.deleteWorklog(...args)),
    findLost: async (...args) => {
      const found = await call(() => session.findLost(...args));
      counts.add(found.length > 0 ? 'lost writes found in Jira' : 'lost writes not in Jira');
      return found;
    },
  };
}

/** Whether nobody listened where Jira was. */
function isRefusal(error: unknown): boolean {
  return error instanceof TimecardError && error.reason === 'network' && error.message.includes('ECONNREFUSED');
}
