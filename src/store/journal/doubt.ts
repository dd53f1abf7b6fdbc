/** Where a journal ends, as far as it says what is in it: its generation, and the commits up to there that are known. */
interface Known {
  readonly generation: string;
  readonly commits: readonly string[];
}

/** A commit that may or may not have reached the disk, and the journal's end after which it was to be written. */
export interface Doubt {
  readonly commit: string;
  readonly after: Known;
}

/** The disk refused a line after it had been begun; nobody knows yet how much of it is in the journal. */
export class InDoubt extends Error {
  constructor(
    override readonly cause: unknown,
    readonly doubt: Doubt,
  ) {
    super('The disk did not take the change, or did not say so.');
  }
}

export type Fate = 'in' | 'out' | 'unknown';

/** What became of a commit, by what has just been read. */
export function fateOf({ commit, after }: Doubt, now: Known | undefined): Fate {
  if (now === undefined) return 'unknown';
  if (now.commits.includes(commit)) return 'in';
  // What is missing among all that came since is not there; what is older than all that is remembered may be.
  const before = after.commits.at(-1);
  const knowsAllSince = now.generation === after.generation || (before !== undefined && now.commits.includes(before));
  return knowsAllSince ? 'out' : 'unknown';
}
