import { documentText } from './adf.ts';
import type { Journal, RequestEntry, RequestFilter } from './journal.ts';
import type { DeletedWorklog, SimIssue, SimWorklog } from './model.ts';
import type { World } from './world.ts';

/** A worklog as this Jira holds it. Instants are UTC ms. */
export interface StoredWorklog {
  readonly id: string;
  readonly issueId: string;
  readonly issueKey: string;
  /** `accountId`, also on Data Center. */
  readonly author: string;
  readonly authorName: string;
  readonly updateAuthor: string;
  readonly created: number;
  readonly updated: number;
  readonly started: number;
  readonly timeSpentSeconds: number;
  /** As it came in: text, an Atlassian document, or `null`. */
  readonly comment: unknown;
  readonly commentText: string;
  readonly visibility: { readonly type: string; readonly value: string } | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export type StoredIssue = Readonly<Omit<SimIssue, 'worklogs'>>;

/** What a test asserts on. Every answer is a copy. */
export class SimulatorState {
  readonly #world: World;
  readonly #journal: Journal;

  constructor(world: World, journal: Journal) {
    this.#world = world;
    this.#journal = journal;
  }

  /** Of one issue (key or id), or of all; oldest first. */
  worklogs(issueRef?: string): readonly StoredWorklog[] {
    const issues = issueRef === undefined ? this.#world.issues : [this.#world.mustFind(issueRef)];
    return issues.flatMap((issue) => issue.worklogs.map((log) => this.#stored(issue, log)));
  }

  worklog(id: string): StoredWorklog | undefined {
    const hit = this.#world.findWorklog(id);
    return hit === undefined ? undefined : this.#stored(hit.issue, hit.worklog);
  }

  issue(ref: string): StoredIssue {
    const { worklogs: _, ...issue } = this.#world.mustFind(ref);
    return structuredClone(issue);
  }

  issues(): readonly StoredIssue[] {
    return this.#world.issues.map((issue) => this.issue(issue.id));
  }

  deletedWorklogs(): readonly DeletedWorklog[] {
    return structuredClone(this.#world.deleted);
  }

  /** In the order in which they came in; the control door is not in it. */
  requests(filter?: RequestFilter): readonly RequestEntry[] {
    return structuredClone(this.#journal.entries(filter));
  }

  /** Requests that followed a redirect to the foreign host; there should never be one. */
  strays(): readonly RequestEntry[] {
    return this.requests({ host: 'elsewhere' });
  }

  /** Most writes open at once, on one issue (key or id) or on the whole site. */
  peakWrites(issueRef?: string): number {
    return this.#journal.peak(issueRef === undefined ? 'site' : this.#world.mustFind(issueRef).id);
  }

  /** All of it as JSON, for a test in another process. */
  snapshot(): Readonly<Record<string, unknown>> {
    return {
      deployment: this.#world.deployment,
      now: this.#world.now(),
      switches: { ...this.#world.switches },
      projects: structuredClone(this.#world.projects),
      issues: this.issues(),
      worklogs: this.worklogs(),
      deletedWorklogs: this.deletedWorklogs(),
      peakWrites: Object.fromEntries(this.#world.issues.map(({ id, key }) => [key, this.#journal.peak(id)])),
      peakWritesOnSite: this.peakWrites(),
      requestCount: this.#journal.entries().length,
    };
  }

  #stored(issue: SimIssue, log: SimWorklog): StoredWorklog {
    return structuredClone({
      id: log.id,
      issueId: issue.id,
      issueKey: issue.key,
      author: log.author,
      authorName: this.#world.user(log.author).displayName,
      updateAuthor: log.updateAuthor,
      created: log.created,
      updated: log.updated,
      started: log.started,
      timeSpentSeconds: log.seconds,
      comment: log.comment,
      commentText: typeof log.comment === 'string' ? log.comment : documentText(log.comment),
      visibility: log.visibility,
      properties: log.properties,
    });
  }
}
