import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { QUIET, systemClock, wasm } from '../../support/parts.ts';
import { inspectAftermath } from '../support/aftermath.ts';
import { JOURNALS_OF_A_FILE, type Leftovers } from '../support/leftovers.ts';
import type { Dice } from '../support/numbers.ts';
import { fill, work } from '../support/work.ts';
import { type NamesLost, PowerCutDisk, type Remains } from './powerCutDisk.ts';

/** What power cuts over one kind of database came to. */
export interface Cuts {
  readonly name: string;
  readonly cuts: number;
  /** How many changes had been acknowledged before them, added up. */
  readonly acknowledged: number;
  readonly wholly: number;
  /** How often the user was told of damage, although there was only the power cut. */
  readonly told: number;
  readonly problems: readonly string[];
}

interface Kind {
  readonly name: string;
  readonly lost: NamesLost;
  readonly limits: Pick<StoreOptions, 'journalFrom' | 'foldFrom' | 'foldQuietMs'>;
}

const WHOLE = { journalFrom: Number.MAX_SAFE_INTEGER };
const JOURNAL = { journalFrom: 0, foldFrom: 9_000, foldQuietMs: 0 };
const KINDS: readonly Kind[] = [
  { name: 'written whole', lost: 'ordered', limits: WHOLE },
  { name: 'with a journal', lost: 'ordered', limits: JOURNAL },
  { name: 'written whole, names in any order', lost: 'any', limits: WHOLE },
  { name: 'with a journal, names in any order', lost: 'any', limits: JOURNAL },
];
const RECORDS = 5;
const CHANGES = 12;
const STATES_OF_A_MOMENT = 2;

/** A commit and a fold may be under way, and what was removed last may be there again. */
const LEFT_AT_MOST: Leftovers = {
  journals: JOURNALS_OF_A_FILE + 2,
  ...{ 'temporary journals': 1, 'temporary databases': 2, 'temporary backups': 2 },
};

interface Moment {
  readonly remains: Remains;
  readonly acknowledged: ReadonlySet<string>;
  readonly inDoubt: ReadonlySet<string>;
}

/**
 * Cuts the power after every access to the disk, so many times over each kind of database.
 * @param forMs how long at most
 */
export async function cutPower(dice: Dice, cutsOfAKind: number, forMs: number): Promise<readonly Cuts[]> {
  const results: Cuts[] = [];
  for (const kind of KINDS) {
    const end = Date.now() + forMs / KINDS.length;
    let total: Cuts = { name: kind.name, cuts: 0, acknowledged: 0, wholly: 0, told: 0, problems: [] };
    while (total.cuts < cutsOfAKind && Date.now() < end) total = await oneHistory(kind, dice, total, cutsOfAKind);
    for (const problem of new Set(total.problems)) console.error(`${kind.name}, power cut: ${problem}`);
    results.push(total);
  }
  return results;
}

/** A new database, some changes, and the power cuts that they may have met. */
async function oneHistory(kind: Kind, dice: Dice, before: Cuts, atMost: number): Promise<Cuts> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-power-'));
  const acknowledged = new Set<string>();
  const inDoubt = new Set<string>();
  let moments: Moment[] = [];
  let isFilled = false;
  const disk = new PowerCutDisk(() => {
    if (!isFilled) return;
    for (let n = 0; n < STATES_OF_A_MOMENT; n += 1) {
      const remains = disk.remains(dice, kind.lost);
      moments.push({ remains, acknowledged: new Set(acknowledged), inDoubt: new Set(inDoubt) });
    }
  });
  const store = await openStore({
    ...{ folder, wasm, clock: systemClock, log: QUIET, watch: false, disk: disk.disk, ...kind.limits },
  });
  let total = before;
  try {
    await store.commit((tx) => fill(tx, RECORDS));
    isFilled = true;
    for (let n = 0; n < CHANGES && total.cuts < atMost; n += 1) {
      const names = dice.chance(0.3) ? [`c-${n}`, `d-${n}`] : [`c-${n}`];
      await Promise.all(names.map((name) => change(name)));
      for (const moment of moments.splice(0)) total = await checked(kind, folder, moment, total);
    }
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
  moments = [];
  return total;

  async function change(name: string): Promise<void> {
    inDoubt.add(name);
    await store.commit((tx) => work(tx, name));
    acknowledged.add(name);
    inDoubt.delete(name);
  }
}

async function checked(kind: Kind, original: string, moment: Moment, total: Cuts): Promise<Cuts> {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-power-after-'));
  try {
    for (const [path, files] of moment.remains) {
      const target = join(folder, relative(original, path));
      await mkdir(target, { recursive: true });
      for (const [name, bytes] of files) await writeFile(join(target, name), bytes);
    }
    const after = await inspectAftermath({ folder, ...kind.limits }, 'probe', {
      ...moment,
      ...{ old: RECORDS, inBackup: new Set(), waitAtMostMs: Number.POSITIVE_INFINITY, leftAtMost: LEFT_AT_MOST },
      others: [/^timecard\.damaged-/],
    });
    const told = after.notices.filter((notice) => notice.kind !== 'saved').length > 0 ? 1 : 0;
    return {
      name: kind.name,
      cuts: total.cuts + 1,
      acknowledged: total.acknowledged + moment.acknowledged.size,
      wholly: total.wholly + [...moment.inDoubt].filter((id) => after.found.whole.has(id)).length,
      told: total.told + told,
      problems: [...total.problems, ...after.problems],
    };
  } catch (error) {
    return { ...total, cuts: total.cuts + 1, problems: [...total.problems, String(error)] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
