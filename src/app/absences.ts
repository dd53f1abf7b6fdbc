import {
  type Absence,
  type AbsenceChoice,
  type AbsenceEntry,
  absenceOf,
  checkEnd,
  resolveAbsence,
  within,
} from '../core/absence.ts';
import { invalid } from '../core/errors.ts';
import type { Clock, NewId, Settings } from '../core/ports.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader, Store, Tx } from '../core/storePorts.ts';
import { checkIssueKey } from '../core/timeRules.ts';
import { isTimed, partsOf, unasked } from './absenceParts.ts';
import { takeDecisionBack } from './absenceUndo.ts';
import { type CommitDeps, commitsOfRunning } from './runningCommits.ts';
import { sameIds } from './sameIds.ts';

/** An absence that the user has not yet decided on, as far as it still lies within records. */
export interface AbsenceQuestion extends Absence {
  readonly id: string;
  /** The record it is about, which may have ended since; the running one when there are several. */
  readonly record: TimeRecord;
  /** The editor ended without closing properly meanwhile. */
  readonly crashed: boolean;
  /** How much of what was recorded is asked about, in ms. */
  readonly length: number;
  /** What was recorded after it in those records, in ms; it goes as well when the work ended with the absence. */
  readonly after: number;
}

/** A gap between two signs of life; UTC ms. */
export interface Gap extends Absence {
  readonly crashed: boolean;
}

interface Deps extends CommitDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly settings: Pick<Settings, 'splitAtMidnight' | 'idleMinutes'>;
  /** Called when a decision has been carried out: what it was about is as finished as its records are. */
  readonly onDecided?: () => void;
}

/** What is left of an absence after other changes is not worth a question below this, in ms. */
const SHORTEST_MS = 60_000;

/** The questions about time in which nobody was at the machine, kept in the database for all windows. */
export class Absences {
  constructor(private readonly deps: Deps) {}

  /** Oldest first. */
  async questions(): Promise<readonly AbsenceQuestion[]> {
    const now = this.deps.clock.now();
    return this.deps.store.read((db) =>
      db.absences({ decided: false }).flatMap((absence) => questionOf(db, absence, now)),
    );
  }

  /** What was decided, last decided first. */
  decided(): Promise<readonly AbsenceEntry[]> {
    return this.deps.store.read((db) => db.absences({ decided: true }));
  }

  /**
   * Makes a question of each stretch of the timer's records, running or finished, that lies in a gap, is at least the
   * idle limit long and was not asked about before. Resolves with how many there are; without any nothing is written.
   * @param which `finished` leaves out what runs, whose gap goes on
   */
  async note(gaps: readonly Gap[], which: 'all' | 'finished' = 'all'): Promise<number> {
    const { store, clock, settings } = this.deps;
    const limitMs = settings.idleMinutes() * 60_000;
    const now = clock.now();
    const find = (db: Reader) => gaps.flatMap((gap) => newQuestions(db, gap, { limitMs, now, which }));
    if (limitMs === 0 || (await store.read(find)).length === 0) return 0;
    const id = this.ids();
    return store.commit((tx) => {
      const found = find(tx);
      for (const [index, one] of found.entries()) insert(tx, { ...one, id: id(index), askedAt: now });
      return found.length;
    });
  }

  /** Takes over questions that were kept elsewhere before, once. */
  async adopt(questions: readonly (Absence & { readonly recordId: string })[]): Promise<void> {
    const now = this.deps.clock.now();
    const find = (db: Reader) => questions.flatMap((question) => adopted(db, question, now));
    if ((await this.deps.store.read(find)).length === 0) return;
    const id = this.ids();
    await this.deps.store.commit((tx) => {
      for (const [index, one] of find(tx).entries())
        insert(tx, { ...one, crashed: false, id: id(index), askedAt: now });
    });
  }

