import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';

const BACKUP = String.raw`backups/timecard-(?:\d{4}-\d{2}-\d{2}|before-v\d+)`;

/** What a process that is killed may leave behind. */
const KINDS = {
  journals: /^timecard\.[0-9a-f]{16}\.journal$/,
  'temporary journals': /^timecard\.[0-9a-f]{16}\.journal\.tmp$/,
  'temporary databases': /^timecard\.sqlite\.\d+-[0-9a-f]+\.tmp$/,
  'temporary backups': new RegExp(String.raw`^${BACKUP}\.(?:sqlite|journal)\.[0-9a-f]+\.tmp$`),
};

const OURS = [
  /^timecard\.sqlite$/,
  /^(?:timecard\.sqlite|sync)\.(?:owner|waiting)$/,
  /^backups$/,
  new RegExp(String.raw`^${BACKUP}\.(?:sqlite|journal)$`),
  ...Object.values(KINDS),
];

type Kind = keyof typeof KINDS;
/** How many of each there are. */
export type Leftovers = Readonly<Record<Kind, number>>;

const NAMES: readonly Kind[] = ['journals', 'temporary journals', 'temporary databases', 'temporary backups'];
/** The journal of the file and the one that was folded into it, which stays until the next fold. */
export const JOURNALS_OF_A_FILE = 2;
export const NO_LEFTOVERS: Leftovers = {
  ...{ journals: 0, 'temporary journals': 0, 'temporary databases': 0, 'temporary backups': 0 },
};

/** Everything in the folder and the folders in it, with slashes on every system. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).map((name) => name.replaceAll(sep, '/'));
}

export function countLeftovers(names: readonly string[]): Leftovers {
  const count = (kind: Kind) => names.filter((name) => KINDS[kind].test(name)).length;
  return {
    journals: count('journals'),
    'temporary journals': count('temporary journals'),
    'temporary databases': count('temporary databases'),
    'temporary backups': count('temporary backups'),
  };
}

export function temporaryFiles(left: Leftovers): number {
  return left['temporary journals'] + left['temporary databases'] + left['temporary backups'];
}

/**
 * What may be there after so many more processes were killed: each leaves one journal, one temporary
 * file and one backup, with its journal, at most. Whoever opens the database removes temporary ones of dead processes, old ones of backups, and whoever folds the rest.
 */
export function afterKills(before: Leftovers, killed: number, journaled: boolean): Leftovers {
  if (!journaled) return { ...NO_LEFTOVERS, 'temporary backups': killed };
  return {
    journals: Math.max(before.journals, JOURNALS_OF_A_FILE) + killed,
    'temporary journals': before['temporary journals'] + killed,
    'temporary databases': 0,
    'temporary backups': killed * 2,
  };
}

/** What is in the folder that does not belong there, and what there is too much of, in words. */
export function leftoverProblems(names: readonly string[], atMost: Leftovers, others: readonly RegExp[]): string[] {
  const known = [...OURS, ...others];
  const strange = names.filter((name) => !known.some((pattern) => pattern.test(name)));
  const left = countLeftovers(names);
  const tooMany = NAMES.filter((kind) => left[kind] > atMost[kind]);
  return [
    ...strange.map((name) => `${name} is left in the folder`),
    ...tooMany.map((kind) => `${left[kind]} ${kind} are left, ${atMost[kind]} at most were to be`),
  ];
}
