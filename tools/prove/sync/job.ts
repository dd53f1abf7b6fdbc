import type { CommitStep, StoreOptions } from '../../../src/store/store.ts';

/** Where a process kills itself, at the given time that it gets there. */
export type Death =
  | { readonly at: 'commit'; readonly step: CommitStep; readonly nth: number }
  /** Before a write leaves, `afterMs` after it left, or once its answer is there and nothing is written down. */
  | { readonly at: 'leaving' | 'answered'; readonly nth: number }
  | { readonly at: 'flying'; readonly nth: number; readonly afterMs: number };

/** What a process is to do: push everything that is due, so many times. */
export interface Job {
  readonly folder: string;
  readonly token: string;
  readonly pushes: number;
  readonly timeoutMs: number;
  readonly limits: Pick<StoreOptions, 'journalFrom' | 'foldFrom' | 'foldQuietMs' | 'lockStaleMs'>;
  readonly seed: number;
  /** How far its clock is ahead, in ms. */
  readonly ahead: number;
  readonly death?: Death;
}
