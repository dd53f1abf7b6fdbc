import { l10n } from 'vscode';
import type { Span } from '../core/days.ts';
import type { TimeRecord } from '../core/records.ts';
import { formatClock } from './format.ts';

/** Records that count a part of a stretch (UTC ms). */
export type OverlapsOf = (span: Span) => Promise<readonly TimeRecord[]>;

/** Which records a stretch overlaps, in a few words; `undefined` when it overlaps none. */
export function overlapText(records: readonly TimeRecord[]): string | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  return records.length === 1
    ? l10n.t('Overlaps {0}', recordText(first))
    : l10n.t('Overlaps {0}, and {1} more', recordText(first), records.length - 1);
}

/** `PROJ-12, 9:00–10:30` */
export function recordText({ issueKey, timeIn, timeOut, zone }: TimeRecord): string {
  const end = timeOut === null ? l10n.t('running') : formatClock(timeOut, zone);
  return `${issueKey ?? l10n.t('no issue')}, ${formatClock(timeIn, zone)}–${end}`;
}
