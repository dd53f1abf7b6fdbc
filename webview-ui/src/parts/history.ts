import type { DayGroup } from '../../../src/protocol/messages.ts';
import { type Context, type Post, spokenDuration } from '../context.ts';
import { el, keyedChildren, setAttribute, setShown, setText, type View } from '../dom.ts';
import { dayBefore, hoursMinutes } from '../format.ts';
import { createButton } from '../kit.ts';
import { createRecord, type RecordProps } from './record.ts';

interface DayProps {
  readonly context: Context;
  readonly group: DayGroup;
}

function dayName({ context, group }: DayProps): string {
  const today = context.times.dayOf(context.now);
  if (group.day === today) return context.t('today');
  if (group.day === dayBefore(today)) return context.t('yesterday');
  return context.times.date(group.day, context.now);
}

let headings = 0;

function createDay(post: Post): View<DayProps> {
  const name = el('bdi', 'day-name');
  const total = el('span', 'day-total');
  const heading = el('h2', 'day-heading', name, total);
  const grid = el('div', 'records');
  const element = el('section', 'day', heading, grid);
  headings += 1;
  heading.id = `day-${headings}`;
  grid.setAttribute('role', 'grid');
  const records = keyedChildren<RecordProps>(
    grid,
    ({ record }) => record.id,
    (id) => createRecord(id, post),
  );
  return {
    element,
    update(props) {
      const { context, group } = props;
      setText(name, dayName(props));
      setText(total, hoursMinutes(group.seconds));
      const label = `${dayName(props)}, ${spokenDuration(context.t, group.seconds)}`;
      setAttribute(heading, 'aria-label', label);
      setAttribute(grid, 'aria-label', label);
      records(group.records.map((record) => ({ context, record })));
    },
  };
}

/** The timer shows the running record; a day that has nothing else is not listed. */
function listedDays({ snapshot }: Context): readonly DayGroup[] {
  const running = snapshot.running?.id;
  return snapshot.days
    .map((group) => ({ ...group, records: group.records.filter(({ id }) => id !== running) }))
    .filter(({ records }) => records.length > 0);
}

/** All records by day, newest first as the extension sends them. */
export function createHistory(post: Post): View<Context> {
  const list = el('div', 'days');
  const more = createButton({ look: 'secondary', control: 'more', onClick: () => post({ type: 'loadMore' }) });
  const element = el('section', 'history', list, more.element);
  more.element.classList.add('more');
  const days = keyedChildren<DayProps>(
    list,
    ({ group }) => group.day,
    () => createDay(post),
  );
  return {
    element,
    update(context) {
      setAttribute(element, 'aria-label', context.t('history'));
      days(listedDays(context).map((group) => ({ context, group })));
      more.update({ label: context.t('loadMore') });
      setShown(more.element, context.snapshot.hasMore);
    },
  };
}
