import * as v from 'valibot';
import { id, isId } from './rows.ts';

/** Chosen by the view; the answer carries it back. */
export const request = v.pipe(v.number(), v.integer(), v.minValue(0));
const typed = v.pipe(v.string(), v.maxLength(40_000));
const MOST_IDS = 1_000_000;
/** Not an array of `id`: that many take the library longer than the editor may stand still. */
const ids = v.custom<string[]>(
  // Not `every`, which passes over holes.
  (value) => Array.isArray(value) && value.length <= MOST_IDS && value.findIndex((one) => !isId(one)) === -1,
  'Expected ids of records',
);

export const EditField = v.picklist(['timeIn', 'timeOut', 'issueKey', 'notes', 'externalLink']);
export type EditField = v.InferOutput<typeof EditField>;

/** What was typed into the fields of a record; those that are absent stay as they are. */
export const Typed = v.object({
  timeIn: v.optional(typed),
  timeOut: v.optional(typed),
  issueKey: v.optional(typed),
  notes: v.optional(typed),
  externalLink: v.optional(typed),
});
export type Typed = v.InferOutput<typeof Typed>;

/** An issue to choose. */
export const Suggestion = v.object({
  key: v.string(),
  summary: v.string(),
  statusCategory: v.nullable(v.picklist(['new', 'indeterminate', 'done', 'undefined'])),
});
export type Suggestion = v.InferOutput<typeof Suggestion>;

/** View → extension: editing in the row itself, and doing something with many records. */
export const EDIT_REQUESTS = [
  /** What the fields of a record hold when their editing begins. */
  v.object({ type: v.literal('beginEdit'), request, id }),
  /** Whether what is typed could be kept; sent while somebody types. */
  v.object({ type: v.literal('check'), request, id, typed: Typed }),
  /** `began`: what the fields in `typed` held when their editing began; what has changed since is not overwritten. */
  v.object({ type: v.literal('save'), request, id, typed: Typed, began: Typed }),
  v.object({ type: v.literal('suggest'), request, text: v.pipe(v.string(), v.maxLength(300)) }),
  /** `retry`: these failed before; what the user had deleted since stays so. */
  v.object({ type: v.literal('syncMany'), ids, retry: v.optional(v.boolean()) }),
  /** Asks for an issue and gives it to these records. */
  v.object({ type: v.literal('issueMany'), ids }),
  v.object({ type: v.literal('removeMany'), ids }),
  v.object({ type: v.literal('cancelSync') }),
  /** Takes the newest change of a record back. */
  v.object({ type: v.literal('undo') }),
] as const;

const perField = v.object({
  timeIn: v.optional(v.string()),
  timeOut: v.optional(v.string()),
  issueKey: v.optional(v.string()),
  notes: v.optional(v.string()),
  externalLink: v.optional(v.string()),
});

/** Extension → view. */
export const EDIT_ANSWERS = [
  /** Begin to edit this record in its row; it was chosen from the row's menu. */
  v.object({ type: v.literal('startEdit'), id }),
  /** Answers `beginEdit`: the texts to start from; `null` when the record is gone. */
  v.object({ type: v.literal('editing'), request, typed: v.nullable(Typed) }),
  /** Answers `check`: what is wrong, what to be aware of and what was understood, each beside its field. */
  v.object({ type: v.literal('checked'), request, problems: perField, warnings: perField, understood: perField }),
  /** Answers `save`: kept when there is no problem. */
  v.object({ type: v.literal('saved'), request, problems: perField, general: v.nullable(v.string()) }),
  /** Answers `suggest`, again each time that more is known. */
  v.object({
    type: v.literal('suggested'),
    request,
    issues: v.array(Suggestion),
    /** Whether more may come. */
    isBusy: v.boolean(),
    /** Why these may not be all, for example that Jira cannot be reached. */
    note: v.nullable(v.string()),
  }),
  /** What syncing came to, with the records that can be tried again. */
  v.object({
    type: v.literal('synced'),
    text: v.string(),
    tone: v.picklist(['info', 'error']),
    failed: v.array(v.object({ id, text: v.string() })),
  }),
] as const;
