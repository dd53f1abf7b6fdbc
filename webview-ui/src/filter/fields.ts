import { el, setAttribute, setShown, setText, type View } from '../dom.ts';
import { clean } from '../format.ts';

const LONGEST_OPTION = 100;
let fields = 0;

function labelled(control: HTMLElement, name: string): { element: HTMLElement; label: HTMLElement } {
  fields += 1;
  control.id = `filter-${fields}`;
  control.dataset.control = name;
  const label = el('label', 'field-label');
  label.setAttribute('for', control.id);
  return { element: el('div', 'field', label, control), label };
}

export interface SelectProps {
  readonly label: string;
  readonly value: string;
  /** Values with their words, in order. */
  readonly options: readonly (readonly [value: string, words: string])[];
}

/** One of several. A value that is not among the options stays on offer as it is. */
export function createSelect(name: string, onChange: (value: string) => void): View<SelectProps> {
  const select = document.createElement('select');
  const { element, label } = labelled(select, name);
  let shown = '';
  select.addEventListener('change', () => onChange(select.value));
  return {
    element,
    update({ label: words, value, options }) {
      setText(label, words);
      const all = options.some(([one]) => one === value) ? options : [...options, [value, value] as const];
      const text = JSON.stringify(all);
      if (text !== shown) {
        shown = text;
        select.replaceChildren(...all.map(([one, name]) => new Option(clean(name, LONGEST_OPTION), one)));
      }
      if (select.value !== value) select.value = value;
    },
  };
}

export interface InputProps {
  readonly label: string;
  readonly value: string;
  /** What is wrong with it, or null. */
  readonly problem?: string | null;
}

interface InputOptions {
  readonly name: string;
  readonly type: 'text' | 'date';
  readonly maxLength: number;
  /** Called for what was typed when it is complete. */
  readonly onChange: (value: string) => void;
}

/** A line to type into; what somebody is typing is left alone. */
export function createInput({ name, type, maxLength, onChange }: InputOptions): View<InputProps> {
  const input = document.createElement('input');
  const { element, label } = labelled(input, name);
  const problem = el('span', 'field-problem');
  input.type = type;
  input.maxLength = maxLength;
  input.autocomplete = 'off';
  input.spellcheck = false;
  problem.id = `${input.id}-problem`;
  element.append(problem);
  input.addEventListener('change', () => onChange(input.value));
  return {
    element,
    update({ label: words, value, problem: wrong = null }) {
      setText(label, words);
      if (input.value !== value && document.activeElement !== input) input.value = value;
      setText(problem, wrong ?? '');
      setShown(problem, wrong !== null);
      setAttribute(input, 'aria-invalid', wrong === null ? null : 'true');
      setAttribute(input, 'aria-describedby', wrong === null ? null : problem.id);
    },
  };
}
