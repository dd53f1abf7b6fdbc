import * as v from 'valibot';
import { invalid } from '../core/errors.ts';
import { SYNC_STATES } from '../core/records.ts';
import { parseInstant } from '../core/timeRules.ts';
import { Id, parseNamed } from './commands/arguments.ts';

/*
 * What the public API accepts. Unknown properties are refused, because a mistyped name would otherwise be ignored in
 * silence. Dates stay texts here; `instant` turns them into UTC ms.
 */

/** Loose where a rule of the core says more exactly what is wrong. */
const Anything = v.unknown();
const Limit = v.pipe(
  v.number('must be a whole number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(100_000, 'must be at most 100000'),
);
const Offset = v.pipe(
  v.number('must be a whole number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(Number.MAX_SAFE_INTEGER, 'is too large'),
);
const LongText = v.pipe(v.string('must be a text'), v.maxLength(100_000, 'is too long'));
const Query = v.pipe(v.string('must be a text'), v.maxLength(2_000, 'is too long'));
const Key = v.nullable(Query);

export const ClockIn = v.strictObject({
  issueKey: v.optional(Key),
  notes: v.optional(LongText),
  at: v.optional(Anything),
});

export const ClockOut = v.strictObject({ notes: v.optional(LongText), at: v.optional(Anything) });

export const ListFilter = v.strictObject({
  from: v.optional(Anything),
  to: v.optional(Anything),
  issueKey: v.optional(Query),
  syncState: v.optional(v.picklist(SYNC_STATES, `must be one of ${SYNC_STATES.join(', ')}`)),
  text: v.optional(Query),
  limit: v.optional(Limit),
  offset: v.optional(Offset),
});

export const NewRecord = v.strictObject({
  timeIn: v.optional(Anything),
  timeOut: v.optional(Anything),
  issueKey: v.optional(Key),
  notes: v.optional(LongText),
  externalLink: v.optional(v.nullable(LongText)),
  connectionId: v.optional(Id),
});

/** The same fields; which of them must be there is for the calls to say. */
export const RecordPatch = v.strictObject(NewRecord.entries);

export const Remove = v.strictObject({
  worklog: v.optional(v.picklist(['keep', 'delete'], 'must be "keep" or "delete"')),
});

const Token = v.pipe(v.string('must be a text'), v.maxLength(10_000, 'is too long'));
export const NewConnection = v.strictObject({
  jiraUrl: v.pipe(v.string('must be a text'), v.maxLength(2_048, 'is too long')),
  auth: v.variant(
    'type',
    [
      v.strictObject({
        type: v.literal('apiToken'),
        email: v.pipe(v.string('must be a text'), v.maxLength(320, 'is too long')),
        token: Token,
      }),
      v.strictObject({ type: v.literal('pat'), token: Token }),
    ],
    'must have the type "apiToken" (with email and token) or "pat" (with token)',
  ),
});

const STATUSES = ['success', 'failed', 'unknown', 'pending'] as const;
export const LogFilter = v.strictObject({
  recordId: v.optional(Id),
  status: v.optional(v.picklist(STATUSES, `must be one of ${STATUSES.join(', ')}`)),
  from: v.optional(Anything),
  to: v.optional(Anything),
  limit: v.optional(Limit),
});

export const RecordIds = v.pipe(v.array(Id, 'must be a list of record ids'), v.maxLength(100_000, 'is too long'));
export const SearchText = Query;

/** An id argument. Throws `invalid` naming it. */
export function idArgument(name: string, value: unknown): string {
  return parseNamed(name, Id, value);
}

/** An argument that may be left out. Throws `invalid` naming it or its part. */
export function options<S extends v.GenericSchema>(
  name: string,
  schema: S,
  value: unknown,
): v.InferOutput<S> | undefined {
  return value === undefined ? undefined : parseNamed(name, schema, value);
}

/** A date that may be left out, in UTC ms. Throws `invalid` naming it. */
export function instant(name: string, value: unknown): number | undefined {
  return value === undefined ? undefined : parseInstant(name, value);
}

/** Checks `to` against `from`, both UTC ms. Throws `invalid`. */
export function checkRange(from: number | undefined, to: number | undefined): void {
  if (from !== undefined && to !== undefined && to < from) throw invalid('to', 'must not be before from');
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same without the properties that are `undefined`, which is how JavaScript callers leave one out. */
export function defined<T extends object>(value: T): Defined<T> {
  const kept: Defined<T> = { ...value };
  for (const key in kept) if (kept[key] === undefined) delete kept[key];
  return kept;
}
