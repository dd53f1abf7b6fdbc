import type { ListQuery, ListRows, Outline, OutlineGroup, RecordList } from '../../app/recordList.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { Disposable } from '../../core/ports.ts';
import type { ListFilter, RecordLength } from '../../core/recordList.ts';
import type { SyncState, TimeRecord } from '../../core/records.ts';
import type { GroupHead, ListChoice, ListUpdate, Outline as OutlineShown, Slice } from '../../protocol/list.ts';
import { Refresher } from '../screen/refresher.ts';
import { cut } from './cut.ts';
import { dayOfRecord, type RowContext, recordRow } from './row.ts';
import { wholeSeconds } from './snapshot.ts';

interface Deps {
  /** `undefined` while the database is not open. */
  readonly list: () => Pick<RecordList, 'outline' | 'newest' | 'rows' | 'ids' | 'place' | 'projects'> | undefined;
  readonly context: () => RowContext;
  readonly zone: () => string;
  /** Higher on each call. */
  readonly nextVersion: () => number;
  readonly isSeen: () => boolean;
  readonly post: (update: ListUpdate) => void;
  /** These records are looked at. */
  readonly looked: (records: readonly TimeRecord[]) => void;
  readonly failed: (error: unknown) => void;
}

interface Look {
  readonly choice: ListChoice;
  readonly slices: readonly Slice[];
}

/** More than fits on a screen. */
const FIRST_ROWS = 40;
/** How long the rest of a list waits, in ms, for the page that has its newest part to show it and look again. */
const REST_AFTER_MS = 100;
/** More than a page looks at; reading more at once would stop the extension host. */
const MOST_SLICES = 1_000;
const MOST_ROWS = 50_000;
/** More than the page shows of a summary, in characters. */
const LONGEST_SUMMARY = 500;

const STATES: Readonly<Record<ListChoice['state'], readonly SyncState[] | undefined>> = {
  all: undefined,
  waiting: ['pending', 'failed', 'unknown'],
  synced: ['synced'],
  failed: ['failed'],
  conflict: ['conflict'],
  local: ['local'],
};

/** Keeps the list of one page true: its outline when it changed, and the rows the page looks at. */
export class ListFeed implements Disposable {
  private wanted: Look | undefined;
  private outline: { readonly of: string; readonly shown: OutlineShown } | undefined;
  /** Rises when records change; an outline that was asked for before that is shown once and not kept. */
  private edition = 0;
  /** What the page has, as text, so that the same is not sent twice. */
  private sent: string | undefined;
  private stale = true;
  /** The look that was answered with the newest part of the list. */
  private begun: Look | undefined;
  private search = new AbortController();
  private readonly refresher = new Refresher({ delayMs: 0, refresh: () => this.refresh() });

  constructor(private readonly deps: Deps) {}

  /** The page wants to see this now. */
  look(look: Look): void {
    if (JSON.stringify(look.choice) !== JSON.stringify(this.wanted?.choice)) this.endSearch();
    this.wanted = { ...look, slices: bounded(look.slices) };
    this.refresher.request();
  }

  /** Something that the list shows may have changed. */
  changed(what: 'records' | 'rows'): void {
    if (what === 'records') {
      this.outline = undefined;
      this.edition += 1;
    }
    this.stale = true;
    this.refresher.request();
  }

  /** A page that knows nothing has come. */
  pageLoaded(): void {
    this.sent = undefined;
    this.wanted = undefined;
  }

  async ids(slices: readonly Slice[]): Promise<readonly RecordLength[]> {
    const { list, query } = this.current();
    return list === undefined ? [] : list.ids(query, slices);
  }

  async place(recordId: string): Promise<{ group: string; index: number } | null> {
    const { list, query } = this.current();
    return (await list?.place(query, recordId)) ?? null;
  }

  dispose(): void {
    this.endSearch();
    this.refresher.dispose();
  }

  private current() {
    return { list: this.deps.list(), query: queryOf(this.wanted?.choice) };
  }

  private endSearch(): void {
    this.search.abort();
    this.search = new AbortController();
  }

  private async refresh(): Promise<void> {
    const look = this.wanted;
    const list = this.deps.list();
    if (look === undefined || list === undefined || !this.deps.isSeen()) return;
    const { stale } = this;
    this.stale = false;
    try {
      const query = queryOf(look.choice);
      if (await this.showsNewest(list, query, look)) {
        this.refresher.request(REST_AFTER_MS);
        return;
      }
      const outline = await this.outlineOf(list, query, look.choice);
      const rows = await list.rows(query, look.slices.length === 0 ? firstSlices(outline) : look.slices);
      if (look === this.wanted && this.deps.isSeen()) this.post(look.choice, outline, rows, stale);
      else this.stale ||= stale;
    } catch (error) {
      this.stale = true;
      if (asTimecardError(error).reason !== 'cancelled') this.deps.failed(error);
    }
  }

