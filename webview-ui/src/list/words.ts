/* How a record is put into words. Pure. */
import type { RecordRow } from '../../../src/protocol/rows.ts';
import { type Context, spokenDuration } from '../context.ts';
import { clean, oneLine, secondsBetween } from '../format.ts';
import { stateWord } from '../parts/state.ts';

export interface RecordProps {
  readonly context: Context;
  readonly record: RecordRow;
}

/** Whole seconds. */
export function secondsOf({ record, context }: RecordProps): number {
  return secondsBetween(record.timeIn, record.timeOut ?? context.now);
}

export function timeRange({ record, context }: RecordProps): string {
  const { timeIn, timeOut, zone } = record;
  if (timeOut === null) return context.t('running', context.times.time(timeIn, zone));
  return context.times.range(timeIn, timeOut, zone);
}

export function notesOf(record: RecordRow): string | null {
  const notes = clean(record.notes.trim(), 2_000);
  return notes === '' ? null : notes;
}

export function summaryOf(record: RecordRow): string | null {
  const summary = record.summary === null ? '' : oneLine(clean(record.summary, 300));
  return summary === '' ? null : summary;
}

/** The problem in one line. */
export function reasonOf(record: RecordRow): string | null {
  const reason = record.problem === null ? '' : oneLine(clean(record.problem, 300));
  return reason === '' ? null : reason;
}

/** What a screen reader says on arriving at the row. */
export function spokenRecord(props: RecordProps & { readonly group: string; readonly unsaved: boolean }): string {
  const { record, context, group } = props;
  const parts = [
    record.issueKey === null ? context.t('noIssue') : clean(record.issueKey, 60),
    summaryOf(record) ?? notesOf(record)?.slice(0, 200) ?? null,
    timeRange(props),
    spokenDuration(context.t, secondsOf(props)),
    props.unsaved ? context.t('unsaved') : null,
    record.overlaps ? context.t('overlapsTitle') : null,
    stateWord(props),
    reasonOf(record),
    group === '' ? null : group,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

export function whereTooltip({ record, context }: RecordProps): string | null {
  const { t, snapshot } = context;
  const parts = [
    record.branch === null ? null : t('branch', clean(record.branch, 200)),
    record.zone === snapshot.zone ? null : t('zone', clean(record.zone, 60)),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join('\n');
}
