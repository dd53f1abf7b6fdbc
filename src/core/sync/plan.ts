import type { TimeRecord, WorklogSnapshot } from '../records.ts';
import { needsSync, wantsWorklog } from '../syncState.ts';

/** Where a worklog is or should be. */
export interface Place {
  readonly connectionId: string;
  readonly issueId: string;
  readonly issueKey: string;
}

/** The next thing to do in Jira for one record. A move creates first; the old worklog is deleted afterwards. */
export type SyncPlan =
  | { readonly do: 'nothing' }
  | { readonly do: 'create'; readonly place: Place }
  | { readonly do: 'update'; readonly place: Place; readonly worklog: WorklogSnapshot }
  | { readonly do: 'move'; readonly place: Place; readonly worklog: WorklogSnapshot }
  | { readonly do: 'delete'; readonly worklog: WorklogSnapshot };

/** Whether a plan for this record needs to know which issue its key means today. */
export function needsPlace(record: TimeRecord): boolean {
  return needsSync(record) && wantsWorklog(record);
}

/**
 * Decides from the record and its last agreed worklog alone.
 * @param place where the record's issue is; must be given when `needsPlace`.
 */
export function planSync(record: TimeRecord, place: Place | undefined): SyncPlan {
  if (!needsSync(record)) return { do: 'nothing' };
  const { worklog } = record;
  if (!wantsWorklog(record)) return worklog === null ? { do: 'nothing' } : { do: 'delete', worklog };
  if (place === undefined) return { do: 'nothing' };
  if (worklog === null) return { do: 'create', place };
  const samePlace = worklog.connectionId === place.connectionId && worklog.issueId === place.issueId;
  return samePlace ? { do: 'update', place, worklog } : { do: 'move', place, worklog };
}
