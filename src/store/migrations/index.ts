import type { Sqlite } from '../sqlite.ts';
import { first } from './0001-first.ts';
import { connections } from './0002-connections.ts';
import { journal } from './0003-journal.ts';

/** 'TCRD': tells our files from other programs' SQLite files. */
export const APPLICATION_ID = 0x54435244;

/** Step n brings `user_version` from n to n + 1. Steps that were released are never edited. */
const STEPS: readonly string[] = [first, connections, journal];

export const SCHEMA_VERSION = STEPS.length;

/** Brings a database to the present schema, one transaction for each step. */
export function migrate(db: Sqlite, steps: readonly string[] = STEPS): void {
  const from = db.number('PRAGMA user_version');
  steps.slice(from).forEach((step, index) => {
    db.transaction(() => {
      db.script(step);
      db.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${from + index + 1};`);
    });
  });
}
