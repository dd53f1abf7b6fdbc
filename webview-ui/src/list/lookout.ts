/* Tells the extension what is looked at: not more often than it answers. */

import type { ListChoice, Look, Slice } from '../../../src/protocol/list.ts';
import type { FromView } from '../../../src/protocol/messages.ts';
import type { Saved } from '../saved.ts';
import { sameChoice } from './choice.ts';
import type { Model } from './model.ts';

/** Slices begin and end at multiples of this, so that a little scrolling asks for nothing. */
const PAGE = 20;
/** Items asked for beyond those that are seen, on either side. */
export const ASKED_BEYOND = 30;
/** An answer that has not come by then, in ms, is not waited for. */
const PATIENCE_MS = 1_000;

export interface Lookout {
  want(look: Look): void;
  /** A list for this choice has come. */
  answered(choice: ListChoice): void;
}

/** What a page asks for before it has any rows: those around where it was left. */
export function firstLook({ choice, spot }: Pick<Saved, 'choice' | 'spot'>): Look {
  if (spot === null) return { choice, slices: [] };
  const from = Math.max(0, spot.index - ASKED_BEYOND);
  return { choice, slices: [{ group: spot.group, from, count: ASKED_BEYOND * 3 }] };
}

/** @param first what the extension has been asked for already */
export function createLookout(post: (message: FromView) => void, first: Look): Lookout {
  let asked = first;
  let askedText = JSON.stringify(first);
  let next: Look | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined = setTimeout(goOn, PATIENCE_MS);

  const send = (look: Look): void => {
    asked = look;
    askedText = JSON.stringify(look);
    next = undefined;
    clearTimeout(waiting);
    waiting = setTimeout(goOn, PATIENCE_MS);
    post({ type: 'look', ...look });
  };
  function goOn(): void {
    clearTimeout(waiting);
    waiting = undefined;
    if (next !== undefined) send(next);
  }
  return {
    want(look) {
      const other = !sameChoice(asked.choice, look.choice);
      const changed = other || JSON.stringify(look) !== askedText;
      if (!changed) next = undefined;
      else if (other || waiting === undefined) send(look);
      else next = look;
    },
    answered(choice) {
      if (sameChoice(asked.choice, choice)) goOn();
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
