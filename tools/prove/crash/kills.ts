import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { COMMIT_LIMITS, NAMED_LIMITS } from '../../../src/store/lock.ts';
import { COMMIT_STEPS, type CommitStep } from '../../../src/store/store.ts';
import { type Expected, inspectAftermath } from '../support/aftermath.ts';
import { BACKUP_STEPS, type BackupStep, isBackupStep } from '../support/backupSteps.ts';
import {
  type Child,
  changesOf,
  type Ended,
  failures,
  hadLease,
  type prepareChildren,
  wasFolding,
} from '../support/children.ts';
import { foldNow } from '../support/foldNow.ts';
import type { Job } from '../support/job.ts';
import {
  afterKills,
  countLeftovers,
  JOURNALS_OF_A_FILE,
  type Leftovers,
  leftoverProblems,
  NO_LEFTOVERS,
} from '../support/leftovers.ts';
import type { Dice } from '../support/numbers.ts';
import { hasJournal, LARGE, type Victim } from '../support/template.ts';
import { takeLease } from './lease.ts';

const STALE_MS = 2_000;
const NEVER = Number.MAX_SAFE_INTEGER;
/** A commit of these proofs takes about 3 KB of a journal. */
export const VICTIMS: readonly Victim[] = [
  { name: 'small, written whole', records: 20, limits: { journalFrom: NEVER, lockStaleMs: STALE_MS } },
  {
    name: 'small, with a journal',
    records: 20,
    limits: { journalFrom: 0, foldFrom: 5_000, foldQuietMs: 0, lockStaleMs: STALE_MS },
  },
  { name: 'large, written whole', records: LARGE, limits: { journalFrom: NEVER, lockStaleMs: STALE_MS } },
  {
    name: 'large, with a journal',
    records: LARGE,
    limits: { foldFrom: 10_000, foldQuietMs: 0, lockStaleMs: STALE_MS },
  },
  {
    name: 'large, folded on a thread',
    ...{ records: LARGE, limits: { foldFrom: 10_000, foldQuietMs: 1, lockStaleMs: STALE_MS }, onThread: true },
  },
  { name: 'small, limits as shipped', records: 20, limits: {} },
];

/**
 * A dead holder is found out after its limit or, by those who do not trust the clock, one sign of life later. The rest is
 * for a machine that has other things to do.
 */
function waitAtMost(limitMs: number, signEveryMs: number): number {
  return limitMs + signEveryMs + 7_000;
}

const ROUNDS_IN_A_FOLDER = 20;
/** After so many rounds it is seen whether a fold removes what killed processes have left. */
const ROUNDS_UNTIL_FOLDED = 5;
/** How long after it began to open the database a process is killed at the latest. */
const RANDOM_WITHIN_MS = 120;
/** The same for a fold; starting the thread takes most of it. */
const FOLD_WITHIN_MS = 250;
/** The same for one that has the lock of a sync; it gives a sign of life every second. */
const LEASE_WITHIN_MS = 1_500;
/** The same for those beside one that was killed at a step. */
const BESIDE_WITHIN_MS = 40;
/** Enough to last longer than that. */
const CHANGES_UNTIL_KILLED = 150;
const LEASE = 'sync';

/** Where a process is killed. */
export type Moment = CommitStep | BackupStep | 'at random' | 'while a thread folds' | 'while it has the sync lock';
export const MOMENTS: readonly Moment[] = [
  ...COMMIT_STEPS,
  ...BACKUP_STEPS,
  ...(['while a thread folds', 'while it has the sync lock', 'at random'] as const),
];
/** What a commit or a fold does on the thread of the commits also when another one folds. */
const ON_THREAD: readonly Moment[] = ['journalCreated', 'renamed', 'folderSynced', 'while a thread folds'];
/** Rounds with the limits of the extension are long. */
const AS_SHIPPED: readonly Moment[] = ['locked', 'while it has the sync lock'];

/** Those that come in a database of this kind. */
export function momentsOf(victim: Victim): readonly Moment[] {
  if (victim.onThread === true) return ON_THREAD;
  if (victim.limits.lockStaleMs === undefined) return AS_SHIPPED;
  const everywhere = MOMENTS.filter((moment) => moment !== 'while a thread folds');
  return everywhere.filter((moment) => hasJournal(victim) || !moment.toLowerCase().includes('journal'));
}

function isFold(moment: Moment): moment is 'while a thread folds' {
  return moment === 'while a thread folds';
}

function isLease(moment: Moment): moment is 'while it has the sync lock' {
  return moment === 'while it has the sync lock';
}

/** Whether the process kills itself there. */
function isStep(moment: Moment): moment is CommitStep | BackupStep {
  return moment !== 'at random' && !isFold(moment) && !isLease(moment);
}

