import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../../../src/core/jiraPorts.ts';
import type { Fault, JiraSimulator } from '../../jira/simulator.ts';
import { Dice } from '../support/numbers.ts';
import { anyFault, lateFault, TIMEOUT_MS, watchFaults } from './chaos.ts';
import { check, settle } from './check.ts';
import { anyDeath, type Child, type StartChild } from './children.ts';
import { Counts } from './counts.ts';
import type { Job } from './job.ts';
import type { Choice, Kind } from './kinds.ts';
import { forNow, People } from './people.ts';
import { startOnOwnPort } from './ports.ts';
import { LapseClock, openWindow, type ProofWindow, REFUSED, RealClock, type WindowOptions } from './window.ts';

/** What became of one schedule. */
export interface Outcome {
  readonly seed: number;
  readonly kind: Kind;
  /** What it is called in the table. */
  readonly name: string;
  readonly counts: Counts;
  readonly problems: readonly string[];
}

export interface ScheduleOptions extends Choice {
  /** For the kind whose pushing is done by processes, which are killed, and not by windows of this one. */
  readonly startChild: StartChild;
}

const DEPLOYMENTS = { cloud: 'Cloud', dataCenter: 'Data Center' } as const;
const KIND_NAMES = {
  windows: 'two windows',
  processes: 'processes, killed',
  late: 'two windows, writes done late, real time',
} as const;

/** How long a request may take once there are no faults, in ms: longer than a busy machine stalls. */
const CALM_TIMEOUT_MS = 30_000;
/** Pushing takes a process a second or two, and as much again for each one that died holding a lock. */
const ENDS_WITHIN_MS = 90_000;
/** How long nobody listens at most, in ms; what a process meets is only counted when it has ended. */
const LONGEST_OFFLINE_MS = { windows: 400, processes: 1_500, late: 400 } as const;
const LONGEST_PAUSE_MS = { windows: 40, processes: 150, late: 600 } as const;