  /** A page that waits for a long list sees its newest records before the rest is summed up. */
  private async showsNewest(
    list: NonNullable<ReturnType<Deps['list']>>,
    query: ListQuery,
    look: Look,
  ): Promise<boolean> {
    if (look.slices.length > 0 || look === this.begun) return false;
    if (this.outline?.of === JSON.stringify(look.choice)) return false;
    const newest = await list.newest(query);
    if (newest === undefined) return false;
    const outline = { ...shownOutline(newest, []), more: true };
    const rows = await list.rows(query, firstSlices(outline));
    if (look !== this.wanted || !this.deps.isSeen()) return false;
    this.begun = look;
    this.post(look.choice, outline, rows, true);
    return true;
  }

  private async outlineOf(list: NonNullable<ReturnType<Deps['list']>>, query: ListQuery, choice: ListChoice) {
    const of = JSON.stringify(choice);
    if (this.outline?.of === of) return this.outline.shown;
    const { edition } = this;
    const { signal } = this.search;
    const [outline, projects] = await Promise.all([list.outline(query, signal), list.projects()]);
    const shown = shownOutline(outline, projects);
    if (edition === this.edition) this.outline = { of, shown };
    return shown;
  }

  private post(choice: ListChoice, outline: OutlineShown, rows: readonly ListRows[], stale: boolean): void {
    const text = JSON.stringify([choice, outline]);
    const isNew = text !== this.sent;
    this.sent = text;
    const context = this.deps.context();
    this.deps.post({
      version: this.deps.nextVersion(),
      choice,
      outline: isNew ? outline : null,
      rows: rows.map(({ slice, records, issues, overlapping }) => ({
        group: slice.group,
        from: slice.from,
        records: records.map((record) =>
          recordRow(
            record,
            {
              day: dayOfRecord(record, this.deps.zone()),
              issue: issues.get(record.id),
              overlaps: overlapping.has(record.id),
            },
            context,
          ),
        ),
      })),
      stale,
    });
    this.deps.looked(rows.flatMap(({ records }) => records));
  }
}

/** What a page shows first, before it can know what to ask for. */
function firstSlices({ groups }: OutlineShown): readonly Slice[] {
  const slices: Slice[] = [];
  let left = FIRST_ROWS;
  for (const { key, count } of groups) {
    if (left <= 0) break;
    slices.push({ group: key, from: 0, count: Math.min(count, left) });
    left -= count;
  }
  return slices;
}

function bounded(slices: readonly Slice[]): readonly Slice[] {
  let left = MOST_ROWS;
  return slices.slice(0, MOST_SLICES).flatMap((slice) => {
    const count = Math.min(slice.count, left);
    left -= count;
    return count === 0 ? [] : [{ ...slice, count }];
  });
}

function queryOf(choice: ListChoice | undefined): ListQuery {
  if (choice === undefined) return { grouping: 'day', filter: {} };
  const { grouping, text, issueKey, project, from, to, state } = choice;
  const states = STATES[state];
  const filter: ListFilter = {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(issueKey === '' ? {} : { issueKey: issueKey.toUpperCase() }),
    ...(project === '' ? {} : { project: project.toUpperCase() }),
    ...(from === '' ? {} : { fromDay: from }),
    ...(to === '' ? {} : { toDay: to }),
    ...(states === undefined ? {} : { states }),
  };
  return { grouping, filter };
}

function shownOutline(outline: Outline, projects: readonly string[]): OutlineShown {
  return {
    ...shownSums(outline),
    groups: outline.groups.map(groupHead),
    weeks: outline.weeks.map((week) => ({ ...shownSums(week), key: week.key, days: week.days })),
    projects: [...projects],
  };
}

function groupHead(group: OutlineGroup): GroupHead {
  const { key, issue } = group;
  const about =
    issue === undefined ? {} : { summary: cut(issue.summary, LONGEST_SUMMARY), statusCategory: issue.statusCategory };
  return { ...shownSums(group), key, ...about };
}

function shownSums({ count, seconds, loggedSeconds }: Pick<Outline, 'count' | 'seconds' | 'loggedSeconds'>) {
  return { count, seconds: wholeSeconds(seconds), loggedSeconds: wholeSeconds(loggedSeconds) };
}
