import type { Sqlite } from '../sqlite.ts';
import type { Entry } from './lines.ts';

/** Does again what commits did, each wholly or not at all. @throws what SQLite says about one that does not fit. */
export function replay(db: Sqlite, entries: readonly Entry[]): void {
  for (const { changes } of entries) {
    db.transaction(() => {
      for (const [sql, params] of changes) db.run(sql, params);
    });
  }
}
