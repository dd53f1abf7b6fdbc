import { isClaimed, withProjectsOf } from '../core/connectionChoice.ts';
import { asTimecardError } from '../core/errors.ts';
import { inferIssueKey, projectOf } from '../core/issueKey.ts';
import type { JiraSession } from '../core/jiraPorts.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Connection, Issue } from '../core/records.ts';
import type { Reader, Store, Tx } from '../core/storePorts.ts';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly session: (connection: Connection) => Promise<JiraSession>;
}

/** What a window has asked a site, and when (UTC ms). `done` tells whether that went well, and never rejects. */
interface Asked {
  readonly at: number;
  readonly done: Promise<boolean>;
}

/** What was read this long ago, by whatever window, is read again, in ms. */
const OLD_MS = 24 * 3_600_000;
/** After a try that failed, this window does not try again for this long, in ms. */
const REST_MS = 3_600_000;
/** A key that no site claims makes this window ask the same site this often at most, in ms. */
const SEARCH_EVERY_MS = 5 * 60_000;

/** Keeps up with the projects that each site has: people make and rename them after the user has signed in. */
export class ProjectKeys {
  private readonly asked = new Map<string, Asked>();
  /** When the project of a branch was last looked for, UTC ms. */
  private readonly sought = new Map<string, number>();

  constructor(private readonly deps: Deps) {}

  /** Reads again what is a day old. Asks no site that refused the sign-in last time. Never rejects. */
  async readOld(): Promise<void> {
    const sites = await this.sites();
    const now = this.deps.clock.now();
    const old = sites.filter(({ updatedAt }) => Math.abs(now - updatedAt) >= OLD_MS);
    await Promise.all(old.map((site) => this.read(site, REST_MS, now)));
  }

  /** When there are several sites and none claims this key, asks them whether they have its project now. Never rejects. */
  async readFor(issueKey: string): Promise<void> {
    const sites = await this.sites();
    if (sites.length < 2 || isClaimed(sites, issueKey)) return;
    await this.search(sites, this.deps.clock.now());
  }

  /** Looks for the project of the issue that a branch seems to be about, once a day for each. Never rejects. */
  async readForBranch(branch: string): Promise<void> {
    const { issueKey } = inferIssueKey(branch);
    if (issueKey === null) return;
    const sites = await this.sites();
    const project = projectOf(issueKey);
    const now = this.deps.clock.now();
    const wasSought = Math.abs(now - (this.sought.get(project) ?? Number.NEGATIVE_INFINITY)) < OLD_MS;
    if (sites.length === 0 || wasSought || isClaimed(sites, issueKey)) return;
    const searching = this.search(sites, now);
    const isNew = sites.every(({ id }) => this.asked.get(id)?.at === now);
    if ((await searching) && isNew) this.sought.set(project, now);
  }

  /** Whether any of them has answered. */
  private async search(sites: readonly Connection[], now: number): Promise<boolean> {
    const answers = await Promise.all(sites.map((site) => this.read(site, SEARCH_EVERY_MS, now)));
    return answers.includes(true);
  }

  private async sites(): Promise<readonly Connection[]> {
    try {
      const all = await this.deps.store.read((db) => db.connections());
      return all.filter(({ isActive, failedSignIns }) => isActive && failedSignIns === 0);
    } catch (error) {
      this.deps.log.warn(`The connections could not be read: ${asTimecardError(error).message}`);
      return [];
    }
  }

  /** Who wants the same meanwhile waits for the same answer. */
  private read(site: Connection, notWithinMs: number, now: number): Promise<boolean> {
    const before = this.asked.get(site.id);
    if (before !== undefined && Math.abs(now - before.at) < notWithinMs) return before.done;
    const done = this.tryToFetch(site);
    this.asked.set(site.id, { at: now, done });
    return done;
  }

  private async tryToFetch(site: Connection): Promise<boolean> {
    try {
      await this.fetch(site);
      return true;
    } catch (error) {
      const { reason, message } = asTimecardError(error);
      this.deps.log.info(`The projects of ${site.jiraUrl} were not read again (${reason}): ${message}`);
      return false;
    }
  }

  private async fetch(site: Connection): Promise<void> {
    const session = await this.deps.session(site);
    const keys = await session.projectKeys();
    const updatedAt = this.deps.clock.now();
    await this.deps.store.commit((tx) => {
      const current = tx.connection(site.id);
      if (current === undefined) return;
      // A Jira that takes the user for a stranger lists nothing. And what the user gave to this site stays here.
      const projectKeys = keys.length === 0 ? current.projectKeys : [...new Set([...keys, ...current.chosenProjects])];
      tx.putConnection({ ...current, projectKeys, updatedAt });
    });
  }
}

/** Whether a site has answered with issues of projects that it was not known to have. */
export function hasNewProjects(db: Reader, connectionId: string, issues: readonly Issue[]): boolean {
  const connection = db.connection(connectionId);
  return connection !== undefined && withProjectsOf(connection, issues) !== connection;
}

/** Keeps the projects of issues that a site has answered with. */
export function keepProjectsOf(tx: Tx, connectionId: string, issues: readonly Issue[]): void {
  const connection = tx.connection(connectionId);
  const changed = connection === undefined ? undefined : withProjectsOf(connection, issues);
  if (changed !== undefined && changed !== connection) tx.putConnection(changed);
}
