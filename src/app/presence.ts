import { type Absence, type AbsenceChoice, absenceOf } from '../core/absence.ts';
import { asTimecardError } from '../core/errors.ts';
import type { Clock, Disposable, Log, PresenceFile, PresenceMark, Settings, Store } from '../core/ports.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Absences } from './absences.ts';

/** An absence that the user has not yet decided on. */
export interface AbsenceQuestion extends Absence {
  readonly record: TimeRecord;
  /** The editor ended without closing properly meanwhile. */
  readonly crashed: boolean;
}

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'idleMinutes'>;
  readonly file: PresenceFile;
  readonly absences: Absences;
  readonly log: Log;
}

/** Signs of life are written down at most this often, in ms. */
const WRITE_EVERY_MS = 60_000;

/**
 * Notices when somebody comes back after being away while a record ran, in any window and also when the editor was
 * closed or crashed meanwhile. Counts nothing and drops nothing by itself: it asks.
 */
export class Presence {
  /** Oldest first. */
  private questions: readonly AbsenceQuestion[] = [];
  private lastSeen: number;
  private lastWritten = 0;
  /** One look at the file at a time; signs of life that come meanwhile only count. */
  private busy: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly deps: Deps) {
    this.lastSeen = deps.clock.now();
  }

  /** What the user should decide first; answerable any time. */
  get pending(): AbsenceQuestion | undefined {
    return this.questions[0];
  }

  onDidAsk(listener: () => void): Disposable {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** To be called once, when the editor has started: compares now with the last sign of life before. */
  start(): Promise<void> {
    return this.look(true);
  }

  /** A sign of life; cheap enough for every keystroke. */
  seen(): void {
    const now = this.deps.clock.now();
    const gap = now - this.lastSeen;
    if (this.busy !== undefined) return;
    const limit = this.limit();
    if (limit > 0 && gap >= limit) this.startLooking();
    else {
      this.lastSeen = now;
      if (now - this.lastWritten >= WRITE_EVERY_MS || now < this.lastWritten) this.startWriting(now);
    }
  }

  /** Resolves when what was begun is on disk. */
  async settled(): Promise<void> {
    await this.busy;
  }

  /**
   * Carries out the user's choice on the question that is pending; the next one, if any, is pending then.
   * Rejects with `invalid` when the record no longer runs; the question is gone then.
   */
  async decide(choice: AbsenceChoice): Promise<void> {
    const question = this.pending;
    if (question === undefined) return;
    try {
      await this.deps.absences.resolve(question.record.id, question, choice);
    } catch (error) {
      if (asTimecardError(error).reason === 'invalid') await this.forget(question);
      throw error;
    }
    await this.forget(question);
  }

  /** To be called when the window closes, so that the next start knows that this was no crash. */
  async close(): Promise<void> {
    await this.busy;
    await this.write(false);
  }

  private limit(): number {
    return this.deps.settings.idleMinutes() * 60_000;
  }

  private startLooking(): void {
    this.busy = this.look(false)
      .catch((error: unknown) => this.deps.log.warn(`Absences cannot be noticed: ${asTimecardError(error).message}`))
      .finally(() => {
        this.busy = undefined;
      });
  }

  private startWriting(now: number): void {
    this.lastWritten = now;
    this.busy = this.write(true).finally(() => {
      this.busy = undefined;
    });
  }

  /** Other windows may have seen somebody later than this one. */
  private async look(isStart: boolean): Promise<void> {
    const { store, clock, file } = this.deps;
    const [mark, running] = await Promise.all([file.read(), store.read((db) => db.running())]);
    const now = clock.now();
    const own = isStart ? 0 : this.lastSeen;
    const lastSeen = Math.max(own, mark?.lastSeen ?? (isStart ? now : 0));
    this.lastSeen = now;
    if (running !== undefined) {
      if (isStart) this.questions = asked(mark?.questions ?? [], running);
      const absence = absenceOf(running, lastSeen, now, this.limit());
      const crashed = isStart && mark?.open === true;
      if (absence !== undefined) this.questions = [...this.questions, { ...absence, record: running, crashed }];
      if (this.questions.length > 0) this.tell();
    }
    await this.write(true);
  }

  /** What was decided may have ended the record; the other questions are about the one that runs now. */
  private async forget(question: AbsenceQuestion): Promise<void> {
    const running = await this.deps.store.read((db) => db.running());
    const others = this.questions.filter((one) => one !== question);
    this.questions = others.flatMap((one) =>
      running === undefined || one.from < running.timeIn ? [] : [{ ...one, record: running }],
    );
    await this.write(true);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private async write(open: boolean): Promise<void> {
    const { lastSeen } = this;
    const questions = this.questions.map(({ record, from, to }) => ({ recordId: record.id, from, to }));
    this.lastWritten = this.deps.clock.now();
    try {
      await this.deps.file.write({ lastSeen, open, questions });
    } catch (error) {
      this.deps.log.warn(`The last sign of life could not be kept: ${asTimecardError(error).message}`);
    }
  }
}

/** Questions of an earlier session that are still about the record that runs. */
function asked(kept: PresenceMark['questions'], running: TimeRecord): readonly AbsenceQuestion[] {
  return kept
    .filter(({ recordId, from }) => recordId === running.id && from >= running.timeIn)
    .map(({ from, to }) => ({ from, to, record: running, crashed: false }));
}
