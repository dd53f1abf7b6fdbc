/* Where the keyboard is: moving among the rows, and giving focus back when what had it is gone. */
import { setAttribute } from './dom.ts';

const ROW = '.record';
const CONTROL = '[data-control]:not([hidden])';

function rows(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(ROW)];
}

function rowOf(node: Element): HTMLElement | null {
  return node.closest<HTMLElement>(ROW);
}

function isSeen(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}

function controls(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(CONTROL)].filter(isSeen);
}

/** One row, and its buttons, are in the Tab order; the arrow keys choose which. */
export function setActiveRow(root: HTMLElement, id: string | null): void {
  const all = rows(root);
  const active = all.find((row) => row.dataset.record === id) ?? all[0];
  for (const row of all) {
    const order = row === active ? '0' : '-1';
    setAttribute(row, 'tabindex', order);
    for (const control of row.querySelectorAll('[data-control]')) setAttribute(control, 'tabindex', order);
  }
}

function target(root: HTMLElement, row: HTMLElement, from: HTMLElement, key: string): HTMLElement | undefined {
  const all = rows(root);
  const stops = [row, ...controls(row)];
  const at = stops.indexOf(from);
  switch (key) {
    case 'ArrowDown':
      return all[all.indexOf(row) + 1];
    case 'ArrowUp':
      return all[all.indexOf(row) - 1];
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    case 'ArrowRight':
      return stops[at + 1];
    case 'ArrowLeft':
      return stops[at - 1];
    default:
      return undefined;
  }
}

interface RowKeys {
  edit(id: string): void;
  remove(id: string): void;
}

function act(event: KeyboardEvent, id: string, keys: RowKeys): boolean {
  // A key held down must not ask for one deletion after another.
  if (event.repeat) return false;
  const backspace = event.key === 'Backspace' && event.metaKey;
  if (event.key === 'Delete' || backspace) keys.remove(id);
  else if (event.key === 'Enter') keys.edit(id);
  else return false;
  return true;
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.shiftKey || (event.metaKey && event.key !== 'Backspace');
}

/** Arrow keys, Home and End among rows and their buttons; Enter edits a row, Delete removes it. */
export function handleRowKeys(root: HTMLElement, keys: RowKeys): void {
  root.addEventListener('keydown', (event) => {
    if (!(event.target instanceof HTMLElement) || hasModifier(event)) return;
    const row = rowOf(event.target);
    const id = row?.dataset.record;
    if (row === null || id === undefined) return;
    const next = target(root, row, event.target, event.key);
    next?.focus();
    const moves = next !== undefined || /^Arrow(?:Up|Down)$|^Home$|^End$/u.test(event.key);
    if (moves || (event.target === row && act(event, id, keys))) event.preventDefault();
  });
}

/** Where focus was before the page changed. */
interface FocusMark {
  readonly element: HTMLElement;
  readonly control: string | undefined;
  readonly region: HTMLElement | null;
  readonly recordId: string | undefined;
  readonly rowIndex: number;
}

export function markFocus(root: HTMLElement): FocusMark | undefined {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || !root.contains(element)) return undefined;
  const row = rowOf(element);
  return {
    element,
    control: element.dataset.control,
    region: element.closest<HTMLElement>('[data-region]'),
    recordId: row?.dataset.record,
    rowIndex: row === null ? -1 : rows(root).indexOf(row),
  };
}

function rowSuccessor(root: HTMLElement, mark: FocusMark): HTMLElement | undefined {
  if (mark.recordId === undefined) return undefined;
  const all = rows(root);
  const same = all.find((row) => row.dataset.record === mark.recordId);
  if (same === undefined) return all[Math.min(mark.rowIndex, all.length - 1)];
  return controls(same).find((control) => control.dataset.control === mark.control) ?? same;
}

function successor(root: HTMLElement, mark: FocusMark): HTMLElement | undefined {
  const near = mark.region === null ? [] : controls(mark.region);
  return rowSuccessor(root, mark) ?? near[0] ?? rows(root).at(mark.control === 'more' ? -1 : 0) ?? controls(root)[0];
}

/** Gives focus back when the change took it away: to the same place, else to the nearest one. */
export function restoreFocus(root: HTMLElement, mark: FocusMark | undefined): void {
  if (mark === undefined) return;
  const kept = document.activeElement === mark.element && isSeen(mark.element);
  if (!kept) successor(root, mark)?.focus({ preventScroll: true });
}
