import { asTimecardError } from '../../../src/core/errors.ts';
import type { SyncAttempt, TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import type { JiraSimulator, StoredWorklog } from '../../jira/simulator.ts';
import type { Dice } from '../support/numbers.ts';
import type { Counts } from './counts.ts';
import type { ProofWindow } from './window.ts';

const ISSUES = ['DEMO-7', 'DEMO-1', 'OPS-1', 'PROJ-12'] as const;
const NOTES = [
  '',
  'Review',
  'first line\nsecond line',
  'a *b* {c} [d|e] _f_',
  'Größe geprüft 🧪',
  'x <b>y</b> & z',
] as const;

type Change = 'add' | 'times' | 'notes' | 'move' | 'remove' | 'restore';

/** What the user last asked for; `undefined` fields are not known for certain. */
export interface Wanted {
  readonly timeIn: number;
  readonly timeOut: number;
  readonly notes: string;
  readonly issueKey: string | null;
}

/** The people of a schedule: the user in one or two windows, and somebody in Jira. */
export class People {
  /** What the user asked for, by record; not those that took over Jira's version. */
  readonly wanted = new Map<string, Wanted>();
  readonly removed = new Map<string, 'keep' | 'delete'>();
  /** Worklogs that somebody changed or deleted in Jira. */
  readonly touched = new Set<string>();
  /** Worklogs that somebody deleted in Jira before the sync log told of them; nobody here can know of these. */
  readonly unseen = new Set<string>();
  /** Worklogs that are none of ours. */
  readonly foreign = new Set<string>();
  #added = 0;

  constructor(
    private readonly jira: JiraSimulator,
    private readonly now: number,
    private readonly counts: Counts,
  ) {
    for (const { id } of jira.state.worklogs()) this.foreign.add(id);
  }

  /** Worklogs in Jira that can only be this extension's. */
  ours() {
    return this.jira.state.worklogs().filter(({ id }) => !this.foreign.has(id));
  }

  /** One change by the user. */
  async edit(window: ProofWindow, dice: Dice): Promise<void> {
    const what = dice.pick(['add', 'add', 'add', 'times', 'notes', 'move', 'move', 'remove', 'restore'] as const);
    const done = await this.#do(this.wanted.size === 0 ? 'add' : what, window, dice);
    if (done !== undefined) this.counts.add(`user: ${done}`);
  }

  /** @returns what was done, if anything was there to do it with */
  async #do(what: Change, window: ProofWindow, dice: Dice): Promise<Change | undefined> {
    if (what === 'add') return this.#add(window, dice);
    if (what === 'restore') return this.#restore(window, dice);
    const id = dice.pick(asList([...this.wanted.keys()].filter((each) => !this.removed.has(each))));
    const before = this.wanted.get(id);
    if (before === undefined) return undefined;
    if (what === 'remove') return this.#remove(window, id, dice);
    const timeIn = before.timeIn + (dice.below(3) - 1) * 60_000;
    const patch =
      what === 'times'
        ? { timeIn, timeOut: timeIn + (1 + dice.below(90)) * 60_000 }
        : what === 'notes'
          ? { notes: `${dice.pick(NOTES)} ${dice.below(100)}` }
          : { issueKey: dice.chance(0.12) ? null : dice.pick(ISSUES) };
    await window.records.update(id, patch);
    this.wanted.set(id, { ...before, ...patch });
    return what;
  }

  async #add(window: ProofWindow, dice: Dice): Promise<'add'> {
    // Far enough apart for Data Center, where a worklog is known by its start and duration.
    const timeIn = this.now - (20_000 - this.#added * 150) * 60_000;
    this.#added += 1;
    const wanted: Wanted = {
      ...{ timeIn, timeOut: timeIn + (1 + dice.below(90)) * 60_000 },
      ...{ notes: dice.pick(NOTES), issueKey: dice.pick(ISSUES) },
    };
    const { id } = await window.records.add({ ...wanted, source: 'manual' });
    this.wanted.set(id, wanted);
    return 'add';
  }

  async #remove(window: ProofWindow, id: string, dice: Dice): Promise<'remove'> {
    const worklog = dice.pick(['keep', 'delete', 'delete'] as const);
    await window.records.remove(id, worklog);
    this.removed.set(id, worklog);
    return 'remove';
  }

  async #restore(window: ProofWindow, dice: Dice): Promise<'restore' | undefined> {
    const [id] = [...this.removed.keys()].slice(dice.below(Math.max(1, this.removed.size)));
    if (id === undefined) return undefined;
    await window.records.restore(id);
    this.removed.delete(id);
    return 'restore';
  }

  /** The user has the worklog of one record deleted, or ends a conflict. */
  async decide(window: ProofWindow, dice: Dice): Promise<void> {
    const records = await window.store.read((db) => db.records({ limit: 100 }));
    const conflict = records.find((record) => syncStateOf(record) === 'conflict');
    try {
      if (conflict !== undefined) return await this.resolve(window, conflict.id, dice.pick(['mine', 'jira'] as const));
      const synced = records.filter(({ worklog }) => worklog !== null);
      const record = synced[dice.below(Math.max(1, synced.length))];
      if (record === undefined) return;
      await window.sync.deleteWorklog(record.id);
      this.counts.add('user: delete worklog');
    } catch (thrown) {
      forNow(thrown, this.counts);
    }
  }

  async resolve(window: ProofWindow, id: string, keep: 'mine' | 'jira'): Promise<void> {
    if (keep === 'jira') this.wanted.delete(id);
    await window.sync.resolveConflict(id, keep);
    this.counts.add(`conflict resolved: ${keep}`);
  }

  /**
   * Somebody changes or deletes a worklog in Jira, or adds one that looks like ours. On Data Center nothing tells a
   * changed worklog from somebody else's while its id is not known here, so there only known ones are changed.
   */
  async meddle(window: ProofWindow, dice: Dice): Promise<void> {
    const { known, told } = await window.store.read((db) => ({
      known: worklogsKnown(db.records({ limit: 100 })),
      told: worklogsTold(db.attempts({ status: 'success', limit: 10_000 })),
    }));
    const ours = this.ours().filter(({ id }) => this.jira.deployment === 'cloud' || known.has(id));
    const worklog = ours[dice.below(Math.max(1, ours.length))];
    if (worklog === undefined) return;
    const what = dice.pick(['edit', 'edit', 'delete', 'copy'] as const);
    if (what === 'copy') this.#copy(worklog);
    else if (what === 'delete') this.#deleteInJira(worklog, told.has(worklog.id));
    else this.#editInJira(worklog, dice);
    this.counts.add(`in Jira: ${what}`);
  }

  #copy({ started, timeSpentSeconds, issueKey }: StoredWorklog): void {
    const copy = { started, timeSpentSeconds, comment: 'Pairing' };
    this.foreign.add(this.jira.addWorklog(issueKey, copy, this.jira.users.emma.accountId));
  }

  #deleteInJira({ id }: StoredWorklog, isTold: boolean): void {
    this.jira.deleteWorklog(id);
    this.touched.add(id);
    if (!isTold) this.unseen.add(id);
  }

  #editInJira({ id, timeSpentSeconds }: StoredWorklog, dice: Dice): void {
    this.jira.editWorklog(id, { timeSpentSeconds: timeSpentSeconds + 60 * (1 + dice.below(30)) });
    this.touched.add(id);
  }
}

/** Counts a failure that faults may cause; throws any other. */
export function forNow(thrown: unknown, counts: Counts): void {
  const error = asTimecardError(thrown);
  if (error.reason.startsWith('storage')) throw thrown;
  counts.add(`failed for now: ${error.reason}`);
}

function worklogsKnown(records: readonly TimeRecord[]): ReadonlySet<string> {
  return new Set(
    records.flatMap(({ worklog, attempt }) => (worklog !== null && attempt === 'none' ? [worklog.worklogId] : [])),
  );
}

function worklogsTold(attempts: readonly SyncAttempt[]): ReadonlySet<string | null> {
  return new Set(attempts.map(({ worklogId }) => worklogId));
}

function asList(ids: readonly string[]): readonly [string, ...string[]] {
  const [first = '', ...rest] = ids;
  return [first, ...rest];
}
