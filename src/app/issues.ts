import { connectionForKey, isClaimed } from '../core/connectionChoice.ts';
import { asTimecardError, invalid, TimecardError } from '../core/errors.ts';
import { keyFromUrl, normalizeIssueKey } from '../core/issueKey.ts';
import type { JiraSession } from '../core/jiraPorts.ts';
import type { Clock, Log, Settings } from '../core/ports.ts';
import type { Connection, Issue } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';
import type { Connections } from './connections.ts';
import { hasNewProjects, keepProjectsOf } from './projectKeys.ts';

interface Deps {
  readonly store: Store;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'assignedJql'>;
  readonly log: Pick<Log, 'info'>;
}

/** An issue as records name it; without a site, the one its project belongs to. */
export interface IssueRef {
  readonly key: string;
  readonly connectionId: string | null;
}

const RECENT = 20;
/** What this many ms ago was asked of Jira is new enough. */
const FRESH_MS = 15 * 60_000;
/** Issues that one look at the screen asks for at most. */
const MAX_REFRESHED = 30;
/** After Jira could not be asked, nobody tries again for this long, in ms. */
const REST_MS = 10 * 60_000;

/** Finding issues to record time on. */
export class Issues {
  /** When an issue was last asked for, UTC ms, by site and key. */
  private readonly asked = new Map<string, number>();
  private refreshing: Promise<void> = Promise.resolve();
  private restUntil = 0;

  constructor(private readonly deps: Deps) {}

  /**
   * Issues matching words, a key, a part of a key or an issue's address: a key is looked for where its project is, an
   * address at its own site, words and a key whose project no site is known to have at every site. Rejects with
   * `signedOut` when not connected.
   */
  async search(text: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    const query = text.trim();
    if (query === '') return [];
    if (keyFromUrl(query) !== undefined) return this.atItsSite(query, signal);
    const key = normalizeIssueKey(query);
    const question = (session: JiraSession) => session.search(query, signal);
    if (key === undefined || !isClaimed(await this.deps.connections.list(), key)) return this.askAll(question);
    return this.askSite(await this.connectionFor(key), question);
  }

  /**
   * Unfinished issues assigned to the user, or what the user's own JQL finds. Rejects with `invalid`, the setting's
   * name and Jira's complaint when that JQL is wrong.
   */
  async assigned(signal?: AbortSignal): Promise<readonly Issue[]> {
    const own = this.deps.settings.assignedJql();
    if (own === '') return this.askAll((session) => session.assigned(undefined, signal));
    try {
      return await this.askAll((session) => session.assigned(own, signal));
    } catch (thrown) {
      const error = asTimecardError(thrown);
      if (error.reason !== 'invalid') throw error;
      throw invalid('timecard.jira.assignedJql', error.message);
    }
  }

  /**
   * Asks Jira quietly for what is known of issues on the screen and is no longer fresh: one after another, a bounded
   * number, and not again for a while once Jira cannot be reached. Writes once, and only what changed. Never rejects.
   */
  refresh(issues: readonly IssueRef[]): Promise<void> {
    this.refreshing = this.refreshing.then(() => this.refreshStale(issues));
    return this.refreshing;
  }

  private async refreshStale(issues: readonly IssueRef[]): Promise<void> {
    if (this.deps.clock.now() < this.restUntil) return;
    const found = new Map<Connection, Issue[]>();
    try {
      const all = await this.deps.connections.list();
      for (const { connection, key } of this.stale(issues, all)) {
        const issue = await this.lookUp(connection, key);
        if (issue !== undefined) found.set(connection, [...(found.get(connection) ?? []), issue]);
      }
    } catch (thrown) {
      this.rest(thrown);
    }
    try {
      for (const [connection, fresh] of found) await this.cache(connection, fresh);
    } catch (thrown) {
      this.rest(thrown);
    }
  }

  private rest(thrown: unknown): void {
    this.restUntil = this.deps.clock.now() + REST_MS;
    const { reason, message } = asTimecardError(thrown);
    this.deps.log.info(`Issues on the screen were not refreshed (${reason}): ${message}`);
  }

  private stale(issues: readonly IssueRef[], all: readonly Connection[]) {
    const now = this.deps.clock.now();
    const found = new Map<string, { readonly connection: Connection; readonly key: string }>();
    for (const { key, connectionId } of issues) {
      const site = all.find(({ id }) => id === connectionId) ?? connectionForKey(all, key);
      if (site?.isActive !== true) continue;
      const place = `${site.id}/${key}`;
      if (now - (this.asked.get(place) ?? Number.NEGATIVE_INFINITY) >= FRESH_MS)
        found.set(place, { connection: site, key });
    }
    return [...found.values()].slice(0, MAX_REFRESHED);
  }

  private async lookUp(connection: Connection, key: string): Promise<Issue | undefined> {
    if (!(await this.deps.connections.isSignedIn(connection))) return undefined;
    this.asked.set(`${connection.id}/${key}`, this.deps.clock.now());
    try {
      const session = await this.deps.connections.session(connection);
      return await session.issue(key);
    } catch (thrown) {
      // An issue that is gone keeps showing as it was.
      if (asTimecardError(thrown).reason !== 'issueNotFound') throw thrown;
      return undefined;
    }
  }

