import type { AbsenceEntry } from '../core/absence.ts';
import { projectOf } from '../core/issueKey.ts';
import type { Log } from '../core/ports.ts';
import type { RecordChange } from '../core/recordChanges.ts';
import type {
  GroupedLength,
  Grouping,
  GroupSlice,
  ListFilter,
  ListPlace,
  RecordGroup,
  RecordLength,
} from '../core/recordList.ts';
import type { Connection, Issue, OrphanWorklog, SyncAttempt, TimeRecord } from '../core/records.ts';
import type {
  AbsenceFilter,
  AttemptFilter,
  ChangeFilter,
  Reader,
  RecordFilter,
  RecordSpan,
} from '../core/storePorts.ts';
import { IS_KEPT } from './changesKept.ts';
import { and, type Condition, textCondition, when } from './conditions.ts';
import { dayText } from './localDay.ts';
import {
  dayQuery,
  groupKeyOf,
  groupsQuery,
  indexQuery,
  lengthsQuery,
  placeQuery,
  sliceQuery,
} from './recordListSql.ts';
import { absenceOf, attemptOf, changeOf, connectionOf, issueOf, orphanOf, type RowParser, recordOf } from './rows.ts';
import type { Row, Sqlite, SqlValue } from './sqlite.ts';

const DEFAULT_LIMIT = 1_000;
const DEFAULT_CHANGES = 200;
/** How many of the newest records are looked through for recent issue keys. */
const RECENT_SCAN = 5_000;
const WAITING = "('pending', 'failed', 'unknown')";

function whole(value: number | undefined, fallback: number): number {
  return value === undefined || !Number.isFinite(value) ? fallback : Math.max(0, Math.floor(value));
}

function recordCondition(filter: RecordFilter): Condition {
  return and([
    { sql: 'deleted_at IS NULL', params: [] },
    when('time_in >= ?', filter.from),
    when('time_in < ?', filter.to),
    when('jira_issue_key = ?', filter.issueKey),
    when('sync_state = ?', filter.syncState),
    filter.text === undefined || filter.text === '' ? undefined : textCondition(filter.text),
  ]);
}

function attemptCondition(filter: AttemptFilter): Condition {
  return and([
    { sql: '1', params: [] },
    when('time_record_id = ?', filter.recordId),
    when('jira_issue_key = ?', filter.issueKey),
    when('sync_status = ?', filter.status),
    when('batch_id = ?', filter.batchId),
    when('started_at >= ?', filter.from),
    when('started_at < ?', filter.to),
  ]);
}

/**
 * Records whose stretch overlaps one that is given by its start, its end and its end again. `+time_in` keeps SQLite on
 * the index of ends, which is the short way for the recent days that totals ask for.
 */
function overlappingSql(columns: string): string {
  return `SELECT ${columns} FROM time_records WHERE deleted_at IS NULL AND time_out > ? AND +time_in < ?
    UNION ALL SELECT ${columns} FROM time_records WHERE deleted_at IS NULL AND time_out IS NULL AND +time_in < ?`;
}

/** Answers the questions of core's `Reader` from one database. Rows that cannot be understood are left out and logged. */
export class DbReader implements Reader {
  constructor(
    protected readonly db: Sqlite,
    protected readonly log: Log,
    private readonly reported: Set<string>,
  ) {}

  record(id: string, includeRemoved = false): TimeRecord | undefined {
    const live = includeRemoved ? '' : ' AND deleted_at IS NULL';
    return this.#one(recordOf, 'time_records', `SELECT * FROM time_records WHERE id = ?${live}`, [id]);
  }

  running(): TimeRecord | undefined {
    const sql = 'SELECT * FROM time_records WHERE time_out IS NULL AND deleted_at IS NULL';
    return this.#one(recordOf, 'time_records', sql);
  }

