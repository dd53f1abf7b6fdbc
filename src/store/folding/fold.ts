import type { FileStamp } from '../disk.ts';

/** What is folded: a file with its stamp, and its journal up to a byte. */
export interface FoldJob {
  readonly file: string;
  readonly stamp: FileStamp;
  readonly journal: string;
  readonly end: number;
  /** What the new file is called in its journal. */
  readonly generation: string;
  /** SQLite's change counter of the new file. */
  readonly commits: number;
  /** Where the new file is written; it must not exist yet. */
  readonly temp: string;
}

/** A new file that waits for being put in the old one's place. */
export interface FoldedFile {
  readonly stamp: FileStamp;
  readonly header: Uint8Array;
}

/**
 * Writes the file that a journal is folded into, beside the present one, which stays as it is.
 * @throws when the file or journal is not the one of the job any more, or the result would not be sound.
 */
export type Fold = (job: FoldJob, signal: AbortSignal) => Promise<FoldedFile>;

/**
 * `full` also compares every index with its table. `quick` checks structure and contents only, in about a tenth of the
 * time; it is for files that another window has just written.
 */
export type Depth = 'full' | 'quick';

/** A file's bytes and what is wrong with them. */
export interface Checked {
  readonly bytes: Uint8Array;
  readonly problem: string | undefined;
}

/**
 * Looks for damage. The bytes that are given cannot be used any more; the same ones come back.
 * @throws when they could not be checked; then they are lost.
 */
export type Check = (bytes: Uint8Array, depth: Depth) => Promise<Checked>;
