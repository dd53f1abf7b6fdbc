import { Controls } from './controls.ts';
import type { Site } from './dispatch.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Listener } from './listener.ts';
import type { Deployment, SimUser } from './model.ts';
import { CLOUD_ID, EMMA, MIA, TOKEN_VALUES, type TokenName } from './seed.ts';
import { SimulatorState } from './state.ts';
import type { World } from './world.ts';

export interface Listeners {
  readonly site: Listener;
  readonly gateway: Listener;
  readonly auth: Listener;
  readonly elsewhere: Listener;
}

/** A running Jira. */
export class JiraSimulator extends Controls {
  /** The site with its context path, without a trailing slash. */
  readonly url: string;
  /** Stands in for `https://api.atlassian.com`; only Cloud answers there. */
  readonly gatewayUrl: string;
  /** Stands in for `https://auth.atlassian.com`; only Cloud answers there. */
  readonly authUrl: string;
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
    this.authUrl = listeners.auth.url;
    this.elsewhereUrl = listeners.elsewhere.url;
    this.controlUrl = `${listeners.site.url}/__sim`;
    this.deployment = world.deployment;
    this.state = new SimulatorState(world, journal);
    this.#listeners = [listeners.site, listeners.gateway, listeners.auth, listeners.elsewhere];
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
