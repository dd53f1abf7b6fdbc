import { EVERYTHING, type ListChoice } from '../../../src/protocol/list.ts';

/** What the user chose to see; the one place that knows it. */
export interface Choice {
  current(): ListChoice;
  set(changes: Partial<ListChoice>): void;
  /** Shows everything again, grouped as it is. */
  reset(): void;
  /** Whether anything is left out. */
  isFiltered(): boolean;
  onChange(listener: (choice: ListChoice) => void): void;
}

export function sameChoice(a: ListChoice, b: ListChoice): boolean {
  return (
    a.grouping === b.grouping &&
    a.text === b.text &&
    a.issueKey === b.issueKey &&
    a.project === b.project &&
    a.from === b.from &&
    a.to === b.to &&
    a.state === b.state
  );
}

export function createChoice(initial: ListChoice): Choice {
  const listeners: ((choice: ListChoice) => void)[] = [];
  let current = initial;
  const become = (next: ListChoice): void => {
    if (sameChoice(next, current)) return;
    current = next;
    for (const listener of listeners) listener(current);
  };
  return {
    current: () => current,
    set: (changes) => become({ ...current, ...changes }),
    reset: () => become({ ...EVERYTHING, grouping: current.grouping }),
    isFiltered: () => !sameChoice(current, { ...EVERYTHING, grouping: current.grouping }),
    onChange: (listener) => void listeners.push(listener),
  };
}
