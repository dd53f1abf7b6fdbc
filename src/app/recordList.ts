import { TimecardError } from '../core/errors.ts';
import type { Breathe, Settings } from '../core/ports.ts';
import type {
  GroupedLength,
  Grouping,
  GroupSlice,
  ListFilter,
  ListPlace,
  RecordGroup,
  RecordLength,
} from '../core/recordList.ts';
import type { Issue, TimeRecord } from '../core/records.ts';
import type { Store } from '../core/storePorts.ts';
import { type Stretch, spansOf, stretchesOf } from './dayStretches.ts';
import { KnownIssues } from './knownIssues.ts';
import { nearbyParts, overlappingRecords } from './overlaps.ts';

/** Which records the history lists, and how. */
export interface ListQuery {
  readonly grouping: Grouping;
  readonly filter: ListFilter;
}

/** Seconds may have fractions. */
export interface Sums {
  readonly count: number;
  readonly seconds: number;
  /** The part of `seconds` that is in Jira as it stands. */
  readonly loggedSeconds: number;
}

export interface OutlineGroup extends Sums {
  /** YYYY-MM-DD, or an issue key; empty for records without an issue. */
  readonly key: string;
  /** The issue of the group as last seen in Jira. */
  readonly issue: Issue | undefined;
}

/** A week of the list; its days follow each other in `groups`. */
export interface OutlineWeek extends Sums {
  /** The week's first day, YYYY-MM-DD. */
  readonly key: string;
  /** How many groups belong to it. */
  readonly days: number;
}

/** What the list is made of, without its records; the newest first. */
export interface Outline extends Sums {
  readonly groups: readonly OutlineGroup[];
  /** Empty when the list is by issue. */
  readonly weeks: readonly OutlineWeek[];
}

export interface ListRows {
  readonly slice: GroupSlice;
  readonly records: readonly TimeRecord[];
  /** Issues of the records as last seen in Jira, by record id. */
  readonly issues: ReadonlyMap<string, Issue>;
  /** Ids of records that overlap another one, listed or not. */
  readonly overlapping: ReadonlySet<string>;
}

interface Deps {
  readonly store: Pick<Store, 'read'>;
  readonly settings: Pick<Settings, 'weekStart'>;
  /** Lets the rest of the extension host have its turn. */
  readonly breathe: Breathe;
}

/** How many records the first part of an outline has, before the rest of it is known. */
const NEWEST_RECORDS = 80;
/** What may overlap a record is looked for in so many stretches before others have their turn. */
const STRETCHES_AT_ONCE = 4;
/** Slices that lie over each other could ask for any number of ids; nobody has so many records. */
const MOST_IDS = 1_000_000;
/** Ids in more groups than these are not asked for group by group. */
const ASKED_ONE_BY_ONE = 12;
/** More than anybody chooses from. */
const MOST_PROJECTS = 500;

/** The finished records of the history, group by group, so that no question reads them all at once. */
export class RecordList {
  constructor(private readonly deps: Deps) {}

  /** Rejects with `cancelled` when the signal fires, and with a `storage*` reason. */
  async outline({ grouping, filter }: ListQuery, signal?: AbortSignal): Promise<Outline> {
    const groups = await this.groups(grouping, filter, signal);
    await this.deps.breathe();
    const issues = grouping === 'issue' ? await this.issuesOf(groups) : new Map<string, Issue>();
    return this.outlineOf(groups, issues, grouping);
  }

  /**
   * The newest weeks of a long list by day, which are known much sooner than all of them. Rejects with a `storage*`
   * reason.
   * @returns `undefined` when there is no quicker way than the whole outline
   */
  async newest({ grouping, filter }: ListQuery): Promise<Outline | undefined> {
    if (grouping !== 'day' || filter.text !== undefined) return undefined;
    const weekStart = this.deps.settings.weekStart();
    const groups = await this.deps.store.read((db) => {
      const day = db.listedDay(NEWEST_RECORDS, filter);
      if (day === undefined) return undefined;
      // The week that is cut would have the wrong sums, so it is there as a whole.
      const week = firstDayOfWeek(day, weekStart);
      const fromDay = filter.fromDay === undefined || filter.fromDay < week ? week : filter.fromDay;
      return db.recordGroups('day', { ...filter, fromDay });
    });
    return groups === undefined ? undefined : this.outlineOf(groups, new Map(), 'day');
  }

