import type { AbsenceEntry } from '../core/absence.ts';
import { invalid, TimecardError } from '../core/errors.ts';
import { isUserChange } from '../core/recordChanges.ts';
import type { Connection, Issue, OrphanWorklog, SyncAttempt, TimeRecord } from '../core/records.ts';
import type { Tx } from '../core/storePorts.ts';
import { FORGET_SOME } from './changesKept.ts';
import type { Statement } from './journal/lines.ts';
import { DbReader } from './reader.ts';
import {
  absenceColumns,
  attemptColumns,
  type Columns,
  changeColumns,
  checked,
  connectionColumns,
  orphanColumns,
  recordColumns,
} from './rows.ts';
import {
  absenceSchema,
  attemptSchema,
  connectionSchema,
  issueSchema,
  newAttemptSchema,
  orphanSchema,
  timeRecordSchema,
} from './schemas.ts';
import type { SqlValue } from './sqlite.ts';

/** How many issues are remembered for each connection. */
const CACHED_ISSUES = 1_000;
/** A commit with more statements goes into the file at once: reading it from a journal would take as long. */
export const STATEMENTS_AT_MOST = 1_000;
/** How many absences that were decided on are remembered. */
const DECIDED_ABSENCES = 500;

function insertSql(table: string, columns: Columns): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

