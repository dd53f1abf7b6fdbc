import { dayOf, isZone } from '../days.ts';
import type { Worklog } from '../jiraPorts.ts';
import type { SyncAttempt, TimeRecord, WorklogContent } from '../records.ts';
import { wantsWorklog } from '../syncState.ts';

/** What one due record would do in Jira, as it is shown before anything is sent. */
export interface PreviewLine {
  readonly recordId: string;
  /** `tooShort`: Jira takes no worklogs under a minute; with a worklog that Jira has, it is `delete`. */
  readonly does: 'create' | 'update' | 'delete' | 'tooShort';
  readonly issueKey: string;
  /** As last seen in Jira. */
  readonly summary: string | null;
  /** UTC ms. */
  readonly timeIn: number;
  /** UTC ms. */
  readonly timeOut: number;
  /** IANA zone the record's times are shown in. */
  readonly zone: string;
  /** YYYY-MM-DD in that zone. */
  readonly day: string;
  /** The day Jira will show, when it is another one. */
  readonly otherDayInJira: string | null;
  /** The duration that is sent. */
  readonly seconds: number;
  /** The real one; may have fractions. */
  readonly realSeconds: number;
  /** Stretches the user has on that issue in Jira already that overlap this one; UTC ms, earliest first. */
  readonly duplicates: readonly { readonly from: number; readonly to: number }[];
}

interface LineInput {
  readonly record: TimeRecord;
  readonly summary: string | null;
  /** `undefined` when there is nothing to send. */
  readonly content: WorklogContent | undefined;
  /** Zone of the Jira profile; Jira shows days in it. */
  readonly profileZone: string | null;
  /** For a record whose zone this machine does not know. */
  readonly fallbackZone: string;
  /** The user's own worklogs on that issue that no record here owns. */
  readonly unowned: readonly Worklog[];
}

/** Throws nothing; a record that still runs counts as having no length. */
export function previewLine({ record, content, ...about }: LineInput): PreviewLine {
  const zone = isZone(record.zone) ? record.zone : about.fallbackZone;
  const timeOut = record.timeOut ?? record.timeIn;
  const day = dayOf(record.timeIn, zone);
  const jiraDay = dayIn(about.profileZone, content?.startedMs ?? record.timeIn) ?? day;
  const does = doingOf(record, content);
  return {
    recordId: record.id,
    does,
    issueKey: (does === 'delete' ? record.worklog?.issueKey : undefined) ?? record.issueKey ?? '',
    summary: about.summary,
    timeIn: record.timeIn,
    timeOut,
    zone,
    day,
    otherDayInJira: jiraDay === day ? null : jiraDay,
    seconds: content?.seconds ?? 0,
    realSeconds: (timeOut - record.timeIn) / 1_000,
    duplicates: does === 'create' ? duplicatesOf(record, timeOut, about.unowned) : [],
  };
}

/** Whether the user would rather not have this sent without a look. */
export function isDoubtful({ does, duplicates }: PreviewLine): boolean {
  return does === 'tooShort' || duplicates.length > 0;
}

/** Whether nothing of these attempts, all of one day, has written a worklog or tried to. */
export function isFirstPush(attempts: readonly Pick<SyncAttempt, 'action'>[]): boolean {
  return !attempts.some(({ action }) => action === 'create' || action === 'update');
}

/** Whether worklogs that overlap this record may be its doubles; one whose reply was lost may be there itself. */
export function mayHaveDuplicates(record: TimeRecord): boolean {
  return wantsWorklog(record) && record.worklog === null && record.attempt === 'none' && !record.lookFirst;
}

function doingOf(record: TimeRecord, content: WorklogContent | undefined): PreviewLine['does'] {
  if (!wantsWorklog(record)) return 'delete';
  if (content === undefined) return record.worklog === null ? 'tooShort' : 'delete';
  return record.worklog === null ? 'create' : 'update';
}

function duplicatesOf(record: TimeRecord, timeOut: number, worklogs: readonly Worklog[]): PreviewLine['duplicates'] {
  if (!mayHaveDuplicates(record)) return [];
  return worklogs
    .map(({ startedMs, seconds }) => ({ from: startedMs, to: startedMs + seconds * 1_000 }))
    .filter(({ from, to }) => from < timeOut && to > record.timeIn)
    .sort((a, b) => a.from - b.from);
}

function dayIn(zone: string | null, instantMs: number): string | undefined {
  return zone !== null && isZone(zone) ? dayOf(instantMs, zone) : undefined;
}
