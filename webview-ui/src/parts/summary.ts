import { waitingText } from '../../../src/protocol/waiting.ts';
import { type Context, type Post, spokenDuration } from '../context.ts';
import { el, iconElement, setAttribute, setShown, setText, type View } from '../dom.ts';
import { hoursMinutes } from '../format.ts';
import { createButton } from '../kit.ts';
import { createOffered } from '../offered.ts';

interface TotalProps {
  readonly context: Context;
  readonly label: string;
  readonly seconds: number;
  /** `null` or 0 for none. */
  readonly target: number | null;
}

function createTotal(): View<TotalProps> {
  const label = el('span', 'total-label');
  const value = el('span', 'total-value');
  const element = el('span', 'total', label, ' ', value);
  element.setAttribute('role', 'group');
  return {
    element,
    update({ context: { t }, label: name, seconds, target }) {
      const words = (duration: (length: number) => string) =>
        target === null || target === 0 ? duration(seconds) : t('ofTarget', duration(seconds), duration(target));
      setText(label, name);
      setText(value, words(hoursMinutes));
      setAttribute(element, 'aria-label', `${name}: ${words((length) => spokenDuration(t, length))}`);
    },
  };
}

function standing({ snapshot: { waiting, waitingOf, sync }, t }: Context): { icon: string; text: string } {
  // How far it is stands beside the button that stops it.
  if (sync !== null) return { icon: 'sync codicon-modifier-spin', text: t('stateSyncing') };
  const { failed = 0, conflict = 0 } = waitingOf ?? {};
  const calm = waiting === 0 ? 'check' : 'cloud-upload';
  return { icon: failed + conflict > 0 ? 'warning' : calm, text: waitingText(waiting, waitingOf, t) };
}

function createProgress(): View<Context> {
  const bar = el('div', 'progress-bar');
  const element = el('div', 'progress', bar);
  element.setAttribute('role', 'progressbar');
  element.setAttribute('aria-valuemin', '0');
  return {
    element,
    update({ snapshot: { sync }, t }) {
      element.classList.toggle('idle', sync === null);
      setAttribute(element, 'aria-hidden', sync === null ? 'true' : null);
      if (sync === null) return;
      const share = sync.total > 0 ? Math.min(1, Math.max(0, sync.done / sync.total)) : 0;
      bar.style.setProperty('--share', String(share));
      setAttribute(element, 'aria-valuemax', String(sync.total));
      setAttribute(element, 'aria-valuenow', String(sync.done));
      setAttribute(element, 'aria-label', t('syncProgress', sync.done, sync.total));
    },
  };
}

function createWaiting(post: Post): View<Context> {
  const icon = iconElement();
  const text = el('span', 'waiting-text');
  const syncAll = createOffered({ look: 'secondary', control: 'syncAll', onClick: () => post({ type: 'syncAll' }) });
  const element = el('div', 'waiting', icon, text, syncAll.element);
  return {
    element,
    update(context) {
      const { snapshot, t } = context;
      const { icon: name, text: words } = standing(context);
      setAttribute(icon, 'class', `codicon codicon-${name}`);
      setText(text, words);
      const isOffered = snapshot.connection.state === 'connected' && (snapshot.waiting > 0 || snapshot.sync !== null);
      syncAll.update({ label: t('syncAll'), off: snapshot.sync !== null, isOffered });
      const stuck = snapshot.waiting + (snapshot.waitingOf?.conflict ?? 0);
      setShown(element, snapshot.connection.state === 'connected' || stuck > 0);
    },
  };
}

/** Totals, how much waits for Jira, and sending it. */
export function createSummary(post: Post): View<Context> {
  const today = createTotal();
  const week = createTotal();
  const add = createButton({ look: 'icon', control: 'add', onClick: () => post({ type: 'addRecord' }) });
  const waiting = createWaiting(post);
  const progress = createProgress();
  const totals = el('div', 'totals', today.element, week.element, add.element);
  const element = el('section', 'summary', totals, waiting.element, progress.element);
  element.dataset.region = 'summary';
  return {
    element,
    update(context) {
      const { snapshot, t } = context;
      setAttribute(element, 'aria-label', t('totals'));
      const { todaySeconds, todayTargetSeconds, weekSeconds, weekTargetSeconds } = snapshot;
      today.update({ context, label: t('today'), seconds: todaySeconds, target: todayTargetSeconds });
      week.update({ context, label: t('thisWeek'), seconds: weekSeconds, target: weekTargetSeconds });
      add.update({ label: t('addRecord'), icon: 'add' });
      waiting.update(context);
      progress.update(context);
    },
  };
}
