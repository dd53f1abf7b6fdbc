import { foldText } from './rows.ts';
import type { SqlValue } from './sqlite.ts';

/** A piece of SQL with the values for its placeholders. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Case-insensitive part of a record's notes, issue key, external link or branch. */
export function textCondition(text: string): Condition {
  const needle = foldText(text);
  const ascii = ['notes', 'jira_issue_key', 'external_link', 'branch'].map(
    (column) => `instr(lower(coalesce(${column}, '')), ?) > 0`,
  );
  const sql = `(CASE WHEN search_text IS NULL THEN ${ascii.join(' OR ')} ELSE instr(search_text, ?) > 0 END)`;
  return { sql, params: [needle, needle, needle, needle, needle] };
}

export function and(conditions: readonly (Condition | undefined)[]): Condition {
  const present = conditions.filter((condition) => condition !== undefined);
  return {
    sql: present.map((condition) => condition.sql).join(' AND '),
    params: present.flatMap((condition) => condition.params),
  };
}

/** Nothing when there is no value. */
export function when(sql: string, value: SqlValue | undefined): Condition | undefined {
  return value === undefined ? undefined : { sql, params: [value] };
}
