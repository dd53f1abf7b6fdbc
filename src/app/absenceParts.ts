import type { Absence } from '../core/absence.ts';
import { type AbsenceEntry, within, without } from '../core/absence.ts';
import type { RecordChange } from '../core/recordChanges.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader } from '../core/storePorts.ts';
import { CLOCK_SKEW } from '../core/timeRules.ts';

/** Records this far apart in splits and merges are no longer taken for one, which also ends a circle. */
const MAX_FAMILY = 500;
/** A shorter rest after time away is not worth a record, in ms. */
const MOMENT_MS = 60_000;
/** How often a record may have been split for its origin to be found. */
const MAX_DEPTH = 50;

/**
 * The records that now hold the time of an absence, oldest first: the one that ran then, what was split from it, and
 * what it was merged into.
 * @param now UTC ms
 */
export function partsOf(db: Reader, absence: AbsenceEntry, now: number): readonly TimeRecord[] {
  const overlapping = db
    .overlapping(absence.from, absence.to)
    .filter((record) => within(record, absence, now) !== undefined);
  if (overlapping.length === 0) return [];
  const family = familyOf(db, absence.recordId);
  return overlapping.filter(({ id }) => family.has(id));
}

/** Whether a record was measured by the timer, as opposed to typed in or sent by somebody. */
export function isTimed(db: Reader, record: TimeRecord): boolean {
  return record.timeOut === null || wasTimed(db, record.id, record.source, MAX_DEPTH);
}

/**
 * What of a stretch of a record no question was asked about yet. What was decided at a time that has not come yet, as
 * told by a clock that was set back since, says nothing about the time that passes now.
 * @param now UTC ms
 */
export function unasked(db: Reader, record: TimeRecord, stretch: Absence, now: number): readonly Absence[] {
  const asked = db
    .absences({ from: stretch.from, to: stretch.to })
    .filter(({ decision, askedAt }) => decision === null || askedAt <= now + CLOCK_SKEW)
    .filter(({ recordId }) => recordId === record.id || familyOf(db, recordId).has(record.id));
  return without(stretch, asked);
}

/**
 * Whether all that runs is the moment that the user took, back from time that was cut out of the record, to say so and
 * to clock out. It is no work, and the minimum of a worklog would make a minute or more of it.
 * @param now UTC ms
 */
export function isMoment(db: Reader, { timeIn }: TimeRecord, now: number): boolean {
  if (now - timeIn >= MOMENT_MS) return false;
  return db
    .absences({ decided: true, from: timeIn - 1, to: timeIn + 1 })
    .some(({ to, decision }) => to === timeIn && (decision?.kind === 'discard' || decision?.kind === 'move'));
}

function wasTimed(db: Reader, id: string, source: TimeRecord['source'], depth: number): boolean {
  if (source === 'timer') return true;
  if (source === 'manual' || depth === 0) return false;
  const made = db.changes({ recordId: id, limit: MAX_FAMILY }).find(({ before }) => before === null);
  if (made === undefined || made.after.timeOut === null) return made !== undefined;
  return source === 'split' && originsOf(db, made).some((origin) => wasTimedThen(db, origin, depth - 1));
}

function wasTimedThen(db: Reader, { recordId, before }: RecordChange, depth: number): boolean {
  const source = db.record(recordId, true)?.source;
  return before?.timeOut === null || (source !== undefined && wasTimed(db, recordId, source, depth));
}

/** What the record that a change made may have been split from. */
function originsOf(db: Reader, made: RecordChange): readonly RecordChange[] {
  return db.changes({ group: made.group }).filter(({ before }) => before !== null);
}

function familyOf(db: Reader, id: string): ReadonlySet<string> {
  const family = new Set([id]);
  const groups = new Set<number>();
  // A set hands out what is added to it meanwhile.
  for (const member of family) {
    for (const { group } of db.changes({ recordId: member, limit: MAX_FAMILY })) {
      if (groups.has(group)) continue;
      groups.add(group);
      for (const relative of relativesIn(db, group, family)) family.add(relative);
    }
    if (family.size > MAX_FAMILY) break;
  }
  return family;
}

/** What was split from a member, and what took over the time of one that was removed. */
function relativesIn(db: Reader, group: number, family: ReadonlySet<string>): readonly string[] {
  const rows = db.changes({ group, limit: MAX_FAMILY });
  const losesOne = rows.some(({ recordId, after }) => family.has(recordId) && after.removed);
  return rows
    .filter(({ recordId }) => !family.has(recordId))
    .filter(({ recordId, before, after }) =>
      before === null ? db.record(recordId, true)?.source === 'split' : losesOne && !after.removed,
    )
    .map(({ recordId }) => recordId);
}
