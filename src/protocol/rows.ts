import * as v from 'valibot';

const text = v.string();
const instant = v.pipe(v.number(), v.finite());
const LONGEST_ID = 100;
/** Id of a record. */
export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_ID));

/** Whether `id` takes it. */
export function isId(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID;
}

/** A time record as the history shows it. */
export const RecordRow = v.object({
  id,
  /** UTC ms */
  timeIn: instant,
  /** UTC ms; null while running */
  timeOut: v.nullable(instant),
  zone: text,
  /** YYYY-MM-DD in the record's zone */
  day: text,
  notes: text,
  externalLink: v.nullable(text),
  branch: v.nullable(text),
  issueKey: v.nullable(text),
  summary: v.nullable(text),
  issueStatus: v.nullable(text),
  statusCategory: v.nullable(v.picklist(['new', 'indeterminate', 'done', 'undefined'])),
  /** Whether there is a page in Jira to open for this record's issue. */
  hasIssueUrl: v.boolean(),
  state: v.picklist(['local', 'pending', 'queued', 'syncing', 'synced', 'failed', 'unknown', 'conflict']),
  /** The reason and what to do, for failed and conflict. */
  problem: v.nullable(text),
  lastSyncedAt: v.nullable(instant),
  /** Whether "sync this one" makes sense now. */
  canSync: v.boolean(),
  /** Whether there is a worklog of it in Jira, as far as is known. */
  hasWorklog: v.boolean(),
  /** Whether another record counts a part of its time. */
  overlaps: v.boolean(),
});
export type RecordRow = v.InferOutput<typeof RecordRow>;
