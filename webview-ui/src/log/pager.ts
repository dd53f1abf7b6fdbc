import { PAGE_SIZES } from '../../../src/protocol/log.ts';
import type { Context } from '../context.ts';
import { el, setShown, setText, type View } from '../dom.ts';
import { createSelect } from '../filter/fields.ts';
import { createButton } from '../kit.ts';
import { type LogView, lastPage, type PageSize, pageSizeOf, placesOn } from './state.ts';
import { numberText } from './words.ts';

export interface PagerProps {
  readonly context: Context;
  readonly view: LogView;
  readonly total: number;
}

interface Options {
  readonly onPage: (page: number) => void;
  readonly onSize: (size: PageSize) => void;
}

/** `1–50 of 1,234` */
export function rangeText({ context, view: { page, size }, total }: PagerProps): string {
  const { first, last } = placesOn(page, size, total);
  const [from, to, all] = [first, last, total].map((value) => numberText(context, value));
  return context.t('logRange', from ?? '', to ?? '', all ?? '');
}

/** Walks through the pages. Its buttons stay where they are, and keep focus, at either end. */
export function createPager({ onPage, onSize }: Options): View<PagerProps> {
  let page = 0;
  const range = el('span', 'pager-range');
  const size = createSelect('pageSize', (value) => onSize(pageSizeOf(value)));
  const previous = createButton({ look: 'icon', control: 'previous', onClick: () => onPage(page - 1) });
  const next = createButton({ look: 'icon', control: 'next', onClick: () => onPage(page + 1) });
  const turn = el('div', 'pager-turn', range, previous.element, next.element);
  const element = el('div', 'pager filter', size.element, turn);
  element.dataset.region = 'pager';
  return {
    element,
    update(props) {
      const { context, view, total } = props;
      page = view.page;
      const options = PAGE_SIZES.map((each) => [String(each), numberText(context, each)] as const);
      size.update({ label: context.t('logPageSize'), value: String(view.size), options });
      setText(range, rangeText(props));
      previous.update({ label: context.t('logPrevious'), icon: 'chevron-left', off: page === 0 });
      next.update({ label: context.t('logNext'), icon: 'chevron-right', off: page >= lastPage(total, view.size) });
      setShown(element, total > 0);
    },
  };
}
