import type { AttemptRow } from '../../../src/protocol/log.ts';
import { WHOLE_LOG } from '../../../src/protocol/log.ts';
import type { RecordRow } from '../../../src/protocol/rows.ts';
import type { Context } from '../context.ts';
import { el, keyedChildren, setAttribute, setOptionalText, setShown, setText, type View } from '../dom.ts';
import type { Requests } from '../requests.ts';
import { createOutcome } from './outcome.ts';
import { type AttemptProps, actionWord, longError, shortError, whenText } from './words.ts';

/** How many of a record's attempts its row shows. */
const NEWEST = 5;

interface Props {
  readonly context: Context;
  readonly record: RecordRow;
}

interface Options {
  readonly requests: Requests;
  /** Opens the sync log with the attempts of one record. */
  readonly showLog: (recordId: string) => void;
}

export interface Attempts extends View<Props> {
  dispose(): void;
}

function createItem(): View<AttemptProps> {
  const outcome = createOutcome();
  const about = el('span', 'attempt-about');
  const error = el('bdi', 'own-error');
  const element = el('div', 'own-attempt', outcome.element, about, error);
  element.setAttribute('role', 'listitem');
  return {
    element,
    update(props) {
      const { attempt, context } = props;
      outcome.update(props);
      setText(about, `${actionWord(props)}, ${whenText(props)}`);
      setAttribute(about, 'title', context.times.exact(attempt.startedAt, context.snapshot.zone));
      setOptionalText(error, shortError(attempt));
      setAttribute(error, 'title', longError(attempt));
    },
  };
}

/** What of a record tells that there may be another attempt. */
function editionOf({ state, lastSyncedAt, problem }: RecordRow): string {
  return JSON.stringify([state, lastSyncedAt, problem]);
}

/** A record's own last attempts, newest first; nothing while there are none. */
export function createAttempts(recordId: string, { requests, showLog }: Options): Attempts {
  const title = el('span', 'attempts-title');
  const items = el('div', 'own-attempts');
  const all = el('button', 'link');
  const element = el('div', 'attempts', title, items, all);
  items.setAttribute('role', 'list');
  all.setAttribute('type', 'button');
  all.dataset.control = 'allAttempts';
  all.addEventListener('click', () => showLog(recordId));
  const show = keyedChildren<AttemptProps>(items, ({ attempt }) => String(attempt.id), createItem);
  let rows: readonly AttemptRow[] = [];
  let context: Context | undefined;
  let asked: string | undefined;
  let stop = (): void => undefined;

  const render = (): void => {
    setShown(element, rows.length > 0);
    if (context === undefined || rows.length === 0) return;
    const now = context;
    setText(title, now.t('attempts'));
    setAttribute(items, 'aria-label', now.t('attempts'));
    setText(all, now.t('attemptsAll'));
    show(rows.map((attempt) => ({ context: now, attempt })));
  };
  const ask = (): void => {
    stop();
    const question = { type: 'log', choice: { ...WHOLE_LOG, recordId }, page: 0, size: NEWEST } as const;
    stop = requests.follow(question, (answer) => {
      stop();
      rows = answer.rows;
      render();
    });
  };
  render();
  return {
    element,
    update(props) {
      context = props.context;
      const edition = editionOf(props.record);
      if (edition !== asked) {
        asked = edition;
        ask();
      }
      render();
    },
    dispose: () => stop(),
  };
}
