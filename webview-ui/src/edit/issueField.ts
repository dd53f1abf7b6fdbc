import type { Context } from '../context.ts';
import type { Requests } from '../requests.ts';
import { createField, type Field } from './field.ts';
import { createSuggestions, type SuggestionsProps } from './suggestions.ts';

interface IssueFieldOptions {
  readonly requests: Requests;
  readonly onType: (text: string) => void;
  readonly onChoose: (choice: 'mine' | 'theirs') => void;
  /** Tells how many issues are on offer. */
  readonly say: (text: string) => void;
}

export interface IssueField extends Field {
  dispose(): void;
}

/** An address from Jira is longer than a key. */
const LIMIT = 4_000;
const LONGEST_QUERY = 300;

/** The issue, with issues to choose from while it is typed. */
export function createIssueField({ requests, onType, onChoose, say }: IssueFieldOptions): IssueField {
  const input = document.createElement('input');
  let context: Context | undefined;
  let stop = (): void => undefined;
  const take = (key: string): void => {
    end();
    input.value = key;
    onType(key);
  };
  const list = createSuggestions(input, take);
  const end = (): void => {
    stop();
    list.close();
  };
  const show = (answer: Omit<SuggestionsProps, 'context'>): void => {
    if (context === undefined) return;
    list.update({ context, ...answer });
    if (!answer.isBusy) say(context.t('issuesFound', answer.issues.length));
  };
  const ask = (text: string): void => {
    stop();
    stop = requests.follow({ type: 'suggest', text: text.slice(0, LONGEST_QUERY) }, show);
    list.open();
  };
  const walk = (way: 1 | -1): void => {
    if (list.isOpen()) list.move(way);
    else ask('');
  };
  /** Whether the key was used. */
  const press = (key: string): boolean => {
    const marked = list.isOpen() ? list.marked() : undefined;
    if (key === 'ArrowDown') walk(1);
    else if (key === 'ArrowUp') walk(-1);
    else if (key === 'Escape' && list.isOpen()) end();
    else if (key === 'Enter' && marked !== undefined) take(marked);
    else return false;
    return true;
  };
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || !press(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener('input', () => ask(input.value));
  input.addEventListener('blur', end);
  const field = createField(input, { field: 'issueKey', label: 'fieldIssue', limit: LIMIT, onType, onChoose });
  field.element.append(list.element);
  return {
    ...field,
    update(props) {
      ({ context } = props);
      field.update(props);
    },
    dispose: end,
  };
}