  async rows({ grouping, filter }: ListQuery, slices: readonly GroupSlice[]): Promise<readonly ListRows[]> {
    const lists = await this.deps.store.read((db) => {
      const known = new KnownIssues(db);
      return slices.map((slice) => {
        const records = db.recordsOfGroup(grouping, slice, filter);
        return { slice, records, issues: issuesById(records, known) };
      });
    });
    const overlapping = await this.overlapping(lists.flatMap(({ records }) => records));
    // Whoever asked goes on to make something of all these rows, and to send it.
    await this.deps.breathe();
    return lists.map((list) => ({ ...list, overlapping }));
  }

  /** The records at these places, with their lengths; a place that the list does not have is left out. */
  ids(query: ListQuery, slices: readonly GroupSlice[]): Promise<readonly RecordLength[]> {
    const { grouping, filter } = query;
    if (slices.length > ASKED_ONE_BY_ONE) return this.idsOfMany(query, slices);
    return this.deps.store.read((db) => slices.flatMap((slice) => db.recordIdsOfGroup(grouping, slice, filter)));
  }

  /** Asking for each of thousands of groups takes longer than going through all records once. */
  private async idsOfMany({ grouping, filter }: ListQuery, slices: readonly GroupSlice[]) {
    const within = grouping === 'day' ? { ...filter, ...daysAround(filter, slices) } : filter;
    const groups = new Map<string, GroupedLength[]>();
    for (const stretch of await this.stretches(within)) {
      const found = await this.deps.store.read((db) => db.groupedLengths(grouping, { ...within, ...stretch }));
      for (const one of found) {
        const group = groups.get(one.group);
        if (group === undefined) groups.set(one.group, [one]);
        else group.push(one);
      }
      await this.deps.breathe();
    }
    for (const group of groups.values()) group.sort((a, b) => b.timeIn - a.timeIn || b.row - a.row);
    return placesIn(groups, slices);
  }

  /** Where a record stands; `undefined` when the query does not list it. */
  place({ grouping, filter }: ListQuery, recordId: string): Promise<ListPlace | undefined> {
    return this.deps.store.read((db) => db.recordPlace(grouping, recordId, filter));
  }

  /** Projects that records have issues of, in the order of the alphabet. */
  projects(): Promise<readonly string[]> {
    return this.deps.store.read((db) => db.projects(MOST_PROJECTS));
  }

  /** Records of one day lie beside each other, and so does what overlaps them; those of one issue may be years apart. */
  private async overlapping(records: readonly TimeRecord[]): Promise<ReadonlySet<string>> {
    const found: ReadonlySet<string>[] = [];
    for (const part of nearbyParts(records, STRETCHES_AT_ONCE)) {
      if (found.length > 0) await this.deps.breathe();
      found.push(await this.deps.store.read((db) => overlappingRecords(db, part)));
    }
    return new Set(found.flatMap((ids) => [...ids]));
  }

  private async groups(grouping: Grouping, filter: ListFilter, signal: AbortSignal | undefined) {
    const { store } = this.deps;
    const stretches = filter.text === undefined ? await this.spans(filter) : await this.stretches(filter, signal);
    if (stretches.length <= 1) return store.read((db) => db.recordGroups(grouping, filter));
    const found: (readonly RecordGroup[])[] = [];
    for (const stretch of stretches) {
      endIf(signal);
      found.push(await store.read((db) => db.recordGroups(grouping, { ...filter, ...stretch })));
      await this.deps.breathe();
    }
    return merged(found.flat());
  }

  /** Stretches of days that can be summed up at once, newest first. */
  private async spans({ text: _, ...cheap }: ListFilter): Promise<readonly Stretch[]> {
    return spansOf(await this.deps.store.read((db) => db.listedDays(cheap)));
  }

  /** Stretches whose every record can be read at once, newest first. */
  private async stretches(filter: ListFilter, signal?: AbortSignal): Promise<readonly Stretch[]> {
    const { text: _, ...cheap } = filter;
    const days: (readonly RecordGroup[])[] = [];
    for (const span of await this.spans(filter)) {
      endIf(signal);
      days.push(await this.deps.store.read((db) => db.recordGroups('day', { ...cheap, ...span })));
      await this.deps.breathe();
    }
    return stretchesOf(days.flat());
  }

