import { el, iconElement, setAttribute, setText, type View } from '../dom.ts';
import { clean } from '../format.ts';
import { createDetail, type DetailActions, type DetailProps } from './detail.ts';
import { createOutcome } from './outcome.ts';
import {
  actionWord,
  issueText,
  longError,
  numberText,
  recordText,
  shortError,
  spokenAttempt,
  whenText,
} from './words.ts';

export interface RowProps extends DetailProps {
  readonly isOpen: boolean;
  readonly isActive: boolean;
  /** Place in the whole table, the head being 1. */
  readonly index: number;
}

/** One attempt: nine cells of a table where there is room, two lines where there is not, and its detail when open. */
export function createRow(id: string, actions: DetailActions): View<RowProps> {
  const outcome = createOutcome();
  const when = el('span', 'attempt-when');
  const issue = el('bdi', 'attempt-issue');
  const record = el('bdi', 'attempt-record');
  const action = el('span', 'attempt-action');
  const worklog = el('bdi', 'attempt-worklog');
  const ms = el('span', 'attempt-ms');
  const http = el('span', 'attempt-http');
  const error = el('bdi', 'attempt-short');
  const twistie = iconElement('chevron-right');
  twistie.classList.add('twistie');
  const time = el('span', 'attempt-time', twistie, when);
  const cells = [time, issue, record, action, outcome.element, worklog, ms, http, error];
  for (const cell of cells) cell.setAttribute('role', 'gridcell');
  const element = el('div', 'attempt', ...cells);
  element.setAttribute('role', 'row');
  element.setAttribute('aria-level', '1');
  element.dataset.attempt = id;
  let detail: View<DetailProps> | undefined;

  const showDetail = (props: RowProps): void => {
    if (!props.isOpen) {
      detail?.element.remove();
      detail = undefined;
      return;
    }
    if (detail === undefined) {
      detail = createDetail(actions);
      element.append(detail.element);
    }
    detail.update(props);
  };
  return {
    element,
    update(props) {
      const { context, attempt, isOpen, isActive, index } = props;
      const { worklogId, httpStatus } = attempt;
      outcome.update(props);
      setText(when, whenText(props));
      setAttribute(when, 'title', context.times.exact(attempt.startedAt, context.snapshot.zone));
      setText(issue, issueText(attempt));
      setAttribute(issue, 'title', issueText(attempt));
      setText(record, recordText(props));
      setAttribute(record, 'title', recordText(props));
      record.classList.toggle('removed', attempt.record === null);
      setText(action, actionWord(props));
      setText(worklog, worklogId === null ? '' : clean(worklogId, 40));
      setAttribute(worklog, 'title', worklogId === null ? null : clean(worklogId, 40));
      setText(ms, attempt.ms === null ? '' : numberText(context, attempt.ms));
      setText(http, httpStatus === null ? '' : String(httpStatus));
      setText(error, shortError(attempt));
      setAttribute(error, 'title', longError(attempt));
      setAttribute(element, 'aria-label', spokenAttempt(props));
      setAttribute(element, 'aria-expanded', String(isOpen));
      setAttribute(element, 'aria-rowindex', String(index));
      setAttribute(element, 'tabindex', isActive ? '0' : '-1');
      element.classList.toggle('open', isOpen);
      element.classList.toggle('has-error', attempt.error !== null);
      showDetail(props);
    },
  };
}
