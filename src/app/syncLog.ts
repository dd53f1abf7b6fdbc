import type { SyncAttempt, TimeRecord } from '../core/records.ts';
import type { AttemptFilter, Store } from '../core/storePorts.ts';
import { syncStateOf } from '../core/syncState.ts';

/** An attempt with what has become of its record. */
export interface LoggedAttempt {
  readonly attempt: SyncAttempt;
  /** `undefined` when the record was removed. */
  readonly record: TimeRecord | undefined;
  /** It did not succeed, and a sync would have something to do for its record now. */
  readonly canRetry: boolean;
}

export interface LogPage {
  /** How many attempts the filter lets through. */
  readonly total: number;
  /** Newest first. */
  readonly attempts: readonly LoggedAttempt[];
}

const DUE: ReadonlySet<string> = new Set(['pending', 'failed', 'unknown']);

/** The sync log by pages. */
export class SyncLog {
  constructor(private readonly deps: { readonly store: Pick<Store, 'read'> }) {}

  /** Rejects with a `storage*` reason. @param page the first is 0 */
  page(filter: AttemptFilter, page: number, size: number): Promise<LogPage> {
    return this.deps.store.read((db) => ({
      total: db.countAttempts(filter),
      attempts: db.attempts({ ...filter, limit: size, offset: page * size }).map((attempt) => {
        const record = db.record(attempt.recordId);
        return { attempt, record, canRetry: canRetry(attempt, record) };
      }),
    }));
  }
}

function canRetry({ status }: SyncAttempt, record: TimeRecord | undefined): boolean {
  if (record === undefined || record.timeOut === null) return false;
  return (status === 'failed' || status === 'unknown') && DUE.has(syncStateOf(record));
}
