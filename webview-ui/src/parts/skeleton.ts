import { VIEW_TEXTS } from '../../../src/protocol/texts.ts';
import { el } from '../dom.ts';

/** What stands in for the page until the first snapshot; as tall as what replaces it, so that nothing jumps. */
export function createSkeleton(): HTMLElement {
  const element = el('div', 'skeleton');
  element.setAttribute('role', 'status');
  element.setAttribute('aria-label', VIEW_TEXTS.loading);
  const shapes = ['bone button-bone', 'bone short', 'bone row-bone', 'bone row-bone', 'bone row-bone'];
  element.append(...shapes.map((shape) => el('div', shape)));
  return element;
}
