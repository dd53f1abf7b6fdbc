/* What the sync log's tab shows. Pure. */
import * as v from 'valibot';
import { LogChoice, PAGE_SIZES, WHOLE_LOG } from '../../../src/protocol/log.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What is kept of the tabs while the page is not loaded. A part that does not fit is forgotten alone. */
export const SavedTabs = v.object({
  tab: v.fallback(v.picklist(['records', 'log']), 'records'),
  choice: v.fallback(LogChoice, WHOLE_LOG),
  page: v.fallback(whole, 0),
  size: v.fallback(v.picklist(PAGE_SIZES), PAGE_SIZES[0]),
  /** The attempt that is open, by its number. */
  open: v.fallback(v.nullable(v.number()), null),
});
export type SavedTabs = v.InferOutput<typeof SavedTabs>;
export type TabName = SavedTabs['tab'];
export type PageSize = SavedTabs['size'];

export const FIRST_TABS: SavedTabs = { tab: 'records', choice: WHOLE_LOG, page: 0, size: PAGE_SIZES[0], open: null };

/** What the tab shows, without the tab itself. */
export type LogView = Omit<SavedTabs, 'tab'>;

export function pageSizeOf(text: string): PageSize {
  return PAGE_SIZES.find((size) => String(size) === text) ?? PAGE_SIZES[0];
}

export function isFiltered(choice: LogChoice): boolean {
  const { from, to, status, issueKey, recordId } = choice;
  return from !== '' || to !== '' || status !== 'all' || issueKey.trim() !== '' || recordId !== '';
}

/** Counted from 0; 0 when there is nothing. */
export function lastPage(total: number, size: number): number {
  return Math.max(0, Math.ceil(total / size) - 1);
}

/** Places of the first and the last attempt of a page, counted from 1. */
export function placesOn(page: number, size: number, total: number): { readonly first: number; readonly last: number } {
  return { first: Math.min(page * size + 1, total), last: Math.min((page + 1) * size, total) };
}
