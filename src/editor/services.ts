import type { Absences } from '../app/absences.ts';
import type { Backfill } from '../app/backfill.ts';
import type { Connections } from '../app/connections.ts';
import type { DayCheck } from '../app/dayCheck.ts';
import type { Issues } from '../app/issues.ts';
import type { Presence } from '../app/presence.ts';
import type { RecordEdits } from '../app/recordEdits.ts';
import type { RecordList } from '../app/recordList.ts';
import type { Records } from '../app/records.ts';
import type { Reports } from '../app/reports.ts';
import type { AutoSync } from '../app/sync/autoSync.ts';
import type { SyncPreview } from '../app/sync/preview.ts';
import type { Sync } from '../app/sync/sync.ts';
import type { SyncLog } from '../app/syncLog.ts';
import type { TimeClock } from '../app/timeClock.ts';
import type { Undo } from '../app/undo.ts';
import type { BranchInfo, BranchSource, Clock, Log } from '../core/ports.ts';
import type { Store } from '../core/storePorts.ts';
import type { EditorSettings } from './settings.ts';
import type { HistoryPages } from './sidebar/historyPages.ts';

/** The use cases, once the database is open. */
export interface Services {
  readonly store: Store;
  readonly timeClock: TimeClock;
  readonly records: Records;
  readonly recordEdits: RecordEdits;
  readonly undo: Undo;
  readonly dayCheck: DayCheck;
  readonly backfill: Backfill;
  readonly absences: Absences;
  readonly presence: Presence;
  readonly connections: Connections;
  readonly issues: Issues;
  readonly sync: Sync;
  readonly preview: SyncPreview;
  readonly autoSync: AutoSync;
  readonly recordList: RecordList;
  readonly syncLog: SyncLog;
  readonly reports: Reports;
}

/** What the editor's features are made with. */
export interface EditorDeps {
  /** Opens the database on first use; rejects with a `storage*` reason, and tries anew on the next call. */
  readonly services: () => Promise<Services>;
  readonly clock: Clock;
  readonly settings: EditorSettings;
  readonly branch: BranchSource;
  /** The branch as it is now, read again; what was known when reading takes too long. */
  readonly freshBranch: () => Promise<BranchInfo>;
  readonly log: Log;
  readonly showLog: () => void;
  /** Where the history is shown; there once the window has started. */
  readonly history: () => Promise<Pick<HistoryPages, 'openInEditor' | 'openSyncLog' | 'editInRow'>>;
}