/** What one round came to. */
export interface Round {
  readonly victim: string;
  readonly moment: Moment;
  /** How many processes were killed then; none when the moment never came. */
  readonly killed: number;
  readonly acknowledged: number;
  /** Changes that were under way when their process was killed and are there, as a whole. */
  readonly wholly: number;
  readonly waitedMs: number;
  /** How long the next one waited for the lock of a sync; 0 when nobody had it. */
  readonly leaseMs: number;
  readonly left: Leftovers;
  readonly problems: readonly string[];
}

type Checked = Pick<Round, 'waitedMs' | 'leaseMs' | 'wholly' | 'left' | 'problems'>;

type Start = Awaited<ReturnType<typeof prepareChildren>>;

/** One database after another, over which processes are killed round after round. */
export class Lane {
  #folder = '';
  #rounds = 0;
  #acknowledged = new Set<string>();
  #inDoubt = new Set<string>();
  /** What was acknowledged before the present backup was made. */
  #inBackup: ReadonlySet<string> = new Set();
  #left = NO_LEFTOVERS;

  constructor(
    private readonly victim: Victim,
    private readonly template: string,
    private readonly start: Start,
    private readonly dice: Dice,
  ) {}

  async round(moment: Moment): Promise<Round> {
    if (this.#folder === '' || this.#rounds >= ROUNDS_IN_A_FOLDER) await this.#renew();
    this.#rounds += 1;
    const damaged = moment === 'setAside';
    if (damaged) await writeFile(join(this.#folder, 'timecard.sqlite'), BROKEN);
    if (isBackupStep(moment) || (moment === 'at random' && this.dice.chance(0.5))) await this.#removeBackups();
    const { ended, leaseMs } = await this.#kill(moment);
    const { acknowledged, inDoubt } = changesOf(ended);
    for (const id of acknowledged) this.#acknowledged.add(id);
    for (const id of inDoubt) this.#inDoubt.add(id);
    const checked = await this.#check(moment, leaseMs, ended.filter(({ signal }) => signal !== null).length);
    const killed = ended.filter((one) => one.signal !== null && isKill(one, moment)).length;
    const round = { victim: this.victim.name, moment, killed, acknowledged: acknowledged.length, ...checked };
    if (damaged || round.problems.length > 0) await this.close();
    return { ...round, problems: [...round.problems, ...failures(ended)] };
  }

  async close(): Promise<void> {
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true });
    this.#folder = '';
  }

  async #renew(): Promise<void> {
    await this.close();
    this.#folder = await mkdtemp(join(tmpdir(), 'timecard-crash-'));
    await cp(this.template, this.#folder, { recursive: true });
    await mkdir(`${this.#folder}/acknowledged`);
    this.#rounds = 0;
    this.#acknowledged = new Set();
    this.#inDoubt = new Set();
    this.#inBackup = new Set();
    this.#left = NO_LEFTOVERS;
  }

  /** So that whoever opens the database next makes the backup of the day. */
  async #removeBackups(): Promise<void> {
    const backups = join(this.#folder, 'backups');
    const names = (await readdir(backups)).filter((name) => !name.endsWith('.tmp'));
    await Promise.all(names.map((name) => rm(join(backups, name))));
    this.#inBackup = new Set(this.#acknowledged);
  }

  /** One that is killed, and up to two others that go on beside it or are killed a moment later. */
  async #kill(moment: Moment): Promise<{ readonly ended: readonly Ended[]; readonly leaseMs: number }> {
    const beside = moment === 'setAside' ? 0 : this.dice.below(3);
    const doomed = this.dice.chance(0.3);
    const first = this.start(this.#job('v', this.#fate(moment)));
    const others = Array.from({ length: beside }, (_value, n) => this.start(this.#job(`b${n}`, doomed ? FATED : {})));
    await this.#strike(moment, first);
    // At once: the lock of a dead process is given away after some time, whether anybody waits or not.
    const lease = isLease(moment) ? this.#takeLease() : 0;
    if (doomed) await delay(this.dice.next() * (isStep(moment) ? BESIDE_WITHIN_MS : 0));
    if (doomed) for (const { process } of others) process.kill('SIGKILL');
    const ended = Promise.all([first, ...others].map((child) => child.ended));
    const [leaseMs] = await Promise.all([lease, ended]);
    return { ended: await ended, leaseMs };
  }

  async #strike(moment: Moment, child: Child): Promise<void> {
    if (isStep(moment)) return void (await child.ended);
    const [after, withinMs] = this.#randomMoment(moment);
    await child.until(after);
    await delay(this.dice.next() * withinMs);
    child.process.kill('SIGKILL');
  }

  #randomMoment(moment: Moment): readonly ['opening' | 'open' | 'folding' | 'holding', number] {
    if (isFold(moment)) return ['folding', FOLD_WITHIN_MS];
    if (isLease(moment)) return ['holding', LEASE_WITHIN_MS];
    return [this.dice.chance(0.5) ? 'opening' : 'open', RANDOM_WITHIN_MS];
  }

  /** What is different in the job of the one that is killed there. */
  #fate(moment: Moment): Partial<Job> {
    if (isLease(moment)) return { lease: LEASE, changes: 12 };
    const changes = this.victim.onThread === true ? CHANGES_UNTIL_KILLED : 12;
    if (!isStep(moment)) return { changes };
    const once = moment === 'setAside' || isBackupStep(moment);
    return { changes, die: { step: moment, times: once ? 1 : 1 + this.dice.below(4) } };
  }

