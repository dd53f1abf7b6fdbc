import { ambiguousSites, connectionForKey } from '../../core/connectionChoice.ts';
import { asTimecardError, invalid, TimecardError } from '../../core/errors.ts';
import { projectOf } from '../../core/issueKey.ts';
import type { JiraSession } from '../../core/jiraPorts.ts';
import type { Clock } from '../../core/ports.ts';
import type { Connection, Issue, TimeRecord } from '../../core/records.ts';
import type { Store } from '../../core/storePorts.ts';
import type { Place } from '../../core/sync/plan.ts';
import type { Connections } from '../connections.ts';
import { keepProjectsOf } from '../projectKeys.ts';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly connections: Connections;
}

/** Which site and which issue a record's key means, asked of Jira once in a sync. */
export class Places {
  private readonly sessions = new Map<string, Promise<JiraSession>>();
  private readonly issues = new Map<string, Promise<Issue>>();

  constructor(private readonly deps: Deps) {}

  /**
   * Rejects with `signedOut` when there is no site for it, with `issueNotFound`, also when the site has another
   * issue under the id of the one that the record is on, and with `invalid` when only the user knows the site.
   */
  async of(record: TimeRecord, signal?: AbortSignal): Promise<Place> {
    const { issueKey } = record;
    if (issueKey === null) throw invalid('issueKey', 'This record has no issue. Choose one to sync it.');
    if (record.connectionId === null) await this.checkOneSite(issueKey, signal);
    const connection = await this.connectionOf(record);
    const issue = await this.issue(connection, knownIssueId(record, connection.id) ?? issueKey, signal);
    if (issue.key !== issueKey) await this.checkMoved(connection, issue, issueKey, signal);
    return { connectionId: connection.id, issueId: issue.id, issueKey: issue.key };
  }

  /**
   * Several sites may have the project by now, also one that nobody was known to have: it is looked for first. Nothing
   * goes to either unasked, and a restored record, which may be at one of them, is looked for at neither.
   */
  private async checkOneSite(issueKey: string, signal: AbortSignal | undefined): Promise<void> {
    const { connections } = this.deps;
    await untilAborted(connections.projects.readFor(issueKey), signal);
    if (ambiguousSites(await connections.list(), issueKey).length > 0) throw unclearSite(issueKey);
  }

  /**
   * Rejects with `issueNotFound` when the site has another issue under the id that a worklog was made on: what has the
   * worklog's id there is not ours to delete. An issue that nobody can reach has nothing to be mistaken for.
   */
  async checkStillIs({ connectionId, issueId, issueKey }: Place, signal?: AbortSignal): Promise<void> {
    const connection = await this.deps.store.read((db) => db.connection(connectionId));
    if (connection === undefined) throw gone();
    const issue = await unlessNotFound(this.issue(connection, issueId, signal));
    if (issue !== undefined && issue.key !== issueKey) await this.checkMoved(connection, issue, issueKey, signal);
  }

  /** The site's session; rejects with `signedOut` when its token or the whole connection is gone. */
  session(connectionId: string): Promise<JiraSession> {
    return once(this.sessions, connectionId, async () => {
      const connection = await this.deps.store.read((db) => db.connection(connectionId));
      if (connection === undefined) throw gone();
      return this.deps.connections.session(connection);
    });
  }

  /** The site that was chosen or used first; a record is never sent to a second one while a worklog may be at the first. */
  async connectionOf(record: TimeRecord): Promise<Connection> {
    const all = await this.deps.connections.list();
    const chosen = all.find(({ id }) => id === record.connectionId);
    if (chosen?.isActive === true) return chosen;
    const mayBeThere = record.worklog !== null || record.attempt !== 'none';
    if (record.connectionId !== null && (mayBeThere || chosen !== undefined)) throw gone();
    const connection = connectionForKey(all, record.issueKey ?? undefined);
    if (connection !== undefined) return connection;
    throw new TimecardError('signedOut', 'Connect to Jira to sync.', { outcome: 'notSent' });
  }

  /**
   * Jira finds an issue that was moved by the key it had, too. An address that leads to another site has an issue of
   * its own under that id, which must get no time of this record.
   */
  private async checkMoved(
    connection: Connection,
    found: Issue,
    formerKey: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const byKey = await unlessNotFound(this.issue(connection, formerKey, signal));
    if (byKey?.id !== found.id) throw otherIssue(connection, found, formerKey);
  }

  private issue(connection: Connection, keyOrId: string, signal: AbortSignal | undefined): Promise<Issue> {
    return once(this.issues, `${connection.id}/${keyOrId}`, async () => {
      const issue = await (await this.session(connection.id)).issue(keyOrId, signal);
      await this.deps.store.commit((tx) => {
        tx.cacheIssues(connection.id, [issue], this.deps.clock.now());
        keepProjectsOf(tx, connection.id, [issue]);
      });
      return issue;
    });
  }
}

/** The issue that holds the record's worklog, which may have another key by now. */
function knownIssueId({ worklog, issueKey }: TimeRecord, connectionId: string): string | undefined {
  return worklog?.issueKey === issueKey && worklog.connectionId === connectionId ? worklog.issueId : undefined;
}

function unlessNotFound(issue: Promise<Issue>): Promise<Issue | undefined> {
  return issue.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/** Goes on also when the user does not want to wait any longer. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  if (signal.aborted) return;
  let goOn: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  signal.addEventListener('abort', goOn, { once: true });
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', goOn);
}

function isNotFound(error: unknown): boolean {
  return asTimecardError(error).reason === 'issueNotFound';
}

/** Remembers an answer, not a failure. */
function once<T>(answers: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  answers.set(key, answer);
  answer.catch(() => answers.delete(key));
  return answer;
}

function otherIssue({ jiraUrl }: Connection, found: Issue, formerKey: string): TimecardError {
  return new TimecardError(
    'issueNotFound',
    `At ${jiraUrl}, the issue this record was synced to is not ${formerKey} but ${found.key}. Nothing was changed. If that address leads to another site than before, change it back. If the issue was moved, choose its new key for this record.`,
    { outcome: 'notSent' },
  );
}

function unclearSite(issueKey: string): TimecardError {
  return new TimecardError(
    'invalid',
    `Several sites have a project ${projectOf(issueKey)}, and only you can tell which one is meant. Choose Sync to Jira, which asks.`,
    { outcome: 'notSent' },
  );
}

function gone(): TimecardError {
  return new TimecardError(
    'signedOut',
    'The Jira connection of this record was removed or switched off. Connect to that site again to sync it.',
    {
      outcome: 'notSent',
    },
  );
}
