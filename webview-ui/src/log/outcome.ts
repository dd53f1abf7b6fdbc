import { el, iconElement, setAttribute, setText, type View } from '../dom.ts';
import { type AttemptProps, OUTCOMES, outcomeWord } from './words.ts';

/** What came of an attempt. */
export function createOutcome(): View<AttemptProps> {
  const icon = iconElement();
  const word = el('span', 'word');
  const element = el('span', 'outcome', icon, word);
  return {
    element,
    update(props) {
      const { status } = props.attempt;
      setAttribute(element, 'data-outcome', status);
      setAttribute(icon, 'class', `codicon codicon-${OUTCOMES[status].icon}`);
      setText(word, outcomeWord(props));
    },
  };
}
