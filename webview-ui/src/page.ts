import type { ListUpdate } from '../../src/protocol/list.ts';
import type { Snapshot } from '../../src/protocol/messages.ts';
import { VIEW_TEXTS } from '../../src/protocol/texts.ts';
import { holdStill } from './anchor.ts';
import { type Context, contextOf, type Post } from './context.ts';
import { el, setText, type View } from './dom.ts';
import { createEditing } from './edit/editing.ts';
import { createLostDrafts } from './edit/lostDrafts.ts';
import { markFocus, restoreFocus } from './focus.ts';
import { publishHeight } from './heights.ts';
import type { Synced } from './list/selectionBar.ts';
import { createLiveRegion } from './live.ts';
import type { TabName } from './log/state.ts';
import { createTabbed } from './log/tabbed.ts';
import { createDisconnected, createNotice } from './parts/banners.ts';
import { createConnectionLine } from './parts/connection.ts';
import { createSkeleton } from './parts/skeleton.ts';
import { createSummary } from './parts/summary.ts';
import { createTimer } from './parts/timer.ts';
import { createRecords } from './records.ts';
import type { Requests } from './requests.ts';
import type { Keeper } from './saved.ts';

export interface Page {
  /** The page can be talked to: asks for what it shows. */
  start(): void;
  /** Shows a snapshot, unless a newer one is shown already. */
  show(snapshot: Snapshot): void;
  showList(update: ListUpdate): void;
  /** Tells what a sync came to. */
  showResult(synced: Synced): void;
  /** Edits a record in its row. */
  startEdit(id: string): void;
  /** Opens a tab. @param recordId whose attempts alone the sync log shows */
  showTab(tab: TabName, recordId?: string): void;
  say(text: string, tone: 'info' | 'error'): void;
}

export interface PageServices {
  readonly post: Post;
  readonly requests: Requests;
  readonly keeper: Keeper;
}

/** Builds the page into `root` and keeps it up to date. */
export function createPage(root: HTMLElement, services: PageServices): Page {
  const { post, requests, keeper } = services;
  const live = createLiveRegion();
  const skeleton = createSkeleton();
  // The editor shows the page's title outside of it; whoever goes by headings begins here.
  const title = el('h1', 'visually-hidden', VIEW_TEXTS.history);
  const editing = createEditing({
    requests,
    drafts: keeper.get().drafts,
    keep: (drafts) => keeper.set({ drafts: [...drafts] }),
    say: (what) => {
      if (what !== 'saved') live.say(what.problem, 'error');
      else if (shown !== undefined) live.say(contextOf(shown, Date.now()).t('saved'), 'info');
    },
  });
  const say = (text: string): void => live.say(text, 'info');
  const timer = createTimer({ post, requests, editing, say });
  const records = createRecords({
    ...{ post, requests, keeper, editing },
    say: live.say,
    showLog: (recordId) => tabbed.show('log', recordId),
    showRecords: () => tabbed.show('records'),
  });
  const tabbed = createTabbed({
    ...{ post, requests, keeper, say: live.say, goTo: records.goTo },
    records: [createSummary(post), records],
  });
  const foot = createConnectionLine(post);
  const parts: readonly View<Context>[] = [
    createNotice(),
    createLostDrafts(editing, (id) => {
      const focus = markFocus(root);
      editing.cancel(id);
      restoreFocus(root, focus);
    }),
    timer,
    createDisconnected(post),
    tabbed,
    foot,
  ];
  let shown: Snapshot | undefined;

  root.append(title, skeleton);
  document.body.append(live.element);

  const render = (snapshot: Snapshot): void => {
    const context = contextOf(snapshot, Date.now());
    setText(title, context.t('history'));
    for (const part of parts) part.update(context);
  };
  const showFirst = (snapshot: Snapshot): void => {
    root.replaceChildren(title, ...parts.map(({ element }) => element));
    render(snapshot);
    // While there are no rows yet that would have to be looked at again.
    publishHeight('--timer-height', timer.element);
    publishHeight('--foot-height', foot.element);
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
    start() {
      tabbed.start();
      editing.start();
    },
    show(snapshot) {
      if (shown !== undefined && snapshot.version < shown.version) return;
      const first = shown === undefined;
      shown = snapshot;
      if (first) showFirst(snapshot);
      else showNext(snapshot);
    },
    showList(update) {
      records.showList(update);
      if (update.stale) editing.refresh();
    },
    showResult: records.showResult,
    startEdit: records.startEdit,
    showTab: tabbed.show,
    say: live.say,
  };
}
