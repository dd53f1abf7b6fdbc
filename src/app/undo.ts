import type { AbsenceEntry } from '../core/absence.ts';
import { invalid } from '../core/errors.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import { type ChangeKind, kindOf, type RecordChange, undone } from '../core/recordChanges.ts';
import { shareCommits } from '../core/sharedCommits.ts';
import type { Store } from '../core/storePorts.ts';
import { requireRecord } from './records.ts';
import { askAbout, pauseOf } from './runsAgain.ts';
import { sameIds } from './sameIds.ts';

/** One commit of the past, as it can be undone. */
export interface PastChange {
  readonly group: number;
  /** UTC ms */
  readonly at: number;
  readonly kind: ChangeKind;
  readonly rows: readonly RecordChange[];
  /** The time away that was decided on with it. */
  readonly absence?: AbsenceEntry;
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Pick<Settings, 'idleMinutes'>;
}

/** Taking changes of records back, whole commits at a time; taking one back is a change too. */
export class Undo {
  constructor(private readonly deps: Deps) {}

  /** The newest changes first. */
  async changes(): Promise<readonly PastChange[]> {
    const [rows, decided] = await this.deps.store.read((db) => [db.changes(), db.absences({ decided: true })] as const);
    const groups = new Map<number, RecordChange[]>();
    for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
    return [...groups].map(([group, all]) => {
      const absence = decided.find(({ changeGroup }) => changeGroup === group);
      const change = { group, at: all[0]?.at ?? 0, kind: kindOf(all), rows: all };
      return absence === undefined ? change : { ...change, absence };
    });
  }

  /**
   * Makes the records what they were before a change; the next sync brings Jira along. Time away that was decided on
   * with it is a question again, and so is the time since the end of a record that runs again.
   * Rejects with `invalid` when there is no such change or a record was changed again since; nothing is changed then.
   */
  async undo(group: number): Promise<void> {
    const { clock, newId, settings, store } = this.deps;
    const now = clock.now();
    const stamp = { id: sameIds(newId), now, limitMs: settings.idleMinutes() * 60_000 };
    await store.commit((tx) => {
      const rows = tx.changes({ group, limit: Number.MAX_SAFE_INTEGER });
      if (rows.length === 0) throw invalid('group', 'This change is too old to be undone.');
      const pause = pauseOf(tx, rows, now);
      // Newest first, so that a record stops running before another one runs again.
      for (const row of rows.toReversed()) {
        const record = tx.record(row.recordId, true) ?? requireRecord(tx, row.recordId);
        tx.updateRecord(undone(record, row, now));
      }
      const ids = new Set(rows.map(({ recordId }) => recordId));
      for (const record of shareCommits([...ids].flatMap((id) => tx.record(id, true) ?? []))) tx.updateRecord(record);
      for (const absence of tx.absences({ changeGroup: group }))
        tx.updateAbsence({ ...absence, decision: null, decidedAt: null, changeGroup: null });
      askAbout(tx, pause, stamp);
    });
  }
}
