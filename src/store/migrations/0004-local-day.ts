import { localDayNumber } from '../rows.ts';
import type { Sqlite } from '../sqlite.ts';

/** The local day of each record (days since 1970-01-01), so that days are summed up without reading every record. */
export function localDays(db: Sqlite): void {
  db.script('ALTER TABLE time_records ADD COLUMN local_day INTEGER NOT NULL DEFAULT 0');
  const records: { row: number; day: number }[] = [];
  db.each('SELECT rowid AS row, time_in, zone FROM time_records', [], ({ row, time_in, zone }) => {
    records.push({ row: Number(row), day: localDayNumber(Number(time_in), String(zone)) });
    return true;
  });
  for (const { row, day } of records) db.run('UPDATE time_records SET local_day = ? WHERE rowid = ?', [day, row]);
  db.script(`CREATE INDEX time_records_days ON time_records (local_day, time_in, time_out, sync_state)
    WHERE deleted_at IS NULL`);
}
