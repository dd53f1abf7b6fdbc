import './edit.css';
import type { EditField } from '../../../src/protocol/edits.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setOptionalText, setShown, setText } from '../dom.ts';
import { clean } from '../format.ts';
import { createButton } from '../kit.ts';
import type { Requests } from '../requests.ts';
import type { Editing } from './editing.ts';
import { createField, type Field } from './field.ts';
import { createIssueField } from './issueField.ts';
import type { Session, SessionView } from './session.ts';

export interface EditorServices {
  readonly requests: Requests;
  readonly editing: Editing;
  /** Read out. */
  readonly say: (text: string) => void;
  /** The editing is over; focus is to go back to where it came from. */
  readonly close: () => void;
}

export interface Editor {
  readonly element: HTMLElement;
  update(props: { readonly context: Context }): void;
  dispose(): void;
}

/* UTF-16 units that a field takes; the messages of the protocol carry no more. */
const TIME_LIMIT = 100;
const NOTES_LIMIT = 40_000;
const LINK_LIMIT = 4_000;

function createFields(id: string, { requests, editing, say }: EditorServices) {
  const common = (field: EditField) => ({
    field,
    onType: (text: string) => editing.session(id)?.type(field, text),
    onChoose: (choice: 'mine' | 'theirs') => editing.session(id)?.choose(field, choice),
  });
  const input = (): HTMLInputElement => document.createElement('input');
  const area = document.createElement('textarea');
  area.rows = 2;
  const timeIn = createField(input(), { ...common('timeIn'), label: 'fieldStart', limit: TIME_LIMIT });
  const timeOut = createField(input(), { ...common('timeOut'), label: 'fieldEnd', limit: TIME_LIMIT });
  const issue = createIssueField({ requests, say, ...common('issueKey') });
  const notes = createField(area, { ...common('notes'), label: 'fieldNotes', limit: NOTES_LIMIT });
  const link = createField(input(), { ...common('externalLink'), label: 'fieldLink', limit: LINK_LIMIT });
  const all: readonly Field[] = [timeIn, timeOut, issue, notes, link];
  const byName: Readonly<Record<EditField, Field>> = { timeIn, timeOut, issueKey: issue, notes, externalLink: link };
  return {
    all,
    byName,
    elements: [el('div', 'field-times', timeIn.element, timeOut.element), issue.element, notes.element, link.element],
    dispose: () => issue.dispose(),
  };
}

interface EditorKeys {
  save(): void;
  cancel(): void;
}

/** Whether the key was used. */
function press(event: KeyboardEvent, keys: EditorKeys): boolean {
  const withControl = event.ctrlKey || event.metaKey;
  if (event.key === 'Escape') keys.cancel();
  else if (event.key === 'Enter' && (withControl || event.target instanceof HTMLInputElement)) keys.save();
  else return false;
  return true;
}

/** Keys of a row must not act while one of its fields has focus; the editor's own shortcuts pass. */
function handleKeys(element: HTMLElement, keys: EditorKeys): void {
  element.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const used = press(event, keys);
    if (used) event.preventDefault();
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/u.test(event.key);
    if (used || isPlain) event.stopPropagation();
  });
}

/** The fields and what is around them. */
function createForm(id: string, services: EditorServices, keys: EditorKeys) {
  const { editing } = services;
  const fields = createFields(id, services);
  const general = el('bdi', 'editor-problem');
  const loading = el('div', 'editor-loading');
  const save = createButton({ look: 'primary', control: 'save', onClick: keys.save });
  const cancel = createButton({ look: 'secondary', control: 'cancel', onClick: () => editing.cancel(id) });
  const buttons = el('div', 'editor-buttons', save.element, cancel.element);
  const body = el('div', 'editor-body', ...fields.elements, general, buttons);
  general.setAttribute('role', 'alert');
  return {
    elements: [loading, body],
    update(context: Context, view: SessionView): void {
      const { t } = context;
      const isLoaded = view.state.held !== undefined;
      setText(loading, t('loading'));
      setShown(loading, !isLoaded);
      setShown(body, isLoaded);
      for (const field of fields.all) field.update({ context, view });
      setOptionalText(general, view.general === null ? null : clean(view.general, 1_000));
      save.update({ label: t(view.saving ? 'saving' : 'save'), off: view.saving });
      cancel.update({ label: t('cancel') });
    },
    input: (field: EditField) => fields.byName[field].input,
    dispose: fields.dispose,
  };
}

/** Edits a record where it stands. Nothing is there until somebody edits: most rows are opened only to be read. */
export function createEditor(id: string, services: EditorServices): Editor {
  const { editing } = services;
  const keys: EditorKeys = { save: () => editing.session(id)?.save(), cancel: () => editing.cancel(id) };
  const element = el('div', 'editor');
  let form: ReturnType<typeof createForm> | undefined;
  let context: Context | undefined;
  let wantsFocus = false;
  element.setAttribute('role', 'group');
  setShown(element, false);
  handleKeys(element, keys);

  const takeFocus = (): void => {
    const input = form?.input('timeIn');
    wantsFocus = false;
    input?.focus();
    input?.select();
  };
  const show = (session: Session | undefined): void => {
    setShown(element, session !== undefined && !session.view().state.gone);
    if (session === undefined || context === undefined) return;
    const view = session.view();
    if (form === undefined) {
      form = createForm(id, services, keys);
      element.append(...form.elements);
    }
    setAttribute(element, 'aria-label', context.t('edit'));
    form.update(context, view);
    if (wantsFocus && view.state.held !== undefined) takeFocus();
  };
  const stop = editing.watch(id, {
    changed: show,
    ended: services.close,
    refused(field) {
      if (field !== undefined) form?.input(field).focus();
    },
    focus() {
      wantsFocus = true;
      show(editing.session(id));
    },
  });
  return {
    element,
    update(props) {
      ({ context } = props);
      show(editing.session(id));
    },
    dispose() {
      stop();
      form?.dispose();
      editing.leave(id);
    },
  };
}
