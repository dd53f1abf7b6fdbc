import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Typed } from '../../../src/protocol/edits.ts';
import {
  changesOf,
  conflictOf,
  draftOf,
  type EditState,
  FIELDS,
  isTouched,
  stateOf,
  textOf,
  withChoice,
  withHeld,
  withTyped,
} from '../../../webview-ui/src/edit/draft.ts';

const HELD = { timeIn: '09:00', timeOut: '10:15', issueKey: 'A-1', notes: 'Before', externalLink: '' };

function begun(held: Typed = HELD): EditState {
  return withHeld(stateOf({ id: 'a', began: {}, typed: {} }), held);
}

const text = fc.constantFrom('', '09:00', '10:15', 'A-1', 'other');
const held = fc.record({ timeIn: text, timeOut: text, issueKey: text, notes: text, externalLink: text });
const field = fc.constantFrom(...FIELDS);
/** What can happen to an edit: typing, another window's changes, a choice, a reload. */
const step = fc.oneof(
  fc.tuple(field, text).map(
    ([where, what]) =>
      (state: EditState) =>
        withTyped(state, where, what),
  ),
  held.map((now) => (state: EditState) => withHeld(state, now)),
  field.map((where) => (state: EditState) => withChoice(state, where, 'mine')),
  field.map((where) => (state: EditState) => withChoice(state, where, 'theirs')),
  fc.constant((state: EditState) => (state.held === undefined ? state : withHeld(stateOf(draftOf(state)), state.held))),
);

describe('a draft', () => {
  it('follows the record where nobody typed, and keeps what was typed', () => {
    const state = withHeld(withTyped(begun(), 'notes', 'Mine'), { ...HELD, timeIn: '09:30' });
    expect(textOf(state, 'timeIn')).toBe('09:30');
    expect(textOf(state, 'notes')).toBe('Mine');
    expect(changesOf(state)).toEqual({ typed: { notes: 'Mine' }, began: { notes: 'Before' } });
  });

  it('holds a conflict until it is decided, also over a reload', () => {
    const theirs = { ...HELD, notes: 'Theirs' };
    const state = withHeld(withTyped(begun(), 'notes', 'Mine'), theirs);
    const reloaded = withHeld(stateOf(draftOf(state)), theirs);
    for (const each of [state, reloaded]) {
      expect(conflictOf(each, 'notes')).toBe('Theirs');
      expect(changesOf(withChoice(each, 'notes', 'mine'))).toEqual({
        typed: { notes: 'Mine' },
        began: { notes: 'Theirs' },
      });
      expect(changesOf(withChoice(each, 'notes', 'theirs'))).toEqual({ typed: {}, began: {} });
    }
  });

  it('has no conflict when both changed a field to the same', () => {
    const state = withHeld(withTyped(begun(), 'notes', 'Same'), { ...HELD, notes: 'Same' });
    expect(conflictOf(state, 'notes')).toBeUndefined();
    expect(changesOf(state).typed).toEqual({});
  });

  it('has no end any more when the record runs again', () => {
    const { timeOut: _, ...running } = HELD;
    const state = withHeld(withTyped(begun(), 'timeOut', '11:00'), running);
    expect([changesOf(state).typed, textOf(state, 'timeOut')]).toEqual([{}, '']);
  });

  it('outlives the record, and goes on when that comes back', () => {
    const gone = withHeld(withTyped(begun(), 'notes', 'Mine'), null);
    expect(gone.gone).toBe(true);
    expect(textOf(gone, 'notes')).toBe('Mine');
    expect(withHeld(gone, HELD)).toMatchObject({ gone: false, typed: { notes: 'Mine' } });
  });

  it('never overwrites what it did not see, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(held, fc.array(step, { maxLength: 12 }), (first, steps) => {
        const state = steps.reduce((now, next) => next(now), begun(first));
        const { typed, began } = changesOf(state);
        for (const each of FIELDS) {
          const isSeen = began[each] === state.held?.[each];
          // What would be saved replaces what the user saw, or is a conflict that keeps it from being saved.
          if (typed[each] !== undefined && !isSeen) expect(conflictOf(state, each)).toBe(state.held?.[each]);
          // What nobody typed into shows the record.
          if (!isTouched(state, each)) expect(textOf(state, each)).toBe(typed[each] ?? state.held?.[each]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows what was typed last until somebody decides otherwise', () => {
    fc.assert(
      fc.property(held, field, text, fc.array(held, { maxLength: 5 }), (first, where, what, others) => {
        const state = others.reduce<EditState>(withHeld, withTyped(begun(first), where, what));
        const isKept = what !== first[where] && !others.some((other) => other[where] === what);
        if (isKept) expect(textOf(state, where)).toBe(what);
      }),
    );
  });
});
