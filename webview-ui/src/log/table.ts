import type { AttemptRow } from '../../../src/protocol/log.ts';
import type { Context } from '../context.ts';
import { el, keyedChildren, setAttribute, setText, type View } from '../dom.ts';
import { columnNames, type DetailActions } from './detail.ts';
import { createRow, type RowProps } from './row.ts';

export interface TableProps {
  readonly context: Context;
  readonly rows: readonly AttemptRow[];
  readonly total: number;
  /** How many attempts come before the first row. */
  readonly before: number;
  readonly open: number | null;
  readonly isAlone: boolean;
}

export interface Table extends View<TableProps> {
  /** Gives focus to a row, if it is there. */
  focusRow(id: number): void;
}

interface Options extends DetailActions {
  /** Opens a row's detail, or closes it. */
  readonly onToggle: (id: number) => void;
}

function createHead(): View<Context> {
  const cells = Array.from({ length: 9 }, () => el('span'));
  const element = el('div', 'log-head', ...cells);
  element.setAttribute('role', 'row');
  element.setAttribute('aria-rowindex', '1');
  for (const cell of cells) cell.setAttribute('role', 'columnheader');
  return {
    element,
    update(context) {
      const names = columnNames(context);
      for (const [index, cell] of cells.entries()) setText(cell, names[index] ?? '');
    },
  };
}

/** A click that chooses text, or is for a button, does not open or close a row. */
function isForRow(event: MouseEvent): boolean {
  const { target } = event;
  if (!(target instanceof Element) || target.closest('.attempt-detail') !== null) return false;
  return document.getSelection()?.type !== 'Range';
}

function rowsOf(element: HTMLElement): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>('.attempt')];
}

function rowFor(key: string, all: readonly HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return all[at + 1];
    case 'ArrowUp':
      return all[at - 1];
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default:
      return undefined;
  }
}

function idOf(row: Element | null | undefined): number | undefined {
  const text = row instanceof HTMLElement ? row.dataset.attempt : undefined;
  return text === undefined ? undefined : Number(text);
}

/** Whether a key on a row opens or closes its detail. */
function toggles(key: string, isOpen: boolean): boolean {
  if (key === 'Enter' || key === ' ') return true;
  return isOpen ? key === 'ArrowLeft' || key === 'Escape' : key === 'ArrowRight';
}

/** The attempts of a page, newest first. */
export function createTable({ onToggle, ...actions }: Options): Table {
  const head = createHead();
  const body = el('div', 'log-rows');
  const element = el('div', 'log-table', head.element, body);
  element.setAttribute('role', 'treegrid');
  body.setAttribute('role', 'rowgroup');
  let active: number | undefined;
  let shown: TableProps | undefined;
  const show = keyedChildren<RowProps>(
    body,
    ({ attempt }) => String(attempt.id),
    (id) => createRow(id, actions),
  );

  const render = (): void => {
    if (shown === undefined) return;
    const { context, rows, before, open, isAlone } = shown;
    const first = rows.some(({ id }) => id === active) ? active : rows[0]?.id;
    show(
      rows.map((attempt, place) => ({
        ...{ context, attempt, isAlone },
        isOpen: attempt.id === open,
        isActive: attempt.id === first,
        index: before + place + 2,
      })),
    );
  };
  const onRowKey = (event: KeyboardEvent, row: HTMLElement): void => {
    const all = rowsOf(body);
    const next = rowFor(event.key, all, all.indexOf(row));
    const id = idOf(row);
    if (next !== undefined) next.focus();
    else if (id !== undefined && !event.repeat && toggles(event.key, row.classList.contains('open'))) onToggle(id);
    else if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
  };
  element.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.attempt') : null;
    if (row === null) return;
    if (event.target === row) onRowKey(event, row);
    else if (event.key === 'Escape') {
      row.focus();
      const id = idOf(row);
      if (id !== undefined) onToggle(id);
    }
  });
  body.addEventListener('click', (event) => {
    const id = event.target instanceof Element ? idOf(event.target.closest('.attempt')) : undefined;
    if (id !== undefined && isForRow(event)) onToggle(id);
  });
  body.addEventListener('focusin', (event) => {
    const id = event.target instanceof Element ? idOf(event.target.closest('.attempt')) : undefined;
    if (id === undefined || id === active) return;
    active = id;
    render();
  });

  /** The row that takes the place of the focused one when that goes away. */
  const keepFocus = (change: () => void): void => {
    const focused = document.activeElement;
    const row = focused === null || !body.contains(focused) ? null : focused.closest<HTMLElement>('.attempt');
    const at = row === null ? -1 : rowsOf(body).indexOf(row);
    change();
    if (row === null || (focused?.isConnected === true && focused.getClientRects().length > 0)) return;
    const all = rowsOf(body);
    const next = row.isConnected ? row : all[Math.min(at, all.length - 1)];
    next?.focus({ preventScroll: true });
  };
  return {
    element,
    update(props) {
      shown = props;
      setAttribute(element, 'aria-label', props.context.t('tabLog'));
      setAttribute(element, 'aria-rowcount', String(props.total + 1));
      head.update(props.context);
      keepFocus(render);
    },
    focusRow(id) {
      rowsOf(body)
        .find((row) => idOf(row) === id)
        ?.focus();
    },
  };
}
