import { asTimecardError } from '../../core/errors.ts';
import type { Clock, Disposable, Log, Random, Settings, Timers } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import type { Reader, Store } from '../../core/storePorts.ts';
import { goesByItself, nextTimeOfDay, queueWait, waitsInQueue } from '../../core/sync/queue.ts';
import { recordsInQuestion } from '../absences.ts';
import type { SyncPreview } from './preview.ts';
import type { Sync } from './sync.ts';

interface Deps {
  readonly store: Store;
  readonly sync: Sync;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly settings: Settings;
  readonly log: Log;
  readonly preview: Pick<SyncPreview, 'isWanted' | 'isLeftOut'>;
  /** So many records would have gone by themselves, had the user not asked to look first. */
  readonly onHeld: (count: number) => void;
}

type Wanted = (record: TimeRecord, now: number) => boolean;

/**
 * Syncing without being told to: the queue of what failed for a passing reason, and the modes in which finished
 * records go by themselves. A timer runs only while something waits for it; the sync lock sees to it that of many
 * windows one sends.
 */
export class AutoSync implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private queueTimer: Disposable | undefined;
  private modeTimer: Disposable | undefined;
  private round = 0;
  private looking: Promise<void> = Promise.resolve();
  private pushing = false;
  private settingTimers = false;
  private changedMeanwhile = false;
  private disposed = false;

  constructor(private readonly deps: Deps) {
    this.subscriptions = [
      deps.store.onDidChange(() => this.look()),
      deps.sync.onDidChangeProgress(() => {
        if (!this.isSyncing()) this.look();
      }),
    ];
  }

  /** After a start: what an earlier window left in the queue goes out at once. */
  start(): void {
    this.follow(this.runQueue());
  }

  /** Somebody came back to the editor or signed in: a good moment for what waits. */
  wake(): void {
    if (this.queueTimer === undefined) return;
    this.round = 0;
    this.follow(this.runQueue());
  }

  /** A record was clocked out in this window. */
  finished(): void {
    if (this.deps.settings.syncMode() === 'onClockOut') this.follow(this.pushByMode());
  }

  settingsChanged(): void {
    this.modeTimer?.dispose();
    this.modeTimer = undefined;
    this.look();
  }

  /** Resolves when everything begun so far has ended; for tests and for closing. */
  idle(): Promise<void> {
    return this.looking;
  }

  dispose(): void {
    this.disposed = true;
    for (const each of this.subscriptions) each.dispose();
    this.queueTimer?.dispose();
    this.modeTimer?.dispose();
  }

  /** Sets the timers that something waits for and that do not run yet. */
  private look(): void {
    if (this.disposed || (this.queueTimer !== undefined && !this.modeNeedsTimer())) return;
    this.changedMeanwhile = true;
    if (!this.settingTimers) this.follow(this.setTimersUntilCalm());
  }

  /** However many changes come while this looks, it looks once more: with a long history a look is not for nothing. */
  private async setTimersUntilCalm(): Promise<void> {
    this.settingTimers = true;
    try {
      while (this.changedMeanwhile && !this.disposed) {
        this.changedMeanwhile = false;
        await this.setTimers();
      }
    } finally {
      this.settingTimers = false;
    }
  }

  private async setTimers(): Promise<void> {
    const { timers, random } = this.deps;
    const someWait = await this.some(waitsInQueue);
    // What waits during a sync is what that sync is about.
    if (this.isSyncing() || this.disposed) return;
    if (someWait && this.queueTimer === undefined) {
      this.queueTimer = timers.after(queueWait(this.round, random()), () => this.follow(this.runQueue()));
    }
    if (!this.modeNeedsTimer() || !(await this.some(await this.byMode())) || this.disposed) return;
    this.modeTimer ??= timers.after(this.modeWait(), () => this.follow(this.runMode()));
  }

  private modeNeedsTimer(): boolean {
    const mode = this.deps.settings.syncMode();
    return this.modeTimer === undefined && (mode === 'interval' || mode === 'endOfDay');
  }

  private modeWait(): number {
    const { settings, clock } = this.deps;
    if (settings.syncMode() === 'interval') return settings.syncIntervalMinutes() * 60_000;
    return nextTimeOfDay(clock.now(), clock.zone(), settings.syncTime()) - clock.now();
  }

  private async runMode(): Promise<void> {
    this.modeTimer?.dispose();
    this.modeTimer = undefined;
    await this.pushByMode();
    await this.setTimers();
  }

  private async runQueue(): Promise<void> {
    this.queueTimer?.dispose();
    this.queueTimer = undefined;
    this.round = (await this.push(waitsInQueue)) ? 0 : this.round + 1;
    await this.setTimers();
  }

  /** What the queue holds was asked for already; what a mode would send is looked at first when the user wants to. */
  private async pushByMode(): Promise<void> {
    const { preview, onHeld } = this.deps;
    const byMode = await this.byMode();
    const wanted: Wanted = (record, now) => byMode(record, now) && !preview.isLeftOut(record);
    if (this.disposed || !(await preview.isWanted())) {
      await this.push(wanted);
      return;
    }
    const held = await this.ids(wanted);
    if (held.length > 0 && !this.disposed) onHeld(held.length);
  }

  /** Time that may have been spent away is not sent before the user has said so; what was begun goes on. */
  private async byMode(): Promise<Wanted> {
    const asked = await this.deps.store.read((db) => recordsInQuestion(db, this.deps.clock.now()));
    return (record, now) => goesByItself(record, now) && (waitsInQueue(record, now) || !asked.has(record.id));
  }

  /** Whether all of it got through. */
  private async push(wanted: Wanted): Promise<boolean> {
    if (this.disposed) return true;
    const ids = await this.ids(wanted);
    if (ids.length === 0) return true;
    this.pushing = true;
    try {
      const { succeeded, failed } = await this.deps.sync.push(ids);
      this.deps.log.info(`Synced without being told to: ${succeeded} synced, ${failed} failed`);
      return failed === 0;
    } finally {
      this.pushing = false;
    }
  }

  private isSyncing(): boolean {
    return this.pushing || this.deps.sync.progress !== undefined;
  }

  private ids(wanted: Wanted): Promise<readonly string[]> {
    const isWanted = this.check(wanted);
    return this.deps.store.read((db) => candidates(db, wanted).filter((id) => isWanted(db, id)));
  }

  private some(wanted: Wanted): Promise<boolean> {
    const isWanted = this.check(wanted);
    return this.deps.store.read((db) => candidates(db, wanted).some((id) => isWanted(db, id)));
  }

  private check(wanted: Wanted): (db: Reader, id: string) => boolean {
    const now = this.deps.clock.now();
    return (db, id) => {
      const record = db.record(id, true);
      return record !== undefined && wanted(record, now);
    };
  }

  /** One thing after the other; what fails is for the log, since nobody asked for it just now. */
  private follow(work: Promise<unknown>): void {
    const note = (thrown: unknown) => {
      const error = asTimecardError(thrown);
      if (!this.disposed && error.reason !== 'cancelled') this.deps.log.error('A sync by itself failed', error);
    };
    this.looking = Promise.all([this.looking, work.catch(note)]).then(() => undefined);
  }
}

/** Looking at each record that only waits for being sent would take long when there are thousands of them. */
function candidates(db: Reader, wanted: Wanted): readonly string[] {
  return db.dueRecordIds(wanted === waitsInQueue ? 'begun' : 'all');
}
