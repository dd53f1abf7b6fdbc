import { door } from './controlDoor.ts';
import { answer, type Site } from './dispatch.ts';
import { Faults } from './faults.ts';
import type { Incoming } from './incoming.ts';
import { JiraSimulator, type Listeners } from './jiraSimulator.ts';
import { Journal, type RequestEntry, safeHeaders, type Work } from './journal.ts';
import { Listener } from './listener.ts';
import type { Deployment, Host, SimProject, Switches } from './model.ts';
import { html, type Reply } from './reply.ts';
import type { IssueSeed } from './seed.ts';
import { type Outcome, strike } from './strike.ts';
import { World } from './world.ts';

export type { Fault } from './faults.ts';
export type { JiraSimulator } from './jiraSimulator.ts';
export type { RequestEntry } from './journal.ts';
export type { Deployment, Permission, Switches } from './model.ts';
export type { TokenName } from './seed.ts';
export type { StoredIssue, StoredWorklog } from './state.ts';

export interface SimulatorOptions {
  readonly deployment: Deployment;
  /** 0 (the default): any free port. */
  readonly port?: number;
  readonly gatewayPort?: number;
  readonly authPort?: number;
  /** Where Jira lives below the host; `''` on Cloud and `/jira` on Data Center unless told. */
  readonly contextPath?: string;
  /** UTC ms; the machine's clock unless told. */
  readonly now?: () => number;
  /** Instead of the ready-made issues. */
  readonly issues?: readonly IssueSeed[];
  readonly projects?: readonly SimProject[];
  readonly switches?: Partial<Switches>;
}

function logged(world: World, incoming: Incoming, fault: string | undefined): Omit<RequestEntry, 'sequence'> {
  const { host, method, url, headers } = incoming;
  return {
    at: world.now(),
    host,
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: safeHeaders(headers),
    body: parsed(incoming.body),
    fault,
    status: undefined,
    work: undefined,
  };
}

function parsed(body: string): unknown {
  if (body === '') return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return body;
  }
}

function workOf({ status, json }: Reply): Work {
  const isMade = status === 201 && typeof json === 'object' && json !== null && 'id' in json;
  return { status, ...(isMade ? { madeId: String(json.id) } : {}) };
}

/** Counts a worklog write as open, for the whole site and for its issue. */
function countWrite(world: World, journal: Journal, incoming: Incoming): () => void {
  if (incoming.method === 'GET') return () => undefined;
  const ref = /\/issue\/([^/]+)\/worklog/.exec(incoming.url.pathname)?.[1];
  if (ref === undefined) return () => undefined;
  const ends = ['site', world.findIssue(ref)?.id ?? ref].map((what) => journal.opened(what));
  return () => {
    for (const end of ends) end();
  };
}

/** Starts a Jira on loopback. Close it when done. */
export async function startJira(options: SimulatorOptions): Promise<JiraSimulator> {
  const { deployment, now = Date.now, issues, projects, switches } = options;
  const contextPath = options.contextPath ?? (deployment === 'cloud' ? '' : '/jira');
  const world = new World({
    deployment,
    now,
    ...(issues === undefined ? {} : { issues }),
    ...(projects === undefined ? {} : { projects }),
    ...(switches === undefined ? {} : { switches }),
  });
  const journal = new Journal();
  const faults = new Faults();
  const serve =
    (host: Host) =>
    async (incoming: Incoming, onClose: (done: () => void) => void): Promise<Outcome> => {
      if (host === 'site' && incoming.url.pathname.startsWith('/__sim/')) {
        return { type: 'reply', reply: door(simulator, incoming) };
      }
      const fault =
        host === 'elsewhere' ? undefined : faults.take(incoming.method, incoming.url.pathname + incoming.url.search);
      const entry = journal.add(logged(world, incoming, fault?.kind));
      onClose(countWrite(world, journal, incoming));
      const work = (): Reply => {
        const reply = host === 'elsewhere' ? html(200, '<h1>Not Jira</h1>') : answer(site, incoming);
        entry.work = workOf(reply);
        return reply;
      };
      const outcome = await strike(fault, work, elsewhere.url);
      if (outcome.type === 'reply' || outcome.type === 'truncate') entry.status = outcome.reply.status;
      return outcome;
    };
  const listeners: Listeners = {
    site: new Listener('site', options.port ?? 0, serve('site')),
    gateway: new Listener('gateway', options.gatewayPort ?? 0, serve('gateway')),
    auth: new Listener('auth', options.authPort ?? 0, serve('auth')),
    elsewhere: new Listener('elsewhere', 0, serve('elsewhere')),
  };
  const { elsewhere } = listeners;
  for (const listener of Object.values(listeners)) await listener.start();
  const site: Site = { world, contextPath, siteUrl: `${listeners.site.url}${contextPath}` };
  const simulator = new JiraSimulator(world, journal, faults, listeners, site);
  return simulator;
}
