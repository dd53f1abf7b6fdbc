import { type Absence, type AbsenceChoice, absenceOf } from '../core/absence.ts';
import { asTimecardError } from '../core/errors.ts';
import type { Clock, Disposable, Log, PresenceFile, Settings, Store } from '../core/ports.ts';
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
  private question: AbsenceQuestion | undefined;
  private lastSeen: number;
  private lastWritten = 0;
  /** One look at the file at a time; signs of life that come meanwhile only count. */
  private busy: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly deps: Deps) {
    this.lastSeen = deps.clock.now();
  }

  /** What the user should decide; answerable any time. */
  get pending(): AbsenceQuestion | undefined {
    return this.question;
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

  /** Carries out the user's choice. Rejects with `invalid` when the record no longer runs; the question is gone then. */
  async decide(choice: AbsenceChoice): Promise<void> {
    const { question } = this;
    if (question === undefined) return;
    try {
      await this.deps.absences.resolve(question.record.id, question, choice);
    } catch (error) {
      if (asTimecardError(error).reason === 'invalid') await this.forget();
      throw error;
    }
    await this.forget();
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
    const kept = mark?.question;
    this.lastSeen = now;
    if (running !== undefined) {
      const absence = absenceOf(running, lastSeen, now, this.limit());
      const found = this.question ?? (kept?.recordId === running.id ? kept : undefined) ?? absence;
      // A second absence while the first is undecided belongs to the same question.
      if (found !== undefined)
        this.ask(running, { from: found.from, to: absence?.to ?? found.to }, isStart && mark?.open === true);
    }
    await this.write(true);
  }

  private ask(record: TimeRecord, absence: Absence, crashed: boolean): void {
    this.question = { ...absence, record, crashed };
    for (const listener of this.listeners) listener();
  }

  private async forget(): Promise<void> {
    this.question = undefined;
    await this.write(true);
    for (const listener of this.listeners) listener();
  }

  private async write(open: boolean): Promise<void> {
    const { question, lastSeen } = this;
    this.lastWritten = this.deps.clock.now();
    try {
      await this.deps.file.write({
        lastSeen,
        open,
        question:
          question === undefined ? null : { recordId: question.record.id, from: question.from, to: question.to },
      });
    } catch (error) {
      this.deps.log.warn(`The last sign of life could not be kept: ${asTimecardError(error).message}`);
    }
  }
}
