import type { Choice } from '../list/choice.ts';
import { ANY_TIME, daysOf, type Period } from './period.ts';

/** The period chosen by name, so that "Today" is another day tomorrow. */
export interface PeriodChoice {
  current(): Period;
  set(period: Period): void;
  /** Makes the days those of the period; to be called with every new day and setting. */
  follow(today: string, weekStart: number): void;
}

export function createPeriodChoice(choice: Choice, initial: Period, save: (period: Period) => void): PeriodChoice {
  let today = '';
  let weekStart = 1;
  let period = initial;
  const become = (next: Period): void => {
    if (next === period) return;
    period = next;
    save(period);
  };
  const apply = (): void => {
    if (period !== 'own' && period !== 'all') choice.set(daysOf(period, today, weekStart));
  };
  // Whoever shows everything again does so without knowing of periods.
  choice.onChange(({ from, to }) => {
    if (from === '' && to === '' && period !== 'own') become('all');
  });
  return {
    current: () => period,
    set(next) {
      become(next);
      if (next === 'all') choice.set(ANY_TIME);
      else apply();
    },
    follow(day, start) {
      today = day;
      weekStart = start;
      apply();
    },
  };
}
