import type { ListUpdate } from '../../src/protocol/list.ts';
import type { Snapshot } from '../../src/protocol/messages.ts';
import { holdStill } from './anchor.ts';
import { type Context, contextOf, type Post } from './context.ts';
import { el, setAttribute, type View } from './dom.ts';
import { markFocus, restoreFocus } from './focus.ts';
import { createChoice } from './list/choice.ts';
import { createGroupingSwitch } from './list/groupingSwitch.ts';
import { createList, type List } from './list/listView.ts';
import type { RowSelection } from './list/row.ts';
import { createLiveRegion } from './live.ts';
import { createConnectionLine, createDisconnected, createEmpty, createNotice } from './parts/banners.ts';
import { createSkeleton } from './parts/skeleton.ts';
import { createSummary } from './parts/summary.ts';
import { createTimer } from './parts/timer.ts';
import type { Requests } from './requests.ts';
import type { Keeper } from './saved.ts';

export interface Page {
  /** The page can be talked to: asks for what it shows. */
  start(): void;
  /** Shows a snapshot, unless a newer one is shown already. */
  show(snapshot: Snapshot): void;
  showList(update: ListUpdate): void;
  say(text: string, tone: 'info' | 'error'): void;
}

export interface PageServices {
  readonly post: Post;
  readonly requests: Requests;
  readonly keeper: Keeper;
}

const NONE_SELECTED: RowSelection = { has: () => false, any: () => false, pick: () => undefined };

/** Group headings stick below the timer, however tall it is. */
function publishHeight(root: HTMLElement, timer: HTMLElement): void {
  const publish = (): void => {
    const sticky = getComputedStyle(timer).position === 'sticky';
    document.documentElement.style.setProperty('--timer-height', sticky ? `${timer.offsetHeight}px` : '0px');
  };
  const observer = new ResizeObserver(publish);
  observer.observe(timer);
  observer.observe(root);
}

/** The list with what belongs to it. */
function createRecords(list: List, grouping: View<Context>): View<Context> {
  const element = el('section', 'history', el('div', 'list-bar', grouping.element), el('div', undefined, list.element));
  return {
    element,
    update(context) {
      setAttribute(element, 'aria-label', context.t('history'));
      grouping.update(context);
      list.update(context);
    },
  };
}

/** Builds the page into `root` and keeps it up to date. */
export function createPage(root: HTMLElement, services: PageServices): Page {
  const { post, requests, keeper } = services;
  const live = createLiveRegion();
  const skeleton = createSkeleton();
  const timer = createTimer(post);
  const choice = createChoice(keeper.get().choice);
  const list = createList({ post, requests, choice, keeper, selection: NONE_SELECTED });
  const empty = createEmpty(post, () => list.outline()?.count === 0 && !choice.isFiltered());
  const parts: readonly View<Context>[] = [
    createNotice(),
    timer,
    createDisconnected(post),
    createSummary(post),
    createRecords(list, createGroupingSwitch(choice)),
    empty,
    createConnectionLine(),
  ];
  let shown: Snapshot | undefined;

  root.append(skeleton);
  document.body.append(live.element);

  const render = (snapshot: Snapshot): void => {
    const context = contextOf(snapshot, Date.now());
    for (const part of parts) part.update(context);
  };
  const showFirst = (snapshot: Snapshot): void => {
    root.replaceChildren(...parts.map(({ element }) => element));
    publishHeight(root, timer.element);
    render(snapshot);
  };
  const showNext = (snapshot: Snapshot): void => {
    const focus = markFocus(root);
    const putBack = holdStill(root);
    render(snapshot);
    restoreFocus(root, focus);
    putBack();
  };
  list.onOutline(() => {
    if (shown !== undefined) empty.update(contextOf(shown, Date.now()));
  });
  // "Today" may have become yesterday while nobody looked.
  document.addEventListener('visibilitychange', () => {
    if (shown !== undefined && !document.hidden) showNext(shown);
  });

  return {
    start: list.start,
    show(snapshot) {
      if (shown !== undefined && snapshot.version < shown.version) return;
      const first = shown === undefined;
      shown = snapshot;
      if (first) showFirst(snapshot);
      else showNext(snapshot);
    },
    showList: list.show,
    say: live.say,
  };
}
