import type { AbsenceChoice } from '../core/absence.ts';
import { asTimecardError } from '../core/errors.ts';
import type { Clock, Disposable, Log, PresenceFile, PresenceMark, Settings } from '../core/ports.ts';
import type { Store } from '../core/storePorts.ts';
import type { AbsenceQuestion, Absences, Gap } from './absences.ts';

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'idleMinutes'>;
  readonly file: PresenceFile;
  readonly absences: Absences;
  readonly log: Pick<Log, 'warn'>;
}

/** Signs of life are written down at most this often, in ms. */
const WRITE_EVERY_MS = 60_000;
/** A gap that could not be written down is tried again no sooner than this, in ms. */
const RETRY_AFTER_MS = 5_000;

/**
 * Notices when somebody comes back after being away while a record ran, in any window and also when the editor was
 * closed or crashed meanwhile. Counts nothing and drops nothing by itself: it asks.
 */
export class Presence {
  /** Oldest first. */
  private questions: readonly AbsenceQuestion[] = [];
  private lastSeen: number;
  private lastWritten = 0;
  /** Gaps that the database does not know of yet. */
  private gaps: readonly Gap[] = [];
  private lastTry = Number.NEGATIVE_INFINITY;
  /** One look at the file at a time; signs of life that come meanwhile only count. */
  private busy: Promise<void> | undefined;
  private reading: Promise<void> | undefined;
  private readAgain = false;
  private readonly asked = new Set<() => void>();
  private readonly changed = new Set<() => void>();
  private watching: Disposable | undefined;

  constructor(private readonly deps: Deps) {
    this.lastSeen = deps.clock.now();
  }

  /** What the user should decide first; answerable any time, whatever became of the record. */
  get pending(): AbsenceQuestion | undefined {
    return this.questions[0];
  }

  /** What should be decided first about one record. */
  pendingOf(recordId: string): AbsenceQuestion | undefined {
    return this.questions.find(({ record }) => record.id === recordId);
  }

  /** Fires when the user should be told: this window noticed that somebody came back, or opened on open questions. */
  onDidAsk(listener: () => void): Disposable {
    return listenIn(this.asked, listener);
  }

  /** Fires when other questions are open than before, whichever window asked or decided. */
  onDidChange(listener: () => void): Disposable {
    return listenIn(this.changed, listener);
  }

  /** To be called once, when the editor has started: compares now with the last sign of life before. */
  async start(): Promise<void> {
    this.watching ??= this.deps.store.onDidChange(() => this.startReading());
    await this.run(() => this.look(true));
  }

  /** A sign of life; cheap enough for every keystroke. */
  seen(): void {
    if (this.busy !== undefined) return;
    const now = this.deps.clock.now();
    const limit = this.limit();
    if ((limit > 0 && now - this.lastSeen >= limit) || this.canTryAgain(now)) void this.run(() => this.look(false));
    else {
      this.lastSeen = now;
      if (now - this.lastWritten >= WRITE_EVERY_MS || now < this.lastWritten) void this.run(() => this.write(true));
    }
  }

  /** A sign of life before something that depends on what is asked; resolves when all questions are known. */
  async here(): Promise<void> {
    await this.busy;
    this.seen();
    await this.settled();
    this.startReading();
    await this.settled();
  }

  /**
   * Makes a question of the time since the last sign of life without being one, before finished records are sent by
   * themselves: somebody comes back to it later. Never rejects.
   */
  async noteAway(): Promise<void> {
    await this.busy;
    await this.run(() => this.noteSinceLastSign());
  }

  /** Resolves when what was begun is on disk, and what is on disk is known. */
  async settled(): Promise<void> {
    await this.busy;
    await this.reading;
  }

  /**
   * Carries out the user's choice on a question. Rejects with `invalid` when it was decided on elsewhere or the end
   * that was chosen does not lie within it.
   */
  async decide(questionId: string, choice: AbsenceChoice): Promise<void> {
    try {
      await this.deps.absences.resolve(questionId, choice);
    } finally {
      this.startReading();
      await this.reading;
    }
  }

  /** To be called when the window closes, so that the next start knows that this was no crash. */
  async close(): Promise<void> {
    this.watching?.dispose();
    await this.settled();
    await this.write(false);
  }

  private limit(): number {
    return this.deps.settings.idleMinutes() * 60_000;
  }

  private canTryAgain(now: number): boolean {
    return this.gaps.length > 0 && Math.abs(now - this.lastTry) >= RETRY_AFTER_MS;
  }

