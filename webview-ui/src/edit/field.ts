import type { EditField } from '../../../src/protocol/edits.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setShown, setText } from '../dom.ts';
import { clean, oneLine } from '../format.ts';
import { createButton } from '../kit.ts';
import { conflictOf, hasField, textOf } from './draft.ts';
import type { SessionView } from './session.ts';

export interface FieldProps {
  readonly context: Context;
  readonly view: SessionView;
}

export interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  update(props: FieldProps): void;
}

interface FieldOptions {
  readonly field: EditField;
  readonly label: ViewTextKey;
  /** Longer texts are not taken; what fits is decided by the extension. */
  readonly limit: number;
  readonly onType: (text: string) => void;
  readonly onChoose: (choice: 'mine' | 'theirs') => void;
}

let made = 0;

/** A line below a field, with an icon so that nobody has to tell colours apart. */
function createNote(kind: 'problem' | 'warning' | 'understood', icon: string | null) {
  const text = el('bdi');
  const element = el('div', `field-note ${kind}`, ...(icon === null ? [] : [iconElement(icon)]), text);
  element.id = `edit-note-${made}-${kind}`;
  return {
    element,
    show(note: string | null | undefined): void {
      setOptionalText(text, note === null || note === undefined ? null : clean(note, 600));
      setShown(element, !text.hidden);
    },
  };
}

/** The choice between what was typed and what the field was changed to elsewhere. Made when there is one to make. */
function createChoice(onChoose: FieldOptions['onChoose']) {
  const theirs = createButton({ look: 'secondary', control: 'theirs', onClick: () => onChoose('theirs') });
  const mine = createButton({ look: 'secondary', control: 'mine', onClick: () => onChoose('mine') });
  return {
    element: el('div', 'field-choice', theirs.element, mine.element),
    update({ t }: Context, label: string): void {
      theirs.update({ label: t('useTheirs'), name: `${label}: ${t('useTheirs')}` });
      mine.update({ label: t('keepTyped'), name: `${label}: ${t('keepTyped')}` });
    },
  };
}

/** What the field was changed to elsewhere. */
function createConflict(onChoose: FieldOptions['onChoose']) {
  const text = el('bdi');
  const words = el('div', 'field-conflict', text);
  const element = el('div', 'field-note conflict', iconElement('warning'), words);
  let choice: ReturnType<typeof createChoice> | undefined;
  element.id = `edit-note-${made}-conflict`;
  return {
    element,
    show(changed: string | undefined, context: Context, label: string): void {
      setShown(element, changed !== undefined);
      if (changed === undefined) return;
      const now = oneLine(clean(changed, 200));
      setText(text, now === '' ? context.t('emptiedElsewhere') : context.t('changedElsewhere', now));
      if (choice === undefined) {
        choice = createChoice(onChoose);
        words.append(choice.element);
      }
      choice.update(context, label);
    },
  };
}

/** Refuses what is too long before it gets into the field, which a text of megabytes would freeze. */
function refuseTooLong(input: Field['input'], limit: number, refused: (is: boolean) => void): void {
  input.maxLength = limit;
  const isTooLong = (text: string): boolean => {
    const marked = Math.abs((input.selectionEnd ?? 0) - (input.selectionStart ?? 0));
    return input.value.length - marked + text.length > limit;
  };
  const guard = (event: Event, text: string | undefined): void => {
    const tooLong = text !== undefined && isTooLong(text);
    if (tooLong) event.preventDefault();
    refused(tooLong);
  };
  input.addEventListener('paste', (event) => {
    if (event instanceof ClipboardEvent) guard(event, event.clipboardData?.getData('text/plain'));
  });
  input.addEventListener('drop', (event) => {
    if (event instanceof DragEvent) guard(event, event.dataTransfer?.getData('text/plain'));
  });
  input.addEventListener('input', () => refused(false));
}

/** Puts a text in without moving the cursor of somebody who is typing it. */
function setValue(input: Field['input'], value: string): void {
  if (input.value !== value) input.value = value;
}

/** One field with its label and all that is to be said about it. */
export function createField(input: Field['input'], options: FieldOptions): Field {
  const { field, label, limit, onType, onChoose } = options;
  made += 1;
  const name = el('label', 'field-label');
  const problem = createNote('problem', 'error');
  const warning = createNote('warning', 'warning');
  const understood = createNote('understood', null);
  const conflict = createConflict(onChoose);
  const notes = [conflict.element, problem.element, warning.element, understood.element];
  const element = el('div', `field ${field}`, name, input, ...notes);
  let tooLong = false;
  let last: FieldProps | undefined;
  input.id = `edit-field-${made}`;
  input.classList.add('field-input');
  input.dataset.field = field;
  input.autocomplete = 'off';
  name.setAttribute('for', input.id);
  input.setAttribute('aria-describedby', notes.map(({ id }) => id).join(' '));

  const showNotes = ({ context, view }: FieldProps): void => {
    const changedTo = conflictOf(view.state, field);
    const trouble = tooLong ? context.t('tooLong', limit) : view.problems[field];
    conflict.show(changedTo, context, context.t(label));
    problem.show(changedTo === undefined ? trouble : null);
    warning.show(view.warnings[field]);
    understood.show(trouble === undefined ? view.understood[field] : null);
    setAttribute(input, 'aria-invalid', trouble !== undefined || changedTo !== undefined ? 'true' : null);
  };
  input.addEventListener('input', () => onType(input.value));
  refuseTooLong(input, limit, (is) => {
    tooLong = is;
    if (last !== undefined) showNotes(last);
  });
  return {
    element,
    input,
    update(props) {
      last = props;
      const { state, saving } = props.view;
      setText(name, props.context.t(label));
      setShown(element, hasField(state, field));
      setValue(input, textOf(state, field));
      if (input.readOnly !== saving) input.readOnly = saving;
      showNotes(props);
    },
  };
}
