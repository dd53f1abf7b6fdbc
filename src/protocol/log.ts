import * as v from 'valibot';
import { request } from './edits.ts';
import { id } from './rows.ts';

const dayOrNone = v.pipe(v.string(), v.regex(/^(\d{4}-\d\d-\d\d)?$/));

/** Which attempts the sync log shows. Empty texts choose nothing. */
export const LogChoice = v.object({
  /** YYYY-MM-DD in the user's zone, both days included. */
  from: dayOrNone,
  to: dayOrNone,
  status: v.picklist(['all', 'success', 'failed', 'unknown', 'pending']),
  issueKey: v.pipe(v.string(), v.maxLength(300)),
  recordId: v.pipe(v.string(), v.maxLength(100)),
});
export type LogChoice = v.InferOutput<typeof LogChoice>;

export const PAGE_SIZES = [50, 100, 200, 500] as const;

export const WHOLE_LOG: LogChoice = { from: '', to: '', status: 'all', issueKey: '', recordId: '' };

/** One request of the sync log. */
export const AttemptRow = v.object({
  id: v.number(),
  recordId: v.string(),
  issueKey: v.string(),
  action: v.picklist(['create', 'update', 'delete', 'adopt']),
  status: v.picklist(['pending', 'success', 'failed', 'unknown']),
  worklogId: v.nullable(v.string()),
  /** UTC ms */
  startedAt: v.number(),
  /** How long it took; `null` while that is not known. */
  ms: v.nullable(v.number()),
  httpStatus: v.nullable(v.number()),
  /** The whole error. */
  error: v.nullable(v.string()),
  /** What the record is, for example its notes or length; `null` when it was removed. */
  record: v.nullable(v.string()),
  /** Whether syncing its record again makes sense. */
  canRetry: v.boolean(),
});
export type AttemptRow = v.InferOutput<typeof AttemptRow>;

/** View → extension. */
export const LOG_REQUESTS = [
  v.object({
    type: v.literal('log'),
    request,
    choice: LogChoice,
    /** The first is 0. */
    page: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000)),
    size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
    /** Answer again whenever the log has changed, until another one is watched or `leaveLog` comes. */
    watch: v.optional(v.boolean()),
  }),
  /** The sync log is not on the screen any more. */
  v.object({ type: v.literal('leaveLog') }),
  v.object({ type: v.literal('exportLog'), choice: LogChoice }),
] as const;

/** Extension → view. */
export const LOG_ANSWERS = [
  /** Answers `log`, and comes again for one that watches. */
  v.object({ type: v.literal('logged'), request, total: v.number(), rows: v.array(AttemptRow) }),
  /** Somebody asked for this tab; with a record for the attempts of that record alone. */
  v.object({ type: v.literal('showTab'), tab: v.picklist(['records', 'log']), recordId: v.optional(id) }),
] as const;