  /**
   * Carries out the user's choice on what is left of an absence, in one commit; it can be undone like any other change,
   * and is then a question again. Rejects with `invalid` when it was decided on before or the end that was chosen does
   * not lie within it; nothing is changed then.
   */
  async resolve(absenceId: string, choice: AbsenceChoice): Promise<void> {
    const { store, clock, settings } = this.deps;
    const checked =
      choice.kind === 'move' ? { ...choice, issueKey: checkIssueKey('issueKey', choice.issueKey) } : choice;
    const ids = this.ids();
    const now = clock.now();
    const splitAtMidnight = settings.splitAtMidnight();
    const withCommits = await commitsOfRunning(this.deps, now);
    await store.commit((tx) => {
      const absence = requireUndecided(tx, absenceId);
      if (checked.kind === 'stopAt') checkEnd(absence, checked.at);
      let used = 0;
      const id = () => {
        used += 1;
        return ids(used - 1);
      };
      const outcomes = partsOf(tx, absence, now).map((part) =>
        resolveAbsence(withCommits(part), absence, checked, { id, now, splitAtMidnight }),
      );
      const changed = outcomes.flatMap((outcome) => outcome.changed);
      const newest = newestGroup(tx);
      // What runs must have ended before something else runs.
      for (const record of changed) tx.updateRecord(record);
      for (const record of outcomes.flatMap((outcome) => outcome.added)) tx.insertRecord(record);
      const group = newestGroup(tx);
      const changeGroup = group === newest ? null : group;
      // What is no longer there cannot be decided on any more, and moving time to its own issue is keeping it.
      const decision: AbsenceChoice = changeGroup === null ? { kind: 'keep' } : checked;
      tx.updateAbsence({ ...absence, decision, decidedAt: now, changeGroup });
    });
    this.deps.onDecided?.();
  }

  /**
   * Takes a decision back, also long after it; it is a question again then. Rejects with `invalid` when other records
   * take the time by now.
   */
  async takeBack(absenceId: string): Promise<void> {
    const stamp = {
      id: this.ids(),
      now: this.deps.clock.now(),
      limitMs: this.deps.settings.idleMinutes() * 60_000,
    };
    await this.deps.store.commit((tx) => {
      const [absence] = tx.absences({ id: absenceId });
      if (absence === undefined) throw invalid('id', 'There is no such time away.');
      takeDecisionBack(tx, absence, stamp);
    });
  }

  private ids(): (index: number) => string {
    return sameIds(this.deps.newId);
  }
}

function insert(tx: Tx, absence: Omit<AbsenceEntry, 'decision' | 'decidedAt' | 'changeGroup'>): void {
  tx.insertAbsence({ ...absence, decision: null, decidedAt: null, changeGroup: null });
}

function newestGroup(db: Reader): number | null {
  return db.changes({ limit: 1 })[0]?.group ?? null;
}

function requireUndecided(db: Reader, id: string): AbsenceEntry {
  const [absence] = db.absences({ id });
  if (absence === undefined) throw invalid('id', 'There is no such time away.');
  if (absence.decision !== null)
    throw invalid('id', 'This time away was decided on already, perhaps in another window.');
  return absence;
}

interface Asking {
  readonly limitMs: number;
  /** UTC ms. */
  readonly now: number;
  readonly which: 'all' | 'finished';
}

function newQuestions(db: Reader, gap: Gap, { limitMs, now, which }: Asking) {
  return db.overlapping(gap.from, gap.to).flatMap((record) => {
    if (which === 'finished' && record.timeOut === null) return [];
    const absence = absenceOf(record, gap.from, gap.to, limitMs);
    if (absence === undefined || !isTimed(db, record)) return [];
    return unasked(db, record, absence, now)
      .filter(({ from, to }) => to - from >= limitMs)
      .map((stretch) => ({ ...stretch, recordId: record.id, crashed: gap.crashed }));
  });
}

function adopted(db: Reader, { recordId, from, to }: Absence & { readonly recordId: string }, now: number) {
  const record = db.record(recordId);
  if (record === undefined || to <= from) return [];
  return unasked(db, record, { from, to }, now).map((stretch) => ({ ...stretch, recordId }));
}

/**
 * Ids of the records that somebody still has to say of whether all of their time was worked.
 * @param now UTC ms
 */
export function recordsInQuestion(db: Reader, now: number): ReadonlySet<string> {
  const open = db.absences({ decided: false }).filter((absence) => questionOf(db, absence, now).length > 0);
  return new Set(open.flatMap((absence) => partsOf(db, absence, now).map(({ id }) => id)));
}

function questionOf(db: Reader, absence: AbsenceEntry, now: number): readonly AbsenceQuestion[] {
  const parts = partsOf(db, absence, now);
  const stretches = parts.flatMap((part) => within(part, absence, now) ?? []);
  const length = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const record = parts.find(({ timeOut }) => timeOut === null) ?? parts[0];
  if (record === undefined || length < SHORTEST_MS) return [];
  const from = Math.min(...stretches.map((one) => one.from));
  const to = Math.max(...stretches.map((one) => one.to));
  const after = parts.reduce(
    (sum, { timeIn, timeOut }) => sum + Math.max(0, (timeOut ?? now) - Math.max(timeIn, to)),
    0,
  );
  const { id, crashed } = absence;
  return [{ id, from, to, record, crashed, length, after }];
}
