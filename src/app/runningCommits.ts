import { asTimecardError } from '../core/errors.ts';
import type { CommitSource, Log } from '../core/ports.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';

export interface CommitDeps {
  readonly store: Pick<Store, 'read'>;
  /** Where the commits of a record that ends come from; without it records have none. */
  readonly commits?: CommitSource;
  readonly log?: Pick<Log, 'warn'>;
}

/** A record with the commits made while it ran; any other one than the running record stays as it is. */
export type WithCommits = (record: TimeRecord) => TimeRecord;

/**
 * What was committed while the running record ran, read before the commit that ends or divides it. That neither fails
 * nor waits long for this.
 * @param until UTC ms
 */
export async function commitsOfRunning({ commits, store, log }: CommitDeps, until: number): Promise<WithCommits> {
  if (commits === undefined) return unchanged;
  try {
    const running = await store.read((db) => db.running());
    if (running === undefined || running.branch === null || running.timeIn >= until) return unchanged;
    const notes = await commits.between(running.branch, running.timeIn, until);
    return (record) => (record.id === running.id ? { ...record, commits: notes } : record);
  } catch (error) {
    log?.warn(`The commits of the running record could not be read: ${asTimecardError(error).message}`);
    return unchanged;
  }
}

function unchanged(record: TimeRecord): TimeRecord {
  return record;
}
