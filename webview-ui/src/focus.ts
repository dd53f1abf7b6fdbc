/* Gives focus back when what had it is gone from the page around the list; the list looks after its own, see list/. */

const CONTROL = '[data-control]:not([hidden])';
const LIST = '.list';

function isSeen(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}

function controls(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(CONTROL)].filter(isSeen);
}

/** Where focus was before the page changed. */
interface FocusMark {
  readonly element: HTMLElement;
  readonly region: HTMLElement | null;
}

export function markFocus(root: HTMLElement): FocusMark | undefined {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || !root.contains(element) || element.closest(LIST) !== null) return undefined;
  return { element, region: element.closest<HTMLElement>('[data-region]') };
}

/** Gives focus back when the change took it away: to the same place, else to the nearest one. */
export function restoreFocus(root: HTMLElement, mark: FocusMark | undefined): void {
  if (mark === undefined) return;
  if (document.activeElement === mark.element && isSeen(mark.element)) return;
  const near = mark.region === null ? [] : controls(mark.region);
  const row = root.querySelector<HTMLElement>(`${LIST} .record[tabindex="0"]`);
  (near[0] ?? row ?? controls(root)[0])?.focus({ preventScroll: true });
}
