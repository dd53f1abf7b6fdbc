import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { resetLimits } from './limits.ts';
import type { Language, NewIssue, Permission, SimWorklog, Switches } from './model.ts';
import { expireAccess, type OAuthSwitches, oauthOf, revokeAccess } from './oauth.ts';
import { EMMA, MIA } from './seed.ts';
import type { World } from './world.ts';

/** What somebody else writes into a worklog. Instants are UTC ms. */
export interface WorklogChange {
  readonly started?: number;
  readonly timeSpentSeconds?: number;
  /** Text or an Atlassian document. */
  readonly comment?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** What a test may do behind the client's back. An unknown issue, worklog or token throws: the test is wrong. */
export class Controls {
  readonly faults: Faults;
  protected readonly world: World;
  readonly #journal: Journal;

  constructor(world: World, faults: Faults, journal: Journal) {
    this.world = world;
    this.faults = faults;
    this.#journal = journal;
  }

  /** Seed data, no faults, an empty journal; tokens and ports stay. */
  reset(): void {
    this.world.reset();
    this.faults.clear();
    this.#journal.clear();
    resetLimits(this.world);
  }

  clearRequests(): void {
    this.#journal.clear();
  }

  /** Changes how this Jira is set up. */
  set(switches: Partial<Switches>): void {
    Object.assign(this.world.switches, switches);
    if (switches.bucket !== undefined || switches.issueWriteLimit !== undefined) resetLimits(this.world);
  }

  /** Moves Jira's clock. */
  advance(ms: number): void {
    this.world.advance(ms);
  }

  /** @returns the new issue's numeric id. */
  addIssue(issue: NewIssue): string {
    return this.world.addIssue(issue).id;
  }

  addProject(key: string, name: string): void {
    this.world.addProject(key, name);
  }

  /** @param target an issue key or id, or a project key. */
  setPermission(target: string, permission: Permission, granted: boolean): void {
    this.world.setPermission(target, permission, granted);
  }

  hideIssue(ref: string, hidden = true): void {
    this.world.mustFind(ref).hidden = hidden;
  }

  /** Finished, and still open for worklogs. */
  closeIssue(ref: string): void {
    Object.assign(this.world.mustFind(ref), { status: 'Closed', statusCategory: 'done', resolution: 'Done' });
  }

  /** Into (or out of) a workflow state with `jira.issue.editable=false`. */
  makeReadOnly(ref: string, readOnly = true): void {
    this.world.mustFind(ref).editable = !readOnly;
  }

  /** @param ref an issue key or id, or a project key. */
  archive(ref: string, archived = true): void {
    const target = this.world.project(ref) ?? this.world.mustFind(ref);
    target.archived = archived;
  }

  /** Into the search index (or out of it): a fresh issue may be missing there. */
  setIndexed(ref: string, indexed: boolean): void {
    this.world.mustFind(ref).indexed = indexed;
  }

  /** The old key goes on resolving. */
  moveIssue(ref: string, newKey: string): void {
    this.world.moveIssue(ref, newKey);
  }

  turnTimeTrackingOff(off = true): void {
    this.set({ timeTracking: !off });
  }

  setWorklogLimit(limit: number): void {
    this.set({ worklogLimit: limit });
  }

  setLanguage(language: Language): void {
    this.set({ language });
  }

  setCaptcha(status: 403 | 200 | null): void {
    this.set({ captcha: status });
  }

  /** @param name a ready-made token's name, or its text. */
  revokeToken(name: string): void {
    this.world.token(name).revoked = true;
  }

  /** @param name a ready-made token's name, or its text. */
  expireToken(name: string, expired = true): void {
    this.world.token(name).expired = expired;
  }

  /** How the OAuth app is registered, and what the user grants. */
  setOAuth(switches: Partial<OAuthSwitches>): void {
    Object.assign(oauthOf(this.world).switches, switches);
  }

  /** Ends all access tokens that somebody signed in for; they can be refreshed. */
  expireAccess(): void {
    expireAccess(this.world);
  }

  /** Takes the OAuth app's access away. */
  revokeAccess(): void {
    revokeAccess(this.world);
  }

  /** The profile's zone of the main user. */
  setTimeZone(zone: string): void {
    this.world.user(MIA.accountId).timeZone = zone;
  }

  /** @param author `accountId`; the main user unless told. @returns the worklog's id. */
  addWorklog(ref: string, log: WorklogChange & { readonly timeSpentSeconds: number }, author = MIA.accountId): string {
    const worklog = this.world.addWorklog(this.world.mustFind(ref), {
      author,
      updateAuthor: author,
      comment: log.comment ?? null,
      started: log.started ?? this.world.now(),
      seconds: log.timeSpentSeconds,
      visibility: null,
      properties: { ...log.properties },
    });
    return worklog.id;
  }

  /** @param by `accountId` of who changes it; a colleague unless told. */
  editWorklog(worklogId: string, change: WorklogChange, by = EMMA.accountId): void {
    const worklog = this.#worklog(worklogId).worklog;
    Object.assign(worklog, {
      started: change.started ?? worklog.started,
      seconds: change.timeSpentSeconds ?? worklog.seconds,
      comment: change.comment === undefined ? worklog.comment : change.comment,
      properties: { ...worklog.properties, ...change.properties },
      updateAuthor: by,
      updated: this.world.now(),
    });
  }

  deleteWorklog(worklogId: string): void {
    const { issue, worklog } = this.#worklog(worklogId);
    this.world.removeWorklog(issue, worklog);
  }

  #worklog(worklogId: string): { issue: ReturnType<World['mustFind']>; worklog: SimWorklog } {
    const hit = this.world.findWorklog(worklogId);
    if (hit === undefined) throw new Error(`No worklog ${worklogId} in the simulator.`);
    return hit;
  }
}
