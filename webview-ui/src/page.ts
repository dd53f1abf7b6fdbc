import type { Snapshot } from '../../src/protocol/messages.ts';
import { holdStill } from './anchor.ts';
import { type Context, contextOf, type Post } from './context.ts';
import type { View } from './dom.ts';
import { handleRowKeys, markFocus, restoreFocus, setActiveRow } from './focus.ts';
import { createLiveRegion } from './live.ts';
import { createConnectionLine, createDisconnected, createEmpty, createNotice } from './parts/banners.ts';
import { createHistory } from './parts/history.ts';
import { createSkeleton } from './parts/skeleton.ts';
import { createSummary } from './parts/summary.ts';
import { createTimer } from './parts/timer.ts';
import type { Saved } from './saved.ts';

export interface Page {
  /** Shows a snapshot, unless a newer one is shown already. */
  show(snapshot: Snapshot): void;
  say(text: string, tone: 'info' | 'error'): void;
}

/** Day headings stick below the timer, however tall it is. */
function publishHeight(root: HTMLElement, timer: HTMLElement): void {
  const publish = (): void => {
    const sticky = getComputedStyle(timer).position === 'sticky';
    document.documentElement.style.setProperty('--timer-height', sticky ? `${timer.offsetHeight}px` : '0px');
  };
  const observer = new ResizeObserver(publish);
  observer.observe(timer);
  observer.observe(root);
}

/** Builds the page into `root` and keeps it up to date. `save` is called when what is to be kept has changed. */
export function createPage(root: HTMLElement, post: Post, saved: Saved, save: (saved: Saved) => void): Page {
  const live = createLiveRegion();
  const skeleton = createSkeleton();
  const timer = createTimer(post);
  const history = createHistory(post);
  const parts: readonly View<Context>[] = [
    createNotice(),
    timer,
    createDisconnected(post),
    createSummary(post),
    history,
    createEmpty(post),
    createConnectionLine(),
  ];
  let shown: Snapshot | undefined;
  let activeRecord = saved.activeRecord;

  root.append(skeleton);
  document.body.append(live.element);
  handleRowKeys(root, {
    edit: (id) => post({ type: 'edit', id }),
    remove: (id) => post({ type: 'remove', id }),
  });
  root.addEventListener('focusin', (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.record') : null;
    const id = row?.dataset.record;
    if (id === undefined || id === activeRecord) return;
    activeRecord = id;
    setActiveRow(root, id);
    save({ scroll: window.scrollY, activeRecord });
  });
  window.addEventListener('scrollend', () => save({ scroll: window.scrollY, activeRecord }));

  const render = (snapshot: Snapshot): void => {
    const context = contextOf(snapshot, Date.now());
    for (const part of parts) part.update(context);
    setActiveRow(root, activeRecord);
  };
  const showFirst = (snapshot: Snapshot): void => {
    render(snapshot);
    root.replaceChildren(...parts.map(({ element }) => element));
    // Buttons take their place in the Tab order only once they are part of the page.
    setActiveRow(root, activeRecord);
    publishHeight(root, timer.element);
    window.scrollTo({ top: saved.scroll, behavior: 'instant' });
  };
  const showNext = (snapshot: Snapshot): void => {
    const focus = markFocus(root);
    const putBack = holdStill(root);
    render(snapshot);
    restoreFocus(root, focus);
    putBack();
  };
  // "Today" may have become yesterday while nobody looked.
  document.addEventListener('visibilitychange', () => {
    if (shown !== undefined && !document.hidden) showNext(shown);
  });

  return {
    show(snapshot) {
      if (shown !== undefined && snapshot.version < shown.version) return;
      const first = shown === undefined;
      shown = snapshot;
      if (first) showFirst(snapshot);
      else showNext(snapshot);
    },
    say: live.say,
  };
}
