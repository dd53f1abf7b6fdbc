import { asTimecardError, TimecardError } from '../../src/core/errors.ts';
import { projectOf } from '../../src/core/issueKey.ts';
import type { JiraGateway, JiraSession, JiraUser } from '../../src/core/jiraPorts.ts';
import type { Clock, NewId, Sleep } from '../../src/core/ports.ts';
import type { Connection, Issue } from '../../src/core/records.ts';
import type { CheckConfig } from './config.ts';
import type { CheckRow } from './report.ts';
import { NotReached, type Seen } from './seen.ts';
import { TestWorklog } from './testWorklog.ts';

export interface CheckDeps {
  readonly gateway: JiraGateway;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly sleep: Sleep;
  /** Stops between and within checks; what was made is cleaned up all the same. */
  readonly signal: AbortSignal;
  readonly onRow: (row: CheckRow) => void;
}

/** Higher than any issue number of a real project. */
const NO_SUCH_NUMBER = 999_999_999;

/**
 * The manual checklist on a real site: every step through the client that the extension uses. Never rejects for what
 * Jira does; whatever happens, the worklog it made is deleted or named in the last row.
 */
export async function runChecklist(config: CheckConfig, deps: CheckDeps): Promise<readonly CheckRow[]> {
  const list = new Checklist(config, deps);
  return list.run();
}

interface SignedIn {
  readonly connection: Connection;
  readonly session: JiraSession;
}

class Checklist {
  private readonly rows: CheckRow[] = [];
  private stoppedBy: string | undefined;

  constructor(
    private readonly config: CheckConfig,
    private readonly deps: CheckDeps,
  ) {}

  async run(): Promise<readonly CheckRow[]> {
    const signedIn = await this.step('Connect', () => this.connect());
    await this.step('List projects', () => this.listProjects(needed(signedIn)));
    const issue = await this.step('Find the issue', () => this.findIssue(needed(signedIn)));
    await this.step('Search', () => this.search(needed(signedIn)));
    await this.worklogSteps(signedIn, issue);
    await this.step('Wrong token', () => this.wrongToken(needed(signedIn).connection));
    await this.step('Wrong issue', () => this.wrongIssue(needed(signedIn)));
    return this.rows;
  }

  private async worklogSteps(signedIn: SignedIn | undefined, issue: Issue | undefined): Promise<void> {
    const made =
      signedIn === undefined || issue === undefined
        ? undefined
        : new TestWorklog(signedIn.session, issue, signedIn.connection.deployment, this.deps);
    try {
      await this.step('Log 1 minute', () => needed(made).log());
      await this.step('Read it back', () => needed(made).readBack());
      await this.step('Find it by its mark', () => needed(made).findByMark());
      await this.step('Update to 2 minutes', () => needed(made).update());
      await this.step('Delete', () => needed(made).remove());
    } finally {
      if (made !== undefined) await this.cleanUp(made);
    }
  }

  private async cleanUp(made: TestWorklog): Promise<void> {
    const started = this.deps.clock.now();
    try {
      const seen = await made.cleanUp();
      this.add({ name: 'Clean up', result: 'pass', milliseconds: this.deps.clock.now() - started, seen });
    } catch (error) {
      const seen = `${made.description} may still be there; delete it in Jira. ${asTimecardError(error).message}`;
      this.add({ name: 'Clean up', result: 'FAIL', milliseconds: this.deps.clock.now() - started, seen });
    }
  }

  /** As the extension does: which Jira answers at the address, then signing in there. */
  private async connect(): Promise<Seen<SignedIn>> {
    const { gateway, signal } = this.deps;
    const site = await this.siteThatAnswers();
    const { deployment, cloudId, user } = await gateway.signIn(site, this.config.credentials, signal);
    const connection = this.connectionTo(site, deployment, cloudId, user);
    const session = gateway.session(connection, this.config.credentials.token);
    const kind = deployment === 'cloud' ? 'Jira Cloud' : 'Jira Data Center';
    const way = cloudId === null ? 'at the site itself' : 'through Atlassian’s gateway (scoped token)';
    const zone = user.timeZone === null ? 'no time zone told' : `time zone ${user.timeZone}`;
    return { value: { connection, session }, seen: `${kind} ${site}, as ${user.displayName}, ${zone}, ${way}` };
  }

