import type { Clock, Log } from '../core/ports.ts';
import type { Disk } from './disk.ts';
import type { Check, Fold } from './folding/fold.ts';

/**
 * The steps of a commit, in order; a test can stop or kill the process at each. A commit either adds to the journal or
 * writes the whole file; folding the journal into the file takes the steps of the second kind.
 */
export const COMMIT_STEPS = [
  'locked',
  'loaded',
  'backedUp',
  'applied',
  'journalWritten',
  'journalSynced',
  'setAside',
  'exported',
  'tempCreated',
  'tempWritten',
  'tempSynced',
  'journalCreated',
  'renamed',
  'folderSynced',
  'settled',
  'released',
] as const;

export type CommitStep = (typeof COMMIT_STEPS)[number];

/** Called, and awaited, when a commit has finished the named step. */
export interface Hooks {
  at(step: CommitStep): void | Promise<void>;
}

export interface StoreOptions {
  /** Folder of the database; made when missing. */
  readonly folder: string;
  /** The bytes of sql.js's `sql-wasm.wasm`; asked for once for each process. */
  readonly wasm: () => Promise<Uint8Array>;
  readonly clock: Clock;
  readonly log: Log;
  /** How many daily backups are kept; 14 by default. */
  readonly backups?: number;
  /** Whether commits of other processes are noticed without being asked; true by default. */
  readonly watch?: boolean;
  /** How long a commit waits for other processes before it rejects with `storageBusy`, in ms; 20,000 by default. */
  readonly lockWaitMs?: number;
  /** After how many ms without a sign of life a lock's holder is taken for dead, at least 2,000; set by tests. */
  readonly lockStaleMs?: number;
  /**
   * From how many bytes on the file gets a journal beside it, so that a commit costs what it changes and not what the
   * whole file costs; 1 MiB by default.
   */
  readonly journalFrom?: number;
  /** From how many bytes on the journal is folded into the file; 256 KiB by default. */
  readonly foldFrom?: number;
  /** For how long nothing is committed before the journal is folded, in ms; 1,000 by default, 0 to do it at once. */
  readonly foldQuietMs?: number;
  /** Writes the file that a journal is folded into; by default on this thread. */
  readonly fold?: Fold;
  /** Checks large files; by default on this thread. */
  readonly check?: Check;
  readonly hooks?: Hooks;
  /** Replaces the file system in fault tests. */
  readonly disk?: Disk;
}
