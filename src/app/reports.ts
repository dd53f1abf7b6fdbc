import { connectionForKey } from '../core/connectionChoice.ts';
import { dayOf, dayRange, isZone, type Range, secondsWithin, weekRange } from '../core/days.ts';
import type { NudgeSettings } from '../core/nudgePorts.ts';
import type { Clock, Reader, Settings, Store } from '../core/ports.ts';
import type { Connection, Issue, TimeRecord } from '../core/records.ts';
import { type TargetTotals, targetTotals } from '../core/targets.ts';
import { overlappingRecords } from './overlaps.ts';

interface Deps {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'weekStart'> & Pick<NudgeSettings, 'targets'>;
}

/** Where the user stands now. Seconds may have fractions; a running record counts until now. */
export interface Summary {
  readonly running: TimeRecord | undefined;
  /** The running record's issue as last seen in Jira. */
  readonly runningIssue: Issue | undefined;
  /** Today and this week as the user's present zone has them. */
  readonly todaySeconds: number;
  readonly weekSeconds: number;
  /** What the user wants to reach today and this week; `null` when no targets are set. */
  readonly targets: TargetTotals | null;
  /** When today is over, UTC ms. */
  readonly todayEnds: number;
  /** Records that wait for Jira. */
  readonly waiting: number;
}

/** One day of the history. */
export interface Day {
  /** YYYY-MM-DD in the records' own zone. */
  readonly day: string;
  /** What all finished records begun on this day come to, listed here or not. May have fractions. */
  readonly seconds: number;
  /** Newest first. */
  readonly records: readonly TimeRecord[];
}

export interface HistoryPage {
  /** Newest first; the running record is left out. */
  readonly days: readonly Day[];
  readonly hasMore: boolean;
  /** Issues of the listed records as last seen in Jira, by record id. */
  readonly issues: ReadonlyMap<string, Issue>;
  /** Ids of the listed records, and of the running one, that overlap another record, listed or not. */
  readonly overlapping: ReadonlySet<string>;
}

/** No zone's clock is further from UTC than this, in ms. */
const FARTHEST_ZONE_MS = 15 * 3_600_000;

/** What the status bar and the history show: totals, and records by day. */
export class Reports {
  constructor(private readonly deps: Deps) {}

  /** Rejects with a `storage*` reason. */
  summary(): Promise<Summary> {
    const now = this.deps.clock.now();
    const zone = this.deps.clock.zone();
    const today = dayRange(dayOf(now, zone), zone);
    const week = weekRange(now, zone, this.deps.settings.weekStart());
    const targets = targetTotals(this.deps.settings.targets(), now, zone);
    return this.deps.store.read((db) => {
      const running = db.running();
      const recent = db.overlapping(Math.min(today.from, week.from), Math.max(today.to, week.to));
      return {
        running,
        runningIssue: running === undefined ? undefined : issueOf(db, running, db.connections()),
        todaySeconds: secondsIn(recent, today, now),
        weekSeconds: secondsIn(recent, week, now),
        targets,
        todayEnds: today.to,
        waiting: db.countWaiting(),
      };
    });
  }

  /**
   * The newest finished records by day, each in its own zone.
   * @param o.limit how many records at most
   */
  history(o: { readonly limit: number }): Promise<HistoryPage> {
    const days = new DayFinder(this.deps.clock.zone());
    return this.deps.store.read((db) => {
      const { listed, hasMore } = newestFinished(db, o.limit);
      const unlisted = hasMore ? restOfDays(db, listed, days) : [];
      const running = db.running();
      const overlapping = overlappingRecords(db, running === undefined ? listed : [...listed, running]);
      return { days: byDay(listed, unlisted, days), hasMore, issues: issuesOf(db, listed), overlapping };
    });
  }
}

function secondsIn(records: readonly TimeRecord[], range: Range, now: number): number {
  return records.reduce((sum, record) => sum + secondsWithin(record, range.from, range.to, now), 0);
}

/** Asks for two more than the page: the running record, and the one that tells there is more. */
function newestFinished(db: Reader, limit: number): { listed: readonly TimeRecord[]; hasMore: boolean } {
  const finished = db.records({ limit: limit + 2 }).filter((record) => record.timeOut !== null);
  return { listed: finished.slice(0, limit), hasMore: finished.length > limit };
}

/** Finished records beyond the page that may belong to a day on it; a stretch of two or three days at most. */
function restOfDays(db: Reader, listed: readonly TimeRecord[], days: DayFinder): readonly TimeRecord[] {
  const oldest = listed.at(-1);
  const [firstDay] = listed.map((record) => days.of(record)).sort();
  if (oldest === undefined || firstDay === undefined) return [];
  const stretch = { from: dayRange(firstDay, 'UTC').from - FARTHEST_ZONE_MS, to: oldest.timeIn + 1 };
  const ids = new Set(listed.map((record) => record.id));
  const records = db.records({ ...stretch, limit: db.countRecords(stretch) });
  return records.filter((record) => record.timeOut !== null && !ids.has(record.id));
}

function byDay(listed: readonly TimeRecord[], unlisted: readonly TimeRecord[], days: DayFinder): readonly Day[] {
  const groups = new Map<string, { ms: number; records: TimeRecord[] }>();
  for (const record of listed) {
    const day = days.of(record);
    const group = groups.get(day) ?? { ms: 0, records: [] };
    group.ms += lengthOf(record);
    group.records.push(record);
    groups.set(day, group);
  }
  for (const record of unlisted) {
    const group = groups.get(days.of(record));
    if (group !== undefined) group.ms += lengthOf(record);
  }
  return [...groups]
    .map(([day, { ms, records }]) => ({ day, seconds: ms / 1_000, records }))
    .sort((a, b) => (a.day < b.day ? 1 : -1));
}

function lengthOf(record: TimeRecord): number {
  return (record.timeOut ?? record.timeIn) - record.timeIn;
}

function issuesOf(db: Reader, records: readonly TimeRecord[]): ReadonlyMap<string, Issue> {
  const connections = db.connections();
  const found = new Map<string, Issue | undefined>();
  const issues = new Map<string, Issue>();
  for (const record of records) {
    const place = `${record.connectionId ?? ''} ${record.issueKey ?? ''}`;
    if (!found.has(place)) found.set(place, issueOf(db, record, connections));
    const issue = found.get(place);
    if (issue !== undefined) issues.set(record.id, issue);
  }
  return issues;
}

/** Two sites may use one key for different issues, so only the record's own site is asked. */
function issueOf(db: Reader, record: TimeRecord, connections: readonly Connection[]): Issue | undefined {
  if (record.issueKey === null) return undefined;
  return db.cachedIssue(record.issueKey, record.connectionId ?? connectionForKey(connections, record.issueKey)?.id);
}

/** The day a record began on, in its own zone; neighbours mostly share a day, so the last one of each zone is kept. */
class DayFinder {
  private readonly last = new Map<string, Range & { readonly day: string }>();
  private readonly zones = new Map<string, string>();

  /** @param fallbackZone for a record whose zone this machine does not know */
  constructor(private readonly fallbackZone: string) {}

  of(record: TimeRecord): string {
    const zone = this.knownZone(record.zone);
    const last = this.last.get(zone);
    if (last !== undefined && record.timeIn >= last.from && record.timeIn < last.to) return last.day;
    const day = dayOf(record.timeIn, zone);
    this.last.set(zone, { ...dayRange(day, zone), day });
    return day;
  }

  private knownZone(zone: string): string {
    const known = this.zones.get(zone) ?? (isZone(zone) ? zone : this.fallbackZone);
    this.zones.set(zone, known);
    return known;
  }
}
