import type { Reason } from '../../core/errors.ts';
import type { Breathe, Clock, Log, NewId, Random, Settings, Sleep } from '../../core/ports.ts';
import type { Store } from '../../core/storePorts.ts';
import type { Connections } from '../connections.ts';

export interface SyncDeps {
  readonly store: Store;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly breathe: Breathe;
  readonly random: Random;
  readonly settings: Settings;
  readonly newId: NewId;
  readonly log: Log;
}

export interface SyncProgress {
  readonly done: number;
  readonly total: number;
  /** Records of this sync that have not ended yet. */
  readonly recordIds: Pick<ReadonlySet<string>, 'has'>;
}

export interface SyncFailure {
  readonly recordId: string;
  readonly reason: Reason;
  readonly message: string;
}

export interface SyncSummary {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly errors: readonly SyncFailure[];
  /** The user stopped it; what was not begun counts neither as succeeded nor as failed. */
  readonly cancelled: boolean;
}

/** A sync that put worklogs into Jira. */
export interface SyncBatch {
  readonly id: string;
  /** When its first worklog was made, UTC ms. */
  readonly at: number;
  /** Records whose worklogs it made and that still have them. */
  readonly recordIds: readonly string[];
}

export interface UndoSummary {
  /** Worklogs taken out of Jira. */
  readonly deleted: number;
  /** Worklogs left there, and why: somebody changed them since, or Jira refused. */
  readonly left: readonly SyncFailure[];
}
