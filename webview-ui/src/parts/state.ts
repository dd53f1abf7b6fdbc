import type { RecordRow } from '../../../src/protocol/messages.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { el, iconElement, setAttribute, setText, type View } from '../dom.ts';

type State = RecordRow['state'];

/** How each state looks: an icon and a word, so that nobody has to tell colours apart. */
const LOOKS: Readonly<Record<State, { icon: string; text: ViewTextKey }>> = {
  local: { icon: 'circle-outline', text: 'stateLocal' },
  pending: { icon: 'cloud-upload', text: 'statePending' },
  queued: { icon: 'clock', text: 'stateQueued' },
  syncing: { icon: 'sync codicon-modifier-spin', text: 'stateSyncing' },
  synced: { icon: 'check', text: 'stateSynced' },
  failed: { icon: 'error', text: 'stateFailed' },
  unknown: { icon: 'question', text: 'stateUnknown' },
  conflict: { icon: 'warning', text: 'stateConflict' },
};

interface StateProps {
  readonly context: Context;
  readonly record: RecordRow;
}

export function stateWord({ context, record }: StateProps): string {
  return context.t(LOOKS[record.state].text);
}

/** Where a record stands with Jira. */
export function createState(): View<StateProps> {
  const icon = iconElement();
  const word = el('span', 'word');
  const element = el('span', 'state', icon, word);
  return {
    element,
    update(props) {
      const { context, record } = props;
      setAttribute(element, 'data-state', record.state);
      setAttribute(icon, 'class', `codicon codicon-${LOOKS[record.state].icon}`);
      setText(word, stateWord(props));
      const at = record.state === 'synced' ? record.lastSyncedAt : null;
      setAttribute(
        element,
        'title',
        at === null ? stateWord(props) : context.t('stateSyncedAt', context.times.moment(at)),
      );
    },
  };
}
