import { type KeyProposal, proposeKey } from '../core/backfill.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';
import type { Records } from './records.ts';

/** How many of the newest records are looked through. */
const SCANNED = 20_000;

export interface Proposed extends KeyProposal {
  readonly record: TimeRecord;
}

/** Issue keys for records that were made without one: proposals first, changes only for those the user confirms. */
export class Backfill {
  constructor(
    private readonly store: Store,
    private readonly records: Pick<Records, 'updateMany'>,
  ) {}

  /** Finished records without an issue for which one was found, newest first. */
  proposals(): Promise<readonly Proposed[]> {
    return this.store.read((db) => {
      const active = db.connections().filter(({ isActive }) => isActive);
      const known = {
        sites: active,
        projectKeys: active.flatMap(({ projectKeys }) => projectKeys),
      };
      return db.records({ limit: SCANNED }).flatMap((record) => {
        const proposal = record.timeOut === null ? undefined : proposeKey(record, known);
        return proposal === undefined ? [] : [{ ...proposal, record }];
      });
    });
  }

  /**
   * Takes the confirmed proposals over, in one commit; a record that got an issue meanwhile keeps it, and one that was
   * removed stays so. Resolves with how many were changed.
   */
  apply(confirmed: readonly KeyProposal[]): Promise<number> {
    const patches = confirmed.map(({ recordId, issueKey, connectionId }) => {
      return [recordId, connectionId === undefined ? { issueKey } : { issueKey, connectionId }] as const;
    });
    return this.records.updateMany(new Map(patches), ({ issueKey }) => issueKey === null);
  }
}
