import type { Sqlite } from '../sqlite.ts';
import { first } from './0001-first.ts';
import { connections } from './0002-connections.ts';
import { journal } from './0003-journal.ts';
import { localDays } from './0004-local-day.ts';
import { absences } from './0005-absences.ts';
import { generation } from './0006-generation.ts';

/** 'TCRD': tells our files from other programs' SQLite files. */
export const APPLICATION_ID = 0x54435244;

/** SQL, or what SQL alone cannot do. */
type Step = string | ((db: Sqlite) => void);

/** Step n brings `user_version` from n to n + 1. Steps that were released are never edited. */
const STEPS: readonly Step[] = [first, connections, journal, localDays, absences, generation];

export const SCHEMA_VERSION = STEPS.length;

/** Brings a database to the present schema, one transaction for each step. */
export function migrate(db: Sqlite, steps: readonly Step[] = STEPS): void {
  const from = db.number('PRAGMA user_version');
  steps.slice(from).forEach((step, index) => {
    db.transaction(() => {
      if (typeof step === 'string') db.script(step);
      else step(db);
      db.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${from + index + 1};`);
    });
  });
}
