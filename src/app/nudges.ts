import { asTimecardError } from '../core/errors.ts';
import type { NudgeFile, NudgeMark, NudgeSettings } from '../core/nudgePorts.ts';
import {
  mergeTold,
  type Nudge,
  type NudgeInput,
  type NudgePlan,
  nudgeRanges,
  planNudges,
  toldAfter,
} from '../core/nudges.ts';
import { anyNudge } from '../core/nudgeTimes.ts';
import type { Clock, Disposable, Log, Settings, Timers } from '../core/ports.ts';
import type { TimeRecord } from '../core/records.ts';
import type { Reader, Store } from '../core/storePorts.ts';
import type { TimeClock } from './timeClock.ts';

/** What the user is told. */
export type NudgeNotice =
  /** Clocked out by itself at `at` (UTC ms); `group` is what undoes it. */
  | { readonly kind: 'clockOut'; readonly record: TimeRecord; readonly at: number; readonly group: number | undefined }
  | { readonly kind: 'late'; readonly record: TimeRecord }
  | { readonly kind: 'start' }
  /** Finished time of this week that waits for Jira. */
  | { readonly kind: 'unsynced'; readonly seconds: number };

interface Deps {
  readonly store: Pick<Store, 'read' | 'withLock' | 'onDidChange'>;
  readonly timeClock: Pick<TimeClock, 'clockOut'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly settings: NudgeSettings & Pick<Settings, 'weekStart'>;
  readonly file: NudgeFile;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Shows a notice; resolves once it is no longer on the screen. */
  readonly tell: (notice: NudgeNotice) => Promise<void>;
}

/** Timeouts come late after the machine slept, and the zone may change meanwhile: nothing is slept over for longer, in ms. */
const LONGEST_WAIT_MS = 10 * 60_000;
const SHORTEST_WAIT_MS = 1_000;
/** After another window was faster, in ms. */
const AGAIN_MS = 5_000;
/** How long the other windows leave the screen to one notice, in ms. */
const SHOWN_MS = 60_000;
const LOCK_WAIT_MS = 15_000;
const NOTHING_TOLD: NudgeMark = { told: {}, shownUntil: 0 };
/** More than anybody clocks in a week. */
const MANY = 10_000;

/**
 * Reminds and clocks out by itself when the user wants that. Every window looks; what is due is claimed under a lock
 * and written down, so that one window does it, once.
 */
export class Nudges implements Disposable {
  private readonly subscription: Disposable;
  private timer: Disposable | undefined;
  private work: Promise<void> = Promise.resolve();
  private waiting = false;
  /** Notices of this window, one after the other. */
  private screen: Promise<void> = Promise.resolve();
  private onScreen = 0;
  /** What this window told, should the file not take it. */
  private own: NudgeMark = NOTHING_TOLD;
  private disposed = false;

  constructor(private readonly deps: Deps) {
    this.subscription = deps.store.onDidChange(() => this.look());
  }

  /** Looks whether something is due, and when to look next; also after settings changed or somebody came back. */
  look(): void {
    if (this.disposed || this.waiting) return;
    if (!anyNudge(this.deps.settings.nudgeTimes())) {
      this.setTimer(undefined);
      return;
    }
    this.waiting = true;
    this.work = this.work.then(async () => {
      this.waiting = false;
      await this.consider();
    });
  }