  /** Never rejects. */
  private run(work: () => Promise<void>): Promise<void> {
    this.busy = work()
      .catch((error: unknown) => this.deps.log.warn(`Time away cannot be noticed: ${asTimecardError(error).message}`))
      .finally(() => {
        this.busy = undefined;
      });
    return this.busy;
  }

  private async noteSinceLastSign(): Promise<void> {
    const now = this.deps.clock.now();
    const from = await this.lastSign(false, await this.deps.file.read(), now);
    const limit = this.limit();
    if (limit > 0 && now - from >= limit)
      await this.deps.absences.note([{ from, to: now, crashed: false }], 'finished');
  }

  /** Other windows may have seen somebody later than this one. */
  private async look(isStart: boolean): Promise<void> {
    const mark = await this.deps.file.read();
    if (isStart && mark?.questions !== undefined) await this.deps.absences.adopt(mark.questions);
    const now = this.deps.clock.now();
    const from = await this.lastSign(isStart, mark, now);
    this.lastSeen = now;
    const limit = this.limit();
    const wasAway = limit > 0 && now - from >= limit;
    if (wasAway) this.gaps = [...this.gaps, { from, to: now, crashed: isStart && mark?.open === true }];
    const found = await this.noteGaps(now);
    this.startReading();
    await this.reading;
    // What was noted while nobody was here has not been asked yet.
    const wasNoted = wasAway && this.questions.some((one) => one.from >= from && one.to < now - WRITE_EVERY_MS);
    if (found > 0 || wasNoted || (isStart && this.questions.length > 0)) tell(this.asked);
    await this.write(true);
  }

  /** When somebody was last seen in any window. A time that has not come yet was told by a clock that was wrong. */
  private async lastSign(isStart: boolean, mark: PresenceMark | undefined, now: number): Promise<number> {
    const signs = [...(isStart ? [] : [this.lastSeen]), ...(mark === undefined ? [] : [mark.lastSeen])];
    const past = signs.filter((sign) => sign <= now);
    if (past.length > 0) return Math.max(...past);
    if (!isStart) return now;
    // Without a mark, the user's own last word on the record that runs is the last sign of life.
    const running = await this.deps.store.read((db) => db.running());
    return running !== undefined && running.updatedAt <= now ? running.updatedAt : now;
  }

  private async noteGaps(now: number): Promise<number> {
    if (this.gaps.length === 0) return 0;
    this.lastTry = now;
    try {
      const found = await this.deps.absences.note(this.gaps);
      this.gaps = [];
      return found;
    } catch (error) {
      const { reason, message } = asTimecardError(error);
      // What the disk would not take is kept and written later; to note it again would ask twice.
      if (reason === 'storageFull' || reason === 'storageReadOnly') this.gaps = [];
      this.deps.log.warn(`Time away could not be written down: ${message}`);
      return 0;
    }
  }

  private startReading(): void {
    if (this.reading !== undefined) {
      this.readAgain = true;
      return;
    }
    this.reading = this.readAll().finally(() => {
      this.reading = undefined;
    });
  }

  private async readAll(): Promise<void> {
    do {
      this.readAgain = false;
      try {
        await this.readQuestions();
      } catch (error) {
        this.deps.log.warn(`Time away cannot be read: ${asTimecardError(error).message}`);
      }
    } while (this.readAgain);
  }

  private async readQuestions(): Promise<void> {
    const before = gistOf(this.questions);
    this.questions = await this.deps.absences.questions();
    if (gistOf(this.questions) !== before) tell(this.changed);
  }

  /** A gap that is not in the database yet must be found again after a crash, so the mark stays where it was. */
  private async write(open: boolean): Promise<void> {
    if (this.gaps.length > 0) return;
    const { file, clock, log } = this.deps;
    const now = clock.now();
    this.lastWritten = now;
    try {
      const others = (await file.read())?.lastSeen ?? 0;
      await file.write({ lastSeen: others <= now ? Math.max(others, this.lastSeen) : this.lastSeen, open });
    } catch (error) {
      log.warn(`The last sign of life could not be kept: ${asTimecardError(error).message}`);
    }
  }
}

/** What of the questions does not change by time alone. */
function gistOf(questions: readonly AbsenceQuestion[]): string {
  return JSON.stringify(questions.map(({ id, record, length }) => [id, record.id, record.issueKey, length]));
}

function listenIn(listeners: Set<() => void>, listener: () => void): Disposable {
  listeners.add(listener);
  return { dispose: () => listeners.delete(listener) };
}

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}
