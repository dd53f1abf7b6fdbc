/** A part of the page that is built once and then changed in place. */
export interface View<P> {
  readonly element: HTMLElement;
  update(props: P): void;
}

export function el(tag: string, className?: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  element.append(...children);
  return element;
}

/** Writes only what differs, so that an unchanged text keeps the user's selection and is not read out again. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

export function setShown(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Sets a text and hides its element when there is none. */
export function setOptionalText(element: HTMLElement, text: string | null): void {
  setText(element, text ?? '');
  setShown(element, text !== null && text !== '');
}

/** An icon of the editor's own set; the word beside it carries the meaning. */
export function iconElement(name?: string): HTMLElement {
  const element = el('span', name === undefined ? 'codicon' : `codicon codicon-${name}`);
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/**
 * Makes `parent`'s children follow a list: a child belongs to its key and is moved only when it stands in the wrong
 * place. An item whose key came before is left out.
 */
export function keyedChildren<P>(
  parent: HTMLElement,
  keyOf: (item: P) => string,
  create: (key: string) => View<P>,
): (items: readonly P[]) => void {
  const views = new Map<string, View<P>>();
  const removeOthers = (keep: ReadonlyMap<string, P>): void => {
    for (const [key, view] of views) {
      if (keep.has(key)) continue;
      view.element.remove();
      views.delete(key);
    }
  };
  return (items) => {
    const byKey = new Map([...items].reverse().map((item) => [keyOf(item), item] as const));
    removeOthers(byKey);
    let place = parent.firstElementChild;
    for (const [key, item] of [...byKey].reverse()) {
      const view = views.get(key) ?? create(key);
      views.set(key, view);
      if (view.element === place) place = place.nextElementSibling;
      else parent.insertBefore(view.element, place);
      view.update(item);
    }
  };
}
