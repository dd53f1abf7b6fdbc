import { connectionForKey } from '../core/connectionChoice.ts';
import { asTimecardError, invalid, TimecardError } from '../core/errors.ts';
import { keyFromUrl, normalizeIssueKey } from '../core/issueKey.ts';
import type { Clock, JiraSession, Store } from '../core/ports.ts';
import type { Connection, Issue } from '../core/records.ts';
import type { Connections } from './connections.ts';

interface Deps {
  readonly store: Store;
  readonly connections: Connections;
  readonly clock: Clock;
}

const RECENT = 20;

/** Finding issues to record time on. */
export class Issues {
  constructor(private readonly deps: Deps) {}

  /** Issues matching words, a key, a part of a key or an issue's address. Rejects with `signedOut` when not connected. */
  async search(text: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    const query = keyFromUrl(text) ?? text.trim();
    if (query === '') return [];
    return this.ask(undefined, (session) => session.search(query, signal));
  }

  /** Unfinished issues assigned to the user. */
  assigned(signal?: AbortSignal): Promise<readonly Issue[]> {
    return this.ask(undefined, (session) => session.assigned(signal));
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
    return this.ask(
      issueKey,
      (session) => session.issue(issueKey, signal),
      (issue) => [issue],
    );
  }

  private async ask<T extends Issue | readonly Issue[]>(
    issueKey: string | undefined,
    question: (session: JiraSession) => Promise<T>,
    list: (answer: T) => readonly Issue[] = (answer) => (Array.isArray(answer) ? answer : []),
  ): Promise<T> {
    const connection = await this.connectionFor(issueKey);
    const session = await this.deps.connections.session(connection);
    const answer = await question(session);
    await this.cache(connection, list(answer));
    return answer;
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
    const fresh = await this.deps.store.read((db) =>
      issues.filter((issue) => !sameIssue(db.cachedIssue(issue.key, connection.id), issue)),
    );
    if (fresh.length === 0) return;
    const now = this.deps.clock.now();
    try {
      await this.deps.store.commit((tx) => tx.cacheIssues(connection.id, fresh, now));
    } catch (error) {
      if (!asTimecardError(error).reason.startsWith('storage')) throw error;
    }
  }
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
