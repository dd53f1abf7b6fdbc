import type { RecordRow } from '../../../src/protocol/messages.ts';
import { type Context, type Post, spokenDuration } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setShown, setText, type View } from '../dom.ts';
import { clean, hoursMinutes, oneLine, secondsBetween } from '../format.ts';
import { createButton } from '../kit.ts';
import { createKey } from './key.ts';
import { createState, stateWord } from './state.ts';

export interface RecordProps {
  readonly context: Context;
  readonly record: RecordRow;
}

function seconds({ record, context }: RecordProps): number {
  return secondsBetween(record.timeIn, record.timeOut ?? context.now);
}

function timeRange({ record, context }: RecordProps): string {
  const { timeIn, timeOut, zone } = record;
  if (timeOut === null) return context.t('running', context.times.time(timeIn, zone));
  return context.times.range(timeIn, timeOut, zone);
}

function notesOf(record: RecordRow): string | null {
  const notes = clean(record.notes.trim(), 2_000);
  return notes === '' ? null : notes;
}

function summaryOf(record: RecordRow): string | null {
  const summary = record.summary === null ? '' : oneLine(clean(record.summary, 300));
  return summary === '' ? null : summary;
}

/** What a screen reader says on arriving at the row. */
function spokenRecord(props: RecordProps): string {
  const { record, context } = props;
  const parts = [
    record.issueKey === null ? context.t('noIssue') : clean(record.issueKey, 60),
    summaryOf(record) ?? notesOf(record)?.slice(0, 200) ?? null,
    timeRange(props),
    spokenDuration(context.t, seconds(props)),
    record.overlaps ? context.t('overlapsTitle') : null,
    stateWord(props),
    record.problem === null ? null : clean(record.problem, 300),
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function tooltip({ record, context }: RecordProps): string | null {
  const { t, snapshot } = context;
  const parts = [
    record.branch === null ? null : t('branch', clean(record.branch, 200)),
    record.zone === snapshot.zone ? null : t('zone', clean(record.zone, 60)),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join('\n');
}

function createActions(id: string, post: Post): View<RecordProps> {
  const sync = createButton({ look: 'icon', control: 'sync', onClick: () => post({ type: 'syncOne', id }) });
  const open = createButton({ look: 'icon', control: 'open', onClick: () => post({ type: 'openIssue', id }) });
  const edit = createButton({ look: 'icon', control: 'edit', onClick: () => post({ type: 'edit', id }) });
  const remove = createButton({ look: 'icon', control: 'remove', onClick: () => post({ type: 'remove', id }) });
  const element = el('div', 'actions', sync.element, open.element, edit.element, remove.element);
  element.setAttribute('role', 'gridcell');
  return {
    element,
    update({ record, context: { t } }) {
      const again = record.state === 'failed';
      sync.update(again ? { label: t('retry'), icon: 'refresh' } : { label: t('syncOne'), icon: 'cloud-upload' });
      open.update({ label: t('open'), icon: 'link-external' });
      edit.update({ label: t('edit'), icon: 'edit' });
      remove.update({ label: t('remove'), icon: 'trash' });
      setShown(sync.element, record.canSync && record.state !== 'syncing' && record.state !== 'conflict');
      setShown(open.element, record.hasIssueUrl);
    },
  };
}

function createProblem(id: string, post: Post): View<RecordProps> {
  const text = el('bdi', 'problem-text');
  const mine = createButton({
    look: 'secondary',
    control: 'useMine',
    onClick: () => post({ type: 'resolve', id, keep: 'mine' }),
  });
  const jira = createButton({
    look: 'secondary',
    control: 'useJira',
    onClick: () => post({ type: 'resolve', id, keep: 'jira' }),
  });
  const choice = el('div', 'choice', mine.element, jira.element);
  const element = el('div', 'problem', text, choice);
  element.setAttribute('role', 'gridcell');
  return {
    element,
    update({ record, context: { t } }) {
      const conflict = record.state === 'conflict';
      setAttribute(element, 'data-state', record.state);
      setOptionalText(text, record.problem === null ? null : clean(record.problem.trim(), 1_000));
      mine.update({ label: t('useMine') });
      jira.update({ label: t('useJira') });
      setShown(choice, conflict);
      setShown(element, conflict || !text.hidden);
    },
  };
}

/** Says that another record counts a part of this one's time. */
function createOverlaps(): View<RecordProps> {
  const word = el('span', 'word');
  const element = el('span', 'overlaps', iconElement('warning'), word);
  return {
    element,
    update({ record, context: { t } }) {
      setText(word, t('overlaps'));
      setAttribute(element, 'title', t('overlapsTitle'));
      setShown(element, record.overlaps);
    },
  };
}

/** One time record; a row of its day's grid. */
export function createRecord(id: string, post: Post): View<RecordProps> {
  const key = createKey();
  const title = el('bdi', 'title');
  const duration = el('span', 'duration');
  const range = el('span', 'range');
  const state = createState();
  const notes = el('bdi', 'notes');
  const actions = createActions(id, post);
  const problem = createProblem(id, post);
  const what = el('div', 'what', key.element, title);
  const overlaps = createOverlaps();
  const when = el('div', 'when', range, overlaps.element, state.element);
  const first = el('div', 'line', what, duration);
  const second = el('div', 'line', when, actions.element);
  for (const cell of [what, duration, when, notes]) cell.setAttribute('role', 'gridcell');
  const element = el('div', 'record', first, second, notes, problem.element);
  element.setAttribute('role', 'row');
  element.dataset.record = id;
  element.tabIndex = -1;
  return {
    element,
    update(props) {
      const { record } = props;
      const [summary, note] = [summaryOf(record), notesOf(record)];
      key.update(props);
      overlaps.update(props);
      state.update(props);
      actions.update(props);
      problem.update(props);
      setText(title, summary ?? (note === null ? '' : oneLine(note)));
      setAttribute(title, 'title', summary ?? note);
      setOptionalText(notes, summary === null ? null : note);
      setAttribute(notes, 'title', note);
      setText(duration, hoursMinutes(seconds(props)));
      setText(range, timeRange(props));
      setAttribute(range, 'title', tooltip(props));
      setAttribute(element, 'data-state', record.state);
      setAttribute(element, 'aria-label', spokenRecord(props));
    },
  };
}
