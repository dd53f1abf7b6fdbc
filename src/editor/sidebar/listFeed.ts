import type { ListQuery, ListRows, Outline, OutlineGroup, RecordList } from '../../app/recordList.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { Disposable } from '../../core/ports.ts';
import type { ListFilter, RecordLength } from '../../core/recordList.ts';
import type { SyncState, TimeRecord } from '../../core/records.ts';
import {
  EVERYTHING,
  type GroupHead,
  type ListChoice,
  type ListUpdate,
  type Look,
  type Outline as OutlineShown,
  type Slice,
} from '../../protocol/list.ts';
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

type List = NonNullable<ReturnType<Deps['list']>>;

/** What a page shows that has no rows yet: the newest records of a long list, or the top of a whole one. */
interface Beginning {
  readonly of: ListChoice;
  readonly edition: number;
  readonly outline: OutlineShown;
  readonly rows: readonly ListRows[];
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
  private beginning: Beginning | undefined;
  /** The look that was answered with the beginning of the list. */
  private begun: Look | undefined;
  private search = new AbortController();
  private readonly refresher = new Refresher({ delayMs: 0, refresh: () => this.refresh() });

  constructor(private readonly deps: Deps) {}

  /** The page wants to see this now. */
  look(look: Look): void {
    this.turnTo(look);
    this.refresher.request();
  }

  /** Reads what a page that is about to load shows first, so that it need not wait for it. Never rejects. */
  async prepare(): Promise<void> {
    const list = this.deps.list();
    if (list === undefined) return;
    const choice = this.wanted?.choice ?? EVERYTHING;
    try {
      if (!this.knows(choice)) await this.begin(list, queryOf(choice), choice);
    } catch (error) {
      // The page is going to ask for it, and gets to know then.
      if (asTimecardError(error).reason !== 'cancelled') this.deps.failed(error);
    }
  }

  /** The beginning of the list, for a page that has just loaded; `undefined` when it has to be read first. */
  takeBeginning(): ListUpdate | undefined {
    const { wanted: look, beginning } = this;
    if (look === undefined || beginning === undefined || !this.waitsForBeginning(look)) return undefined;
    return this.knows(look.choice) ? this.beginWith(look, beginning) : undefined;
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

  /** A page that knows nothing has come. @param look what it looks at, as far as it says so */
  pageLoaded(look: Look | undefined): void {
    this.sent = undefined;
    if (look === undefined) this.wanted = undefined;
    else this.turnTo(look);
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

  private turnTo(look: Look): void {
    if (textOf(look.choice) !== textOf(this.wanted?.choice)) this.endSearch();
    this.wanted = { ...look, slices: [...bounded(look.slices)] };
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
      if (await this.showsBeginning(list, query, look)) return;
      const outline = await this.outlineOf(list, query, look.choice);
      const rows = await list.rows(query, look.slices.length === 0 ? firstSlices(outline) : look.slices);
      if (look === this.wanted && this.deps.isSeen()) this.deps.post(this.update(look.choice, outline, rows, stale));
      else this.stale ||= stale;
    } catch (error) {
      this.stale = true;
      if (asTimecardError(error).reason !== 'cancelled') this.deps.failed(error);
    }
  }

  /** A page that waits for a long list sees its newest records before the rest is summed up. */
  private async showsBeginning(list: List, query: ListQuery, look: Look): Promise<boolean> {
    if (!this.waitsForBeginning(look) || this.outline?.of === textOf(look.choice)) return false;
    const beginning = await this.begin(list, query, look.choice);
    if (look !== this.wanted || !this.deps.isSeen()) return false;
    this.deps.post(this.beginWith(look, beginning));
    return true;
  }

  private waitsForBeginning(look: Look): boolean {
    return look.slices.length === 0 && look !== this.begun;
  }

  private knows(choice: ListChoice): boolean {
    return this.beginning?.edition === this.edition && textOf(this.beginning.of) === textOf(choice);
  }

  private async begin(list: List, query: ListQuery, of: ListChoice): Promise<Beginning> {
    const { edition } = this;
    const newest = await list.newest(query);
    const outline =
      newest === undefined ? await this.outlineOf(list, query, of) : { ...shownOutline(newest, []), more: true };
    const rows = await list.rows(query, firstSlices(outline));
    const beginning = { of, edition, outline, rows };
    if (edition === this.edition) this.beginning = beginning;
    return beginning;
  }

  private beginWith(look: Look, { outline, rows }: Beginning): ListUpdate {
    this.begun = look;
    this.stale = false;
    if (outline.more === true) this.refresher.request(REST_AFTER_MS);
    return this.update(look.choice, outline, rows, true);
  }

  private async outlineOf(list: List, query: ListQuery, choice: ListChoice) {
    const of = textOf(choice);
    if (this.outline?.of === of) return this.outline.shown;
    const { edition } = this;
    const { signal } = this.search;
    const [outline, projects] = await Promise.all([list.outline(query, signal), list.projects()]);
    const shown = shownOutline(outline, projects);
    if (edition === this.edition) this.outline = { of, shown };
    return shown;
  }

  private update(choice: ListChoice, outline: OutlineShown, rows: readonly ListRows[], stale: boolean): ListUpdate {
    const text = JSON.stringify([choice, outline]);
    const isNew = text !== this.sent;
    this.sent = text;
    const context = this.deps.context();
    this.deps.looked(rows.flatMap(({ records }) => records));
    return {
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
    };
  }
}

function textOf(choice: ListChoice | undefined): string {
  return JSON.stringify(choice ?? null);
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
