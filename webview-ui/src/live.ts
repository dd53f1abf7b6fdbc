import { el } from './dom.ts';
import { clean } from './format.ts';

interface LiveRegion {
  readonly element: HTMLElement;
  say(text: string, tone: 'info' | 'error'): void;
}

/** Reads out what an action came to; nothing of it is seen. */
export function createLiveRegion(): LiveRegion {
  const polite = el('div');
  const assertive = el('div');
  polite.setAttribute('role', 'status');
  assertive.setAttribute('role', 'alert');
  const element = el('div', 'visually-hidden', polite, assertive);
  return {
    element,
    say(text, tone) {
      const [region, other] = tone === 'error' ? [assertive, polite] : [polite, assertive];
      other.textContent = '';
      // A new node is read out even when it says the same as the last one.
      region.replaceChildren(el('span', undefined, clean(text)));
    },
  };
}
