import { asTimecardError } from '../../src/core/errors.ts';
import type { JiraSession, Worklog } from '../../src/core/jiraPorts.ts';
import type { Clock, NewId, Sleep } from '../../src/core/ports.ts';
import type { Deployment, Issue, WorklogContent } from '../../src/core/records.ts';
import { NotReached, type Seen } from './seen.ts';

interface Deps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly sleep: Sleep;
  readonly signal: AbortSignal;
}

/** No estimate changes; Cloud is asked to mail nobody, and Data Center has no such switch. */
const OPTIONS = { notifyUsers: false, adjustEstimate: { kind: 'leave' } } as const;
const CLEAN_UP_TRIES = 3;
const CLEAN_UP_WAIT_MS = 1_000;

/** The one worklog that the checklist makes, and the promise that it does not stay. */
export class TestWorklog {
  private readonly recordId: string;
  private readonly content: WorklogContent;
  private readonly zone: string;
  private id: string | undefined;
  /** The request may have reached Jira. */
  private mayExist = false;

  constructor(
    private readonly session: JiraSession,
    private readonly issue: Issue,
    private readonly deployment: Deployment,
    private readonly deps: Deps,
  ) {
    this.recordId = deps.newId();
    this.zone = deps.clock.zone();
    this.content = {
      startedMs: Math.floor(deps.clock.now() / 60_000) * 60_000 - 60_000,
      seconds: 60,
      comment: `Timecard check ${this.recordId}. It deletes itself.`,
    };
  }

  /** For a person who has to look for it. */
  get description(): string {
    const which = this.id === undefined ? `A worklog with the comment "${this.content.comment}"` : `Worklog ${this.id}`;
    return `${which} on ${this.issue.key}`;
  }

  async log(): Promise<Seen<void>> {
    this.mayExist = true;
    const { recordId, content, zone } = this;
    try {
      const worklog = await this.session.addWorklog(this.issue.id, recordId, content, zone, OPTIONS, this.deps.signal);
      this.id = worklog.id;
      return { value: undefined, seen: `worklog ${worklog.id}: ${checked(worklog, content)}` };
    } catch (error) {
      this.mayExist = this.id !== undefined || asTimecardError(error).outcome === 'unknown';
      throw error;
    }
  }

  async readBack(): Promise<Seen<void>> {
    const worklog = await this.session.worklog(this.issue.id, this.made(), this.deps.signal);
    if (worklog === undefined) throw new Error('The worklog is not there.');
    return { value: undefined, seen: checked(worklog, this.content) };
  }

  /** What makes a lost reply harmless: the property on Cloud; author, start and duration on Data Center. */
  async findByMark(): Promise<Seen<void>> {
    const id = this.made();
    const found = await this.session.findLost(this.issue.id, this.recordId, this.content, this.deps.signal);
    if (!found.some((worklog) => worklog.id === id)) throw new Error(`Not among the ${found.length} found.`);
    const by = this.deployment === 'cloud' ? 'its property' : 'author, start and duration';
    return { value: undefined, seen: `found by ${by}` };
  }

  async update(): Promise<Seen<void>> {
    const changed = { ...this.content, seconds: 120, comment: `${this.content.comment} Updated.` };
    const { recordId, zone, issue } = this;
    const { signal } = this.deps;
    await this.session.updateWorklog(issue.id, this.made(), recordId, changed, zone, OPTIONS, signal);
    const worklog = await this.session.worklog(issue.id, this.made(), signal);
    if (worklog === undefined) throw new Error('The worklog is not there.');
    return { value: undefined, seen: checked(worklog, changed) };
  }

  async remove(): Promise<Seen<void>> {
    const id = this.made();
    const result = await this.session.deleteWorklog(this.issue.id, id, OPTIONS, this.deps.signal);
    if (result === 'gone') throw new Error('The worklog was gone already.');
    const left = await this.session.worklog(this.issue.id, id, this.deps.signal);
    if (left !== undefined) throw new Error('Jira said it was deleted, and it is still there.');
    this.mayExist = false;
    return { value: undefined, seen: `worklog ${id} is gone` };
  }

  /** Deletes what is left, also what a lost reply left behind, and says what that was. Not stopped by the signal. */
  async cleanUp(): Promise<string> {
    for (let tries = 1; this.mayExist; tries++) {
      try {
        return await this.removeLeftovers();
      } catch (error) {
        if (tries >= CLEAN_UP_TRIES) throw error;
        await this.deps.sleep(CLEAN_UP_WAIT_MS * tries);
      }
    }
    return 'nothing was left behind';
  }

  private async removeLeftovers(): Promise<string> {
    const ids = this.id === undefined ? await this.lostIds() : [this.id];
    for (const id of ids) await this.session.deleteWorklog(this.issue.id, id, OPTIONS);
    this.mayExist = false;
    return ids.length === 0 ? 'nothing was left behind' : `deleted worklog ${ids.join(', ')}`;
  }

  /** Only worklogs with this run's own comment: somebody may have logged the same minute by hand. */
  private async lostIds(): Promise<readonly string[]> {
    const found = await this.session.findLost(this.issue.id, this.recordId, this.content);
    return found.filter(({ comment }) => comment.includes(this.recordId)).map(({ id }) => id);
  }

  private made(): string {
    if (this.id === undefined) throw new NotReached();
    return this.id;
  }
}

/** Says what Jira holds; throws when that is not what was sent. */
function checked(worklog: Worklog, sent: WorklogContent): string {
  const wrong = [
    worklog.seconds === sent.seconds ? undefined : `${worklog.seconds} s instead of ${sent.seconds} s`,
    worklog.startedMs === sent.startedMs
      ? undefined
      : `start ${iso(worklog.startedMs)} instead of ${iso(sent.startedMs)}`,
    worklog.comment === sent.comment ? undefined : `comment "${worklog.comment}" instead of "${sent.comment}"`,
  ].filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new Error(`Jira holds ${wrong.join(', ')}.`);
  return `${worklog.seconds} s from ${iso(worklog.startedMs)}, comment as sent`;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
