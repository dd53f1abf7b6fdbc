/*
 * The only file that imports @vscode/webview-ui-toolkit, which is retired upstream: whatever replaces it has to offer
 * what this file exports and nothing more. Only the components named here end up in the bundle.
 */
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';
import { el, setAttribute, setText } from './dom.ts';

/** Registers the custom elements; once, before anything is shown. */
export function registerKit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

export interface ButtonProps {
  /** The accessible name, and the text or the tooltip. */
  readonly label: string;
  /** Name of a codicon. */
  readonly icon?: string;
  /** Stays focusable while it is off, so that focus is not lost when it goes off. */
  readonly off?: boolean;
  /** Read by screen readers instead of the label, and shown as a tooltip, when the label is short of context. */
  readonly name?: string;
}

export interface Button {
  readonly element: HTMLElement;
  update(props: ButtonProps): void;
}

export interface ButtonOptions {
  readonly look: 'primary' | 'secondary' | 'icon';
  /** What the button is, for finding it again when focus has to be given back. */
  readonly control: string;
  readonly onClick: () => void;
}

function showIcon(button: HTMLElement, icon: HTMLElement, name: string | undefined): void {
  if (name === undefined) {
    icon.remove();
    return;
  }
  setAttribute(icon, 'class', `codicon codicon-${name}`);
  if (icon.parentElement !== button) button.prepend(icon);
}

/** A button that is changed in place, so that focus and hover stay. */
export function createButton({ look, control, onClick }: ButtonOptions): Button {
  const element = el('vscode-button', `button ${look}`);
  const icon = el('span');
  const text = el('bdi', 'label');
  icon.setAttribute('aria-hidden', 'true');
  element.dataset.control = control;
  // Before it is part of the page: the toolkit takes away what is set between then and the next frame.
  element.setAttribute('appearance', look);
  element.addEventListener('click', () => {
    if (element.getAttribute('aria-disabled') !== 'true') onClick();
  });
  if (look !== 'icon') {
    icon.slot = 'start';
    element.append(text);
  }
  return {
    element,
    update({ label, icon: iconName, off = false, name }) {
      showIcon(element, icon, iconName);
      if (look !== 'icon') setText(text, label);
      setAttribute(element, 'aria-label', name ?? label);
      setAttribute(element, 'title', name ?? label);
      setAttribute(element, 'aria-disabled', off ? 'true' : null);
      // After the label: the toolkit gives an icon button without one the name "Icon Button".
      setAttribute(element, 'appearance', look);
    },
  };
}
