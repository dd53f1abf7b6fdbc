import type { Context } from '../context.ts';
import { el, setAttribute, setOptionalText, setShown, setText, type View } from '../dom.ts';
import { clean } from '../format.ts';
import { createButton } from '../kit.ts';
import { type AttemptProps, numberText, recordText, wholeError } from './words.ts';

export interface DetailActions {
  retry(recordId: string): void;
  goTo(recordId: string): void;
  onlyThis(recordId: string): void;
}

export interface DetailProps extends AttemptProps {
  /** Only attempts of this record are shown already. */
  readonly isAlone: boolean;
}

function factsOf({ context, attempt }: DetailProps): string {
  const { t, times, snapshot } = context;
  const { startedAt, worklogId, ms, httpStatus } = attempt;
  const facts = [
    times.exact(startedAt, snapshot.zone),
    worklogId === null ? '' : t('logWorklogId', clean(worklogId, 60)),
    ms === null ? '' : t('logMilliseconds', numberText(context, ms)),
    httpStatus === null ? '' : t('logHttpStatus', httpStatus),
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}

/** What an open attempt shows below its row: the whole error, the facts, and what to do. */
export function createDetail(actions: DetailActions): View<DetailProps> {
  let recordId = '';
  const error = el('bdi', 'attempt-error');
  const facts = el('span', 'attempt-facts');
  const record = el('bdi', 'attempt-of');
  const retry = createButton({ look: 'secondary', control: 'retry', onClick: () => actions.retry(recordId) });
  const goTo = createButton({ look: 'secondary', control: 'goTo', onClick: () => actions.goTo(recordId) });
  const alone = createButton({ look: 'secondary', control: 'onlyThis', onClick: () => actions.onlyThis(recordId) });
  const buttons = el('div', 'attempt-buttons', retry.element, goTo.element, alone.element);
  const element = el('div', 'attempt-detail', error, facts, record, buttons);
  // A long error scrolls, by the keyboard too.
  error.tabIndex = 0;
  error.setAttribute('role', 'group');
  element.setAttribute('role', 'gridcell');
  return {
    element,
    update(props) {
      const { context, attempt, isAlone } = props;
      const { t } = context;
      recordId = attempt.recordId;
      setOptionalText(error, wholeError(attempt));
      setAttribute(error, 'aria-label', t('logError'));
      setText(facts, factsOf(props));
      setText(record, recordText(props));
      retry.update({ label: t('logRetry') });
      goTo.update({ label: t('logGoTo') });
      alone.update({ label: t('logOnlyThis') });
      setShown(retry.element, attempt.canRetry);
      setShown(goTo.element, attempt.record !== null);
      setShown(alone.element, !isAlone);
      setShown(buttons, attempt.canRetry || attempt.record !== null || !isAlone);
    },
  };
}

/** Names of the columns, in the order of a row's cells. */
export function columnNames({ t }: Context): readonly string[] {
  return [
    t('logTime'),
    t('logIssue'),
    t('logRecord'),
    t('logAction'),
    t('logOutcome'),
    t('logWorklog'),
    t('logMs'),
    t('logHttp'),
    t('logError'),
  ];
}
