import { invalid } from './errors.ts';
import { newRecord } from './newRecord.ts';
import { partsByDay, splitRecord } from './recordEdits.ts';
import type { TimeRecord } from './records.ts';

/** A stretch in which nobody was seen at the machine while a record ran; UTC ms. */
export interface Absence {
  /** When somebody was last seen. */
  readonly from: number;
  /** When somebody came back, or the record ended if that was earlier. */
  readonly to: number;
}

/**
 * What becomes of an absence: it stays in the record; it is cut out and the work goes on; the work ended with its
 * beginning, or at a moment (UTC ms) within it; or it was work on another issue.
 */
export type AbsenceChoice =
  | { readonly kind: 'keep' }
  | { readonly kind: 'discard' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'stopAt'; readonly at: number }
  /** Upper-case key; `null` for work without an issue. */
  | { readonly kind: 'move'; readonly issueKey: string | null };

/** An absence as it is kept: the raw stretch, and what was decided about it. Instants are UTC ms. */
export interface AbsenceEntry extends Absence {
  readonly id: string;
  /** The record that ran then; splitting and merging may have spread its time over others. */
  readonly recordId: string;
  /** The editor ended without closing properly meanwhile. */
  readonly crashed: boolean;
  readonly askedAt: number;
  /** `null` until the user decides, and again when the decision's change is undone. */
  readonly decision: AbsenceChoice | null;
  readonly decidedAt: number | null;
  /** The journal's group of the change that the decision made; `null` when it changed nothing. */
  readonly changeGroup: number | null;
}

export interface AbsenceStamp {
  /** New ids; the same for the same number within one commit. */
  readonly id: (index: number) => string;
  /** UTC ms */
  readonly now: number;
  /** What ends a running record across local midnight becomes several records. */
  readonly splitAtMidnight: boolean;
}

/** What a choice does to the records: `changed` exist already, `added` are new. At most one of them runs. */
export interface AbsenceOutcome {
  readonly changed: readonly TimeRecord[];
  readonly added: readonly TimeRecord[];
}

/**
 * The part of a record that lies between two signs of life, when that is long enough to ask about.
 * @param limitMs the idle limit; 0 never asks
 */
export function absenceOf(
  record: Pick<TimeRecord, 'timeIn' | 'timeOut'>,
  lastSeen: number,
  now: number,
  limitMs: number,
): Absence | undefined {
  // A clock that was set back says nothing about absence, and one that was set forward is asked about like a sleep.
  const absence = within(record, { from: lastSeen, to: now }, now);
  return absence !== undefined && limitMs > 0 && absence.to - absence.from >= limitMs ? absence : undefined;
}

/** What of an absence lies within a record that goes on until its end, or until `now` (UTC ms) when it runs. */
export function within(
  record: Pick<TimeRecord, 'timeIn' | 'timeOut'>,
  { from, to }: Absence,
  now: number,
): Absence | undefined {
  const inside = { from: Math.max(from, record.timeIn), to: Math.min(to, record.timeOut ?? now) };
  return inside.from < inside.to ? inside : undefined;
}

/** What is left of a stretch without the others, in order. */
export function without(stretch: Absence, others: readonly Absence[]): readonly Absence[] {
  const left: Absence[] = [];
  let { from } = stretch;
  for (const other of others.toSorted((a, b) => a.from - b.from)) {
    if (other.from > from) left.push({ from, to: Math.min(other.from, stretch.to) });
    from = Math.max(from, other.to);
  }
  return [...left, { from, to: stretch.to }].filter((one) => one.from < one.to);
}

/**
 * Carries a choice out on one record, running or finished. What of the absence does not lie within the record is not
 * its business; without any, nothing happens. Only what was discarded, or comes after the end that was chosen, is lost.
 * Throws `invalid` for an end that does not lie within the absence.
 */
