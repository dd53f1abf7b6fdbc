import type { Context, Post } from '../context.ts';
import { el, type View } from '../dom.ts';
import type { Requests } from '../requests.ts';
import type { Keeper } from '../saved.ts';
import { createLogPanel, type LogPanel } from './panel.ts';
import type { SavedTabs, TabName } from './state.ts';
import { createTabs } from './tabs.ts';

export interface Tabbed extends View<Context> {
  /** The page can be talked to. */
  start(): void;
  /** Opens a tab. @param recordId whose attempts alone the sync log shows */
  show(tab: TabName, recordId?: string): void;
}

interface Options {
  readonly post: Post;
  readonly requests: Requests;
  readonly keeper: Keeper;
  readonly say: (text: string, tone: 'info' | 'error') => void;
  /** What the first tab shows. */
  readonly records: readonly View<Context>[];
  /** Goes to a record of the list. @returns whether it is still there */
  readonly goTo: (recordId: string) => Promise<boolean>;
}

/** The records and the sync log, one at a time. */
export function createTabbed({ post, requests, keeper, say, records, goTo }: Options): Tabbed {
  const { tab: firstTab, ...first } = keeper.get().tabs;
  const save = (changes: Partial<SavedTabs>): void => keeper.set({ tabs: { ...keeper.get().tabs, ...changes } });
  let context: Context | undefined;
  let started = false;

  const logPlace = el('div');
  let made: LogPanel | undefined;
  /** Made when it is first wanted: its fields and buttons are dear, and the records come first. */
  const log = (): LogPanel => {
    if (made !== undefined) return made;
    made = createLogPanel({
      ...{ post, requests, first, save, say },
      async goTo(id) {
        tabs.select('records');
        if (await goTo(id)) return true;
        tabs.select('log');
        return false;
      },
    });
    logPlace.append(made.element);
    if (context !== undefined) made.update(context);
    return made;
  };
  const panel = el('div', undefined, ...records.map(({ element }) => element));
  /** Both tabs share the page: where each was scrolled to, in px. */
  const scrolled: Record<TabName, number> = { records: 0, log: 0 };
  const tabs = createTabs({
    panels: { records: panel, log: logPlace },
    first: firstTab,
    onLeave(tab) {
      scrolled[tab] = window.scrollY;
    },
    onSelect(tab) {
      save({ tab });
      if (tab === 'log') log().open();
      else made?.leave();
      // A list that was hidden has not drawn its rows.
      if (context !== undefined) for (const part of records) part.update(context);
      window.scrollTo({ top: scrolled[tab], behavior: 'instant' });
    },
  });
  return {
    element: el('div', 'tabbed', tabs.element, panel, logPlace),
    start() {
      started = true;
      if (tabs.current() === 'log') log().open();
    },
    show(tab, recordId) {
      const { activeElement } = document;
      const hadFocus = activeElement !== null && activeElement !== document.body;
      if (recordId !== undefined) log().showRecord(recordId);
      tabs.select(tab);
      if (started && hadFocus) tabs.focus();
    },
    update(next) {
      context = next;
      tabs.update(next);
      for (const part of records) part.update(next);
      made?.update(next);
    },
  };
}