  #job(name: string, more: Partial<Job>): Job {
    const unique = `${name}-${this.#rounds}`;
    const { limits, onThread } = this.victim;
    return {
      ...{ folder: this.#folder, name: unique, limits, slowMs: 0, changes: 4 },
      ...{ acknowledged: join(this.#folder, 'acknowledged', unique) },
      ...(onThread === undefined ? {} : { onThread }),
      ...more,
    };
  }

  /** After damage nothing is promised but that what is restored is whole, and that the damaged file is kept. */
  async #check(moment: Moment, leaseMs: number, killed: number): Promise<Checked> {
    const damaged = moment === 'setAside';
    const before = this.#acknowledged;
    const probe = `p-${this.#rounds}`;
    const after = await inspectAftermath(this.#options(), probe, this.#expected(damaged, killed));
    const wholly = [...this.#inDoubt].filter((id) => after.found.whole.has(id) && !before.has(id)).length;
    this.#acknowledged = new Set([...after.found.whole, probe]);
    this.#inDoubt = new Set();
    this.#left = after.left;
    const problems = [...after.problems, ...(damaged ? await this.#keptProblems() : await this.#foldProblems())];
    if (leaseMs > this.#leaseAtMost()) problems.push(`the lock of a sync was waited for ${Math.round(leaseMs)} ms`);
    await this.#makeTemporaryBackupsOld();
    return { waitedMs: after.waitedMs, leaseMs, wholly, left: after.left, problems };
  }

  #options() {
    return { folder: this.#folder, ...this.victim.limits };
  }

  #expected(damaged: boolean, killed: number): Expected {
    const before = this.#acknowledged;
    const changes = damaged
      ? { acknowledged: new Set<string>(), inDoubt: new Set([...before, ...this.#inDoubt]) }
      : { acknowledged: before, inDoubt: this.#inDoubt };
    return {
      ...{ ...changes, inBackup: this.#inBackup, old: this.victim.records },
      waitAtMostMs: waitAtMost(this.victim.limits.lockStaleMs ?? COMMIT_LIMITS.staleMs, COMMIT_LIMITS.updateMs),
      leftAtMost: afterKills(this.#left, killed, hasJournal(this.victim)),
      others: damaged ? [ACKNOWLEDGED, /^timecard\.damaged-/] : [ACKNOWLEDGED],
    };
  }

  #leaseAtMost(): number {
    return waitAtMost(this.victim.limits.lockStaleMs ?? NAMED_LIMITS.staleMs, NAMED_LIMITS.updateMs);
  }

  /** Somewhat more than it may take, so that what takes too long is told as that. */
  #takeLease(): Promise<number> {
    return takeLease(this.#options(), LEASE, this.#leaseAtMost() * 2);
  }

  /** Whether one fold removes what killed processes have left; not in each round, so that something gathers. */
  async #foldProblems(): Promise<readonly string[]> {
    if (!hasJournal(this.victim) || this.#rounds % ROUNDS_UNTIL_FOLDED > 0) return [];
    const change = `f-${this.#rounds}`;
    const names = await foldNow(this.#options(), change);
    this.#acknowledged.add(change);
    this.#left = countLeftovers(names);
    return leftoverProblems(names, FOLDED, [ACKNOWLEDGED]).map((problem) => `after a fold: ${problem}`);
  }

  /** Those of this round will be old enough to be removed in the next one. */
  async #makeTemporaryBackupsOld(): Promise<void> {
    const backups = join(this.#folder, 'backups');
    const names = (await readdir(backups)).filter((name) => name.endsWith('.tmp'));
    await Promise.all(names.map((name) => utimes(join(backups, name), LONG_AGO, LONG_AGO)));
  }

  async #keptProblems(): Promise<string[]> {
    const kept = (await readdir(this.#folder)).filter((name) => /^timecard\.damaged-.*\.sqlite$/.test(name));
    const texts = await Promise.all(kept.map((name) => readFile(join(this.#folder, name), 'utf8')));
    return texts.includes(BROKEN) ? [] : ['the damaged file was not kept'];
  }
}

/** Whether it was killed at the moment that the round is about. */
function isKill(ended: Ended, moment: Moment): boolean {
  if (isFold(moment)) return wasFolding(ended);
  return !isLease(moment) || hadLease(ended);
}

const BROKEN = 'This was a database once.';
const ACKNOWLEDGED = /^acknowledged(\/.*)?$/;
const LONG_AGO = new Date(0);
const FATED = { changes: CHANGES_UNTIL_KILLED };
const FOLDED: Leftovers = {
  ...NO_LEFTOVERS,
  journals: JOURNALS_OF_A_FILE,
  'temporary backups': Number.MAX_SAFE_INTEGER,
};
