import type { EditField } from '../../../src/protocol/edits.ts';
import type { Requests } from '../requests.ts';
import { type Draft, draftOf, MOST_DRAFTS } from './draft.ts';
import { createSession, isUnsaved, type Session } from './session.ts';

/** Somebody who shows the editing of a record. */
export interface Watcher {
  /** Something else is to be shown; `undefined`: the record is not being edited. */
  changed(session: Session | undefined): void;
  /** Saving did not work; `field`: where to look. */
  refused(field: EditField | undefined): void;
  /** The editing is over: saved, or given up. */
  ended(): void;
  /** Focus is wanted in the first field. */
  focus(): void;
}

/** The records that are being edited, whether or not their rows are on the screen. */
export interface Editing {
  /** The page has loaded: goes on with what was being edited before. */
  start(): void;
  /** Begins, or goes on, and puts focus into the first field. */
  begin(id: string): void;
  session(id: string): Session | undefined;
  /** Gives up what was typed. */
  cancel(id: string): void;
  /** Ends the editing of a record into which nothing was typed. */
  leave(id: string): void;
  /** Records may have been changed. */
  refresh(): void;
  watch(id: string, watcher: Watcher): () => void;
  /** Records that were deleted while they were being edited. */
  lost(): readonly Session[];
  onLost(listener: () => void): void;
  /** Whether something was typed into a record and is neither saved nor given up. */
  isUnsaved(id: string): boolean;
  /** Told whenever `isUnsaved` of a record has changed. */
  onUnsaved(listener: (id: string) => void): void;
}

interface Deps {
  readonly requests: Requests;
  readonly drafts: readonly Draft[];
  readonly keep: (drafts: readonly Draft[]) => void;
  readonly say: (what: 'saved' | { readonly problem: string }) => void;
}

export function createEditing({ requests, drafts, keep, say }: Deps): Editing {
  const sessions = new Map<string, Session>();
  const watchers = new Map<string, Watcher>();
  const lostListeners = new Set<() => void>();
  const unsavedListeners = new Set<(id: string) => void>();
  const unsaved = new Set<string>();
  let wantsFocus: string | undefined;
  let lost = '';

  const lostOnes = (): readonly Session[] => [...sessions.values()].filter((session) => session.view().state.gone);
  const noteUnsaved = (id: string): void => {
    const session = sessions.get(id);
    const is = session !== undefined && isUnsaved(session.view());
    if (is === unsaved.has(id)) return;
    if (is) unsaved.add(id);
    else unsaved.delete(id);
    for (const listener of unsavedListeners) listener(id);
  };
  const changed = (id: string): void => {
    keep([...sessions.values()].slice(-MOST_DRAFTS).map((session) => draftOf(session.view().state)));
    watchers.get(id)?.changed(sessions.get(id));
    noteUnsaved(id);
    const now = JSON.stringify(lostOnes().map((session) => session.id));
    if (now === lost) return;
    lost = now;
    for (const listener of lostListeners) listener();
  };
  const end = (id: string): void => {
    sessions.get(id)?.dispose();
    if (!sessions.delete(id)) return;
    changed(id);
    watchers.get(id)?.ended();
  };
  const open = (draft: Draft): Session => {
    const { id } = draft;
    const session = createSession(draft, {
      requests,
      changed: () => {
        if (sessions.get(id) === session) changed(id);
      },
      saved: () => {
        say('saved');
        end(id);
      },
      refused: (text, field) => {
        if (text !== null) say({ problem: text });
        watchers.get(id)?.refused(field);
      },
    });
    sessions.set(id, session);
    return session;
  };
  const leaveOld = (): void => {
    const [oldest] = sessions.keys();
    if (sessions.size > MOST_DRAFTS && oldest !== undefined) end(oldest);
  };

  return {
    start() {
      for (const draft of drafts) {
        open(draft);
        changed(draft.id);
      }
    },
    begin(id) {
      if (!sessions.has(id)) {
        open({ id, began: {}, typed: {} });
        leaveOld();
        changed(id);
      }
      wantsFocus = id;
      const watcher = watchers.get(id);
      if (watcher === undefined) return;
      wantsFocus = undefined;
      watcher.focus();
    },
    session: (id) => sessions.get(id),
    cancel: end,
    leave(id) {
      const session = sessions.get(id);
      if (session !== undefined && !session.view().saving && !isUnsaved(session.view())) end(id);
    },
    refresh() {
      for (const session of sessions.values()) session.refresh();
    },
    watch(id, watcher) {
      watchers.set(id, watcher);
      if (wantsFocus === id) {
        wantsFocus = undefined;
        watcher.focus();
      }
      return () => {
        if (watchers.get(id) === watcher) watchers.delete(id);
      };
    },
    lost: lostOnes,
    onLost: (listener) => void lostListeners.add(listener),
    isUnsaved: (id) => unsaved.has(id),
    onUnsaved: (listener) => void unsavedListeners.add(listener),
  };
}