/** Plays one schedule, lets Jira be well again, syncs until nothing is due, and looks at everything. */
export async function playSchedule(options: ScheduleOptions): Promise<Outcome> {
  const schedule = await Schedule.open(options);
  const { seed, kind, deployment } = options;
  const { counts } = schedule;
  const played = { seed, kind, counts, name: `${DEPLOYMENTS[deployment]}, ${KIND_NAMES[kind]}` };
  try {
    await schedule.play();
    return { ...played, problems: await schedule.end() };
  } catch (error) {
    return { ...played, problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  } finally {
    await schedule.close();
  }
}

class Schedule {
  readonly counts = new Counts();
  readonly #dice: Dice;
  readonly #people: People;
  readonly #children: Child[] = [];
  readonly #problems: string[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #names: string[] = [];
  #killAtRequest: (() => void) | undefined;

  private constructor(
    private readonly options: ScheduleOptions,
    private readonly jira: JiraSimulator,
    private readonly common: Omit<WindowOptions, 'counts' | 'random'>,
    private readonly windows: ProofWindow[],
  ) {
    this.#dice = new Dice(options.seed).split();
    this.#people = new People(jira, common.clock.now(), this.counts);
    watchFaults(jira, this.counts, (method) => {
      if (method !== 'GET') this.#killAtRequest?.();
    });
  }

  static async open(options: ScheduleOptions): Promise<Schedule> {
    const dice = new Dice(options.seed);
    const jira = await startOnOwnPort({ deployment: options.deployment, switches: { issueWriteLimit: false } });
    const folder = await mkdtemp(join(tmpdir(), 'timecard-proof-'));
    const credentials: Credentials =
      jira.deployment === 'cloud'
        ? { type: 'apiToken', email: jira.users.mia.email, token: jira.tokens.classic }
        : { type: 'pat', token: jira.tokens.pat };
    const limits = dice.chance(0.5) ? { journalFrom: 0, foldFrom: 2_000, foldQuietMs: 0 } : {};
    const clock = options.kind === 'late' ? new RealClock() : new LapseClock();
    const common = {
      ...{ folder, token: credentials.token, clock, timeoutMs: TIMEOUT_MS },
      limits: { ...limits, lockStaleMs: 2_000 },
    };
    const windows: ProofWindow[] = [];
    const schedule = new Schedule(options, jira, common, windows);
    for (let n = 0; n < (options.kind === 'processes' ? 1 : 2); n += 1) windows.push(await schedule.#window());
    await schedule.#signIn(credentials);
    jira.clearRequests();
    return schedule;
  }

  /** Without haste: no fault has struck yet, and a machine that stalls for a moment is none. */
  async #signIn(credentials: Credentials): Promise<void> {
    const window = await this.#window(CALM_TIMEOUT_MS);
    await window.connections.add(this.jira.url, credentials);
    await window.store.close();
  }

  /** Each under a name of its own: the lock's library takes all that one process has of one name for one. */
  async #window(timeoutMs = TIMEOUT_MS): Promise<ProofWindow> {
    const dice = this.#dice.split();
    const folder = `${this.common.folder}-${this.#names.length}`;
    await symlink(this.common.folder, folder);
    this.#names.push(folder);
    return openWindow({ ...this.common, folder, timeoutMs, counts: this.counts, random: () => dice.next() });
  }

  async play(): Promise<void> {
    const dice = this.#dice;
    const records = 1 + dice.below(4);
    for (let n = 0; n < records; n += 1) await this.#people.edit(this.#anyWindow(), dice);
    const steps = this.options.kind === 'late' ? 6 + dice.below(8) : 5 + dice.below(20);
    for (let n = 0; n < steps; n += 1) {
      await this.#step(dice);
      await this.#pause(dice);
    }
  }

  /** Nothing, a moment in which requests get on, or until what was begun has ended. */
  async #pause(dice: Dice): Promise<void> {
    const how = dice.pick(['none', 'moment', 'moment', 'end'] as const);
    const ms = dice.below(LONGEST_PAUSE_MS[this.options.kind]);
    if (how === 'moment') await delay(ms);
    if (how !== 'end') return;
    await Promise.all([...this.#running, ...this.#children.map((child) => this.#endOf(child))]);
  }

  /** A process that does not end by itself is a failure of its own. */
  async #endOf(child: Child): Promise<string | undefined> {
    const late = new AbortController();
    const tooLong = delay(ENDS_WITHIN_MS, 'late' as const, { signal: late.signal }).catch(() => undefined);
    const problem = await Promise.race([child.ended, tooLong]);
    late.abort();
    if (problem !== 'late') return problem;
    child.kill('did not end');
    await child.ended;
    return `A process did not end within ${ENDS_WITHIN_MS} ms`;
  }

  async #step(dice: Dice): Promise<void> {
    const what = dice.pick([
      'edit',
      'edit',
      'edit',
      'fault',
      'fault',
      'fault',
      'sync',
      'sync',
      'sync',
      'other',
    ] as const);
    if (what === 'edit') return this.#edit(dice);
    if (what === 'fault') return void this.jira.faults.add(this.#fault(dice));
    if (what === 'sync') return this.#sync(dice);
    const other = dice.pick(['meddle', 'meddle', 'meddle', 'decide', 'decide', 'offline', 'stop', 'wake'] as const);
    if (other === 'meddle') return this.#people.meddle(this.#anyWindow(), dice);
    if (other === 'decide') return this.#people.decide(this.#anyWindow(), dice);
    if (other === 'stop') return this.#anyWindow().sync.stop();
    if (other === 'wake') return this.#wake();
    return this.#offline(dice);
  }

  /** Nobody listens until a request has met that, and at least one is about to be made. */
  async #offline(dice: Dice): Promise<void> {
    await this.#edit(dice);
    const before = this.counts.of(REFUSED);
    await this.jira.goOffline();
    this.#beside(this.#push(dice));
    const until = Date.now() + LONGEST_OFFLINE_MS[this.options.kind];
    while (this.counts.of(REFUSED) === before && Date.now() < until) await delay(5);
    await delay(dice.below(40));
    await this.jira.goOnline();
  }

  #fault(dice: Dice): Fault {
    return this.options.kind === 'late' ? lateFault(dice) : anyFault(dice);
  }

  async #edit(dice: Dice): Promise<void> {
    try {
      await this.#people.edit(this.#anyWindow(), dice);
    } catch (error) {
      forNow(error, this.counts);
    }
  }

  /** Where a sync is dear, it is given something to do. */
  async #sync(dice: Dice): Promise<void> {
    if (this.options.kind !== 'windows') await this.#edit(dice);
    if (this.options.kind === 'late') this.jira.faults.add(this.#fault(dice));
    return this.#push(dice);
  }

  /** Not waited for: what follows happens while the requests are on their way. */
  async #push(dice: Dice): Promise<void> {
    const pushers = dice.pick([1, 2] as const);
    if (this.options.kind === 'processes') return this.#startChildren(pushers, dice);
    for (const window of this.windows.slice(0, pushers)) {
      this.counts.add('pushes');
      this.#beside(this.#pushIn(window));
    }
  }

  /**
   * The machine has slept: a lock looks abandoned whose holder's request is still on its way. Not where nothing moves the
   * clock: such a request is waited for half a minute.
   */
  async #wake(): Promise<void> {
    if (this.options.kind === 'late') return;
    if (this.options.kind === 'windows') await this.#beginPush();
    await this.#takeLock();
    if (this.options.kind === 'windows') this.#beside(this.#pushIn(this.#anyWindow()));
  }

  /** Until one window has the lock; it may be done with everything before that is seen. */
  async #beginPush(): Promise<void> {
    await this.#edit(this.#dice);
    this.#beside(this.#pushIn(this.#anyWindow()));
    for (let n = 0; n < 20 && !existsSync(this.#lock()); n += 1) await delay(5);
    await delay(this.#dice.below(30));
  }

  #lock(): string {
    return join(this.common.folder, 'sync.lock');
  }

  async #takeLock(): Promise<void> {
    try {
      await rm(this.#lock(), { recursive: true });
      this.counts.add('fault: lock taken for abandoned');
    } catch (error) {
      const isFree = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isFree) throw error;
    }
  }

  async #pushIn(window: ProofWindow): Promise<void> {
    const { errors } = await window.sync.push(undefined);
    for (const { reason } of errors) this.counts.add(`failed for now: ${reason}`);
  }

  /** What goes on while the schedule does; a failure that no fault explains is one of the schedule. */
  #beside(work: Promise<void>): void {
    const note = (thrown: unknown) => {
      try {
        forNow(thrown, this.counts);
      } catch (error) {
        this.#problems.push(`Beside the schedule: ${String(error)}`);
      }
    };
    this.#running.push(work.catch(note));
  }

  async #startChildren(pushers: number, dice: Dice): Promise<void> {
    if (this.#children.length >= 6) return;
    const started: Child[] = [];
    for (let n = 0; n < pushers; n += 1) {
      const death = anyDeath(dice);
      const { folder, token, limits, clock } = this.common;
      const job: Job = {
        ...{ folder, token, limits, timeoutMs: TIMEOUT_MS, ahead: clock.ahead },
        ...{ pushes: 1 + dice.below(3), seed: dice.below(2 ** 31) },
        ...(death === undefined ? {} : { death }),
      };
      this.counts.add('pushes');
      const child = this.options.startChild(job, this.counts);
      started.push(child);
      this.#children.push(child);
      if (death === undefined) this.#killFromOutside(child, dice);
    }
    await Promise.all(started.map(({ opened }) => opened));
  }

  #killFromOutside(child: Child, dice: Dice): void {
    const how = dice.pick(['random', 'request', 'request', 'not'] as const);
    const ms = dice.below(300);
    if (how === 'random') {
      this.#beside(child.opened.then(() => delay(ms)).then(() => child.kill('at any moment')));
    }
    if (how !== 'request') return;
    this.#killAtRequest = () => {
      this.#killAtRequest = undefined;
      child.kill('write has reached Jira');
    };
  }

  #anyWindow(): ProofWindow {
    const window = this.windows[this.#dice.below(this.windows.length)];
    if (window === undefined) throw new Error('No window is open.');
    return window;
  }

  /** @returns what is wrong */
  async end(): Promise<readonly string[]> {
    for (const child of this.#children) {
      const problem = await this.#endOf(child);
      if (problem !== undefined) this.#problems.push(problem);
    }
    this.#killAtRequest = undefined;
    await Promise.all(this.#running);
    this.jira.faults.clear();
    const window = await this.#window(CALM_TIMEOUT_MS);
    this.windows.push(window);
    const scene = { jira: this.jira, people: this.#people, window, counts: this.counts, dice: this.#dice };
    return [...this.#problems, ...(await settle(scene)), ...(await check(scene))];
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('schedule over');
    await Promise.allSettled([...this.#running, ...this.#children.map(({ ended }) => ended)]);
    for (const window of this.windows) await window.store.close();
    await this.jira.close();
    for (const name of this.#names) await rm(name, { force: true });
    await rm(this.common.folder, { recursive: true, force: true });
  }
}
