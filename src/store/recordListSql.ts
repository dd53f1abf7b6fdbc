import type { Grouping, GroupSlice, ListFilter } from '../core/recordList.ts';
import { and, type Condition, textCondition, when } from './conditions.ts';
import { dayNumber, dayText } from './localDay.ts';
import { foldText } from './rows.ts';
import type { SqlValue } from './sqlite.ts';

const LOGGED = "CASE WHEN sync_state = 'synced' THEN time_out - time_in ELSE 0 END";
const COLUMN: Readonly<Record<Grouping, string>> = { day: 'local_day', issue: "coalesce(jira_issue_key, '')" };
const ORDER = 'ORDER BY time_in DESC, rowid DESC';

/** One row for each group: `group_key`, `count`, `ms`, `logged_ms`; the newest group first. */
export function groupsQuery(grouping: Grouping, filter: ListFilter): Condition {
  const { sql, params } = listCondition(filter);
  const order = grouping === 'day' ? 'local_day' : 'max(time_in)';
  const columns = `${COLUMN[grouping]} AS group_key, count(*) AS count, sum(time_out - time_in) AS ms, sum(${LOGGED}) AS logged_ms`;
  return { sql: `SELECT ${columns} FROM time_records WHERE ${sql} GROUP BY group_key ORDER BY ${order} DESC`, params };
}

/** `local_day` of one record, counted by day from the newest or the oldest; the last parameter says how many before. */
export function dayQuery(from: 'newest' | 'oldest', filter: ListFilter): Condition {
  const { sql, params } = listCondition(filter);
  const order = from === 'newest' ? 'DESC' : 'ASC';
  return {
    sql: `SELECT local_day FROM time_records WHERE ${sql} ORDER BY local_day ${order} LIMIT 1 OFFSET ?`,
    params,
  };
}

/** `id`, `ms`, `group_key`, `time_in` and `row` of all records that the filter lets through. */
export function lengthsQuery(grouping: Grouping, filter: ListFilter): Condition {
  const { sql, params } = listCondition(filter);
  const columns = `id, time_out - time_in AS ms, ${COLUMN[grouping]} AS group_key, time_in, rowid AS row`;
  return { sql: `SELECT ${columns} FROM time_records WHERE ${sql}`, params };
}

/** Records of a group, newest first. @param columns what of them */
export function sliceQuery(columns: string, grouping: Grouping, slice: GroupSlice, filter: ListFilter): Condition {
  const { sql, params } = and([listCondition(filter), groupCondition(grouping, slice.group)]);
  return {
    sql: `SELECT ${columns} FROM time_records WHERE ${sql} ${ORDER} LIMIT ? OFFSET ?`,
    params: [...params, slice.count, slice.from],
  };
}

/** One row with `group_key`, `time_in` and `row` of a record, if the filter lets it through. */
export function placeQuery(grouping: Grouping, recordId: string, filter: ListFilter): Condition {
  const { sql, params } = and([listCondition(filter), when('id = ?', recordId)]);
  const columns = `${COLUMN[grouping]} AS group_key, time_in, rowid AS row`;
  return { sql: `SELECT ${columns} FROM time_records WHERE ${sql}`, params };
}

/** `n`: how many records of the group come before one that began at `timeIn` and lies at `row`. */
export function indexQuery(
  grouping: Grouping,
  at: { readonly group: string; readonly timeIn: number; readonly row: number },
  filter: ListFilter,
): Condition {
  const before: Condition = { sql: '(time_in, rowid) > (?, ?)', params: [at.timeIn, at.row] };
  const { sql, params } = and([listCondition(filter), groupCondition(grouping, at.group), before]);
  return { sql: `SELECT count(*) AS n FROM time_records WHERE ${sql}`, params };
}

export function groupKeyOf(grouping: Grouping, value: unknown): string {
  return grouping === 'day' && typeof value === 'number' ? dayText(value) : String(value);
}

function groupCondition(grouping: Grouping, group: string): Condition {
  if (grouping === 'day') return { sql: 'local_day = ?', params: [dayNumber(group)] };
  return group === '' ? { sql: 'jira_issue_key IS NULL', params: [] } : { sql: 'jira_issue_key = ?', params: [group] };
}

function listCondition(filter: ListFilter): Condition {
  const { text, project, fromDay, toDay, states } = filter;
  return and([
    { sql: 'deleted_at IS NULL AND time_out IS NOT NULL', params: [] },
    when('local_day >= ?', fromDay === undefined ? undefined : dayNumber(fromDay)),
    when('local_day <= ?', toDay === undefined ? undefined : dayNumber(toDay)),
    when('jira_issue_key = ?', filter.issueKey),
    project === undefined ? undefined : projectCondition(project),
    states === undefined ? undefined : { sql: `sync_state IN (${states.map(() => '?').join(', ')})`, params: states },
    text === undefined || text === '' ? undefined : wordsCondition(text),
  ]);
}

/** A range of keys, so that an index can be used: '.' is the character after '-'. */
function projectCondition(project: string): Condition {
  return { sql: 'jira_issue_key >= ? AND jira_issue_key < ?', params: [`${project}-`, `${project}.`] };
}

/** Also records whose issue's summary holds the text. */
function wordsCondition(text: string): Condition {
  const own = textCondition(text);
  const summaries =
    "jira_issue_key IN (SELECT issue_key FROM jira_cached_issues WHERE instr(lower(json_extract(issue, '$.summary')), ?) > 0)";
  const params: readonly SqlValue[] = [...own.params, foldText(text)];
  return { sql: `(${own.sql} OR ${summaries})`, params };
}
