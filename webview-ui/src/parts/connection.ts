import type { Snapshot } from '../../../src/protocol/messages.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context, Post } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setText, type View } from '../dom.ts';
import { clean, oneLine } from '../format.ts';

type State = Snapshot['connection']['state'];

interface Look {
  readonly icon: string;
  /** Absent where the call at the top of the page offers the one thing to do. */
  readonly action?: { readonly label: ViewTextKey; readonly does: 'manage' | 'tryAgain' };
}

const MANAGE = { label: 'manage', does: 'manage' } as const;

const LOOKS: Readonly<Record<State, Look>> = {
  none: { icon: 'debug-disconnect' },
  signedOut: { icon: 'account' },
  offline: { icon: 'circle-slash', action: { label: 'tryAgain', does: 'tryAgain' } },
  problem: { icon: 'warning', action: MANAGE },
  connected: { icon: 'cloud', action: MANAGE },
};

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
  let offered: Look['action'];
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
  action.addEventListener('click', () => {
    if (offered !== undefined) post({ type: offered.does });
  });
  element.dataset.region = 'connectionLine';
  return {
    element,
    update(context) {
      const { snapshot, t } = context;
      const look = LOOKS[snapshot.connection.state];
      offered = look.action;
      setAttribute(element, 'aria-label', t('connection'));
      setAttribute(element, 'data-state', snapshot.connection.state);
      setAttribute(icon, 'class', `codicon codicon-${look.icon}`);
      setText(label, labelText(context));
      setOptionalText(queue, waitingText(context));
      setOptionalText(more, moreText(context));
      setAttribute(element, 'title', tooltipOf(context));
      setOptionalText(action, offered === undefined ? null : t(offered.label));
    },
  };
}
