import { el, iconElement, setAttribute } from '../dom.ts';

export interface IconButton {
  readonly element: HTMLElement;
  update(props: { readonly label: string; readonly icon: string }): void;
}

/**
 * A small button without a text. A browser's own: a screen of rows has hundreds of them, and the toolkit's take longer
 * to build than a frame lasts.
 */
export function createIconButton(control: string, onClick: () => void): IconButton {
  const icon = iconElement();
  const element = el('button', 'icon-button', icon);
  element.setAttribute('type', 'button');
  element.dataset.control = control;
  element.addEventListener('click', onClick);
  return {
    element,
    update({ label, icon: name }) {
      setAttribute(icon, 'class', `codicon codicon-${name}`);
      setAttribute(element, 'aria-label', label);
      setAttribute(element, 'title', label);
    },
  };
}
