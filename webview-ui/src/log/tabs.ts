import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setShown, setText, type View } from '../dom.ts';
import type { TabName } from './state.ts';

const TABS: readonly { readonly name: TabName; readonly text: ViewTextKey }[] = [
  { name: 'records', text: 'tabRecords' },
  { name: 'log', text: 'tabLog' },
];

export interface Tabs extends View<Context> {
  current(): TabName;
  select(name: TabName): void;
  /** Gives focus to the tab that is open. */
  focus(): void;
}

interface Options {
  readonly panels: Readonly<Record<TabName, HTMLElement>>;
  readonly first: TabName;
  /** Called while the panel is still to be seen. */
  readonly onLeave: (name: TabName) => void;
  /** Called after the panel was shown. */
  readonly onSelect: (name: TabName) => void;
}

/** Which tab a key leads to. */
function tabFor(key: string, at: number): number | undefined {
  const last = TABS.length - 1;
  switch (key) {
    case 'ArrowRight':
      return at === last ? 0 : at + 1;
    case 'ArrowLeft':
      return at === 0 ? last : at - 1;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** The tabs above their panels; the arrow keys choose. */
export function createTabs({ panels, first, onLeave, onSelect }: Options): Tabs {
  let selected = first;
  const buttons = TABS.map(({ name, text }) => {
    const element = el('button', 'tab');
    const panel = panels[name];
    element.id = `tab-${name}`;
    panel.id = `panel-${name}`;
    element.setAttribute('type', 'button');
    element.setAttribute('role', 'tab');
    element.setAttribute('aria-controls', panel.id);
    element.dataset.control = `tab-${name}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', element.id);
    element.addEventListener('click', () => select(name));
    return { name, text, element, panel };
  });
  const element = el('div', 'tabs', ...buttons.map((button) => button.element));
  element.setAttribute('role', 'tablist');
  element.dataset.region = 'tabs';

  const show = (): void => {
    for (const button of buttons) {
      const isSelected = button.name === selected;
      setAttribute(button.element, 'aria-selected', String(isSelected));
      setAttribute(button.element, 'tabindex', isSelected ? '0' : '-1');
      setShown(button.panel, isSelected);
    }
  };
  const select = (name: TabName): void => {
    if (name === selected) return;
    onLeave(selected);
    selected = name;
    show();
    onSelect(name);
  };
  element.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = buttons.findIndex((button) => button.element === event.target);
    const next = at < 0 ? undefined : buttons[tabFor(event.key, at) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    next.element.focus();
    select(next.name);
  });
  show();
  return {
    element,
    current: () => selected,
    select,
    focus: () => buttons.find(({ name }) => name === selected)?.element.focus(),
    update({ t }) {
      setAttribute(element, 'aria-label', t('tabs'));
      for (const button of buttons) {
        setText(button.element, t(button.text));
        setAttribute(button.element, 'title', t(button.text));
      }
    },
  };
}
