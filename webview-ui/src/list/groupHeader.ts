/* The headings between the records: of a day or an issue, and of a week. */
import type { GroupHead, WeekHead } from '../../../src/protocol/list.ts';
import { type Context, spokenDuration } from '../context.ts';
import { el, setAttribute, setOptionalText, setShown, setText, type View } from '../dom.ts';
import { clean, dayBefore, hoursMinutes, oneLine } from '../format.ts';
import type { Standing } from './levels.ts';

type Grouping = 'day' | 'issue';

interface HeadProps {
  readonly context: Context;
  readonly grouping: Grouping;
  readonly rowIndex: number;
  readonly standing: Standing;
}

interface GroupProps extends HeadProps {
  readonly group: GroupHead;
  /** No record is left out by the search or a filter. */
  readonly isWhole: boolean;
}

interface WeekProps extends HeadProps {
  readonly week: WeekHead;
  readonly isWhole: boolean;
}

type Sums = Pick<GroupHead, 'count' | 'seconds' | 'loggedSeconds'>;

/** Says where a row of the list stands. */
export function setStanding(row: HTMLElement, { level, position, size }: Standing): void {
  setAttribute(row, 'aria-level', String(level));
  setAttribute(row, 'aria-posinset', String(position));
  setAttribute(row, 'aria-setsize', String(size));
}

/** Names of days by context: writing a date takes long, and every row has one. */
const dayNames = new WeakMap<Context, Map<string, string>>();

function dayName(context: Context, day: string): string {
  const names = dayNames.get(context) ?? new Map<string, string>();
  dayNames.set(context, names);
  const name = names.get(day) ?? newDayName(context, day);
  names.set(day, name);
  return name;
}

function newDayName({ t, times, now }: Context, day: string): string {
  const today = times.dayOf(now);
  if (day === today) return t('today');
  if (day === dayBefore(today)) return t('yesterday');
  return times.date(day, now);
}

/** The name of a group as it is shown and read out. */
export function groupName(context: Context, grouping: Grouping, key: string): string {
  if (grouping === 'day') return dayName(context, key);
  return key === '' ? context.t('noIssue') : clean(key, 60);
}

function countText({ t }: Context, count: number, withRunning: boolean): string {
  const finished = count === 1 ? t('recordsOne') : t('recordsMany', count);
  return withRunning ? t('andRunning', finished) : finished;
}

/** What runs counts in the headings of today and of this week as it does in the totals above the list. */
function withRunning<S extends Sums>(sums: S, { snapshot }: Context, isMeant: boolean, total: number): S {
  return isMeant && snapshot.running !== null ? { ...sums, seconds: Math.max(sums.seconds, total) } : sums;
}

function isThisWeek({ times, now }: Context, firstDay: string): boolean {
  const days = (Date.parse(times.dayOf(now)) - Date.parse(firstDay)) / 86_400_000;
  return days >= 0 && days < 7;
}

function loggedText({ t }: Context, { seconds, loggedSeconds }: Sums): string {
  const logged = Math.min(seconds, loggedSeconds);
  if (logged >= seconds) return t('loggedAll');
  return t('loggedPart', spokenDuration(t, logged), spokenDuration(t, seconds - logged));
}

/** How much of the time is in Jira. */
function createBar(): { readonly element: HTMLElement; update(context: Context, sums: Sums): void } {
  const share = el('span', 'logged-share');
  const element = el('span', 'logged', share);
  element.setAttribute('role', 'img');
  return {
    element,
    update(context, sums) {
      const { seconds, loggedSeconds } = sums;
      const part = seconds > 0 ? Math.min(1, Math.max(0, loggedSeconds / seconds)) : 0;
      share.style.setProperty('--share', part.toFixed(4));
      setAttribute(element, 'aria-label', loggedText(context, sums));
      setAttribute(element, 'title', loggedText(context, sums));
    },
  };
}

function headRow(className: string, ...cells: HTMLElement[]): HTMLElement {
  const element = el('div', className, ...cells);
  element.setAttribute('role', 'row');
  return element;
}

/** Heading of a day or an issue. */
export function createGroupHeader(): View<GroupProps> {
  const name = el('h2', 'group-name');
  const text = el('bdi');
  const summary = el('bdi', 'group-summary');
  const count = el('span', 'group-count');
  const total = el('span', 'group-total');
  const bar = createBar();
  name.append(text);
  const about = el('div', 'group-about', name, summary);
  const sums = el('div', 'group-sums', count, total, bar.element);
  for (const cell of [about, sums]) cell.setAttribute('role', 'gridcell');
  const element = headRow('group-head', about, sums);
  return {
    element,
    update({ context, grouping, group: finished, isWhole, rowIndex, standing }) {
      const byIssue = grouping === 'issue';
      const isToday = !byIssue && isWhole && finished.key === context.times.dayOf(context.now);
      const group = withRunning(finished, context, isToday, context.snapshot.todaySeconds);
      setText(text, groupName(context, grouping, group.key));
      setAttribute(text, 'class', byIssue ? 'key' : null);
      const category = group.key === '' ? 'none' : (group.statusCategory ?? 'undefined');
      setAttribute(text, 'data-category', byIssue ? category : null);
      const words = byIssue && group.summary != null ? oneLine(clean(group.summary, 300)) : null;
      setOptionalText(summary, words);
      setAttribute(summary, 'title', words);
      setText(count, countText(context, group.count, group !== finished));
      setText(total, hoursMinutes(group.seconds));
      setAttribute(total, 'aria-label', spokenDuration(context.t, group.seconds));
      bar.update(context, group);
      setAttribute(element, 'aria-rowindex', String(rowIndex));
      setStanding(element, standing);
    },
  };
}

/** Heading of a week. */
export function createWeekHeader(): View<WeekProps> {
  const name = el('span', 'week-name');
  const total = el('span', 'week-total');
  const bar = createBar();
  const cell = el('div', 'week-cell', name, total, bar.element);
  cell.setAttribute('role', 'gridcell');
  const element = headRow('week-head', cell);
  return {
    element,
    update({ context, week: finished, isWhole, rowIndex, standing }) {
      const { t, times, now } = context;
      const isMeant = isWhole && isThisWeek(context, finished.key);
      const week = withRunning(finished, context, isMeant, context.snapshot.weekSeconds);
      const words = t('weekOf', times.date(week.key, now));
      setText(name, words);
      setAttribute(name, 'title', words);
      setText(total, hoursMinutes(week.seconds));
      setAttribute(total, 'aria-label', spokenDuration(t, week.seconds));
      bar.update(context, week);
      setShown(bar.element, week.seconds > 0);
      setAttribute(element, 'aria-rowindex', String(rowIndex));
      setStanding(element, standing);
    },
  };
}