  /** Resolves when every look begun so far has ended; for tests and for closing. */
  async settled(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== this.work; ) {
      seen = this.work;
      await seen;
    }
  }

  dispose(): void {
    this.disposed = true;
    this.subscription.dispose();
    this.setTimer(undefined);
  }

  private async consider(): Promise<void> {
    if (this.disposed) return;
    try {
      await this.follow(await this.plan());
    } catch (error) {
      if (this.disposed) return;
      this.deps.log.error('What is due could not be found out', asTimecardError(error));
      this.setTimer(LONGEST_WAIT_MS);
    }
  }

  private async follow({ due, next, screenFreeAt }: Plan): Promise<void> {
    this.wakeAt(next);
    if (due === undefined) return;
    if (!this.mayDo(due, screenFreeAt)) {
      // Looked at again when the screen is free: by then it may be no longer true. What is closed here looks by itself.
      if (this.onScreen === 0) this.wakeAt(Math.min(next ?? screenFreeAt, screenFreeAt));
      return;
    }
    const notice = await this.deps.store.withLock('nudges', { waitMs: LOCK_WAIT_MS }, () => this.claim());
    if (notice === undefined) return this.setTimer(AGAIN_MS);
    this.show(notice);
    this.look();
  }

  /** Decided anew while no other window can decide. */
  private async claim(): Promise<NudgeNotice | undefined> {
    const { due, mark, screenFreeAt } = await this.plan();
    if (this.disposed || due === undefined || !this.mayDo(due, screenFreeAt)) return undefined;
    const notice = due.kind === 'clockOut' ? await this.clockOut(due) : await this.noticeOf(due);
    if (notice === undefined) return undefined;
    this.own = { told: toldAfter(mark.told, due), shownUntil: this.deps.clock.now() + SHOWN_MS };
    try {
      await this.deps.file.write(this.own);
    } catch (error) {
      // The other windows do not know, so a reminder is better left out than told in each of them.
      this.deps.log.error('What was told could not be written down', asTimecardError(error));
      if (due.kind !== 'clockOut') return undefined;
    }
    return notice;
  }

  /** An end that has passed is not put off; the rest waits until the screen is free. */
  private mayDo(due: Nudge, screenFreeAt: number): boolean {
    return due.kind === 'clockOut' || (this.onScreen === 0 && screenFreeAt <= this.deps.clock.now());
  }

  /** `undefined` when the user was faster. */
  private async clockOut({ recordId, at }: Extract<Nudge, { kind: 'clockOut' }>): Promise<NudgeNotice | undefined> {
    const running = await this.deps.store.read((db) => db.running());
    if (running?.id !== recordId) return undefined;
    try {
      await this.deps.timeClock.clockOut({ at, recordId });
    } catch (error) {
      if (asTimecardError(error).reason !== 'invalid') throw error;
      this.deps.log.info(`Not clocked out by itself: ${asTimecardError(error).message}`);
      return undefined;
    }
    this.deps.log.info(`Clocked out by itself at ${new Date(at).toISOString()}`);
    const group = await this.deps.store.read((db) => endingOf(db, recordId));
    return { kind: 'clockOut', record: running, at, group };
  }

  private async noticeOf(due: Exclude<Nudge, { kind: 'clockOut' }>): Promise<NudgeNotice | undefined> {
    if (due.kind !== 'late') return due;
    const running = await this.deps.store.read((db) => db.running());
    return running?.id === due.recordId ? { kind: 'late', record: running } : undefined;
  }

  private async plan(): Promise<Plan> {
    const { store, clock, settings, file } = this.deps;
    const shared = (await file.read()) ?? NOTHING_TOLD;
    const mark = { ...shared, told: mergeTold(this.own.told, shared.told) };
    const about = {
      now: clock.now(),
      zone: clock.zone(),
      weekStart: settings.weekStart(),
      times: settings.nudgeTimes(),
      targets: settings.targets(),
      told: mark.told,
    };
    const plan = planNudges({ ...about, ...(await store.read((db) => facts(db, about))) });
    const isOwn = mark.shownUntil === this.own.shownUntil;
    // A clock that was set back must not keep the screen taken.
    const screenFreeAt = isOwn || mark.shownUntil > about.now + SHOWN_MS ? 0 : mark.shownUntil;
    return { ...plan, mark, screenFreeAt };
  }

  private show(notice: NudgeNotice): void {
    this.onScreen += 1;
    this.screen = this.screen
      .then(() => this.tell(notice))
      .catch((error: unknown) => this.deps.log.error('A reminder could not be shown', asTimecardError(error)))
      .then(() => {
        this.onScreen -= 1;
        if (this.onScreen === 0) this.look();
      });
  }

  /** The user may have undone what waited for the screen. */
  private async tell(notice: NudgeNotice): Promise<void> {
    if (this.disposed) return;
    if (notice.kind === 'clockOut') {
      const record = await this.deps.store.read((db) => db.record(notice.record.id));
      if (record === undefined || record.timeOut === null) return;
    }
    await this.deps.tell(notice);
  }

  private wakeAt(moment: number | undefined): void {
    this.setTimer(moment === undefined ? undefined : moment - this.deps.clock.now());
  }

  private setTimer(ms: number | undefined): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (ms === undefined || this.disposed) return;
    const wait = Math.min(Math.max(ms, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
    this.timer = this.deps.timers.after(wait, () => this.look());
  }
}

interface Plan extends NudgePlan {
  readonly mark: NudgeMark;
  /** UTC ms; in the past when it is. */
  readonly screenFreeAt: number;
}

function facts(
  db: Reader,
  { now, zone, weekStart, times }: Pick<NudgeInput, 'now' | 'zone' | 'weekStart' | 'times'>,
): Pick<NudgeInput, 'running' | 'workedToday' | 'unsyncedSeconds'> {
  const { today, week } = nudgeRanges(now, zone, weekStart);
  return {
    running: db.running(),
    workedToday: db.overlapping(today.from, today.to).length > 0,
    unsyncedSeconds: times.unsynced === '' ? 0 : waitingSeconds(db, week),
  };
}

function waitingSeconds(db: Reader, week: { readonly from: number; readonly to: number }): number {
  const states = ['pending', 'failed', 'unknown'] as const;
  const records = states.flatMap((syncState) => db.records({ ...week, syncState, limit: MANY }));
  return records.reduce((sum, { timeIn, timeOut }) => sum + ((timeOut ?? timeIn) - timeIn) / 1_000, 0);
}

/** The commit that ended a record, newest first. */
function endingOf(db: Reader, recordId: string): number | undefined {
  const changes = db.changes({ recordId });
  return changes.find(({ before, after }) => before?.timeOut === null && after.timeOut !== null)?.group;
}
