import {
  DEFAULT_PERMISSIONS,
  type DeletedWorklog,
  type Deployment,
  type NewIssue,
  type Permission,
  type SimIssue,
  type SimProject,
  type SimToken,
  type SimUser,
  type SimWorklog,
  type Switches,
} from './model.ts';
import { EMMA, type IssueSeed, MIA, seedIssues, seedProjects, seedTokens } from './seed.ts';

const DEFAULT_SWITCHES: Switches = {
  timeTracking: true,
  language: 'en',
  worklogLimit: 10_000,
  captcha: null,
  expiredTokens: 'refused',
  issueWriteLimit: true,
  burstLimit: false,
  bucket: null,
  repeatPageToken: false,
};

export interface WorldOptions {
  readonly deployment: Deployment;
  /** UTC ms. */
  readonly now: () => number;
  readonly issues?: readonly IssueSeed[];
  readonly projects?: readonly SimProject[];
  readonly switches?: Partial<Switches>;
}

/** Everything this Jira knows. Handlers read and change it; nothing here speaks HTTP. */
export class World {
  readonly deployment: Deployment;
  readonly #options: WorldOptions;
  #clockOffset = 0;
  #nextIssueId = 10_100;
  #nextWorklogId = 100_028;
  #nextProjectId = 10_100;
  users: SimUser[] = [];
  tokens: SimToken[] = [];
  projects: SimProject[] = [];
  issues: SimIssue[] = [];
  deleted: DeletedWorklog[] = [];
  switches: Switches = DEFAULT_SWITCHES;
  /** `target|permission` → granted; a target is an issue id or a project key. */
  #grants = new Map<string, boolean>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.deployment = options.deployment;
    this.reset();
  }

  /** Back to the seed data; the clock is put right as well. */
  reset(): void {
    const { deployment, issues, projects, switches } = this.#options;
    this.#clockOffset = 0;
    this.#nextIssueId = 10_100;
    this.#nextWorklogId = 100_028;
    this.users = [{ ...MIA }, { ...EMMA }];
    this.tokens = seedTokens();
    this.projects = (projects ?? seedProjects(deployment)).map((project) => ({ ...project }));
    this.issues = [];
    this.deleted = [];
    this.switches = { ...DEFAULT_SWITCHES, ...switches };
    this.#grants = new Map();
    for (const seed of issues ?? seedIssues(deployment)) {
      const issue = this.addIssue(seed);
      if (seed.noWork === true) this.setPermission(issue.key, 'WORK_ON_ISSUES', false);
    }
  }

  /** UTC ms. */
  now(): number {
    return this.#options.now() + this.#clockOffset;
  }

  advance(ms: number): void {
    this.#clockOffset += ms;
  }

  user(accountId: string): SimUser {
    const found = this.users.find((user) => user.accountId === accountId);
    if (found === undefined) throw new Error(`No user ${accountId} in the simulator.`);
    return found;
  }

  /** By id, key (any case) or a key from before a move, seen or not. */
  findIssue(ref: string): SimIssue | undefined {
    const key = ref.toUpperCase();
    return (
      this.issues.find((issue) => issue.id === ref || issue.key === key) ??
      this.issues.find((issue) => issue.oldKeys.includes(key))
    );
  }

  /** Like `findIssue`, for a test's own commands: an unknown issue is a mistake in the test. */
  mustFind(ref: string): SimIssue {
    const issue = this.findIssue(ref);
    if (issue === undefined) throw new Error(`No issue ${ref} in the simulator.`);
    return issue;
  }

  canSee(user: SimUser | undefined, issue: SimIssue): boolean {
    return user !== undefined && !issue.hidden && this.can(user, 'BROWSE_PROJECTS', issue);
  }

  can(user: SimUser | undefined, permission: Permission, issue: SimIssue): boolean {
    if (user === undefined) return false;
    return (
      this.#grants.get(`${issue.id}|${permission}`) ??
      this.#grants.get(`${issue.projectKey}|${permission}`) ??
      DEFAULT_PERMISSIONS.includes(permission)
    );
  }

  /** @param target an issue key or id, or a project key. */
  setPermission(target: string, permission: Permission, granted: boolean): void {
    const issue = this.findIssue(target);
    this.#grants.set(`${issue?.id ?? target.toUpperCase()}|${permission}`, granted);
  }

  project(key: string): SimProject | undefined {
    return this.projects.find((project) => project.key === key.toUpperCase());
  }

  addProject(key: string, name: string): void {
    this.#nextProjectId += 1;
    this.projects.push({ id: String(this.#nextProjectId), key, name, archived: false });
  }

  addIssue(seed: NewIssue): SimIssue {
    const key = seed.key.toUpperCase();
    const projectKey = key.slice(0, key.lastIndexOf('-'));
    if (this.findIssue(key) !== undefined) throw new Error(`${key} exists in the simulator already.`);
    if (this.project(projectKey) === undefined) this.addProject(projectKey, projectKey);
    this.#nextIssueId += 1;
    const now = this.now();
    const issue: SimIssue = {
      id: String(this.#nextIssueId),
      key,
      oldKeys: [],
      projectKey,
      summary: seed.summary,
      status: seed.status ?? 'To Do',
      statusCategory: seed.statusCategory ?? 'new',
      resolution: seed.resolution ?? null,
      assignee: seed.assignee ?? null,
      issueType: seed.issueType ?? 'Task',
      created: now,
      updated: seed.updated ?? now,
      editable: seed.editable ?? true,
      archived: seed.archived ?? false,
      hidden: seed.hidden ?? false,
      indexed: seed.indexed ?? true,
      remainingSeconds: 16 * 3600,
      worklogs: [],
    };
    this.issues.push(issue);
    return issue;
  }

  /** The old key goes on resolving to the same issue. */
  moveIssue(ref: string, newKey: string): void {
    const issue = this.mustFind(ref);
    const key = newKey.toUpperCase();
    const projectKey = key.slice(0, key.lastIndexOf('-'));
    if (this.project(projectKey) === undefined) this.addProject(projectKey, projectKey);
    issue.oldKeys = [...issue.oldKeys, issue.key];
    issue.key = key;
    issue.projectKey = projectKey;
  }

  addWorklog(issue: SimIssue, log: Omit<SimWorklog, 'id' | 'issueId' | 'created' | 'updated'>): SimWorklog {
    this.#nextWorklogId += 1;
    const now = this.now();
    const worklog: SimWorklog = {
      ...log,
      id: String(this.#nextWorklogId),
      issueId: issue.id,
      created: now,
      updated: now,
    };
    issue.worklogs.push(worklog);
    issue.updated = now;
    return worklog;
  }

  removeWorklog(issue: SimIssue, worklog: SimWorklog): void {
    issue.worklogs = issue.worklogs.filter((each) => each !== worklog);
    this.deleted.push({ worklogId: worklog.id, issueId: issue.id, deletedAt: this.now() });
  }

  findWorklog(worklogId: string): { issue: SimIssue; worklog: SimWorklog } | undefined {
    for (const issue of this.issues) {
      const worklog = issue.worklogs.find((each) => each.id === worklogId);
      if (worklog !== undefined) return { issue, worklog };
    }
    return undefined;
  }

  token(name: string): SimToken {
    const found = this.tokens.find((token) => token.name === name || token.value === name);
    if (found === undefined) throw new Error(`No token ${name} in the simulator.`);
    return found;
  }
}
