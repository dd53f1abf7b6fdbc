import type { Connections } from '../../app/connections.ts';
import type { Presence } from '../../app/presence.ts';
import type { Reports, Summary } from '../../app/reports.ts';
import { formatDuration } from '../../core/duration.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { BranchSource, Clock, Disposable, Log } from '../../core/ports.ts';
import type { Store } from '../../core/storePorts.ts';
import { MinuteTimer } from '../screen/minuteTimer.ts';
import { OpenedServices, type Opening } from '../screen/opening.ts';
import { Refresher } from '../screen/refresher.ts';
import { type SignInState, signInState, siteName } from '../screen/signInState.ts';
import {
  type RunningTimer,
  type StatusBarView,
  statusBarView,
  type Translate,
  type Trouble,
  troubleAfter,
} from './model.ts';

/** What exists once the database has loaded. */
export interface StatusBarServices {
  readonly store: Pick<Store, 'onDidChange' | 'onNotice'>;
  readonly reports: Pick<Reports, 'summary'>;
  readonly connections: Pick<Connections, 'list' | 'isSignedIn'>;
  readonly presence?: Pick<Presence, 'pending' | 'onDidChange'>;
}

/** Subscribes to something whose change changes what is shown. */
export type Change = (listener: () => void) => Disposable;

/** The item on the screen. */
export interface Display {
  show(view: StatusBarView): void;
  /** The context key `timecard.running`. */
  setRunning(running: boolean): void;
}

interface Deps extends Opening<StatusBarServices> {
  readonly display: Display;
  readonly clock: Clock;
  readonly branch: BranchSource;
  readonly log: Pick<Log, 'error' | 'warn'>;
  readonly t: Translate;
  /** BCP 47 */
  readonly locale: string;
  readonly changes: readonly Change[];
  readonly after?: (ms: number, callback: () => void) => Disposable;
}

/** Keeps the status bar item true: shown at once, then on every change and every whole minute of the running record. */
export class TimerItem implements Disposable {
  private readonly services: OpenedServices<StatusBarServices>;
  private summary: Summary | undefined;
  private signIn: SignInState = { state: 'none' };
  private storeTrouble: Trouble | undefined;
  private readTrouble: { readonly kind: 'unreadable'; readonly message: string } | undefined;
  private shownRunning: boolean | undefined;
  private presence: StatusBarServices['presence'];
  private disposed = false;
  private readonly subscriptions: Disposable[] = [];
  private readonly minutes: MinuteTimer;
  private readonly refresher = new Refresher({ delayMs: 0, refresh: () => this.refresh() });

  constructor(private readonly deps: Deps) {
    this.minutes = new MinuteTimer({
      now: () => deps.clock.now(),
      onMinute: () => this.refreshNow(),
      ...(deps.after === undefined ? {} : { after: deps.after }),
    });
    this.services = new OpenedServices(deps, {
      opened: (services) => this.listenTo(services),
      failed: (error) => this.noteUnreadable(error),
    });
    this.render();
    this.subscriptions.push(deps.branch.onDidChange(() => this.render()));
    for (const change of deps.changes) this.subscriptions.push(change(() => this.refreshNow()));
    this.refresher.request();
  }

  dispose(): void {
    this.disposed = true;
    this.services.dispose();
    this.minutes.dispose();
    this.refresher.dispose();
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
  }

  private listenTo({ store, presence }: StatusBarServices): void {
    this.presence = presence;
    this.subscriptions.push(
      ...(presence === undefined ? [] : [presence.onDidChange(() => this.refreshNow())]),
      store.onDidChange(() => this.refresher.request()),
      store.onNotice((notice) => {
        this.storeTrouble = troubleAfter(notice, this.storeTrouble);
        this.refreshNow();
      }),
    );
  }

  /** The elapsed time at once from memory, everything else when the database has answered. */
  private refreshNow(): void {
    this.render();
    this.refresher.request();
  }

  private async refresh(): Promise<void> {
    const services = await this.services.get();
    if (services !== undefined) await Promise.all([this.readSummary(services), this.readSignIn(services)]);
    if (this.disposed) return;
    this.render();
    // With nothing running, the totals next change when the day is over.
    this.minutes.follow(this.summary?.running?.timeIn, this.summary?.todayEnds);
    this.tellRunning();
  }

  private async readSummary(services: StatusBarServices): Promise<void> {
    try {
      this.summary = await services.reports.summary();
      this.readTrouble = undefined;
    } catch (error) {
      this.noteUnreadable(error);
    }
  }

  private async readSignIn(services: StatusBarServices): Promise<void> {
    try {
      this.signIn = await signInState(services.connections);
    } catch (error) {
      this.deps.log.warn(`Whether Jira can be reached is not known: ${asTimecardError(error).message}`);
    }
  }

  private noteUnreadable(error: unknown): void {
    const { message } = asTimecardError(error, 'storageDamaged');
    if (message !== this.readTrouble?.message) this.deps.log.error('The status bar cannot read the records.', error);
    this.readTrouble = { kind: 'unreadable', message };
  }

  private tellRunning(): void {
    if (this.summary === undefined) return;
    const running = this.summary.running !== undefined;
    if (running === this.shownRunning) return;
    this.shownRunning = running;
    this.deps.display.setRunning(running);
  }

  private render(): void {
    const { clock, branch, locale, t, display } = this.deps;
    const { issueKey, why } = branch.current();
    const state = {
      now: clock.now(),
      locale,
      zone: clock.zone(),
      running: runningOf(this.summary),
      branchKey: issueKey,
      branchWhy: why,
      totals: this.summary,
      trouble: this.trouble(),
    };
    display.show(statusBarView(state, t));
  }

  /** Hours in danger come before hours that wait. */
  private trouble(): Trouble | undefined {
    if (this.readTrouble !== undefined) return this.readTrouble;
    if (this.storeTrouble !== undefined) return this.storeTrouble;
    if (this.signIn.state !== 'signedOut') return this.timeAway();
    return { kind: 'signedOut', site: siteName(this.signIn.connection) };
  }

  private timeAway(): Trouble | undefined {
    const question = this.presence?.pending;
    if (question === undefined) return undefined;
    const { record, length } = question;
    const { t } = this.deps;
    const away = formatDuration(length / 1_000);
    const message =
      this.summary?.running?.id === record.id
        ? t('You were away for {0} while this was running.', away)
        : t('You were away for {0} while {1} was running.', away, record.issueKey ?? t('a record without an issue'));
    return { kind: 'away', message };
  }
}

function runningOf(summary: Summary | undefined): RunningTimer | undefined {
  if (summary?.running === undefined) return undefined;
  const { issueKey, timeIn } = summary.running;
  return { issueKey, timeIn, summary: summary.runningIssue?.summary ?? null };
}
