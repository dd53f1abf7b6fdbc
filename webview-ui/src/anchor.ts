/* Keeps what the user points at, or reads, where it is on the screen while rows come and go above it. */

interface Anchor {
  readonly element: Element;
  readonly top: number;
}

const STEADY = '.record, .attempt, .button, .day-heading';

function inSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

/** What sticks to the bottom stays there however the page is scrolled. */
function sticksToBottom(element: Element): boolean {
  for (let part: Element | null = element; part !== null; part = part.parentElement) {
    const { position, bottom } = getComputedStyle(part);
    if (position === 'sticky' && bottom !== 'auto') return true;
  }
  return false;
}

function candidates(root: HTMLElement): Element[] {
  const hovered = [...root.querySelectorAll(`:is(${STEADY}):hover`)].reverse();
  const focused = document.activeElement;
  const read = window.scrollY > 0 ? [...root.querySelectorAll('.record, .attempt')].filter(inSight) : [];
  const held = focused !== null && root.contains(focused) && inSight(focused) ? [focused] : [];
  return [...[...hovered, ...held].filter((element) => !sticksToBottom(element)), ...read];
}

/** Remembers where things are; the returned function puts the first that is still there back by scrolling. */
export function holdStill(root: HTMLElement): () => void {
  const anchors: Anchor[] = candidates(root).map((element) => ({ element, top: element.getBoundingClientRect().top }));
  return () => {
    const anchor = anchors.find(({ element }) => element.isConnected && element.getClientRects().length > 0);
    if (anchor === undefined) return;
    const moved = anchor.element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: 'instant' });
  };
}