  /** Issues the newest records are on, newest first, from what is known on this machine; never asks Jira. */
  recent(): Promise<readonly Issue[]> {
    return this.deps.store.read((db) =>
      db.recentIssueKeys(RECENT).map((key) => db.cachedIssue(key) ?? unknownIssue(key, db.connections())),
    );
  }

  /** One issue as Jira has it now. Rejects with `issueNotFound` when it is absent or hidden. */
  async get(key: string, signal?: AbortSignal): Promise<Issue> {
    const issueKey = normalizeIssueKey(key);
    if (issueKey === undefined) throw invalid('key', 'This is not an issue key such as PROJ-123.');
    const site = await this.connectionFor(issueKey);
    try {
      return await this.getAt(site, issueKey, signal);
    } catch (error) {
      if (asTimecardError(error).reason !== 'issueNotFound') throw error;
      await this.deps.connections.projects.readFor(issueKey);
      const now = await this.connectionFor(issueKey);
      if (now.id === site.id) throw error;
      return this.getAt(now, issueKey, signal);
    }
  }

  private async getAt(site: Connection, issueKey: string, signal: AbortSignal | undefined): Promise<Issue> {
    const issue = await (await this.deps.connections.session(site)).issue(issueKey, signal);
    await this.cache(site, [issue]);
    return issue;
  }

  /** Nothing for an address of a site that is not connected. */
  private async atItsSite(address: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    const url = address.includes('://') ? address : `https://${address}`;
    await this.connectionFor(undefined);
    const site = (await this.active()).find(({ jiraUrl }) => isWithin(url, jiraUrl));
    return site === undefined ? [] : this.askSite(site, (session) => session.search(url, signal));
  }

  /** Every site's answer, the default site's first; those that fail are left out while one answers. */
  private async askAll(question: (session: JiraSession) => Promise<readonly Issue[]>): Promise<readonly Issue[]> {
    const first = await this.connectionFor(undefined);
    const sites = [first, ...(await this.active()).filter(({ id }) => id !== first.id)];
    const answers = await Promise.allSettled(sites.map((site) => this.askSite(site, question)));
    const failure = answers.find((answer) => answer.status === 'rejected');
    if (failure !== undefined && answers.every(({ status }) => status === 'rejected')) throw failure.reason;
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  private async active(): Promise<readonly Connection[]> {
    return (await this.deps.connections.list()).filter(({ isActive }) => isActive);
  }

  private async askSite(
    connection: Connection,
    question: (session: JiraSession) => Promise<readonly Issue[]>,
  ): Promise<readonly Issue[]> {
    const issues = await question(await this.deps.connections.session(connection));
    await this.cache(connection, issues);
    return issues;
  }

  private async connectionFor(issueKey: string | undefined): Promise<Connection> {
    const all = await this.deps.connections.list();
    const connection = connectionForKey(all, issueKey);
    if (connection === undefined)
      throw new TimecardError('signedOut', 'Connect to Jira first.', { outcome: 'notSent' });
    return connection;
  }

  /** A full disk must not keep an answer from the user. */
  private async cache(connection: Connection, issues: readonly Issue[]): Promise<void> {
    const { fresh, isNews } = await this.deps.store.read((db) => {
      const fresh = issues.filter((issue) => !sameIssue(db.cachedIssue(issue.key, connection.id), issue));
      return { fresh, isNews: fresh.length > 0 || hasNewProjects(db, connection.id, issues) };
    });
    if (!isNews) return;
    const now = this.deps.clock.now();
    try {
      await this.deps.store.commit((tx) => {
        tx.cacheIssues(connection.id, fresh, now);
        keepProjectsOf(tx, connection.id, issues);
      });
    } catch (error) {
      if (!asTimecardError(error).reason.startsWith('storage')) throw error;
    }
  }
}

function isWithin(address: string, site: string): boolean {
  return URL.canParse(address) && `${new URL(address).href}/`.startsWith(`${new URL(site).href.replace(/\/$/, '')}/`);
}

function sameIssue(a: Issue | undefined, b: Issue): boolean {
  return (
    a !== undefined &&
    a.id === b.id &&
    a.summary === b.summary &&
    a.status === b.status &&
    a.statusCategory === b.statusCategory &&
    a.assignee === b.assignee &&
    a.issueType === b.issueType
  );
}

/** What can be said of an issue Jira has not been asked about. */
function unknownIssue(key: string, connections: readonly Connection[]): Issue {
  const site = connectionForKey(connections, key);
  return {
    key,
    id: '',
    summary: '',
    status: '',
    statusCategory: 'undefined',
    assignee: null,
    project: key.slice(0, key.lastIndexOf('-')),
    issueType: '',
    url: site === undefined ? '' : `${site.jiraUrl}/browse/${key}`,
  };
}
