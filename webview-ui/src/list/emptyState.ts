import { EVERYTHING, type ListChoice } from '../../../src/protocol/list.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context, Post } from '../context.ts';
import { el, iconElement, setAttribute, setShown, setText, type View } from '../dom.ts';
import { createButton } from '../kit.ts';
import { whenWanted } from '../later.ts';
import { sameChoice } from './choice.ts';

/** Why the list shows nothing. */
export type Emptiness = 'nothingYet' | 'firstRuns' | 'nothingFound' | 'allInJira';

interface Case {
  readonly icon: string;
  readonly title: ViewTextKey;
  readonly body: ViewTextKey;
  readonly action: ViewTextKey;
}

const CASES: Readonly<Record<Emptiness, Case>> = {
  nothingYet: { icon: 'history', title: 'emptyTitle', body: 'emptyBody', action: 'addRecord' },
  firstRuns: { icon: 'history', title: 'firstRunsTitle', body: 'firstRunsBody', action: 'addRecord' },
  nothingFound: { icon: 'search', title: 'foundNone', body: 'nothingFoundBody', action: 'clearFilters' },
  allInJira: { icon: 'pass', title: 'allInJira', body: 'allInJiraBody', action: 'showAll' },
};

/** `null`: there is something to see. @param count of the records that the list shows */
export function emptinessOf(count: number, choice: ListChoice, isRunning: boolean): Emptiness | null {
  if (count > 0) return null;
  const all = { ...EVERYTHING, grouping: choice.grouping };
  if (sameChoice(choice, all)) return isRunning ? 'firstRuns' : 'nothingYet';
  return sameChoice(choice, { ...all, state: 'waiting' }) ? 'allInJira' : 'nothingFound';
}

export interface EmptyProps {
  readonly context: Context;
  readonly emptiness: Emptiness | null;
}

function createEmpty(post: Post, clearFilters: () => void): View<EmptyProps> {
  const icon = iconElement();
  const title = el('h2', 'empty-title');
  const body = el('p', 'empty-body');
  let now: Emptiness | null = null;
  const action = createButton({
    look: 'secondary',
    control: 'emptyAction',
    onClick: () => {
      // Clocking in is the button above; what is worked already can only be added.
      if (now === 'nothingYet' || now === 'firstRuns') post({ type: 'addRecord' });
      else clearFilters();
    },
  });
  const element = el('section', 'empty', icon, title, body, action.element);
  element.dataset.region = 'empty';
  return {
    element,
    update({ context: { t }, emptiness }) {
      now = emptiness;
      setShown(element, emptiness !== null);
      if (emptiness === null) return;
      const one = CASES[emptiness];
      setAttribute(element, 'aria-label', t(one.title));
      setAttribute(element, 'data-case', emptiness);
      setAttribute(icon, 'class', `codicon codicon-${one.icon}`);
      setText(title, t(one.title));
      setText(body, t(one.body));
      action.update({ label: t(one.action) });
    },
  };
}

/** Why there is nothing to see, and the one thing to do next. */
export function createEmptyState(post: Post, clearFilters: () => void): View<EmptyProps> {
  return whenWanted(
    ({ emptiness }) => emptiness !== null,
    () => createEmpty(post, clearFilters),
  );
}
