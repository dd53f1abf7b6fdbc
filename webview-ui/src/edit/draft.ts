/* What somebody has typed into a record, beside what the record holds. Pure. */
import * as v from 'valibot';
import { type EditField, Typed } from '../../../src/protocol/edits.ts';

/** An edit as it is kept over a reload. */
export const Draft = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  /** What the fields held when their editing began. */
  began: Typed,
  /** Only fields that were typed into. */
  typed: Typed,
});
export type Draft = v.InferOutput<typeof Draft>;

/** Drafts that are kept at most; older ones go. */
export const MOST_DRAFTS = 10;
export const Drafts = v.pipe(v.array(Draft), v.maxLength(MOST_DRAFTS));

export const FIELDS: readonly EditField[] = ['timeIn', 'timeOut', 'issueKey', 'notes', 'externalLink'];

export interface EditState extends Draft {
  /** What the record holds now; `undefined` until the extension has said so. */
  readonly held: Typed | undefined;
  /** The record was deleted. */
  readonly gone: boolean;
}

export function stateOf(draft: Draft): EditState {
  return { ...draft, held: undefined, gone: false };
}

/** Whether a field holds something else than the record. */
export function isTouched({ typed, began, held }: EditState, field: EditField): boolean {
  return typed[field] !== undefined && typed[field] !== (held ?? began)[field];
}

export function touchedFields(state: EditState): readonly EditField[] {
  return FIELDS.filter((field) => isTouched(state, field));
}

/** Whether the record has this field; a running one has no end. */
export function hasField({ began, held }: EditState, field: EditField): boolean {
  return (held ?? began)[field] !== undefined;
}

export function textOf({ typed, began, held }: EditState, field: EditField): string {
  return typed[field] ?? held?.[field] ?? began[field] ?? '';
}

/** What a field that is being edited was changed to elsewhere; `undefined` when it was not. */
export function conflictOf(state: EditState, field: EditField): string | undefined {
  const { began, held } = state;
  if (held === undefined || !isTouched(state, field)) return undefined;
  return held[field] === began[field] ? undefined : held[field];
}

/** The record was read again. Fields that nobody typed into follow it, and those that it no longer has are gone. */
export function withHeld(state: EditState, held: Typed | null): EditState {
  if (held === null) return { ...state, gone: true };
  const isKept = (field: EditField): boolean => held[field] !== undefined && state.typed[field] !== held[field];
  const kept = FIELDS.filter((field) => isTouched(state, field) && isKept(field));
  return {
    ...state,
    gone: false,
    held,
    began: { ...held, ...only(state.began, kept) },
    typed: only(state.typed, kept),
  };
}

export function withTyped(state: EditState, field: EditField, text: string): EditState {
  return { ...state, typed: { ...state.typed, [field]: text } };
}

/** What somebody decided about a field that was changed elsewhere. */
export function withChoice(state: EditState, field: EditField, choice: 'mine' | 'theirs'): EditState {
  const theirs = state.held?.[field];
  if (theirs === undefined) return state;
  const began = { ...state.began, [field]: theirs };
  const others = FIELDS.filter((each) => each !== field);
  return { ...state, began, typed: choice === 'mine' ? state.typed : only(state.typed, others) };
}

/** What is to be saved, and what those fields held before. */
export function changesOf(state: EditState): { readonly typed: Typed; readonly began: Typed } {
  const fields = touchedFields(state);
  return { typed: only(state.typed, fields), began: only(state.began, fields) };
}

export function draftOf(state: EditState): Draft {
  return { id: state.id, ...changesOf(state) };
}

function only(texts: Typed, fields: readonly EditField[]): Typed {
  return Object.fromEntries(fields.flatMap((field) => (texts[field] === undefined ? [] : [[field, texts[field]]])));
}