  private async siteThatAnswers(): Promise<string> {
    let failure: unknown;
    for (const site of this.config.sites) {
      try {
        await this.deps.gateway.detect(site, this.deps.signal);
        return site;
      } catch (error) {
        failure ??= error;
        if (asTimecardError(error).reason !== 'notJira') throw error;
      }
    }
    throw failure;
  }

  private connectionTo(
    jiraUrl: string,
    deployment: Connection['deployment'],
    cloudId: string | null,
    user: JiraUser,
  ): Connection {
    const now = this.deps.clock.now();
    const { credentials } = this.config;
    return {
      id: 'check',
      jiraUrl,
      deployment,
      cloudId,
      authType: credentials.type,
      email: credentials.type === 'apiToken' ? credentials.email : null,
      accountId: user.accountId,
      displayName: user.displayName,
      profileZone: user.timeZone,
      isActive: true,
      isDefault: false,
      chosenProjects: [],
      lastSuccessAt: null,
      lastProblem: null,
      failedSignIns: 0,
      projectKeys: [],
      createdAt: now,
      updatedAt: now,
    };
  }

  private async listProjects({ session }: SignedIn): Promise<Seen<void>> {
    const keys = await session.projectKeys(this.deps.signal);
    const wanted = projectOf(this.config.issueKey);
    const known = keys.includes(wanted) ? `${wanted} among them` : `${wanted} not among them (moved or not listed)`;
    return { value: undefined, seen: `${keys.length} projects, ${known}` };
  }

  private async findIssue({ session }: SignedIn): Promise<Seen<Issue>> {
    const issue = await session.issue(this.config.issueKey, this.deps.signal);
    return { value: issue, seen: `${issue.key} ${issue.summary} (${issue.status}, ${issue.issueType})` };
  }

  private async search({ session }: SignedIn): Promise<Seen<void>> {
    const { issueKey } = this.config;
    const found = await session.search(issueKey, this.deps.signal);
    const [first] = found;
    if (first === undefined) throw new Error(`Nothing was found for ${issueKey}.`);
    return { value: undefined, seen: `${found.length} found for ${issueKey}, ${first.key} first` };
  }

  private async wrongToken({ jiraUrl }: Connection): Promise<Seen<void>> {
    const token = `not-a-token-${this.deps.newId()}`;
    const wrong = { ...this.config.credentials, token };
    const attempt = this.deps.gateway.signIn(jiraUrl, wrong, this.deps.signal);
    return refusal(attempt, 'unauthorized', 'A wrong token was let in.');
  }

  private async wrongIssue({ session }: SignedIn): Promise<Seen<void>> {
    const key = `${projectOf(this.config.issueKey)}-${NO_SUCH_NUMBER}`;
    return refusal(session.issue(key, this.deps.signal), 'issueNotFound', `${key} was found.`);
  }

  /** Runs one check and writes its row; `undefined` when it failed or could not begin. */
  private async step<T>(name: string, check: () => Promise<Seen<T>>): Promise<T | undefined> {
    const started = this.deps.clock.now();
    const time = () => this.deps.clock.now() - started;
    try {
      this.deps.signal.throwIfAborted();
      const { value, seen } = await check();
      this.add({ name, result: 'pass', milliseconds: time(), seen });
      return value;
    } catch (error) {
      if (error instanceof NotReached || this.deps.signal.aborted) {
        const seen = this.deps.signal.aborted ? 'stopped' : `needs: ${this.stoppedBy ?? 'an earlier check'}`;
        this.add({ name, result: 'skipped', milliseconds: 0, seen });
      } else {
        this.stoppedBy ??= name;
        this.add({ name, result: 'FAIL', milliseconds: time(), seen: failureText(error) });
      }
      return undefined;
    }
  }

  private add(row: CheckRow): void {
    this.rows.push(row);
    this.deps.onRow(row);
  }
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new NotReached();
  return value;
}

function failureText(error: unknown): string {
  if (!(error instanceof TimecardError)) return error instanceof Error ? error.message : String(error);
  const status = error.httpStatus === undefined ? '' : ` (${error.httpStatus})`;
  return `${error.reason}${status}: ${error.message}`;
}

/** Passes when Jira says no for just this reason. */
async function refusal(attempt: Promise<unknown>, reason: string, otherwise: string): Promise<Seen<void>> {
  try {
    await attempt;
  } catch (thrown) {
    const error = asTimecardError(thrown);
    if (error.reason !== reason) throw error;
    return { value: undefined, seen: `refused: ${failureText(error)}` };
  }
  throw new Error(otherwise);
}
