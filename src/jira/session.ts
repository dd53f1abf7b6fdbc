import type { JiraSession, JiraUser, Worklog, WorklogOptions } from '../core/jiraPorts.ts';
import type { Issue, WorklogContent } from '../core/records.ts';
import type { JiraClient } from './client.ts';
import type { Dialect } from './dialect.ts';
import { checkedIssue, Issues } from './issues.ts';
import { myself } from './myself.ts';
import { Worklogs } from './worklogs.ts';

/** Jira can only be asked when a worklog began; one that is longer than this is not noticed. */
const LONGEST_WORKLOG_MS = 31 * 24 * 3_600_000;

/** What a session is made of, once the connection and its token turned out to be complete and safe. */
export interface SessionParts {
  readonly client: JiraClient;
  readonly dialect: Dialect;
  readonly projectKeys: readonly string[];
}

interface Rooms {
  readonly client: JiraClient;
  readonly dialect: Dialect;
  readonly issues: Issues;
  readonly worklogs: Worklogs;
}

/** One site, signed in. `open` runs with the first call, so that what it throws rejects that call. */
export class Session implements JiraSession {
  private opened: Rooms | undefined;
  private me: Promise<JiraUser> | undefined;

  constructor(private readonly open: () => SessionParts) {}

  async myself(signal?: AbortSignal): Promise<JiraUser> {
    return myself(this.rooms().client, signal);
  }

  async projectKeys(signal?: AbortSignal): Promise<readonly string[]> {
    const { client, dialect } = this.rooms();
    const keys = await dialect.projectKeys(client, signal);
    return [...new Set(keys.map((key) => key.toUpperCase()))].filter((key) => /^[A-Z][A-Z0-9_]*$/.test(key));
  }

  async issue(keyOrId: string, signal?: AbortSignal): Promise<Issue> {
    return this.rooms().issues.get(keyOrId, signal);
  }

  async search(text: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    return this.rooms().issues.search(text, signal);
  }

  async assigned(jql?: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    return this.rooms().issues.assigned(jql, signal);
  }

  async addWorklog(
    issueId: string,
    recordId: string,
    content: WorklogContent,
    zone: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<Worklog> {
    return this.rooms().worklogs.add(issueId, { recordId, content, zone, options }, signal);
  }

  async updateWorklog(
    issueId: string,
    worklogId: string,
    recordId: string,
    content: WorklogContent,
    zone: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<Worklog> {
    return this.rooms().worklogs.update(issueId, worklogId, { recordId, content, zone, options }, signal);
  }

  async deleteWorklog(
    issueId: string,
    worklogId: string,
    options: WorklogOptions,
    signal?: AbortSignal,
  ): Promise<'deleted' | 'gone'> {
    return this.rooms().worklogs.remove(issueId, worklogId, options, signal);
  }

  async worklog(issueId: string, worklogId: string, signal?: AbortSignal): Promise<Worklog | undefined> {
    return this.rooms().worklogs.find(issueId, worklogId, signal);
  }

  async findLost(
    issueId: string,
    recordId: string,
    sent: WorklogContent,
    signal?: AbortSignal,
    anyStart = false,
  ): Promise<readonly Worklog[]> {
    const { client, dialect } = this.rooms();
    const me = () => this.whoAmI(signal);
    return dialect.findLost(client, { issueId: checkedIssue(issueId), recordId, sent, anyStart, me, signal });
  }

  async ownWorklogs(
    issue: string,
    { from, to }: { readonly from: number; readonly to: number },
    signal?: AbortSignal,
  ): Promise<readonly Worklog[]> {
    const { client, dialect } = this.rooms();
    const { accountId } = await this.whoAmI(signal);
    const span = { after: Math.floor(from) - LONGEST_WORKLOG_MS, before: Math.ceil(to) };
    const worklogs = await dialect.worklogsBetween(client, checkedIssue(issue), span, signal);
    return worklogs.filter(
      ({ authorId, startedMs, seconds }) =>
        authorId === accountId && startedMs < to && startedMs + seconds * 1_000 > from,
    );
  }

  private whoAmI(signal?: AbortSignal): Promise<JiraUser> {
    this.me ??= this.myself(signal).catch((error: unknown) => {
      this.me = undefined;
      throw error;
    });
    return this.me;
  }

  private rooms(): Rooms {
    this.opened ??= furnished(this.open());
    return this.opened;
  }
}

function furnished({ client, dialect, projectKeys }: SessionParts): Rooms {
  return {
    client,
    dialect,
    issues: new Issues(client, dialect, projectKeys),
    worklogs: new Worklogs(client, dialect),
  };
}
