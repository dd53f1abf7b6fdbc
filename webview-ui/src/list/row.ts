import type { RecordRow } from '../../../src/protocol/rows.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Post } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setShown, setText } from '../dom.ts';
import { hoursMinutes, oneLine } from '../format.ts';
import { whenWanted } from '../later.ts';
import { createKey } from '../parts/key.ts';
import { createState } from '../parts/state.ts';
import { setStanding } from './groupHeader.ts';
import { createIconButton } from './iconButton.ts';
import type { Standing } from './levels.ts';
import type { Place } from './model.ts';
import {
  notesOf,
  type RecordProps,
  reasonOf,
  secondsOf,
  spokenRecord,
  summaryOf,
  timeRange,
  whereTooltip,
} from './words.ts';

/** Which records are chosen for doing something with many. */
export interface RowSelection {
  has(id: string): boolean;
  any(): boolean;
  /** A row's checkbox was pressed. @param range whether the rows since the last press are meant too */
  pick(record: RecordRow, place: Place, range: boolean): void;
}

export interface RowServices {
  readonly post: Post;
  readonly selection: RowSelection;
  /** Opens or closes the row. */
  readonly toggle: (id: string) => void;
  /** Opens the row to edit its record. */
  readonly edit: (id: string) => void;
  /** Whether something was typed into a record that is not saved, and its fields are not to be seen. */
  readonly isUnsaved: (id: string) => boolean;
}

export interface RowProps extends RecordProps {
  readonly place: Place;
  /** Position among all items of the list, from 1. */
  readonly rowIndex: number;
  readonly standing: Standing;
  /** What the row's day is called when the heading above does not say it; else `null`. */
  readonly day: string | null;
  /** What is read out at the end: the day. */
  readonly group: string;
  readonly picked: boolean;
  /** Something was typed into its record and is not saved, and its fields are not to be seen. */
  readonly unsaved: boolean;
}

/** A row of the list; it shows another record when its own has left the screen. */
export interface RowView {
  readonly element: HTMLElement;
  readonly id: string;
  update(props: RowProps): void;
  /** Whether Tab goes to this row. */
  setActive(active: boolean): void;
  /** Shows more below the row; `null`: closes it. */
  setDetail(detail: HTMLElement | null): void;
}

interface Part {
  readonly element: HTMLElement;
  update(props: RowProps): void;
}

function createActions(current: () => string, { post, edit: startEditing }: RowServices): Part {
  const sync = createIconButton('sync', () => post({ type: 'syncOne', id: current() }));
  const open = createIconButton('open', () => post({ type: 'openIssue', id: current() }));
  const edit = createIconButton('edit', () => startEditing(current()));
  const remove = createIconButton('remove', () => post({ type: 'remove', id: current() }));
  const buttons = [sync, open, edit, remove].map((button) => button.element);
  const element = el('div', 'actions', ...buttons);
  element.setAttribute('role', 'gridcell');
  return {
    element,
    update({ record, context: { t } }) {
      const again = record.state === 'failed';
      sync.update(again ? { label: t('retry'), icon: 'refresh' } : { label: t('syncOne'), icon: 'cloud-upload' });
      open.update({ label: t('open'), icon: 'link-external' });
      edit.update({ label: t('edit'), icon: 'edit' });
      remove.update({ label: t('remove'), icon: 'trash' });
      setShown(sync.element, record.canSync);
      setShown(open.element, record.hasIssueUrl);
    },
  };
}

function createPick(current: () => RowProps | undefined, selection: RowSelection): Part {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.dataset.control = 'pick';
  const element = el('div', 'pick', box);
  element.setAttribute('role', 'gridcell');
  box.addEventListener('click', (event) => {
    const props = current();
    if (props === undefined) return;
    selection.pick(props.record, props.place, event.shiftKey);
    // A range may leave the record as it was, and may still have to be asked for.
    box.checked = selection.has(props.record.id);
  });
  return {
    element,
    update({ picked, context: { t } }) {
      if (box.checked !== picked) box.checked = picked;
      setAttribute(box, 'aria-label', t('selectRecord'));
      setAttribute(box, 'title', t('selectRecordHint'));
    },
  };
}

interface Mark {
  readonly className: string;
  readonly icon: string;
  readonly word: ViewTextKey;
  readonly title: ViewTextKey;
  readonly isShown: (props: RowProps) => boolean;
}

const MARKS: readonly Mark[] = [
  {
    ...{ className: 'unsaved', icon: 'edit', word: 'unsaved', title: 'unsavedTitle' },
    isShown: ({ unsaved }) => unsaved,
  },
  {
    ...{ className: 'overlaps', icon: 'warning', word: 'overlaps', title: 'overlapsTitle' },
    isShown: ({ record }) => record.overlaps,
  },
];

/** What the user should look at; nearly no row has any. */
function createMark({ className, icon, word, title, isShown }: Mark): Part {
  return whenWanted(isShown, () => {
    const text = el('span', 'word');
    const element = el('span', `mark ${className}`, iconElement(icon), text);
    return {
      element,
      update(props) {
        const { t } = props.context;
        setText(text, t(word));
        setAttribute(element, 'title', t(title));
        setShown(element, isShown(props));
      },
    };
  });
}

