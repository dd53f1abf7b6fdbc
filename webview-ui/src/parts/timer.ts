import type { RecordRow } from '../../../src/protocol/messages.ts';
import type { Context, Post } from '../context.ts';
import { el, setAttribute, setOptionalText, setShown, setText, type View } from '../dom.ts';
import { createEditor, type Editor, type EditorServices } from '../edit/editor.ts';
import { clean, hoursMinutesSeconds, oneLine } from '../format.ts';
import { createButton } from '../kit.ts';
import { whenWanted } from '../later.ts';
import { createTicker } from '../ticker.ts';
import { createKey } from './key.ts';

type TimerServices = Omit<EditorServices, 'close'> & { readonly post: Post };

interface RunningProps {
  readonly context: Context;
  readonly record: RecordRow | null;
}

/** The editor of whatever runs. */
function createRunningEditor(services: TimerServices, focusBack: () => void): View<RunningProps> {
  const element = el('div', 'timer-editor');
  let editor: Editor | undefined;
  let id: string | undefined;
  const follow = (next: string | undefined): void => {
    if (next === id) return;
    editor?.dispose();
    id = next;
    editor = id === undefined ? undefined : createEditor(id, { ...services, close: focusBack });
    element.replaceChildren(...(editor === undefined ? [] : [editor.element]));
  };
  return {
    element,
    update({ context, record }) {
      follow(record?.id);
      editor?.update({ context });
    },
  };
}

function createRunning(services: TimerServices): View<RunningProps> {
  const { post, editing } = services;
  const key = createKey();
  const elapsed = el('span', 'elapsed');
  const summary = el('bdi', 'timer-summary');
  const notes = el('bdi', 'timer-notes');
  const since = el('span', 'since');
  const stop = createButton({ look: 'primary', control: 'clockOut', onClick: () => post({ type: 'clockOut' }) });
  const pause = createButton({ look: 'icon', control: 'pause', onClick: () => post({ type: 'pause' }) });
  const swap = createButton({ look: 'icon', control: 'switchIssue', onClick: () => post({ type: 'switchIssue' }) });
  const note = createButton({ look: 'icon', control: 'editNotes', onClick: () => post({ type: 'editNotes' }) });
  const edit = createButton({
    look: 'icon',
    control: 'edit',
    onClick: () => running !== undefined && editing.begin(running),
  });
  const buttons = el('div', 'timer-buttons', stop.element, pause.element, swap.element, note.element, edit.element);
  const editor = createRunningEditor(services, () => edit.element.focus());
  let running: string | undefined;
  const head = el('div', 'timer-head', key.element, elapsed);
  const element = el('div', 'running', head, summary, notes, since, buttons, editor.element);
  elapsed.setAttribute('role', 'timer');
  const ticker = createTicker((ms) => setText(elapsed, hoursMinutesSeconds(ms)));
  return {
    element,
    update({ context, record }) {
      setShown(element, record !== null);
      ticker.start(record?.timeIn ?? null);
      running = record?.id;
      editor.update({ context, record });
      if (record === null) return;
      const { t, times } = context;
      key.update({ context, record });
      setOptionalText(summary, record.summary === null ? null : oneLine(clean(record.summary, 300)));
      const text = clean(record.notes.trim(), 2_000);
      setOptionalText(notes, text);
      setAttribute(notes, 'title', text === '' ? null : text);
      setText(since, t('running', times.time(record.timeIn, record.zone)));
      setAttribute(since, 'title', times.moment(record.timeIn));
      stop.update({ label: t('clockOut'), icon: 'stop-circle' });
      pause.update({ label: t('pause'), icon: 'debug-pause' });
      swap.update({ label: t('switchIssue'), icon: 'arrow-swap' });
      note.update({ label: t('editNotes'), icon: 'note' });
      edit.update({ label: t('edit'), icon: 'edit' });
    },
  };
}

/** The way back to what was worked on last. */
function createResume(post: Post): View<Context> {
  const button = createButton({ look: 'secondary', control: 'resume', onClick: () => post({ type: 'resume' }) });
  return {
    element: button.element,
    update({ snapshot: { resumable }, t }) {
      setShown(button.element, resumable !== null);
      if (resumable === null) return;
      const key = resumable.issueKey === null ? '' : clean(resumable.issueKey, 60);
      const label = key === '' ? t('resume') : t('resumeOn', key);
      const notes = oneLine(clean(resumable.notes.trim(), 200));
      button.update({ label, icon: 'debug-continue', ...(notes === '' ? {} : { name: `${label}: ${notes}` }) });
    },
  };
}

/** The timer: what runs and its buttons, or a button to start and one to go on. */
export function createTimer(services: TimerServices): View<Context> {
  const { post } = services;
  const running = whenWanted<RunningProps>(
    ({ record }) => record !== null,
    () => createRunning(services),
  );
  const start = createButton({ look: 'primary', control: 'clockIn', onClick: () => post({ type: 'clockIn' }) });
  const resume = whenWanted<Context>(
    ({ snapshot }) => snapshot.resumable !== null,
    () => createResume(post),
  );
  const idle = el('div', 'timer-idle', start.element, resume.element);
  const element = el('section', 'timer', running.element, idle);
  element.dataset.region = 'timer';
  return {
    element,
    update(context) {
      const { snapshot, t } = context;
      setAttribute(element, 'aria-label', t('timer'));
      running.update({ context, record: snapshot.running });
      resume.update(context);
      setShown(idle, snapshot.running === null);
      const key = snapshot.branchKey === null ? '' : clean(snapshot.branchKey, 60);
      start.update({ label: key === '' ? t('clockIn') : t('clockInOn', key), icon: 'play' });
    },
  };
}
