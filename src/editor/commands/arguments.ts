import * as v from 'valibot';
import { invalid } from '../../core/errors.ts';

/** An id as commands take it. */
export const Id = v.pipe(
  v.string('must be a text'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(100, 'is too long'),
);
export const Text = v.pipe(v.string('must be a text'), v.maxLength(32_767, 'is too long'));
export const Keep = v.picklist(['mine', 'jira'], 'must be "mine" or "jira"');
export const ClockInArgument = v.strictObject({
  issueKey: v.optional(v.nullable(Text)),
  notes: v.optional(Text),
});
export const RemoveArgument = v.strictObject({
  worklog: v.optional(v.picklist(['keep', 'delete'], 'must be "keep" or "delete"')),
});

/** Reads one argument of a command; absent ones are `undefined`. Throws `invalid` naming the argument or its part. */
export function argument<S extends v.GenericSchema>(
  name: string,
  schema: S,
  value: unknown,
): v.InferOutput<S> | undefined {
  if (value === undefined || value === null) return undefined;
  return parseNamed(name, schema, value);
}

/**
 * What VS Code passes to a command of a row's context menu: what the page wrote on the row, and which page it was.
 */
const RowMenu = v.object({
  webviewSection: v.literal('record', 'must be "record"'),
  recordId: Id,
  webview: v.optional(v.string('must be a text')),
});

/** The record a command is called for: its id, or the row whose menu it was chosen from. */
export interface RecordTarget {
  readonly id: string;
  /** Type of the webview whose menu it was. */
  readonly webview?: string;
}

/** Reads an argument that names a record; `undefined` when there is none. Throws `invalid` naming it. */
export function recordTarget(name: string, value: unknown): RecordTarget | undefined {
  if (typeof value !== 'object' || value === null) {
    const id = argument(name, Id, value);
    return id === undefined ? undefined : { id };
  }
  const { recordId, webview } = parseNamed(name, RowMenu, value);
  return { id: recordId, ...(webview === undefined ? {} : { webview }) };
}

/** Parses what a caller gave. Throws `invalid` that names the part that is wrong, else `name`. */
export function parseNamed<S extends v.GenericSchema>(name: string, schema: S, value: unknown): v.InferOutput<S> {
  const parsed = safeParse(name, schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw invalid(partOf(name, v.getDotPath(issue)), problemOf(issue));
}

/** A getter or a proxy of another extension may throw while it is read. */
function safeParse<S extends v.GenericSchema>(name: string, schema: S, value: unknown): v.SafeParseResult<S> {
  try {
    return v.safeParse(schema, value);
  } catch {
    throw invalid(name, 'cannot be read');
  }
}

/** The property of an argument is named alone (`issueKey`), the element of a list with its list (`recordIds[2]`). */
function partOf(name: string, path: string | null): string {
  if (path === null) return name;
  return /^\d/.test(path) ? `${name}[${path}]` : path;
}

/** Valibot's own messages begin with a capital ("Invalid type: Expected …"); ours go on after the argument's name. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const { message, expected, received } = issue;
  if (!message.startsWith('Invalid ')) return message;
  if (expected === 'never') return 'is not known here';
  if (received === 'undefined') return 'is missing';
  return expected === null
    ? 'is not valid'
    : `must be ${expected === 'Object' ? 'an object' : expected}, not ${withoutValue(received)}`;
}

/** Valibot repeats the value; it may be long, or a token that was passed in the wrong place. */
function withoutValue(received: string): string {
  if (received.startsWith('"')) return 'a text';
  return /^-?\d/.test(received) ? 'a number' : received;
}