  private outlineOf(groups: readonly RecordGroup[], issues: ReadonlyMap<string, Issue>, grouping: Grouping): Outline {
    return {
      ...sumsOf(groups),
      groups: groups.map((group) => ({ ...sumsOfOne(group), key: group.key, issue: issues.get(group.key) })),
      weeks: grouping === 'day' ? weeksOf(groups, this.deps.settings.weekStart()) : [],
    };
  }

  private issuesOf(groups: readonly RecordGroup[]): Promise<ReadonlyMap<string, Issue>> {
    return this.deps.store.read((db) => {
      const known = new KnownIssues(db);
      const pairs = groups.flatMap(({ key }) => {
        const issue = key === '' ? undefined : known.of({ issueKey: key, connectionId: null });
        return issue === undefined ? [] : [[key, issue] as const];
      });
      return new Map(pairs);
    });
  }
}

function endIf(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TimecardError('cancelled', 'The search was ended.');
}

function issuesById(records: readonly TimeRecord[], known: KnownIssues): ReadonlyMap<string, Issue> {
  const pairs = records.flatMap((record) => {
    const issue = known.of(record);
    return issue === undefined ? [] : [[record.id, issue] as const];
  });
  return new Map(pairs);
}

function sumsOf(groups: readonly RecordGroup[]): Sums {
  const total = (pick: (group: RecordGroup) => number) => groups.reduce((sum, group) => sum + pick(group), 0);
  return {
    count: total(({ count }) => count),
    seconds: total(({ ms }) => ms) / 1_000,
    loggedSeconds: total(({ loggedMs }) => loggedMs) / 1_000,
  };
}

/** A long list has thousands of groups. */
function sumsOfOne({ count, ms, loggedMs }: RecordGroup): Sums {
  return { count, seconds: ms / 1_000, loggedSeconds: loggedMs / 1_000 };
}

/** What stands at these places, each as often as it is asked for, up to `MOST_IDS`. */
function placesIn(groups: ReadonlyMap<string, readonly GroupedLength[]>, slices: readonly GroupSlice[]) {
  const found: GroupedLength[] = [];
  for (const { group, from, count } of slices) {
    const left = MOST_IDS - found.length;
    if (left === 0) break;
    for (const one of (groups.get(group) ?? []).slice(from, from + Math.min(count, left))) found.push(one);
  }
  return found;
}

/** The days between the first and the last of these groups, as far as the filter lets them through. */
function daysAround({ fromDay, toDay }: ListFilter, slices: readonly GroupSlice[]) {
  const isDay = (group: string) => /^\d{4}-\d\d-\d\d$/.test(group);
  const isThrough = (day: string) => (fromDay === undefined || day >= fromDay) && (toDay === undefined || day <= toDay);
  const days = slices.map(({ group }) => group).filter((group) => isDay(group) && isThrough(group));
  const [first] = days.sort();
  const last = days.at(-1);
  return first === undefined || last === undefined ? {} : { fromDay: first, toDay: last };
}

/** Groups of one key put together, in the order in which they first came. */
function merged(groups: readonly RecordGroup[]): readonly RecordGroup[] {
  const byKey = new Map<string, RecordGroup>();
  for (const group of groups) {
    const before = byKey.get(group.key);
    byKey.set(group.key, before === undefined ? group : added(before, group));
  }
  return [...byKey.values()];
}

function added(a: RecordGroup, b: RecordGroup): RecordGroup {
  return { key: a.key, count: a.count + b.count, ms: a.ms + b.ms, loggedMs: a.loggedMs + b.loggedMs };
}

/** @param weekStart ISO weekday, 1 Monday … 7 Sunday */
function weeksOf(days: readonly RecordGroup[], weekStart: number): readonly OutlineWeek[] {
  const weeks: { key: string; days: RecordGroup[] }[] = [];
  for (const day of days) {
    const last = weeks.at(-1);
    if (last !== undefined && day.key >= last.key) last.days.push(day);
    else weeks.push({ key: firstDayOfWeek(day.key, weekStart), days: [day] });
  }
  return weeks.map(({ key, days: own }) => ({ ...sumsOf(own), key, days: own.length }));
}

/** In UTC, where every day has 24 hours: a long history has hundreds of weeks, and a calendar takes its time. */
function firstDayOfWeek(day: string, weekStart: number): string {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() - weekStart + 7) % 7));
  return date.toISOString().split('T', 1)[0] ?? day;
}
