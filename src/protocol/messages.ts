import * as v from 'valibot';

/*
 * Everything that crosses between the extension and the history view. Both sides parse what arrives with these
 * schemas and drop what does not fit; a message type without a handler does not compile.
 */

const text = v.string();
const instant = v.pipe(v.number(), v.finite());
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

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
  state: v.picklist(['local', 'pending', 'syncing', 'synced', 'failed', 'unknown', 'conflict']),
  /** The reason and what to do, for failed and conflict. */
  problem: v.nullable(text),
  lastSyncedAt: v.nullable(instant),
  /** Whether "sync this one" makes sense now. */
  canSync: v.boolean(),
});
export type RecordRow = v.InferOutput<typeof RecordRow>;

export const DayGroup = v.object({
  /** YYYY-MM-DD */
  day: text,
  /** Whole seconds of the finished records of the day, whether or not all are listed. */
  seconds: v.number(),
  records: v.array(RecordRow),
});
export type DayGroup = v.InferOutput<typeof DayGroup>;

export const ConnectionLine = v.object({
  state: v.picklist(['none', 'connected', 'signedOut']),
  /** For example `Mia Krystof at example.atlassian.net`. */
  label: text,
});

export const Snapshot = v.object({
  /** Rises with every snapshot; an older one that arrives late is dropped. */
  version: v.number(),
  /** BCP 47; how dates and times are written. */
  locale: text,
  /** IANA zone of this machine. */
  zone: text,
  running: v.nullable(RecordRow),
  /** Key the branch suggests, for the Clock in button. */
  branchKey: v.nullable(text),
  days: v.array(DayGroup),
  hasMore: v.boolean(),
  todaySeconds: v.number(),
  weekSeconds: v.number(),
  waiting: v.number(),
  connection: ConnectionLine,
  sync: v.nullable(v.object({ done: v.number(), total: v.number() })),
  /** Something the user must know about the database, or null. */
  notice: v.nullable(text),
  /** Texts of the view in the user's language, by key of protocol/texts.ts. */
  texts: v.record(v.string(), v.string()),
});
export type Snapshot = v.InferOutput<typeof Snapshot>;

/** Extension → view. */
export const ToView = v.variant('type', [
  v.object({ type: v.literal('snapshot'), snapshot: Snapshot }),
  /** What an action came to; read out by the live region. */
  v.object({ type: v.literal('said'), text, tone: v.picklist(['info', 'error']) }),
]);
export type ToView = v.InferOutput<typeof ToView>;

/** View → extension. */
export const FromView = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('clockIn') }),
  v.object({ type: v.literal('clockOut') }),
  v.object({ type: v.literal('syncAll') }),
  v.object({ type: v.literal('syncOne'), id }),
  v.object({ type: v.literal('openIssue'), id }),
  v.object({ type: v.literal('edit'), id }),
  v.object({ type: v.literal('remove'), id }),
  v.object({ type: v.literal('resolve'), id, keep: v.picklist(['mine', 'jira']) }),
  v.object({ type: v.literal('switchIssue') }),
  v.object({ type: v.literal('editNotes') }),
  v.object({ type: v.literal('connect') }),
  v.object({ type: v.literal('addRecord') }),
  v.object({ type: v.literal('loadMore') }),
]);
export type FromView = v.InferOutput<typeof FromView>;

/** Parses an incoming message; `undefined` when it is not one of `schema`. */
export function parseMessage<S extends v.GenericSchema>(schema: S, message: unknown): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, message);
  return result.success ? result.output : undefined;
}
