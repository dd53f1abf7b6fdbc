import type { CommitStep, StoreOptions } from '../../../src/store/store.ts';
import type { BackupStep } from './backupSteps.ts';

/** What a process of a proof is to do. */
export interface Job {
  readonly folder: string;
  /** Its changes are called `<name>-0`, `<name>-1` and so on. */
  readonly name: string;
  /** How many changes at most. */
  readonly changes: number;
  /** The file that says until when, in UTC ms; it begins when that is there. */
  readonly untilFile?: string;
  /** A named lock that it makes its changes under, and then keeps for good. */
  readonly lease?: string;
  /** The file that it adds a line to for each change that was acknowledged, before it goes on. */
  readonly acknowledged: string;
  readonly limits: Pick<StoreOptions, 'journalFrom' | 'foldFrom' | 'foldQuietMs' | 'lockStaleMs'>;
  /** Whether it folds the journal on a thread of its own, as the extension does. */
  readonly onThread?: boolean;
  /** The step at which it kills itself, when it gets there for the given time. */
  readonly die?: { readonly step: CommitStep | BackupStep; readonly times: number };
  /** How long each access to the disk takes longer, in ms, on average. */
  readonly slowMs: number;
}
