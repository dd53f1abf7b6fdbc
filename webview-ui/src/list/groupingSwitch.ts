import type { Context } from '../context.ts';
import { el, setAttribute, setText, type View } from '../dom.ts';
import type { Choice } from './choice.ts';

/** Chooses whether the list is by day or by issue. */
export function createGroupingSwitch(choice: Choice): View<Context> {
  const buttons = (['day', 'issue'] as const).map((grouping) => {
    const element = el('button');
    element.setAttribute('type', 'button');
    element.dataset.control = `group-${grouping}`;
    element.addEventListener('click', () => choice.set({ grouping }));
    return { grouping, element };
  });
  const show = (): void => {
    for (const { grouping, element } of buttons) {
      setAttribute(element, 'aria-pressed', String(choice.current().grouping === grouping));
    }
  };
  choice.onChange(show);
  const element = el('div', 'switch', ...buttons.map((button) => button.element));
  element.setAttribute('role', 'group');
  return {
    element,
    update({ t }) {
      setAttribute(element, 'aria-label', t('grouping'));
      for (const button of buttons) {
        const name = t(button.grouping === 'day' ? 'groupByDay' : 'groupByIssue');
        setText(button.element, name);
        setAttribute(button.element, 'title', `${t('grouping')}: ${name}`);
      }
      show();
    },
  };
}
