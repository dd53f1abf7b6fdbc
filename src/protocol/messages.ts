import * as v from 'valibot';
import { EDIT_ANSWERS, EDIT_REQUESTS, request } from './edits.ts';
import { ListUpdate, Look, Slice } from './list.ts';
import { LOG_ANSWERS, LOG_REQUESTS } from './log.ts';
import { id, RecordRow } from './rows.ts';
import { WaitingOf } from './waiting.ts';

export { RecordRow };

/*
 * Everything that crosses between the extension and the history view. Both sides parse what arrives with these
 * schemas and drop what does not fit; a message type without a handler does not compile.
 */

const text = v.string();
const slices = v.pipe(v.array(Slice), v.maxLength(50_000));

export const ConnectionLine = v.object({
  /** `offline`: no way to the site at the last try; `problem`: it answered, but not as it should. */
  state: v.picklist(['none', 'connected', 'signedOut', 'offline', 'problem']),
  /** For example `Mia Krystof at example.atlassian.net`. */
  label: text,
  /** What went wrong, when offline or a problem. */
  problem: v.optional(text),
  /** UTC ms: when the site that is offline or has a problem last answered; null when it never did. */
  lastSuccessAt: v.optional(v.nullable(v.number())),
  /** Sites that are switched off. */
  off: v.optional(v.array(text)),
});

export const Snapshot = v.object({
  /** Rises with every snapshot; an older one that arrives late is dropped. */
  version: v.number(),
  /** BCP 47; how dates and times are written. */
  locale: text,
  /** IANA zone of this machine. */
  zone: text,
  /** ISO weekday the user's week begins on, 1 Monday … 7 Sunday. */
  weekStart: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7)),
  running: v.nullable(RecordRow),
  /** The work that a resume would go on with; null while a record runs or when there is none. */
  resumable: v.nullable(v.object({ issueKey: v.nullable(text), notes: text })),
  /** Key the branch suggests, for the Clock in button. */
  branchKey: v.nullable(text),
  todaySeconds: v.number(),
  weekSeconds: v.number(),
  /** What the user wants to reach; null when no targets are set. */
  todayTargetSeconds: v.nullable(v.number()),
  weekTargetSeconds: v.nullable(v.number()),
  waiting: v.number(),
  waitingOf: v.optional(WaitingOf),
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
  /** To a page that has just loaded with the list that it looks at, when that is known, so that both are drawn at once. */
  v.object({ type: v.literal('snapshot'), snapshot: Snapshot, list: v.optional(ListUpdate) }),
  v.object({ type: v.literal('list'), list: ListUpdate }),
  /** Answers `pickIds`; each record's length stands at the place of its id. */
  v.object({ type: v.literal('ids'), request, ids: v.array(id), seconds: v.array(v.number()) }),
  /** Answers `find`; `null` when the list does not show the record. */
  v.object({
    type: v.literal('found'),
    request,
    place: v.nullable(v.object({ group: v.string(), index: v.number() })),
  }),
  /** What an action came to; read out by the live region. */
  v.object({ type: v.literal('said'), text, tone: v.picklist(['info', 'error']) }),
  ...EDIT_ANSWERS,
  ...LOG_ANSWERS,
]);
export type ToView = v.InferOutput<typeof ToView>;

/** View → extension. */
export const FromView = v.variant('type', [
  /** The page has loaded and knows nothing; what it looks at first may come along. */
  v.object({ type: v.literal('ready'), look: v.optional(Look) }),
  v.object({ type: v.literal('look'), ...Look.entries }),
  /** Which records stand at these places of the list. */
  v.object({ type: v.literal('pickIds'), request, slices }),
  /** Where in the list a record stands. */
  v.object({ type: v.literal('find'), request, id }),
  v.object({ type: v.literal('clockIn') }),
  v.object({ type: v.literal('clockOut') }),
  v.object({ type: v.literal('pause') }),
  v.object({ type: v.literal('resume') }),
  v.object({ type: v.literal('syncAll') }),
  v.object({ type: v.literal('syncOne'), id }),
  v.object({ type: v.literal('openIssue'), id }),
  /** Opens the record's own link. */
  v.object({ type: v.literal('openLink'), id }),
  v.object({ type: v.literal('remove'), id }),
  v.object({ type: v.literal('resolve'), id, keep: v.picklist(['mine', 'jira']) }),
  v.object({ type: v.literal('switchIssue') }),
  v.object({ type: v.literal('editNotes') }),
  ...LOG_REQUESTS,
  v.object({ type: v.literal('connect') }),
  /** The connections and what to do about them. */
  v.object({ type: v.literal('manage') }),
  /** Tries the sites again that could not be reached, and sends what waits when they answer. */
  v.object({ type: v.literal('tryAgain') }),
  v.object({ type: v.literal('addRecord') }),
  ...EDIT_REQUESTS,
]);
export type FromView = v.InferOutput<typeof FromView>;

/**
 * Parses an incoming message; `undefined` when it is not one of `schema`. The first thing wrong decides: a list of a
 * million would take seconds to complain about.
 */
export function parseMessage<S extends v.GenericSchema>(schema: S, message: unknown): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, message, { abortEarly: true });
  return result.success ? result.output : undefined;
}
