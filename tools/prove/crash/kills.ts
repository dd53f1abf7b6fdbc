import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { COMMIT_STEPS, type CommitStep } from '../../../src/store/store.ts';
import { inspectAftermath } from '../support/aftermath.ts';
import { type Child, changesOf, type Ended, failures, type prepareChildren, wasFolding } from '../support/children.ts';
import type { Job } from '../support/job.ts';
import type { Dice } from '../support/numbers.ts';
import type { Victim } from '../support/template.ts';

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
  { name: 'large, written whole', records: 4_000, limits: { journalFrom: NEVER, lockStaleMs: STALE_MS } },
  {
    name: 'large, with a journal',
    records: 4_000,
    limits: { foldFrom: 10_000, foldQuietMs: 0, lockStaleMs: STALE_MS },
  },
  {
    name: 'large, folded on a thread',
    ...{ records: 4_000, limits: { foldFrom: 10_000, foldQuietMs: 1, lockStaleMs: STALE_MS }, onThread: true },
  },
];

/**
 * A dead holder is found out after its limit or, by those who do not trust the clock, one sign of life later. The rest is
 * for a machine that has other things to do.
 */
const WAIT_AT_MOST_MS = STALE_MS + 1_000 + 7_000;
const TEMPORARY_AT_MOST = 3;
const ROUNDS_IN_A_FOLDER = 20;
/** How long after it began to open the database a process is killed at the latest. */
const RANDOM_WITHIN_MS = 120;
/** The same for a fold; starting the thread takes most of it. */
const FOLD_WITHIN_MS = 250;
/** Enough to last longer than that. */
const CHANGES_WHILE_FOLDING = 150;

/** Where a process is killed. */
export type Moment = CommitStep | 'at random' | 'while a thread folds';
export const MOMENTS: readonly Moment[] = [...COMMIT_STEPS, 'at random', 'while a thread folds'];
/** What a commit or a fold does on the thread of the commits also when another one folds. */
const ON_THREAD: readonly Moment[] = ['journalCreated', 'renamed', 'folderSynced', 'while a thread folds'];

/** Those that come in a database of this kind. */
export function momentsOf({ limits, onThread }: Victim): readonly Moment[] {
  if (onThread === true) return ON_THREAD;
  const everywhere = MOMENTS.filter((moment) => moment !== 'while a thread folds');
  return everywhere.filter((moment) => limits.journalFrom !== NEVER || !moment.startsWith('journal'));
}

function isFold(moment: Moment): moment is 'while a thread folds' {
  return moment === 'while a thread folds';
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
  readonly temporary: number;
  readonly problems: readonly string[];
}

type Start = Awaited<ReturnType<typeof prepareChildren>>;

/** One database after another, over which processes are killed round after round. */
export class Lane {
  #folder = '';
  #rounds = 0;
  #acknowledged = new Set<string>();
  #inDoubt = new Set<string>();

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
    const ended = await this.#kill(moment);
    const { acknowledged, inDoubt } = changesOf(ended);
    for (const id of acknowledged) this.#acknowledged.add(id);
    for (const id of inDoubt) this.#inDoubt.add(id);
    const checked = await this.#check(damaged);
    const killed = ended.filter((one) => one.signal !== null && (!isFold(moment) || wasFolding(one))).length;
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
  }

  /** One that is killed, and up to two others that go on beside it or are killed too. */
  async #kill(moment: Moment): Promise<readonly Ended[]> {
    const beside = moment === 'setAside' ? 0 : this.dice.below(3);
    const children = [this.start(this.#job('v', moment))];
    for (let n = 0; n < beside; n += 1) children.push(this.start(this.#job(`b${n}`)));
    const [first] = children;
    const doomed = first === undefined ? [] : this.dice.chance(0.3) ? children : [first];
    if (moment === 'at random') await this.#killAtRandom(doomed);
    if (isFold(moment)) await this.#killInFold(doomed);
    return Promise.all(children.map(({ ended }) => ended));
  }

  async #killAtRandom(children: readonly Child[]): Promise<void> {
    const first = children[0];
    await first?.until(this.dice.chance(0.3) ? 'opening' : 'open');
    await delay(this.dice.next() * RANDOM_WITHIN_MS);
    for (const child of children) child.process.kill('SIGKILL');
  }

  async #killInFold(children: readonly Child[]): Promise<void> {
    await children[0]?.until('folding');
    await delay(this.dice.next() * FOLD_WITHIN_MS);
    for (const child of children) child.process.kill('SIGKILL');
  }

  #job(name: string, moment: Moment = 'at random'): Job {
    const unique = `${name}-${this.#rounds}`;
    return {
      ...{ folder: this.#folder, name: unique, limits: this.victim.limits, slowMs: 0 },
      ...{ changes: this.#changes(name), acknowledged: join(this.#folder, 'acknowledged', unique) },
      ...(this.victim.onThread === undefined ? {} : { onThread: this.victim.onThread }),
      ...(moment === 'at random' || isFold(moment) ? {} : { die: { step: moment, times: 1 + this.dice.below(4) } }),
      ...(moment === 'setAside' ? { die: { step: moment, times: 1 } } : {}),
    };
  }

  #changes(name: string): number {
    if (name !== 'v') return 4;
    return this.victim.onThread === true ? CHANGES_WHILE_FOLDING : 12;
  }

  /** After damage nothing is promised but that what is restored is whole, and that the damaged file is kept. */
  async #check(damaged: boolean): Promise<Pick<Round, 'waitedMs' | 'wholly' | 'temporary' | 'problems'>> {
    const before = this.#acknowledged;
    const expected = damaged
      ? { acknowledged: new Set<string>(), inDoubt: new Set([...before, ...this.#inDoubt]) }
      : { acknowledged: before, inDoubt: this.#inDoubt };
    const probe = `p-${this.#rounds}`;
    const { limits, records: old } = this.victim;
    const after = await inspectAftermath({ folder: this.#folder, ...limits }, probe, {
      ...{ ...expected, old, waitAtMostMs: WAIT_AT_MOST_MS },
      ...{ others: damaged ? [/^acknowledged$/, /^timecard\.damaged-/] : [/^acknowledged$/] },
    });
    const wholly = [...this.#inDoubt].filter((id) => after.found.whole.has(id) && !before.has(id)).length;
    this.#acknowledged = new Set([...after.found.whole, probe]);
    this.#inDoubt = new Set();
    const problems = [...after.problems, ...(damaged ? await this.#keptProblems() : [])];
    if (after.temporary > TEMPORARY_AT_MOST) problems.push(`${after.temporary} temporary files`);
    return { waitedMs: after.waitedMs, wholly, temporary: after.temporary, problems };
  }

  async #keptProblems(): Promise<string[]> {
    const kept = (await readdir(this.#folder)).filter((name) => /^timecard\.damaged-.*\.sqlite$/.test(name));
    const texts = await Promise.all(kept.map((name) => readFile(join(this.#folder, name), 'utf8')));
    return texts.includes(BROKEN) ? [] : ['the damaged file was not kept'];
  }
}

const BROKEN = 'This was a database once.';
