import { TimecardError } from '../../core/errors.ts';
import type { Rounding, Settings } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import { carriedSeconds } from '../../core/roundingCarry.ts';
import type { Reader, Store } from '../../core/storePorts.ts';
import { basisOf } from '../../core/syncState.ts';
import { worklogContent } from '../../core/worklogContent.ts';
import { unresolved } from './settle.ts';
import type { WorklogWish } from './worklogWriter.ts';

/** Longer than any record, and than any two zones' days are apart. */
const NEARBY_MS = 2 * 86_400_000;

export interface WishDeps {
  readonly store: Pick<Store, 'read'>;
  readonly settings: Settings;
  /** Seconds of the worklogs being sent now, by record id; what is decided here is added. */
  readonly underWay?: Map<string, number>;
}

/** The record comes to less than the minute that Jira asks for, so that Jira is to hold no worklog of it. */
export class NoWorklog extends TimecardError {}

/**
 * What a record's worklog is to say, the same for the preview and for what is sent. Rejects with `NoWorklog` when the
 * record runs or comes to less than the minute that Jira asks for.
 */
export async function wishOf(record: TimeRecord, deps: WishDeps): Promise<WorklogWish> {
  const { settings } = deps;
  const rounding = settings.rounding();
  const carries = settings.roundingCarry();
  const basis = basisOf(record);
  const seconds = carries && basis !== undefined ? await carried(record, rounding, deps) : undefined;
  const content = worklogContent(record, rounding, settings.commentTemplate(), seconds);
  if (basis !== undefined && content !== undefined) return { basis, content };
  throw carries ? leftToOthers() : tooShort();
}

/** Decided and noted in one breath, so that two records sent at the same time know of each other. */
function carried(record: TimeRecord, rounding: Rounding, { store, underWay }: WishDeps): Promise<number> {
  return store.read((db) => {
    const others = db.overlapping(record.timeIn - NEARBY_MS, record.timeIn + NEARBY_MS);
    const given = new Map([...inDoubt(db, others), ...(underWay ?? [])]);
    const seconds = carriedSeconds(record, others, rounding, given);
    underWay?.set(record.id, seconds);
    return seconds;
  });
}

/** What was sent for records whose reply was lost: it counts as being there. */
function inDoubt(db: Reader, records: readonly TimeRecord[]): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const { id, attempt, timeIn, timeOut } of records) {
    const sent = attempt === 'none' ? undefined : unresolved(db, id).at(-1)?.sent;
    if (sent && sent.basis.timeIn === timeIn && sent.basis.timeOut === timeOut) seconds.set(id, sent.seconds);
  }
  return seconds;
}

function tooShort(): NoWorklog {
  return noWorklog('Jira takes no worklogs under a minute. Set a minimum in the rounding settings or edit the record.');
}

function leftToOthers(): NoWorklog {
  return noWorklog(
    'After rounding, less than a minute is left for this record, and Jira takes no worklogs under a minute. Its time is carried over to the other worklogs of the day.',
  );
}

function noWorklog(problem: string): NoWorklog {
  return new NoWorklog('invalid', `timeOut: ${problem}`);
}
