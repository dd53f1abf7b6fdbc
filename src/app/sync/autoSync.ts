import { asTimecardError } from '../../core/errors.ts';
import type { Clock, Disposable, Log, Random, Settings, Timers } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import type { Reader, Store } from '../../core/storePorts.ts';
import {
  goesByItself,
  isSignedInAgain,
  lastTimeOfDay,
  nextTimeOfDay,
  queueWait,
  waitsInQueue,
} from '../../core/sync/queue.ts';
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
  /** Makes a question of the time since somebody was last seen, should it lie within what is to be sent. */
  readonly noteAway: () => Promise<void>;
  /** So many records would have gone by themselves, had the user not asked to look first. */
  readonly onHeld: (count: number) => void;
}

/** Which records are meant, as the database is at a moment (UTC ms). */
type Wanted = (db: Reader, now: number) => (record: TimeRecord) => boolean;

/** Which of the due records can be wanted at all: looking at each of thousands that only wait would take long. */
type Among = 'all' | 'begun';

/** Timers stand still while the machine sleeps, so none is relied on for longer, in ms. */
const LONGEST_TIMER_MS = 10 * 60_000;

/**
 * Syncing without being told to: the queue of what failed for a passing reason, and the modes in which finished
 * records go by themselves. A timer runs only while something waits for it; the sync lock sees to it that of many
 * windows one sends.
 */
export class AutoSync implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private queueTimer: Disposable | undefined;
  private modeTimer: Disposable | undefined;
  /** When the mode's next sync is, UTC ms. */
  private modeAt = 0;
  /** When this window last sent what the mode sends, UTC ms. */
  private lastModeRun = Number.NEGATIVE_INFINITY;
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
    if (this.modeTimer !== undefined && this.deps.clock.now() >= this.modeAt) this.follow(this.runMode());
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
    const someWait = await this.some(queued, 'begun');
    // Tried at once, and not again and again should it fail again.
    const atOnce = someWait && this.round === 0 && (await this.some(signedInAgain, 'begun'));
    // What waits during a sync is what that sync is about.
    if (this.isSyncing() || this.disposed) return;
    if (someWait && this.queueTimer === undefined) {
      const wait = atOnce ? 0 : queueWait(this.round, random());
      this.queueTimer = timers.after(wait, () => this.follow(this.runQueue()));
    }
    if (!this.modeNeedsTimer() || !(await this.some(byMode, 'all'))) return;
    const modeAt = await this.nextModeRun();
    if (this.disposed || this.modeTimer !== undefined) return;
    this.modeAt = modeAt;
    this.setModeTimer();
  }

  private modeNeedsTimer(): boolean {
    const mode = this.deps.settings.syncMode();
    return this.modeTimer === undefined && (mode === 'interval' || mode === 'endOfDay');
  }

  private async nextModeRun(): Promise<number> {
    const { settings, clock } = this.deps;
    const now = clock.now();
    if (settings.syncMode() === 'interval') return now + settings.syncIntervalMinutes() * 60_000;
    const [zone, time] = [clock.zone(), settings.syncTime()];
    const last = lastTimeOfDay(now, zone, time);
    return (await this.wasMissed(last)) ? now : nextTimeOfDay(now, zone, time);
  }

  /** Whether there are records that should have gone at that moment, when no window was open. */
  private async wasMissed(moment: number): Promise<boolean> {
    if (this.lastModeRun >= moment) return false;
    return this.some((db, now) => {
      const isOfMode = byMode(db, now);
      return (record) => record.updatedAt < moment && isOfMode(record);
    }, 'all');
  }

  private setModeTimer(): void {
    const wait = Math.max(0, this.modeAt - this.deps.clock.now());
    this.modeTimer = this.deps.timers.after(Math.min(wait, LONGEST_TIMER_MS), () => {
      if (this.deps.clock.now() >= this.modeAt) this.follow(this.runMode());
      else this.setModeTimer();
    });
  }

  private async runMode(): Promise<void> {
    this.modeTimer?.dispose();
    this.modeTimer = undefined;
    this.lastModeRun = this.deps.clock.now();
    await this.pushByMode();
    await this.setTimers();
  }

  private async runQueue(): Promise<void> {
    this.queueTimer?.dispose();
    this.queueTimer = undefined;
    this.round = (await this.push(queued, 'begun')) ? 0 : this.round + 1;
    await this.setTimers();
  }

  /** What the queue holds was asked for already; what a mode would send is looked at first when the user wants to. */
  private async pushByMode(): Promise<void> {
    const { preview, onHeld, noteAway } = this.deps;
    await noteAway();
    const wanted: Wanted = (db, now) => {
      const isOfMode = byMode(db, now);
      return (record) => isOfMode(record) && !preview.isLeftOut(record);
    };
    if (this.disposed || !(await preview.isWanted())) {
      await this.push(wanted, 'all');
      return;
    }
    const held = await this.ids(wanted, 'all');
    if (held.length > 0 && !this.disposed) onHeld(held.length);
  }

  /** Whether all of it got through. */
  private async push(wanted: Wanted, among: Among): Promise<boolean> {
    if (this.disposed) return true;
    const ids = await this.ids(wanted, among);
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

  private ids(wanted: Wanted, among: Among): Promise<readonly string[]> {
    return this.find(wanted, among, (ids, isWanted) => ids.filter(isWanted));
  }

  private some(wanted: Wanted, among: Among): Promise<boolean> {
    return this.find(wanted, among, (ids, isWanted) => ids.some(isWanted));
  }

  private find<T>(
    wanted: Wanted,
    among: Among,
    answer: (due: readonly string[], isWanted: (id: string) => boolean) => T,
  ): Promise<T> {
    const now = this.deps.clock.now();
    return this.deps.store.read((db) => {
      const isWanted = wanted(db, now);
      return answer(db.dueRecordIds(among), (id) => {
        const record = db.record(id, true);
        return record !== undefined && isWanted(record);
      });
    });
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

const signedInAgain: Wanted = (db) => {
  const connections = db.connections();
  return (record) => isSignedInAgain(record, connections);
};

const queued: Wanted = (db, now) => {
  const isBack = signedInAgain(db, now);
  return (record) => waitsInQueue(record, now) || isBack(record);
};

/** Time that may have been spent away is not sent before the user has said so; what was begun goes on. */
const byMode: Wanted = (db, now) => {
  const asked = recordsInQuestion(db, now);
  return (record) => goesByItself(record, now) && (waitsInQueue(record, now) || !asked.has(record.id));
};
