import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { el, iconElement, keyedChildren, setAttribute, setShown, setText, type View } from '../dom.ts';
import { createButton } from '../kit.ts';
import { textOf, touchedFields } from './draft.ts';
import type { Editing } from './editing.ts';
import type { Session } from './session.ts';

const LABELS: Readonly<Record<string, ViewTextKey>> = {
  timeIn: 'fieldStart',
  timeOut: 'fieldEnd',
  issueKey: 'fieldIssue',
  notes: 'fieldNotes',
  externalLink: 'fieldLink',
};

interface LostProps {
  readonly context: Context;
  readonly session: Session;
}

/** What had been typed, to be marked and copied. */
function typedText({ session, context: { t } }: LostProps): string {
  const { state } = session.view();
  return touchedFields(state)
    .map((field) => `${t(LABELS[field] ?? 'edit')}: ${textOf(state, field)}`)
    .join('\n');
}

function createLost(onClose: () => void): View<LostProps> {
  const title = el('div', 'lost-title');
  const text = document.createElement('textarea');
  const close = createButton({ look: 'secondary', control: 'closeLost', onClick: onClose });
  const element = el('div', 'lost', iconElement('warning'), el('div', 'lost-text', title, text, close.element));
  text.readOnly = true;
  text.className = 'field-input';
  element.setAttribute('role', 'alert');
  return {
    element,
    update(props) {
      const { t } = props.context;
      const typed = typedText(props);
      setText(title, t(typed === '' ? 'lostRecord' : 'lostDraft'));
      if (text.value !== typed) text.value = typed;
      setAttribute(text, 'aria-label', t('lostDraft'));
      setShown(text, typed !== '');
      close.update({ label: t('close') });
    },
  };
}

/**
 * Says that a record was deleted while it was edited, and keeps what had been typed until that is closed.
 * @param close gives up what was typed, and puts focus elsewhere
 */
export function createLostDrafts(editing: Editing, close: (id: string) => void): View<Context> {
  const element = el('div', 'lost-drafts');
  let context: Context | undefined;
  const list = keyedChildren<LostProps>(
    element,
    ({ session }) => session.id,
    (id) => createLost(() => close(id)),
  );
  const show = (): void => {
    const sessions = editing.lost();
    setShown(element, sessions.length > 0);
    if (context === undefined) return;
    const known = context;
    list(sessions.map((session) => ({ context: known, session })));
  };
  element.dataset.region = 'lost';
  setShown(element, false);
  editing.onLost(show);
  return {
    element,
    update(next) {
      context = next;
      show();
    },
  };
}
