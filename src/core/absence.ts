import { splitAtMidnights } from './days.ts';
import { invalid } from './errors.ts';
import { newRecord } from './newRecord.ts';
import type { TimeRecord } from './records.ts';

/** A stretch in which nobody was seen at the machine while a record ran; UTC ms. */
export interface Absence {
  /** When somebody was last seen. */
  readonly from: number;
  /** When somebody came back. */
  readonly to: number;
}

/**
 * What becomes of an absence: it stays in the record; it is cut out and the work goes on; the work ended with it; or
 * it was work on another issue, after which the work goes on.
 */
export type AbsenceChoice =
  | { readonly kind: 'keep' }
  | { readonly kind: 'discard' }
  | { readonly kind: 'stop' }
  /** Upper-case key; `null` for work without an issue. */
  | { readonly kind: 'move'; readonly issueKey: string | null };

export interface AbsenceStamp {
  /** New ids; the same for the same number within one commit. */
  readonly id: (index: number) => string;
  /** UTC ms */
  readonly now: number;
  /** Parts that cross local midnight become several records. */
  readonly splitAtMidnight: boolean;
}

/** What a choice does to the records: `changed` exist already, `added` are new. At most one of them runs. */
export interface AbsenceOutcome {
  readonly changed: readonly TimeRecord[];
  readonly added: readonly TimeRecord[];
}

/**
 * Whether a gap between two signs of life is an absence to ask about.
 * @param limitMs the idle limit; 0 never asks
 */
export function absenceOf(
  running: Pick<TimeRecord, 'timeIn'>,
  lastSeen: number,
  now: number,
  limitMs: number,
): Absence | undefined {
  const from = Math.max(lastSeen, running.timeIn);
  // A clock that was set back says nothing about absence, and one that was set forward is asked about like a sleep.
  return limitMs > 0 && now - from >= limitMs ? { from, to: now } : undefined;
}

/** Carries a choice out on the running record. Throws `invalid` when the absence does not lie within it. */
export function resolveAbsence(
  running: TimeRecord,
  absence: Absence,
  choice: AbsenceChoice,
  stamp: AbsenceStamp,
): AbsenceOutcome {
  if (running.timeOut !== null) throw invalid('id', 'This record no longer runs.');
  const { from, to } = absence;
  if (from < running.timeIn || to <= from || to > stamp.now)
    throw invalid('absence', 'This stretch does not lie within the running record.');
  if (choice.kind === 'keep') return { changed: [], added: [] };
  return from === running.timeIn ? wholeStart(running, absence, choice, stamp) : cut(running, absence, choice, stamp);
}

type Change = Exclude<AbsenceChoice, { readonly kind: 'keep' }>;

/** Nobody was seen since the record began: there is no part before the absence. */
function wholeStart(running: TimeRecord, { from, to }: Absence, choice: Change, stamp: AbsenceStamp): AbsenceOutcome {
  const { now } = stamp;
  if (choice.kind === 'discard') return { changed: [{ ...running, timeIn: to, updatedAt: now }], added: [] };
  if (choice.kind === 'stop')
    return { changed: [{ ...running, timeOut: to, intent: 'absent', deletedAt: now, updatedAt: now }], added: [] };
  const away = finished({ ...running, issueKey: choice.issueKey, connectionId: null, timeIn: from }, to, stamp, 1);
  return { changed: away.slice(0, 1), added: [...away.slice(1), goingOn(running, to, stamp)] };
}

function cut(running: TimeRecord, { from, to }: Absence, choice: Change, stamp: AbsenceStamp): AbsenceOutcome {
  const before = finished(running, from, stamp, 100);
  const changed = before.slice(0, 1);
  const rest = before.slice(1);
  if (choice.kind === 'stop') return { changed, added: rest };
  if (choice.kind === 'discard') return { changed, added: [...rest, goingOn(running, to, stamp)] };
  const elsewhere = newRecord({
    ...{ id: stamp.id(1), timeIn: from, timeOut: null, zone: running.zone, now: stamp.now },
    ...{ issueKey: choice.issueKey, notes: '', source: 'timer' },
  });
  return { changed, added: [...rest, ...finished(elsewhere, to, stamp, 200), goingOn(running, to, stamp)] };
}

/** The record ended at `timeOut`, in parts when it crosses midnight and that is wanted. */
function finished(record: TimeRecord, timeOut: number, stamp: AbsenceStamp, firstId: number): readonly TimeRecord[] {
  const whole: TimeRecord = { ...record, timeOut, problem: null, updatedAt: stamp.now };
  if (!stamp.splitAtMidnight) return [whole];
  return splitAtMidnights(record.timeIn, timeOut, record.zone).map((part, index) =>
    index === 0 ? { ...whole, ...part } : { ...whole, ...part, id: stamp.id(firstId + index), source: 'split' },
  );
}

function goingOn({ zone, issueKey, notes, branch, connectionId }: TimeRecord, timeIn: number, stamp: AbsenceStamp) {
  const { now } = stamp;
  const source = 'timer';
  return newRecord({
    id: stamp.id(0),
    timeIn,
    timeOut: null,
    zone,
    now,
    issueKey,
    notes,
    branch,
    connectionId,
    source,
  });
}