  records(filter: RecordFilter = {}): readonly TimeRecord[] {
    const { sql, params } = recordCondition(filter);
    return this.#many(
      recordOf,
      'time_records',
      `SELECT * FROM time_records WHERE ${sql} ORDER BY time_in DESC, rowid DESC LIMIT ? OFFSET ?`,
      [...params, whole(filter.limit, DEFAULT_LIMIT), whole(filter.offset, 0)],
    );
  }

  countRecords(filter: RecordFilter = {}): number {
    const { sql, params } = recordCondition(filter);
    return this.db.number(`SELECT count(*) AS n FROM time_records WHERE ${sql}`, params);
  }

  recordGroups(grouping: Grouping, filter: ListFilter = {}): readonly RecordGroup[] {
    const { sql, params } = groupsQuery(grouping, filter);
    return this.db.all(sql, params).map((row) => ({
      key: groupKeyOf(grouping, row.group_key),
      count: Number(row.count),
      ms: Number(row.ms),
      loggedMs: Number(row.logged_ms),
    }));
  }

  listedDay(newer: number, filter: ListFilter = {}): string | undefined {
    const { sql, params } = dayQuery('newest', filter);
    const found = this.db.first(sql, [...params, newer])?.local_day;
    return typeof found === 'number' ? dayText(found) : undefined;
  }

  listedDays(filter: ListFilter = {}): { readonly first: string; readonly last: string } | undefined {
    const oldest = dayQuery('oldest', filter);
    const first = this.db.first(oldest.sql, [...oldest.params, 0])?.local_day;
    const last = this.listedDay(0, filter);
    return typeof first === 'number' && last !== undefined ? { first: dayText(first), last } : undefined;
  }

  recordsOfGroup(grouping: Grouping, slice: GroupSlice, filter: ListFilter = {}): readonly TimeRecord[] {
    const { sql, params } = sliceQuery('*', grouping, slice, filter);
    return this.#many(recordOf, 'time_records', sql, params);
  }

  recordIdsOfGroup(grouping: Grouping, slice: GroupSlice, filter: ListFilter = {}): readonly RecordLength[] {
    const { sql, params } = sliceQuery('id, time_out - time_in AS ms', grouping, slice, filter);
    return this.db.all(sql, params).map((row) => ({ id: String(row.id), ms: Number(row.ms) }));
  }

  groupedLengths(grouping: Grouping, filter: ListFilter = {}): readonly GroupedLength[] {
    const { sql, params } = lengthsQuery(grouping, filter);
    return this.db.all(sql, params).map((row) => ({
      id: String(row.id),
      ms: Number(row.ms),
      group: groupKeyOf(grouping, row.group_key),
      timeIn: Number(row.time_in),
      row: Number(row.row),
    }));
  }

  recordPlace(grouping: Grouping, recordId: string, filter: ListFilter = {}): ListPlace | undefined {
    const place = placeQuery(grouping, recordId, filter);
    const found = this.db.first(place.sql, place.params);
    if (found === undefined) return undefined;
    const group = groupKeyOf(grouping, found.group_key);
    const index = indexQuery(grouping, { group, timeIn: Number(found.time_in), row: Number(found.row) }, filter);
    return { group, index: this.db.number(index.sql, index.params) };
  }

  overlapping(from: number, to: number): readonly TimeRecord[] {
    const sql = `SELECT * FROM (${overlappingSql('*')}) ORDER BY +time_in`;
    return this.#many(recordOf, 'time_records', sql, [from, to, to]);
  }

  msWithin(from: number, to: number, now: number): number {
    const length = 'max(0, min(coalesce(time_out, ?), ?) - max(time_in, ?))';
    const sql = `SELECT sum(${length}) AS ms FROM (${overlappingSql('time_in, time_out')})`;
    return this.db.number(sql, [now, to, from, from, to, to]);
  }

  spans(from: number, to: number): readonly RecordSpan[] {
    const sql =
      'SELECT id, time_in, time_out FROM time_records WHERE deleted_at IS NULL AND time_in >= ? AND time_in < ?';
    return this.db.all(sql, [from, to]).map((row) => ({
      id: String(row.id),
      timeIn: Number(row.time_in),
      timeOut: row.time_out === null ? null : Number(row.time_out),
    }));
  }

  dueRecordIds(which: 'all' | 'begun' = 'all'): readonly string[] {
    const begun =
      which === 'all' ? '' : "AND (sync_state <> 'pending' OR deleted_at IS NOT NULL OR jira_sync_reason IS NOT NULL)";
    const sql = `SELECT id, time_in FROM time_records WHERE sync_state IN ${WAITING}
        AND (time_out IS NOT NULL OR deleted_at IS NOT NULL) ${begun}
      UNION SELECT r.id, r.time_in FROM jira_orphan_worklogs o JOIN time_records r ON r.id = o.time_record_id
        WHERE r.time_out IS NOT NULL OR r.deleted_at IS NOT NULL
      ORDER BY time_in, id`;
    return this.db.all(sql).map((row) => String(row.id));
  }

  countWaiting(): number {
    return this.db.number(
      `SELECT count(*) AS n FROM time_records WHERE sync_state IN ${WAITING} AND deleted_at IS NULL AND time_out IS NOT NULL`,
    );
  }

  recentIssueKeys(limit: number): readonly string[] {
    const keys = new Set<string>();
    const sql = `SELECT jira_issue_key AS k FROM time_records WHERE deleted_at IS NULL
      ORDER BY time_in DESC, rowid DESC LIMIT ${RECENT_SCAN}`;
    if (whole(limit, 0) === 0) return [];
    this.db.each(sql, [], (row) => {
      if (typeof row.k === 'string') keys.add(row.k);
      return keys.size < limit;
    });
    return [...keys];
  }

  projects(limit: number): readonly string[] {
    // One step in the index for each project, however many records it has.
    const next = `SELECT jira_issue_key AS k FROM time_records WHERE deleted_at IS NULL AND jira_issue_key > ?
      ORDER BY jira_issue_key LIMIT 1`;
    const projects = new Set<string>();
    let after = '';
    while (projects.size < limit) {
      const key = this.db.first(next, [after])?.k;
      if (typeof key !== 'string') break;
      const project = projectOf(key);
      projects.add(project);
      // '.' is the character after '-'.
      after = key.startsWith(`${project}-`) ? `${project}.` : key;
    }
    return [...projects];
  }

  attempts(filter: AttemptFilter = {}): readonly SyncAttempt[] {
    const { sql, params } = attemptCondition(filter);
    // Ids first: only the rows of the page are read whole, however far down it is.
    const page = `SELECT id FROM jira_sync_logs WHERE ${sql} ORDER BY id DESC LIMIT ? OFFSET ?`;
    return this.#many(
      attemptOf,
      'jira_sync_logs',
      `SELECT * FROM jira_sync_logs WHERE id IN (${page}) ORDER BY id DESC`,
      [...params, whole(filter.limit, DEFAULT_LIMIT), whole(filter.offset, 0)],
    );
  }

  countAttempts(filter: AttemptFilter = {}): number {
    const { sql, params } = attemptCondition(filter);
    return this.db.number(`SELECT count(*) AS n FROM jira_sync_logs WHERE ${sql}`, params);
  }

  orphans(recordId?: string): readonly OrphanWorklog[] {
    const { sql, params } = and([{ sql: '1', params: [] }, when('time_record_id = ?', recordId)]);
    return this.#many(
      orphanOf,
      'jira_orphan_worklogs',
      `SELECT * FROM jira_orphan_worklogs WHERE ${sql} ORDER BY created_at, rowid`,
      params,
    );
  }

  worklogOwner(connectionId: string, worklogId: string): string | undefined {
    const sql = `SELECT id FROM time_records WHERE jira_worklog_id = ? AND jira_connection_id = ?
      UNION ALL SELECT time_record_id FROM jira_orphan_worklogs WHERE jira_worklog_id = ? AND connection_id = ?`;
    const row = this.db.first(sql, [worklogId, connectionId, worklogId, connectionId]);
    return row === undefined ? undefined : String(row.id);
  }

  changes(filter: ChangeFilter = {}): readonly RecordChange[] {
    const { sql, params } = and([
      { sql: IS_KEPT, params: [] },
      when('change_group = ?', filter.group),
      when('time_record_id = ?', filter.recordId),
    ]);
    const newest = `SELECT * FROM time_record_changes WHERE ${sql} ORDER BY change_group DESC, id LIMIT ?`;
    return this.#many(changeOf, 'time_record_changes', newest, [...params, whole(filter.limit, DEFAULT_CHANGES)]);
  }

  absences(filter: AbsenceFilter = {}): readonly AbsenceEntry[] {
    const { decided } = filter;
    const state = decided === undefined ? '1 = 1' : `decision IS ${decided ? 'NOT NULL' : 'NULL'}`;
    const { sql, params } = and([
      { sql: state, params: [] },
      when('id = ?', filter.id),
      when('change_group = ?', filter.changeGroup),
      when('away_to > ?', filter.from),
      when('away_from < ?', filter.to),
    ]);
    const order = decided === true ? 'decided_at DESC, rowid DESC' : 'away_from, rowid';
    const all = `SELECT * FROM absences WHERE ${sql} ORDER BY ${order} LIMIT ?`;
    return this.#many(absenceOf, 'absences', all, [...params, whole(filter.limit, DEFAULT_LIMIT)]);
  }

  connections(): readonly Connection[] {
    return this.#many(connectionOf, 'jira_connections', 'SELECT * FROM jira_connections ORDER BY created_at, rowid');
  }

  connection(id: string): Connection | undefined {
    return this.#one(connectionOf, 'jira_connections', 'SELECT * FROM jira_connections WHERE id = ?', [id]);
  }

  cachedIssue(key: string, connectionId?: string): Issue | undefined {
    const { sql, params } = and([{ sql: 'issue_key = ?', params: [key] }, when('connection_id = ?', connectionId)]);
    const newest = `SELECT rowid AS id, issue FROM jira_cached_issues WHERE ${sql} ORDER BY fetched_at DESC, rowid DESC LIMIT 1`;
    return this.#one(issueOf, 'jira_cached_issues', newest, params);
  }

  #one<T>(parse: RowParser<T>, table: string, sql: string, params: readonly SqlValue[] = []): T | undefined {
    return this.#many(parse, table, sql, params)[0];
  }

  #many<T>(parse: RowParser<T>, table: string, sql: string, params: readonly SqlValue[] = []): readonly T[] {
    const found: T[] = [];
    for (const row of this.db.all(sql, params)) {
      const value = parse(row);
      if (value === undefined) this.#report(table, row);
      else found.push(value);
    }
    return found;
  }

  #report(table: string, row: Row): void {
    const name = `${table} ${String(row.id ?? row.jira_worklog_id)}`;
    if (this.reported.has(name)) return;
    this.reported.add(name);
    this.log.warn(`A row of the database cannot be understood and is not shown; it stays in the file: ${name}`);
  }
}
