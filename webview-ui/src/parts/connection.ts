import type { Snapshot } from '../../../src/protocol/messages.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context, Post } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setText, type View } from '../dom.ts';
import { clean, oneLine } from '../format.ts';

type State = Snapshot['connection']['state'];

interface Look {
  readonly icon: string;
  readonly action: ViewTextKey;
  readonly does: 'connect' | 'manage' | 'tryAgain';
}

const LOOKS: Readonly<Record<State, Look>> = {
  none: { icon: 'debug-disconnect', action: 'connectShort', does: 'connect' },
  signedOut: { icon: 'account', action: 'signInShort', does: 'connect' },
  offline: { icon: 'circle-slash', action: 'tryAgain', does: 'tryAgain' },
  problem: { icon: 'warning', action: 'manage', does: 'manage' },
  connected: { icon: 'cloud', action: 'manage', does: 'manage' },
};

/** Sites that are all switched off need no new connection. */
function lookOf({ state, off = [] }: Snapshot['connection']): Look {
  return state === 'none' && off.length > 0 ? { ...LOOKS.none, action: 'manage', does: 'manage' } : LOOKS[state];
}

function labelText({ snapshot: { connection }, t }: Context): string {
  const label = clean(connection.label.trim(), 200);
  if (connection.state === 'connected') return t('connectedAs', label);
  return label === '' ? t(connection.state === 'signedOut' ? 'signedOut' : 'notConnected') : label;
}

function waitingText({ snapshot: { waiting }, t }: Context): string | null {
  if (waiting === 0) return null;
  return waiting === 1 ? t('waitsOne') : t('waitsMany', waiting);
}

/** The whole story: what went wrong, when it last worked, and what is switched off. */
function tooltipOf(context: Context): string {
  const { problem, lastSuccessAt, off = [] } = context.snapshot.connection;
  const { t, times } = context;
  const parts = [
    labelText(context),
    problem === undefined ? '' : clean(problem.trim(), 500),
    lastSuccessAt == null ? '' : t('lastAnswered', times.moment(lastSuccessAt)),
    off.length === 0 ? '' : t('offSites', clean(off.join(', '), 300)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** What stands below the label while something is wrong, or a site is switched off. */
function moreText({ snapshot: { connection }, t }: Context): string | null {
  const { problem, off = [] } = connection;
  if (problem !== undefined && problem.trim() !== '') return clean(oneLine(clean(problem.trim(), 500)), 200);
  return off.length === 0 ? null : t('offSites', clean(off.join(', '), 200));
}

/** Who is connected to what, how much waits, and the one thing to do about it; at the end of the page. */
export function createConnectionLine(post: Post): View<Context> {
  const icon = iconElement();
  const label = el('bdi', 'connection-text');
  const queue = el('span', 'connection-queue');
  const more = el('bdi', 'connection-more');
  let does: Look['does'] = 'connect';
  // A link: the line is always there and must not be the loudest thing on the page.
  const action = el('button', 'link');
  const element = el(
    'footer',
    'connection',
    icon,
    el('div', 'connection-about', el('div', 'connection-line', label, queue), more),
    action,
  );
  action.setAttribute('type', 'button');
  action.dataset.control = 'connection';
  action.addEventListener('click', () => post({ type: does }));
  element.dataset.region = 'connectionLine';
  return {
    element,
    update(context) {
      const { snapshot, t } = context;
      const look = lookOf(snapshot.connection);
      does = look.does;
      setAttribute(element, 'aria-label', t('connection'));
      setAttribute(element, 'data-state', snapshot.connection.state);
      setAttribute(icon, 'class', `codicon codicon-${look.icon}`);
      setText(label, labelText(context));
      setOptionalText(queue, waitingText(context));
      setOptionalText(more, moreText(context));
      setAttribute(element, 'title', tooltipOf(context));
      setText(action, t(look.action));
    },
  };
}
