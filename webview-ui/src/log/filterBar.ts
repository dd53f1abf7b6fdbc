import type { LogChoice } from '../../../src/protocol/log.ts';
import type { ViewTextKey } from '../../../src/protocol/texts.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setShown, setText, type View } from '../dom.ts';
import { createInput, createSelect } from '../filter/fields.ts';
import { clean } from '../format.ts';
import { createButton } from '../kit.ts';
import { isFiltered } from './state.ts';

export interface LogFilterProps {
  readonly context: Context;
  readonly choice: LogChoice;
  /** What the one record is called that is shown alone. */
  readonly recordName: string | null;
}

interface Options {
  readonly onChange: (changes: Partial<LogChoice>) => void;
  readonly onClear: () => void;
  readonly onRefresh: () => void;
  readonly onExport: () => void;
}

const STATUSES: readonly (readonly [LogChoice['status'], ViewTextKey])[] = [
  ['all', 'logAll'],
  ['success', 'outcomeSuccess'],
  ['failed', 'outcomeFailed'],
  ['unknown', 'outcomeUnknown'],
  ['pending', 'outcomePending'],
];

function statusOf(text: string): LogChoice['status'] {
  return STATUSES.find(([status]) => status === text)?.[0] ?? 'all';
}

/** Which record alone is shown, and the way back to all. */
function createOneRecord(onAll: () => void): View<LogFilterProps> {
  const text = el('bdi', 'one-record-text');
  const all = createButton({ look: 'icon', control: 'allRecords', onClick: onAll });
  const element = el('div', 'one-record', text, all.element);
  return {
    element,
    update({ context: { t }, choice, recordName }) {
      setShown(element, choice.recordId !== '');
      setText(text, recordName === null ? t('logOneRecord') : t('logOneRecordOf', clean(recordName, 200)));
      setAttribute(text, 'title', text.textContent);
      all.update({ label: t('logAllRecords'), icon: 'close' });
    },
  };
}

/** Chooses which attempts are shown, and what to do with them. */
export function createFilterBar({ onChange, onClear, onRefresh, onExport }: Options): View<LogFilterProps> {
  const status = createSelect('logStatus', (value) => onChange({ status: statusOf(value) }));
  const issue = createInput({
    name: 'logIssue',
    type: 'text',
    maxLength: 300,
    onChange: (value) => onChange({ issueKey: value.trim().toUpperCase() }),
  });
  const dates = { type: 'date', maxLength: 10 } as const;
  const from = createInput({ ...dates, name: 'logFrom', onChange: (value) => onChange({ from: value }) });
  const to = createInput({ ...dates, name: 'logTo', onChange: (value) => onChange({ to: value }) });
  const clear = createButton({ look: 'icon', control: 'logClear', onClick: onClear });
  const refresh = createButton({ look: 'icon', control: 'logRefresh', onClick: onRefresh });
  const save = createButton({ look: 'icon', control: 'logExport', onClick: onExport });
  const record = createOneRecord(() => onChange({ recordId: '' }));
  const fields = el('div', 'log-fields', status.element, issue.element, from.element, to.element);
  const buttons = el('div', 'log-buttons', clear.element, refresh.element, save.element);
  const element = el('div', 'log-filter filter', fields, buttons, record.element);
  element.setAttribute('role', 'search');
  element.dataset.region = 'logFilter';
  return {
    element,
    update(props) {
      const { choice, context } = props;
      const { t } = context;
      const reversed = choice.from !== '' && choice.to !== '' && choice.to < choice.from;
      setAttribute(element, 'aria-label', t('logFilter'));
      status.update({
        label: t('logStatus'),
        value: choice.status,
        options: STATUSES.map(([value, text]) => [value, t(text)]),
      });
      issue.update({ label: t('logIssue'), value: choice.issueKey });
      from.update({ label: t('logFrom'), value: choice.from });
      to.update({ label: t('logTo'), value: choice.to, problem: reversed ? t('daysReversed') : null });
      clear.update({ label: t('logClear'), icon: 'clear-all', off: !isFiltered(choice) });
      refresh.update({ label: t('logRefresh'), icon: 'refresh' });
      save.update({ label: t('logExport'), icon: 'export' });
      record.update(props);
    },
  };
}
