import { door } from './controlDoor.ts';
import { Controls } from './controls.ts';
import { answer, type Incoming, type Site } from './dispatch.ts';
import { Faults } from './faults.ts';
import { Journal, type RequestEntry, safeHeaders } from './journal.ts';
import { Listener } from './listener.ts';
import type { Deployment, Host, SimProject, SimUser, Switches } from './model.ts';
import { html, type Reply } from './reply.ts';
import { CLOUD_ID, EMMA, type IssueSeed, MIA, TOKEN_VALUES, type TokenName } from './seed.ts';
import { SimulatorState } from './state.ts';
import { type Outcome, strike } from './strike.ts';
import { World } from './world.ts';

export type { Fault } from './faults.ts';
export type { RequestEntry } from './journal.ts';
export type { Deployment, Permission, Switches } from './model.ts';
export type { TokenName } from './seed.ts';
export type { StoredIssue, StoredWorklog } from './state.ts';

export interface SimulatorOptions {
  readonly deployment: Deployment;
  /** 0 (the default): any free port. */
  readonly port?: number;
  readonly gatewayPort?: number;
  /** Where Jira lives below the host; `''` on Cloud and `/jira` on Data Center unless told. */
  readonly contextPath?: string;
  /** UTC ms; the machine's clock unless told. */
  readonly now?: () => number;
  /** Instead of the ready-made issues. */
  readonly issues?: readonly IssueSeed[];
  readonly projects?: readonly SimProject[];
  readonly switches?: Partial<Switches>;
}

/** A running Jira. */
export class JiraSimulator extends Controls {
  /** The site with its context path, without a trailing slash. */
  readonly url: string;
  /** Stands in for `https://api.atlassian.com`; only Cloud answers there. */
  readonly gatewayUrl: string;
  /** A host that is not Jira; redirect faults lead there. */
  readonly elsewhereUrl: string;
  /** Base of the HTTP control door. */
  readonly controlUrl: string;
  readonly deployment: Deployment;
  readonly cloudId = CLOUD_ID;
  readonly users: { readonly mia: SimUser; readonly emma: SimUser } = { mia: MIA, emma: EMMA };
  readonly tokens: Readonly<Record<TokenName, string>> = TOKEN_VALUES;
  readonly state: SimulatorState;
  readonly #listeners: readonly Listener[];

  constructor(world: World, journal: Journal, faults: Faults, listeners: Listeners, site: Site) {
    super(world, faults, journal);
    this.url = site.siteUrl;
    this.gatewayUrl = listeners.gateway.url;
    this.elsewhereUrl = listeners.elsewhere.url;
    this.controlUrl = `${listeners.site.url}/__sim`;
    this.deployment = world.deployment;
    this.state = new SimulatorState(world, journal);
    this.#listeners = [listeners.site, listeners.gateway, listeners.elsewhere];
  }

  /** The `Authorization` header for a ready-made token. */
  authorization(name: TokenName): string {
    const token = this.world.token(name);
    if (token.kind === 'pat' || token.kind === 'oauth') return `Bearer ${token.value}`;
    const user = this.world.user(token.accountId);
    const login = token.kind === 'password' ? user.name : user.email;
    return `Basic ${Buffer.from(`${login}:${token.value}`, 'utf8').toString('base64')}`;
  }

  /** Connections are refused until `goOnline`. */
  async goOffline(): Promise<void> {
    for (const listener of this.#listeners) await listener.stop();
  }

  /** Listens on the same ports again. */
  async goOnline(): Promise<void> {
    for (const listener of this.#listeners) await listener.start();
  }

  async close(): Promise<void> {
    await this.goOffline();
  }
}

interface Listeners {
  readonly site: Listener;
  readonly gateway: Listener;
  readonly elsewhere: Listener;
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
      const work = (): Reply => (host === 'elsewhere' ? html(200, '<h1>Not Jira</h1>') : answer(site, incoming));
      const outcome = await strike(fault, work, elsewhere.url);
      if (outcome.type === 'reply' || outcome.type === 'truncate') entry.status = outcome.reply.status;
      return outcome;
    };
  const listeners: Listeners = {
    site: new Listener('site', options.port ?? 0, serve('site')),
    gateway: new Listener('gateway', options.gatewayPort ?? 0, serve('gateway')),
    elsewhere: new Listener('elsewhere', 0, serve('elsewhere')),
  };
  const { elsewhere } = listeners;
  for (const listener of Object.values(listeners)) await listener.start();
  const site: Site = { world, contextPath, siteUrl: `${listeners.site.url}${contextPath}` };
  const simulator = new JiraSimulator(world, journal, faults, listeners, site);
  return simulator;
}