function upsertSql(table: string, key: readonly string[], columns: Columns): string {
  const changes = Object.keys(columns)
    .filter((name) => !key.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return `${insertSql(table, columns)} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}

function updateSql(table: string, columns: Columns): string {
  const changes = Object.keys(columns).map((name) => `${name} = ?`);
  return `UPDATE ${table} SET ${changes.join(', ')} WHERE id = ?`;
}

/** The changes of core's `Tx` on one database, inside a transaction that its caller began. */
export class DbTx extends DbReader implements Tx {
  readonly #statements: Statement[] = [];
  #ended = false;
  #group: number | undefined;

  /** Called when the transaction is over, so that nothing is changed behind the back of a commit. */
  end(): void {
    this.#ended = true;
  }

  /**
   * The statements so far that changed something; the same ones on the same database lead to the same state. Only one
   * more than `STATEMENTS_AT_MOST` is remembered.
   */
  get statements(): readonly Statement[] {
    return this.#statements;
  }

  insertRecord(record: TimeRecord): void {
    const value = checked(timeRecordSchema, record, 'record');
    if (this.db.first('SELECT id FROM time_records WHERE id = ?', [value.id]) !== undefined) {
      throw invalid('record.id', 'there is a record with this id already');
    }
    this.#refuseSecondTimer(value);
    const columns = recordColumns(value);
    this.#write('record', insertSql('time_records', columns), columns);
    this.#journal(undefined, value);
  }

  updateRecord(record: TimeRecord): void {
    const value = checked(timeRecordSchema, record, 'record');
    this.#refuseSecondTimer(value);
    const before = this.record(value.id, true);
    const columns = recordColumns(value);
    this.#update('record', 'time_records', columns, value.id);
    this.#journal(before, value);
  }

  insertAttempt(attempt: Omit<SyncAttempt, 'id'>): number {
    const columns = attemptColumns(checked(newAttemptSchema, attempt, 'attempt'));
    this.#write('attempt', insertSql('jira_sync_logs', columns), columns);
    return this.db.number('SELECT last_insert_rowid() AS id');
  }

  updateAttempt(attempt: SyncAttempt): void {
    const value = checked(attemptSchema, attempt, 'attempt');
    this.#update('attempt', 'jira_sync_logs', attemptColumns(value), value.id);
  }

  insertOrphan(orphan: OrphanWorklog): void {
    const columns = orphanColumns(checked(orphanSchema, orphan, 'orphan'));
    this.#write('orphan', upsertSql('jira_orphan_worklogs', ['connection_id', 'jira_worklog_id'], columns), columns);
  }

  removeOrphan(connectionId: string, worklogId: string): void {
    this.#run('DELETE FROM jira_orphan_worklogs WHERE connection_id = ? AND jira_worklog_id = ?', [
      connectionId,
      worklogId,
    ]);
  }

  insertAbsence(absence: AbsenceEntry): void {
    const columns = absenceColumns(checked(absenceSchema, absence, 'absence'));
    this.#write('absence', insertSql('absences', columns), columns);
  }

  updateAbsence(absence: AbsenceEntry): void {
    const value = checked(absenceSchema, absence, 'absence');
    this.#update('absence', 'absences', absenceColumns(value), value.id);
    this.#run(
      `DELETE FROM absences WHERE decision IS NOT NULL AND rowid NOT IN
        (SELECT rowid FROM absences WHERE decision IS NOT NULL ORDER BY decided_at DESC, rowid DESC LIMIT ?)`,
      [DECIDED_ABSENCES],
    );
  }

  putConnection(connection: Connection): void {
    const columns = connectionColumns(checked(connectionSchema, connection, 'connection'));
    this.#write('connection', upsertSql('jira_connections', ['id'], columns), columns);
  }

  removeConnection(id: string): void {
    this.#run('DELETE FROM jira_cached_issues WHERE connection_id = ?', [id]);
    this.#run('DELETE FROM jira_connections WHERE id = ?', [id]);
  }

  cacheIssues(connectionId: string, issues: readonly Issue[], now: number): void {
    for (const issue of issues) {
      const value = checked(issueSchema, issue, 'issue');
      const columns: Columns = {
        connection_id: connectionId,
        issue_key: value.key,
        issue: JSON.stringify(value),
        fetched_at: now,
      };
      this.#write('issue', upsertSql('jira_cached_issues', ['connection_id', 'issue_key'], columns), columns);
    }
    this.#run(
      `DELETE FROM jira_cached_issues WHERE connection_id = ?1 AND rowid NOT IN
        (SELECT rowid FROM jira_cached_issues WHERE connection_id = ?1 ORDER BY fetched_at DESC, rowid DESC LIMIT ?2)`,
      [connectionId, CACHED_ISSUES],
    );
  }

  #journal(before: TimeRecord | undefined, after: TimeRecord): void {
    if (!isUserChange(before, after)) return;
    this.#group ??= this.db.number('SELECT coalesce(max(change_group), 0) + 1 FROM time_record_changes');
    const columns = changeColumns(before, after, this.#group);
    this.#write('change', insertSql('time_record_changes', columns), columns);
    this.#run(FORGET_SOME, []);
  }

  #refuseSecondTimer(record: TimeRecord): void {
    if (record.timeOut !== null || record.deletedAt !== null) return;
    const sql = 'SELECT id FROM time_records WHERE time_out IS NULL AND deleted_at IS NULL AND id <> ?';
    if (this.db.first(sql, [record.id]) === undefined) return;
    throw invalid('record.timeOut', 'another record is running already, and only one can');
  }

  #run(sql: string, params: readonly SqlValue[]): number {
    if (this.#ended) throw new Error('A change went on after its commit.');
    const changed = this.db.run(sql, params);
    if (changed > 0 && this.#statements.length <= STATEMENTS_AT_MOST) this.#statements.push([sql, params]);
    return changed;
  }

  #write(what: string, sql: string, columns: Columns): void {
    try {
      this.#run(sql, Object.values(columns));
    } catch (error) {
      throw refused(what, error);
    }
  }

  #update(what: string, table: string, columns: Columns, id: string | number): void {
    const values = [...Object.values(columns), id];
    let changed: number;
    try {
      changed = this.#run(updateSql(table, columns), values);
    } catch (error) {
      throw refused(what, error);
    }
    if (changed === 0) throw invalid(`${what}.id`, 'there is nothing with this id');
  }
}

/** SQLite names the broken rule in its message, for example `FOREIGN KEY constraint failed`. */
function refused(what: string, error: unknown): TimecardError {
  const message = error instanceof Error ? error.message : String(error);
  return new TimecardError('invalid', `${what}: the database refused it (${message})`, { cause: error });
}