export function resolveAbsence(
  record: TimeRecord,
  absence: Absence,
  choice: AbsenceChoice,
  stamp: AbsenceStamp,
): AbsenceOutcome {
  if (choice.kind === 'stopAt') checkEnd(absence, choice.at);
  const away = within(record, absence, stamp.now);
  if (away === undefined) return NOTHING;
  const cut: Cut = { record, away, ids: counted(stamp.id), stamp };
  switch (choice.kind) {
    case 'keep':
      return NOTHING;
    case 'discard':
      return withoutAway(cut, []);
    case 'stop':
      return endedAt(cut, away.from);
    case 'stopAt':
      return endedAt(cut, choice.at);
    case 'move':
      return moved(cut, choice.issueKey);
  }
}

/** Throws `invalid` unless a chosen end (UTC ms) lies within the absence. */
export function checkEnd({ from, to }: Absence, at: number): void {
  if (!Number.isInteger(at) || at < from || at > to)
    throw invalid('at', 'The end must lie within the time away. Choose a time from its start to its end.');
}

const NOTHING: AbsenceOutcome = { changed: [], added: [] };

interface Cut {
  readonly record: TimeRecord;
  /** Within the record. */
  readonly away: Absence;
  readonly ids: () => string;
  readonly stamp: AbsenceStamp;
}

function counted(id: AbsenceStamp['id']): () => string {
  let next = 0;
  return () => {
    next += 1;
    return id(next - 1);
  };
}

/** The record keeps what came before; what comes after goes on in a new one, unless nothing came before. */
function withoutAway(cut: Cut, instead: readonly TimeRecord[]): AbsenceOutcome {
  const { record, away, stamp } = cut;
  const { now } = stamp;
  const goesOn = record.timeOut === null || away.to < record.timeOut;
  if (away.from > record.timeIn) {
    const ended = endedAt(cut, away.from);
    return { changed: ended.changed, added: [...ended.added, ...instead, ...(goesOn ? [rest(cut)] : [])] };
  }
  if (!goesOn) return { changed: [removed(cut)], added: instead };
  const commits = record.commits.filter(({ at }) => at >= away.to);
  return { changed: [{ ...record, timeIn: away.to, commits, problem: null, updatedAt: now }], added: instead };
}

function moved(cut: Cut, issueKey: string | null): AbsenceOutcome {
  const { record, away, ids, stamp } = cut;
  const { now } = stamp;
  if (away.from <= record.timeIn && record.timeOut !== null && away.to >= record.timeOut)
    return { changed: [{ ...record, issueKey, connectionId: null, problem: null, updatedAt: now }], added: [] };
  const elsewhere = newRecord({
    ...{ id: ids(), timeIn: away.from, timeOut: away.to, zone: record.zone, now },
    ...{ issueKey, notes: '', source: 'timer' },
  });
  return withoutAway(cut, byDay({ ...elsewhere, intent: record.intent }, away.to, cut));
}

/** The record ended at a moment (UTC ms) before its end; one that ends before it begins is removed. */
function endedAt(cut: Cut, at: number): AbsenceOutcome {
  const { record, stamp } = cut;
  if (record.timeOut !== null && at >= record.timeOut) return NOTHING;
  if (at <= record.timeIn) return { changed: [removed(cut)], added: [] };
  const [first, ...others] = byDay({ ...record, problem: null, updatedAt: stamp.now }, at, cut);
  return { changed: first === undefined ? [] : [first], added: others };
}

/** What ends a running record falls into days when that is wanted; a finished one stays as the user has left it. */
function byDay(record: TimeRecord, timeOut: number, { record: whole, ids, stamp }: Cut): readonly TimeRecord[] {
  const ended = { ...record, timeOut };
  if (stamp.splitAtMidnight && whole.timeOut === null) return partsByDay(ended, ids);
  return [{ ...ended, commits: record.commits.filter(({ at }) => at < timeOut) }];
}

/** What comes after the absence, new to Jira. */
function rest({ record, away, ids, stamp }: Cut): TimeRecord {
  // Somebody may have come back at this very moment.
  const [, after] = splitRecord(record, away.to, { id: ids(), now: Math.max(stamp.now, away.to + 1) });
  return { ...after, createdAt: stamp.now, updatedAt: stamp.now };
}

function removed({ record, away, stamp: { now } }: Cut): TimeRecord {
  const timeOut = record.timeOut ?? away.to;
  return { ...record, timeOut, intent: 'absent', problem: null, deletedAt: now, updatedAt: now };
}
