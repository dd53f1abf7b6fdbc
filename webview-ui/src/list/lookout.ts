/* Tells the extension what is looked at: not more often than it answers. */

import type { ListChoice, Slice } from '../../../src/protocol/list.ts';
import type { FromView } from '../../../src/protocol/messages.ts';
import { sameChoice } from './choice.ts';
import type { Model } from './model.ts';

/** Slices begin and end at multiples of this, so that a little scrolling asks for nothing. */
const PAGE = 20;
/** An answer that has not come by then, in ms, is not waited for. */
const PATIENCE_MS = 1_000;

interface Look {
  readonly choice: ListChoice;
  readonly slices: readonly Slice[];
}

export interface Lookout {
  want(look: Look): void;
  /** A list for this choice has come. */
  answered(choice: ListChoice): void;
}

export function createLookout(post: (message: FromView) => void): Lookout {
  let asked: Look | undefined;
  let askedText = '';
  let next: Look | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const send = (look: Look): void => {
    asked = look;
    askedText = JSON.stringify(look);
    next = undefined;
    clearTimeout(waiting);
    waiting = setTimeout(goOn, PATIENCE_MS);
    post({ type: 'look', choice: look.choice, slices: [...look.slices] });
  };
  function goOn(): void {
    clearTimeout(waiting);
    waiting = undefined;
    if (next !== undefined) send(next);
  }
  return {
    want(look) {
      const other = asked === undefined || !sameChoice(asked.choice, look.choice);
      const changed = other || JSON.stringify(look) !== askedText;
      if (!changed) next = undefined;
      else if (other || waiting === undefined) send(look);
      else next = look;
    },
    answered(choice) {
      if (asked !== undefined && sameChoice(asked.choice, choice)) goOn();
    },
  };
}

/** The records among some stretches of items, as slices in whole pages. */
export function slicesOf(
  model: Model,
  stretches: readonly { readonly first: number; readonly last: number }[],
): Slice[] {
  const pages = new Map<string, Set<number>>();
  const add = (first: number, last: number): void => {
    let at = first;
    while (at <= last) {
      const item = model.itemAt(at);
      if (item === undefined) return;
      if (item.kind !== 'row') {
        at += 1;
        continue;
      }
      const own = pages.get(item.group.key) ?? new Set<number>();
      pages.set(item.group.key, own);
      const page = Math.floor(item.index / PAGE);
      own.add(page);
      at += Math.min((page + 1) * PAGE, item.group.count) - item.index;
    }
  };
  for (const { first, last } of stretches) add(first, last);
  return [...pages].flatMap(([group, numbers]) =>
    joined(
      group,
      [...numbers].sort((a, b) => a - b),
    ),
  );
}

function joined(group: string, pages: readonly number[]): Slice[] {
  const slices: Slice[] = [];
  for (const page of pages) {
    const last = slices.at(-1);
    if (last !== undefined && last.from + last.count === page * PAGE) last.count += PAGE;
    else slices.push({ group, from: page * PAGE, count: PAGE });
  }
  return slices;
}
