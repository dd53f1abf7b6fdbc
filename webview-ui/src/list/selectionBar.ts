import type { ToView } from '../../../src/protocol/messages.ts';
import { type Context, type Post, spokenDuration } from '../context.ts';
import { el, setAttribute, setShown, setText, type View } from '../dom.ts';
import { hoursMinutes } from '../format.ts';
import { createButton } from '../kit.ts';
import { whenWanted } from '../later.ts';
import type { Selecting } from './selecting.ts';
import { type Chosen, totalSeconds } from './selection.ts';
import './selection.css';
import { createSyncResult, type ResultProps } from './syncResult.ts';

export type Synced = Extract<ToView, { type: 'synced' }>;

interface BarServices {
  readonly post: Post;
  readonly selecting: Selecting;
  readonly say: (text: string, tone: 'info' | 'error') => void;
  /** Brings a record on the screen. */
  readonly goTo: (id: string) => void;
  /** Takes focus when what had it is gone from the bar. */
  readonly takeFocus: () => void;
}

export interface SelectionBar extends View<Context> {
  /** Tells what a sync came to. */
  showResult(synced: Synced): void;
}

function createChosen({ post, selecting }: BarServices): View<Context> {
  const count = el('span', 'chosen-count');
  const button = (control: string, act: () => void) => createButton({ look: 'secondary', control, onClick: act });
  const ids = (): string[] => [...selecting.chosen().keys()];
  const sync = button('syncSelected', () => post({ type: 'syncMany', ids: ids() }));
  const issue = button('issueSelected', () => post({ type: 'issueMany', ids: ids() }));
  const remove = button('removeSelected', () => post({ type: 'removeMany', ids: ids() }));
  const all = createButton({ look: 'icon', control: 'selectAll', onClick: () => selecting.all() });
  const clear = createButton({ look: 'icon', control: 'clearSelection', onClick: () => selecting.clear() });
  const tools = el('div', 'chosen-tools', all.element, clear.element);
  const actions = el('div', 'chosen-actions', sync.element, issue.element, remove.element);
  const element = el('div', 'chosen', count, actions, tools);
  actions.setAttribute('role', 'toolbar');
  const describe = (context: Context, chosen: Chosen): void => {
    const { t, snapshot } = context;
    const seconds = totalSeconds(chosen);
    const number = new Intl.NumberFormat(snapshot.locale).format(chosen.size);
    const words = (length: string) =>
      chosen.size === 1 ? t('selectedOne', length) : t('selectedMany', number, length);
    setText(count, words(hoursMinutes(seconds)));
    setAttribute(actions, 'aria-label', words(spokenDuration(t, seconds)));
  };
  return {
    element,
    update(context) {
      const { t, snapshot } = context;
      const chosen = selecting.chosen();
      setShown(element, chosen.size > 0);
      if (chosen.size === 0) return;
      describe(context, chosen);
      const syncs = snapshot.sync !== null;
      sync.update({ label: t('syncSelected'), name: t('syncSelectedName'), icon: 'cloud-upload', off: syncs });
      issue.update({ label: t('setIssue'), name: t('setIssueName'), icon: 'tag' });
      remove.update({ label: t('remove'), name: t('deleteSelectedName'), icon: 'trash' });
      all.update({ label: t('selectAllShown'), icon: 'check-all' });
      clear.update({ label: t('clearSelection'), icon: 'close' });
    },
  };
}

function createProgress(post: Post): View<Context> {
  const share = el('div', 'sync-share');
  const track = el('div', 'sync-track', share);
  const text = el('span', 'sync-count');
  let asked = false;
  const cancel = createButton({
    look: 'secondary',
    control: 'cancelSync',
    onClick: () => {
      asked = true;
      post({ type: 'cancelSync' });
      cancel.element.setAttribute('aria-disabled', 'true');
    },
  });
  const element = el('div', 'sync-now', track, text, cancel.element);
  track.setAttribute('role', 'progressbar');
  track.setAttribute('aria-valuemin', '0');
  return {
    element,
    update({ snapshot: { sync }, t }) {
      setShown(element, sync !== null);
      if (sync === null) {
        asked = false;
        return;
      }
      const { done, total } = sync;
      share.style.setProperty('--share', String(total > 0 ? Math.min(1, done / total) : 0));
      setText(text, t('syncProgress', done, total));
      setAttribute(track, 'aria-valuemax', String(total));
      setAttribute(track, 'aria-valuenow', String(done));
      setAttribute(track, 'aria-label', t('syncProgress', done, total));
      cancel.update({ label: t('cancelSync'), name: t('cancelSyncName'), off: asked });
    },
  };
}

/** Sticks to the bottom while records are selected, a sync runs, or one has ended and nobody has seen how yet. */
export function createSelectionBar(services: BarServices): SelectionBar {
  const { selecting, say, goTo, takeFocus } = services;
  /** The user has begun a sync here, whose end is still to come. */
  let begun = false;
  const post: Post = (message) => {
    if (message.type === 'syncMany') begun = true;
    services.post(message);
  };
  const chosen = whenWanted<Context>(
    () => selecting.chosen().size > 0,
    () => createChosen({ ...services, post }),
  );
  const progress = whenWanted<Context>(
    ({ snapshot }) => snapshot.sync !== null,
    () => createProgress(post),
  );
  const result = whenWanted<ResultProps>(
    (props) => props.synced !== null,
    () =>
      createSyncResult({
        retry: (ids) => post({ type: 'syncMany', ids: [...ids], retry: true }),
        dismiss: () => show(null),
        goTo,
      }),
  );
  const element = el('section', 'selection-bar', result.element, progress.element, chosen.element);
  let context: Context | undefined;
  let synced: Synced | null = null;
  element.dataset.region = 'selection';

  const keepFocus = (change: () => void): void => {
    const before = document.activeElement;
    const had = before !== null && element.contains(before);
    change();
    if (!had || (document.activeElement === before && before.getClientRects().length > 0)) return;
    const next = [...element.querySelectorAll<HTMLElement>('[data-control]')].find(
      (control) => control.getClientRects().length > 0,
    );
    if (next === undefined) takeFocus();
    else next.focus();
  };
  const render = (): void => {
    if (context === undefined) return;
    const now = context;
    const wanted = synced !== null || now.snapshot.sync !== null || selecting.chosen().size > 0;
    keepFocus(() => {
      setAttribute(element, 'aria-label', now.t('selection'));
      for (const part of [chosen, progress]) part.update(now);
      result.update({ context: now, synced });
      setShown(element, wanted);
    });
  };
  function show(next: Synced | null): void {
    synced = next;
    render();
  }
  selecting.onChange(render);
  return {
    element,
    update(next) {
      context = next;
      // A sync that began by itself leaves what the last one came to for the user to read.
      if (next.snapshot.sync !== null && begun) synced = null;
      render();
    },
    showResult(next) {
      begun = false;
      show(next);
      say(next.text, next.tone);
    },
  };
}
