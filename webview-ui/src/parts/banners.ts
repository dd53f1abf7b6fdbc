import type { Snapshot } from '../../../src/protocol/messages.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context, Post } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setShown, setText, type View } from '../dom.ts';
import { clean } from '../format.ts';
import { createButton } from '../kit.ts';
import { whenWanted } from '../later.ts';

/** Something about the database that the user must know. */
export function createNotice(): View<Context> {
  const text = el('bdi', 'notice-text');
  const element = el('div', 'notice', iconElement('warning'), text);
  element.setAttribute('role', 'status');
  return {
    element,
    update({ snapshot: { notice } }) {
      setOptionalText(text, notice === null ? null : clean(notice.trim(), 1_000));
      setShown(element, !text.hidden);
    },
  };
}

interface Missing {
  readonly icon: string;
  readonly title: ViewTextKey;
  readonly body: ViewTextKey;
  readonly action: ViewTextKey;
  readonly does: 'connect' | 'manage';
}

const MISSING: Readonly<Partial<Record<Snapshot['connection']['state'], Missing>>> = {
  none: { icon: 'plug', title: 'notConnected', body: 'notConnectedBody', action: 'connect', does: 'connect' },
  signedOut: { icon: 'account', title: 'signedOut', body: 'signedOutBody', action: 'signIn', does: 'connect' },
};

/** Sites that are all switched off need no new connection. */
function missingOf({ state, off = [] }: Snapshot['connection']): Missing | undefined {
  const missing = MISSING[state];
  return missing !== undefined && state === 'none' && off.length > 0
    ? { ...missing, action: 'manage', does: 'manage' }
    : missing;
}

function createCall(post: Post): View<Context> {
  const icon = iconElement();
  const title = el('span', 'call-title');
  const body = el('span', 'call-body');
  let does: Missing['does'] = 'connect';
  const action = createButton({ look: 'secondary', control: 'connect', onClick: () => post({ type: does }) });
  const element = el('section', 'call', icon, el('div', 'call-text', title, body), action.element);
  element.dataset.region = 'connection';
  return {
    element,
    update({ snapshot: { connection }, t }) {
      const missing = missingOf(connection);
      setShown(element, missing !== undefined);
      if (missing === undefined) return;
      setAttribute(icon, 'class', `codicon codicon-${missing.icon}`);
      setAttribute(element, 'aria-label', t(missing.title));
      does = missing.does;
      // The extension's words name the site.
      setText(title, clean(connection.label.trim(), 200) || t(missing.title));
      setText(body, t(missing.body));
      action.update({ label: t(missing.action) });
    },
  };
}

/** Shown while nothing can be sent: why, and the one thing to do. */
export function createDisconnected(post: Post): View<Context> {
  return whenWanted(
    ({ snapshot }) => missingOf(snapshot.connection) !== undefined,
    () => createCall(post),
  );
}
