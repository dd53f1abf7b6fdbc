import type { ListChoice } from '../../../src/protocol/list.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setShown, type View } from '../dom.ts';
import type { Choice } from '../list/choice.ts';
import { PERIOD_WORDS, STATE_WORDS } from './chips.ts';
import { createInput, createSelect } from './fields.ts';
import { PERIODS, type Period } from './period.ts';
import type { PeriodChoice } from './periodChoice.ts';

const STATES: readonly ListChoice['state'][] = ['all', 'waiting', 'synced', 'failed', 'conflict', 'local'];
const LONGEST_KEY = 300;

export interface PanelProps {
  readonly context: Context;
  readonly projects: readonly string[];
}

function stateOf(value: string): ListChoice['state'] {
  return STATES.find((state) => state === value) ?? 'all';
}

function periodOf(value: string): Period {
  return PERIODS.find((period) => period === value) ?? 'all';
}

/** Everything records can be chosen by. */
export function createPanel(choice: Choice, periods: PeriodChoice): View<PanelProps> {
  const state = createSelect('filter-state', (value) => choice.set({ state: stateOf(value) }));
  const project = createSelect('filter-project', (value) => choice.set({ project: value }));
  const day = (name: string, set: (value: string) => void) =>
    createInput({ name, type: 'date', maxLength: 10, onChange: set });
  const from = day('filter-from', (value) => choice.set({ from: value }));
  const to = day('filter-to', (value) => choice.set({ to: value }));
  const issue = createInput({
    name: 'filter-issue',
    type: 'text',
    maxLength: LONGEST_KEY,
    onChange: (value) => choice.set({ issueKey: value.trim().toUpperCase().slice(0, LONGEST_KEY) }),
  });
  const days = el('div', 'own-days', from.element, to.element);
  const showDays = ({ t }: Context): void => {
    const now = choice.current();
    setShown(days, periods.current() === 'own');
    from.update({ label: t('fromDay'), value: now.from });
    const reversed = now.from !== '' && now.to !== '' && now.to < now.from;
    to.update({ label: t('toDay'), value: now.to, problem: reversed ? t('daysReversed') : null });
  };
  let context: Context | undefined;
  const period = createSelect('filter-period', (value) => {
    periods.set(periodOf(value));
    if (context !== undefined) showDays(context);
  });
  const element = el('div', 'filter-panel', period.element, days, state.element, project.element, issue.element);
  element.setAttribute('role', 'group');
  return {
    element,
    update({ context: next, projects }) {
      context = next;
      const { t } = next;
      const now = choice.current();
      setAttribute(element, 'aria-label', t('filters'));
      period.update({
        label: t('filterPeriod'),
        value: periods.current(),
        options: PERIODS.map((one) => [one, t(PERIOD_WORDS[one])] as const),
      });
      state.update({
        label: t('filterState'),
        value: now.state,
        options: STATES.map((one) => [one, t(STATE_WORDS[one])] as const),
      });
      project.update({
        label: t('filterProject'),
        value: now.project,
        options: [['', t('anyProject')] as const, ...projects.map((key) => [key, key] as const)],
      });
      issue.update({ label: t('filterIssue'), value: now.issueKey });
      showDays(next);
    },
  };
}
