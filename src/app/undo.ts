import type { AbsenceEntry } from '../core/absence.ts';
import { invalid } from '../core/errors.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import { type ChangeKind, kindOf, type RecordChange, undone } from '../core/recordChanges.ts';
import { shareCommits } from '../core/sharedCommits.ts';
import type { Reader, Store } from '../core/storePorts.ts';
import { partsOf } from './absenceParts.ts';
import { requireRecord } from './records.ts';
import { askAbout, pauseOf } from './runsAgain.ts';
import { sameIds } from './sameIds.ts';

/** One commit of the past, as it can be undone. */
export interface PastChange {
  /** `null` for time away that was kept, which changed no record. */
  readonly group: number | null;
  /** UTC ms */
  readonly at: number;
  readonly kind: ChangeKind;
  readonly rows: readonly RecordChange[];
  /** What it was about; of several records, the first one. */
  readonly issueKey: string | null;
  /** The time away that was decided on with it. */
  readonly absence?: AbsenceEntry;
}

/** How much of the time away that was kept is listed, the last decided first. */
const KEPT_LISTED = 50;

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
  changes(): Promise<readonly PastChange[]> {
    const now = this.deps.clock.now();
    return this.deps.store.read((db) => {
      const decided = db.absences({ decided: true });
      return inOrder(journaled(db, decided), keptOf(db, decided, now));
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

function journaled(db: Reader, decided: readonly AbsenceEntry[]): readonly PastChange[] {
  const groups = new Map<number, RecordChange[]>();
  for (const row of db.changes({ limit: Number.MAX_SAFE_INTEGER })) {
    const group = groups.get(row.group);
    if (group === undefined) groups.set(row.group, [row]);
    else group.push(row);
  }
  return [...groups].map(([group, rows]) => {
    const [first] = rows;
    const absence = decided.find(({ changeGroup }) => changeGroup === group);
    const issueKey = (first?.before ?? first?.after)?.issueKey ?? null;
    const change = { group, at: first?.at ?? 0, kind: kindOf(rows), rows, issueKey };
    return absence === undefined ? change : { ...change, absence };
  });
}

/** Time away that was kept, as far as it still lies within records. */
function keptOf(db: Reader, decided: readonly AbsenceEntry[], now: number): readonly PastChange[] {
  const kept = decided.filter(({ decision }) => decision?.kind === 'keep').slice(0, KEPT_LISTED);
  return kept.flatMap((absence) => {
    const [record] = partsOf(db, absence, now);
    if (record === undefined) return [];
    const { issueKey } = record;
    return [{ group: null, at: absence.decidedAt ?? 0, kind: kindOf([]), rows: [], issueKey, absence }];
  });
}

/** The order of the commits stays, whatever the clock said. */
function inOrder(changes: readonly PastChange[], kept: readonly PastChange[]): readonly PastChange[] {
  const left = [...kept];
  const all: PastChange[] = [];
  for (const change of changes) {
    for (let next = left[0]; next !== undefined && next.at >= change.at; next = left[0]) {
      all.push(next);
      left.shift();
    }
    all.push(change);
  }
  return [...all, ...left];
}
