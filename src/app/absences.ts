import { type Absence, type AbsenceChoice, resolveAbsence } from '../core/absence.ts';
import { invalid } from '../core/errors.ts';
import type { Clock, NewId, Settings, Store } from '../core/ports.ts';
import { checkIssueKey } from '../core/timeRules.ts';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Pick<Settings, 'splitAtMidnight'>;
}

/** Deciding what becomes of the time in which nobody was at the machine. */
export class Absences {
  constructor(private readonly deps: Deps) {}

  /**
   * Carries out the user's choice, in one commit; it can be undone like any other change.
   * Rejects with `invalid` when the record no longer runs or the stretch is not within it; nothing is changed then.
   * @param recordId the record that ran then
   */
  async resolve(recordId: string, absence: Absence, choice: AbsenceChoice): Promise<void> {
    const { store, clock, newId, settings } = this.deps;
    const checked =
      choice.kind === 'move' ? { ...choice, issueKey: checkIssueKey('issueKey', choice.issueKey) } : choice;
    const ids = new Map<number, string>();
    const id = (index: number) => {
      const known = ids.get(index) ?? newId();
      ids.set(index, known);
      return known;
    };
    const stamp = { id, now: clock.now(), splitAtMidnight: settings.splitAtMidnight() };
    await store.commit((tx) => {
      const running = tx.running();
      if (running?.id !== recordId) throw invalid('id', 'The record that ran then was stopped or changed meanwhile.');
      const { changed, added } = resolveAbsence(running, absence, checked, stamp);
      for (const record of changed) tx.updateRecord(record);
      for (const record of added) tx.insertRecord(record);
    });
  }
}