/** What the record is about; below an issue's heading that is its day and notes. */
function titleOf({ record, day }: RowProps): string {
  const note = notesOf(record);
  const line = note === null ? null : oneLine(note);
  if (day === null) return summaryOf(record) ?? line ?? '';
  return line === null ? day : `${day} · ${line}`;
}

/** The two lines that every row has. */
function createLines(current: () => RowProps | undefined, services: RowServices): Part {
  const { post, selection } = services;
  const id = (): string => current()?.record.id ?? '';
  const key = createKey();
  const title = el('bdi', 'title');
  const duration = el('span', 'duration');
  const range = el('span', 'range');
  const marks = MARKS.map(createMark);
  const state = createState();
  const why = el('bdi', 'why');
  const notes = el('bdi', 'notes');
  const pick = createPick(current, selection);
  const actions = createActions(id, services);
  const what = el('div', 'what', key.element, title);
  const when = el('div', 'when', range, ...marks.map(({ element }) => element), state.element, why, notes);
  for (const cell of [what, duration, when]) cell.setAttribute('role', 'gridcell');
  const element = el('div', 'lines', pick.element, what, duration, when, actions.element);
  key.element.addEventListener('click', () => {
    if (current()?.record.hasIssueUrl === true) post({ type: 'openIssue', id: id() });
  });
  return {
    element,
    update(props) {
      const { record } = props;
      const [summary, note] = [summaryOf(record), notesOf(record)];
      for (const part of [key, ...marks, state, pick, actions]) part.update(props);
      key.element.classList.toggle('linked', record.hasIssueUrl);
      setShown(key.element, props.day === null);
      setText(title, titleOf(props));
      setAttribute(title, 'title', props.day === null ? (summary ?? note) : (note ?? props.day));
      setOptionalText(why, reasonOf(record));
      setAttribute(why, 'title', reasonOf(record));
      setOptionalText(notes, summary === null || note === null || props.day !== null ? null : oneLine(note));
      setAttribute(notes, 'title', note);
      setText(duration, hoursMinutes(secondsOf(props)));
      setText(range, timeRange(props));
      setAttribute(range, 'title', whereTooltip(props) ?? timeRange(props));
    },
  };
}

/** What the editor's context menu of a row goes by; see the menus in the manifest. */
function menuContext({ record }: RowProps): string {
  return JSON.stringify({
    webviewSection: 'record',
    recordId: record.id,
    hasIssue: record.hasIssueUrl,
    canSync: record.canSync,
    hasWorklog: record.hasWorklog,
    preventDefaultContextMenuItems: true,
  });
}

const NOT_THE_ROW = '.detail, button, input, a, [data-control], .key.linked';

export function createRow(services: RowServices): RowView {
  let props: RowProps | undefined;
  let active: boolean | undefined;
  const lines = createLines(() => props, services);
  const element = el('div', 'record', lines.element);
  element.setAttribute('role', 'row');
  element.setAttribute('aria-expanded', 'false');
  element.addEventListener('click', (event) => {
    const inside = event.target instanceof Element && event.target.closest(NOT_THE_ROW) !== null;
    const marking = document.getSelection()?.isCollapsed === false;
    if (!inside && !marking && props !== undefined) services.toggle(props.record.id);
  });
  const setActive = (next: boolean): void => {
    if (next === active) return;
    active = next;
    const order = active ? '0' : '-1';
    setAttribute(element, 'tabindex', order);
    for (const control of lines.element.querySelectorAll('[data-control]')) setAttribute(control, 'tabindex', order);
  };
  setActive(false);
  return {
    element,
    get id() {
      return props?.record.id ?? '';
    },
    update(next) {
      const same =
        props?.record === next.record &&
        props.context === next.context &&
        props.group === next.group &&
        props.day === next.day;
      const isAsBefore =
        same && props?.picked === next.picked && props.unsaved === next.unsaved && props.rowIndex === next.rowIndex;
      props = next;
      setStanding(element, next.standing);
      if (isAsBefore) return;
      const { record } = next;
      setAttribute(element, 'data-record', record.id);
      setAttribute(element, 'aria-rowindex', String(next.rowIndex));
      setAttribute(element, 'aria-selected', next.picked ? 'true' : 'false');
      lines.update(next);
      setAttribute(element, 'data-state', record.state);
      setAttribute(element, 'data-vscode-context', menuContext(next));
      setAttribute(element, 'aria-label', spokenRecord(next));
    },
    setActive,
    setDetail(detail) {
      setAttribute(element, 'aria-expanded', detail === null ? 'false' : 'true');
      element.classList.toggle('open', detail !== null);
      // Never the lines themselves: focus may be in them.
      for (const child of [...element.children]) if (child !== lines.element && child !== detail) child.remove();
      if (detail !== null && detail.parentElement !== element) element.append(detail);
    },
  };
}
