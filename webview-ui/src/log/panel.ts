import type { AttemptRow, LogChoice } from '../../../src/protocol/log.ts';
import { WHOLE_LOG } from '../../../src/protocol/log.ts';
import { holdStill } from '../anchor.ts';
import type { Context, Post } from '../context.ts';
import { el, iconElement, setAttribute, setShown, setText, type View } from '../dom.ts';
import type { Requests } from '../requests.ts';
import { createFilterBar } from './filterBar.ts';
import './log.css';
import { createPager, rangeText } from './pager.ts';
import { isFiltered, type LogView, lastPage } from './state.ts';
import { createTable } from './table.ts';

export interface LogPanel extends View<Context> {
  /** The tab was opened: asks for the log and keeps it up to date. */
  open(): void;
  /** The tab was left. */
  leave(): void;
  /** Shows the attempts of one record alone. */
  showRecord(recordId: string): void;
}

interface Options {
  readonly post: Post;
  readonly requests: Requests;
  readonly first: LogView;
  readonly save: (view: LogView) => void;
  readonly say: (text: string, tone: 'info' | 'error') => void;
  /** Goes to a record of the list. @returns whether it is still there */
  readonly goTo: (recordId: string) => Promise<boolean>;
}

/** What has come for the present view; `undefined` until it has. */
interface Answer {
  readonly total: number;
  readonly rows: readonly AttemptRow[];
}

interface EmptyProps {
  readonly context: Context;
  readonly filtered: boolean;
}

function createEmpty(onClear: () => void): View<EmptyProps> {
  const title = el('h2', 'empty-title');
  const body = el('p', 'empty-body');
  const clear = el('button', 'link');
  const element = el('section', 'empty', iconElement('list-unordered'), title, body, clear);
  clear.setAttribute('type', 'button');
  clear.dataset.control = 'logClearEmpty';
  clear.addEventListener('click', onClear);
  return {
    element,
    update({ context: { t }, filtered }) {
      setText(title, t(filtered ? 'logNoneTitle' : 'logEmptyTitle'));
      setText(body, t(filtered ? 'logNoneBody' : 'logEmptyBody'));
      setText(clear, t('logClear'));
      setShown(clear, filtered);
      setAttribute(element, 'aria-label', t(filtered ? 'logNoneTitle' : 'logEmptyTitle'));
    },
  };
}

/** Gives focus to something near when what had it is gone. */
function keepFocus(root: HTMLElement, change: () => void): void {
  const focused = document.activeElement;
  const had = focused !== null && root.contains(focused);
  change();
  if (!had || (focused.isConnected && focused.getClientRects().length > 0)) return;
  // A row has found its successor by itself.
  if (document.activeElement !== focused && root.contains(document.activeElement)) return;
  root.querySelector<HTMLElement>('[data-control="logRefresh"]')?.focus({ preventScroll: true });
}

/** The sync log: every attempt to change something in Jira, by pages. */
export function createLogPanel({ post, requests, first, save, say, goTo }: Options): LogPanel {
  let view = first;
  let context: Context | undefined;
  let answer: Answer | undefined;
  /** What was shown before is on the screen until the answer to a new question comes. */
  let busy = false;
  let stop = (): void => undefined;
  let announce = false;
  let isOpen = false;

  const become = (changes: Partial<LogView>): void => {
    view = { ...view, ...changes };
    save(view);
  };
  const choose = (changes: Partial<LogChoice>): void => {
    become({ choice: { ...view.choice, ...changes }, page: 0, open: null });
    announce = true;
    ask();
  };
  const clear = (): void => {
    if (isFiltered(view.choice)) choose(WHOLE_LOG);
  };
  const turnTo = (changes: Partial<LogView>): void => {
    become({ open: null, ...changes });
    announce = true;
    ask();
  };
  const toggle = (id: number): void => {
    become({ open: view.open === id ? null : id });
    render();
  };
  const leadTo = async (recordId: string): Promise<void> => {
    const attempt = answer?.rows.find(({ id }) => id === view.open);
    setText(note, '');
    if (await goTo(recordId)) return;
    if (context !== undefined) setText(note, context.t('logRemovedSaid'));
    setShown(note, true);
    if (attempt !== undefined) table.focusRow(attempt.id);
  };

  const filter = createFilterBar({
    onChange: choose,
    onClear: clear,
    onRefresh: () => turnTo({ open: view.open }),
    onExport: () => post({ type: 'exportLog', choice: view.choice }),
  });
  const table = createTable({
    onToggle: toggle,
    retry: (id) => post({ type: 'syncMany', ids: [id], retry: true }),
    goTo: (id) => void leadTo(id),
    onlyThis: (recordId) => choose({ recordId }),
  });
  const pager = createPager({ onPage: (page) => turnTo({ page }), onSize: (size) => turnTo({ size, page: 0 }) });
  const empty = createEmpty(clear);
  const waiting = el('p', 'log-waiting');
  const note = el('p', 'log-note');
  const element = el('section', 'log', filter.element, note, table.element, pager.element, empty.element, waiting);
  note.setAttribute('role', 'status');
  setShown(note, false);

  /** Named only while every row is of that record. */
  const recordName = (): string | null => {
    const row = answer?.rows[0];
    return row?.recordId === view.choice.recordId ? row.record : null;
  };
  const render = (): void => {
    if (context === undefined) return;
    const { total, rows } = answer ?? { total: 0, rows: [] };
    const none = answer !== undefined && rows.length === 0;
    filter.update({ context, choice: view.choice, recordName: recordName() });
    const isAlone = view.choice.recordId !== '';
    table.update({ context, rows, total, before: view.page * view.size, open: view.open, isAlone });
    pager.update({ context, view, total });
    empty.update({ context, filtered: isFiltered(view.choice) });
    setText(waiting, context.t('loading'));
    setAttribute(table.element, 'aria-busy', busy ? 'true' : null);
    setShown(table.element, rows.length > 0);
    setShown(empty.element, none);
    setShown(waiting, answer === undefined);
  };
  const tell = (): void => {
    if (!announce || context === undefined || answer === undefined) return;
    announce = false;
    const { total } = answer;
    const found = total === 0 ? context.t('logNoneTitle') : rangeText({ context, view, total });
    say(context.t('logUpdated', found), 'info');
  };
  const take = ({ total, rows }: Answer): void => {
    const last = lastPage(total, view.size);
    if (view.page > last) {
      become({ page: last });
      ask();
      return;
    }
    answer = { total, rows };
    busy = false;
    const putBack = holdStill(element);
    keepFocus(element, render);
    putBack();
    tell();
  };
  const ask = (): void => {
    stop();
    busy = true;
    setShown(note, false);
    const { choice, page, size } = view;
    stop = requests.follow({ type: 'log', choice, page, size, watch: true }, take);
    keepFocus(element, render);
  };
  return {
    element,
    open() {
      isOpen = true;
      ask();
    },
    leave() {
      isOpen = false;
      stop();
      stop = () => undefined;
      post({ type: 'leaveLog' });
    },
    showRecord(recordId) {
      become({ choice: { ...WHOLE_LOG, recordId }, page: 0, open: null });
      answer = undefined;
      if (isOpen) ask();
    },
    update(next) {
      context = next;
      render();
    },
  };
}
