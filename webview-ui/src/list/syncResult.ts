import type { ToView } from '../../../src/protocol/messages.ts';
import type { Context } from '../context.ts';
import { el, iconElement, setAttribute, setShown, setText, type View } from '../dom.ts';
import { clean, oneLine } from '../format.ts';
import { createButton } from '../kit.ts';

type Synced = Extract<ToView, { type: 'synced' }>;

interface ResultActions {
  readonly retry: (ids: readonly string[]) => void;
  readonly dismiss: () => void;
  readonly goTo: (id: string) => void;
}

export interface ResultProps {
  readonly context: Context;
  readonly synced: Synced | null;
}

/** More failures than these are counted only. */
const LISTED = 50;

function createFailure(context: Context, { id, text }: Synced['failed'][number], goTo: (id: string) => void) {
  const words = oneLine(clean(text, 500));
  const button = el('button', 'failure', el('bdi', 'failure-text', words));
  button.setAttribute('type', 'button');
  button.dataset.control = 'goToFailed';
  setAttribute(button, 'title', words);
  setAttribute(button, 'aria-label', context.t('goToRecord', words));
  button.addEventListener('click', () => goTo(id));
  return el('li', undefined, button);
}

/** How a sync ended, what failed and why, and trying that again. */
export function createSyncResult({ retry, dismiss, goTo }: ResultActions): View<ResultProps> {
  const icon = iconElement();
  const text = el('bdi', 'result-text');
  let failed: Synced['failed'] = [];
  const again = createButton({
    look: 'secondary',
    control: 'retryFailed',
    onClick: () => retry(failed.map(({ id }) => id)),
  });
  const close = createButton({ look: 'icon', control: 'dismissResult', onClick: dismiss });
  const list = el('ul', 'failures');
  const more = el('span', 'more-failed');
  const top = el('div', 'result-top', icon, text, again.element, close.element);
  const element = el('div', 'sync-result', top, list, more);
  element.setAttribute('role', 'group');
  let shown: Synced | null = null;

  const fill = (context: Context, synced: Synced): void => {
    failed = synced.failed;
    list.replaceChildren(...failed.slice(0, LISTED).map((one) => createFailure(context, one, goTo)));
    setText(text, oneLine(clean(synced.text, 500)));
    setText(more, context.t('moreFailed', failed.length - LISTED));
  };
  return {
    element,
    update({ context, synced }) {
      setShown(element, synced !== null);
      if (synced === null) {
        shown = null;
        return;
      }
      const { t, snapshot } = context;
      if (synced !== shown) fill(context, synced);
      shown = synced;
      const bad = synced.tone === 'error';
      setAttribute(element, 'aria-label', t('syncResult'));
      setAttribute(icon, 'class', `codicon codicon-${bad ? 'warning' : 'check'}`);
      setAttribute(element, 'data-tone', synced.tone);
      setShown(list, failed.length > 0);
      setShown(more, failed.length > LISTED);
      setShown(again.element, failed.length > 0);
      again.update({ label: t('retryFailed'), name: t('retryFailedName'), off: snapshot.sync !== null });
      close.update({ label: t('dismiss'), icon: 'close' });
    },
  };
}
