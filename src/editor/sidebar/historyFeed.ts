import type { IssueRef, Issues } from '../../app/issues.ts';
import type { RecordList } from '../../app/recordList.ts';
import type { Summary } from '../../app/reports.ts';
import type { SyncLog } from '../../app/syncLog.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { BranchSource, Clock, Disposable, Log, Settings } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import type { Store } from '../../core/storePorts.ts';
import type { ListUpdate, Look } from '../../protocol/list.ts';
import { FromView, parseMessage, type ToView } from '../../protocol/messages.ts';
import type { CommandId } from '../commands/ids.ts';
import { MinuteTimer } from '../screen/minuteTimer.ts';
import { OpenedServices, type Opening } from '../screen/opening.ts';
import { Refresher } from '../screen/refresher.ts';
import { type Translate, type Trouble, troubleAfter } from '../statusBar/model.ts';
import type { Change } from '../statusBar/timerItem.ts';
import { createHandlers, dispatch, type EditHandlers, type Handlers, type ManyHandlers } from './handlers.ts';
import { askAgain, type DataSources, HistoryData } from './historyData.ts';
import { ListFeed } from './listFeed.ts';
import { exportArgument, LogFeed } from './logFeed.ts';
import type { RowContext, SyncProgress } from './row.ts';
import { buildSnapshot } from './snapshot.ts';

/** Changes within this many ms become one snapshot. */
const GATHER_MS = 50;
/** What was read within this many ms need not be read again for a page that has just loaded. */
const FRESH_FOR_MS = 5_000;

/** The part of the sync that tells how far it has come. */
export interface ProgressSource {
  readonly progress: SyncProgress | undefined;
  onDidChangeProgress(listener: () => void): Disposable;
}

/** What exists once the database has loaded. */
export interface SidebarServices extends DataSources {
  readonly store: Pick<Store, 'onDidChange' | 'onNotice'>;
  readonly sync: ProgressSource;
  readonly issues: Pick<Issues, 'refresh'>;
  readonly recordList: Pick<RecordList, 'outline' | 'newest' | 'rows' | 'ids' | 'place' | 'projects'>;
  readonly syncLog: Pick<SyncLog, 'page'>;
}

/** Where the history is shown. */
export interface Surface {
  isVisible(): boolean;
  post(message: ToView): void;
  showWaiting(count: number, of: Summary['waitingOf']): void;
}

export interface FeedDeps extends Opening<SidebarServices> {
  readonly clock: Clock;
  readonly branch: BranchSource;
  readonly log: Log;
  readonly t: Translate;
  readonly settings: Pick<Settings, 'weekStart'>;
  /** BCP 47 */
  readonly locale: string;
  /** Texts of the view in the user's language. */
  readonly texts: Readonly<Record<string, string>>;
  readonly changes: readonly Change[];
  readonly run: (command: CommandId, ...args: readonly unknown[]) => Promise<void>;
  /** @param tell sends a message to the page; false when nobody sees it */
  readonly many: (tell: (message: ToView) => boolean) => ManyHandlers;
  /** The same for editing a record in its row. */
  readonly editing: (tell: (message: ToView) => boolean) => EditHandlers;
  /** Shows what came of an action: an error until it is closed, anything else for a while. */
  readonly notify: (text: string, tone: Said['tone']) => void;
  /** What the user is told of an error; `undefined` when they ended it themselves. */
  readonly explain: (error: unknown) => string | undefined;
}

type ShowTab = Extract<ToView, { type: 'showTab' }>;
type Said = Extract<ToView, { type: 'said' }>;

/**
 * Keeps the history view true: a full snapshot after every load and on every change while it is seen, nothing while it
 * is hidden but the number of waiting records.
 */
export class HistoryFeed implements Disposable {
  private surface: Surface | undefined;
  /** The page on the surface has said it is ready and has not been hidden since. */
  private loaded = false;
  private readonly services: OpenedServices<SidebarServices>;
  private readonly data: HistoryData;
  private version = 0;
  /** When the data were last read, UTC ms; `undefined` before. */
  private readAt: number | undefined;
  /** The tab somebody asked for before the page was there. */
  private wantedTab: ShowTab | undefined;
  private storeTrouble: Trouble | undefined;
  private listProblem: string | undefined;
  /** Whether the log knows that the page sends what it cannot send. */
  private toldOfDropped = false;
  private disposed = false;
  private readonly subscriptions: Disposable[] = [];
  private readonly refresher = new Refresher({
    delayMs: GATHER_MS,
    refresh: () => this.refresh().catch((error: unknown) => this.data.isUnreadable(error)),
  });
  private readonly minutes: MinuteTimer;
  private readonly list = new ListFeed({
    list: () => this.services.now?.recordList,
    context: () => this.rowContext(),
    zone: () => this.deps.clock.zone(),
    nextVersion: () => this.nextVersion(),
    isSeen: () => this.isSeen(),
    post: (list) => this.postList(list),
    looked: (records) => this.refreshIssues(records),
    failed: (error) => this.listFailed(error),
  });
  private readonly log = new LogFeed({
    log: async () => (await this.services.get())?.syncLog,
    zone: () => this.deps.clock.zone(),
    locale: () => this.deps.locale,
    isSeen: () => this.isSeen(),
    post: (answer) => void this.post(answer),
    failed: (error) => this.data.isUnreadable(error),
  });
  private readonly handlers: Handlers;

  constructor(private readonly deps: FeedDeps) {
    this.data = new HistoryData(deps.log);
    this.handlers = createHandlers({
      run: (command, ...args) => this.deps.run(command, ...args),
      ready: ({ look }) => this.pageLoaded(look),
      look: (look) => this.list.look(look),
      pickIds: async ({ request, slices }) => {
        const found = await this.list.ids(slices);
        const seconds = found.map(({ ms }) => ms / 1_000);
        this.post({ type: 'ids', request, ids: found.map(({ id }) => id), seconds });
      },
      find: async ({ request, id }) => {
        this.post({ type: 'found', request, place: await this.list.place(id) });
      },
      many: deps.many((message) => this.post(message)),
      editing: deps.editing((message) => this.post(message)),
      logs: {
        log: (question) => this.log.ask(question),
        leaveLog: () => this.log.leave(),
        exportLog: ({ choice }) => this.deps.run('timecard.exportSyncLog', exportArgument(choice, deps.clock.zone())),
      },
      tryAgain: () => this.tryAgain(),
    });
    const request = (): void => this.refresher.request();
    this.services = new OpenedServices(deps, {
      opened: (services) => this.listenTo(services),
      failed: (error) => this.data.isUnreadable(error),
    });
    this.minutes = new MinuteTimer({ now: () => deps.clock.now(), onMinute: request });
    this.subscriptions.push(deps.branch.onDidChange(request), ...deps.changes.map((change) => change(request)));
  }

  /** Shows the history here from now on; disposing the result ends that. */
  attach(surface: Surface): Disposable {
    this.surface = surface;
    this.loaded = false;
    this.prepare();
    return {
      dispose: () => {
        if (this.surface !== surface) return;
        this.surface = undefined;
        this.unload();
      },
    };
  }

  /** Opens a tab of the page, as soon as there is a page. @param recordId whose attempts alone the sync log shows */
  showTab(tab: ShowTab['tab'], recordId?: string): void {
    this.wantedTab = { type: 'showTab', tab, ...(recordId === undefined ? {} : { recordId }) };
    this.sendTab();
  }

  /** Begins to edit a record in its row. @returns whether there is a page that does */
  editInRow(id: string): boolean {
    return this.post({ type: 'startEdit', id });
  }

  /** The surface was shown or hidden. A hidden page is thrown away and says `ready` again when it comes back. */
  visibilityChanged(): void {
    if (this.surface?.isVisible() === true) this.prepare();
    else this.unload();
  }

  /** A message from the page, whatever it is. */
  async receive(raw: unknown): Promise<void> {
    const message = parseMessage(FromView, raw);
    if (message === undefined) {
      this.noteDropped();
      return;
    }
    try {
      await dispatch(this.handlers, message);
    } catch (thrown) {
      this.sayFailure(message.type, thrown);
    }
  }

  /** A message did not get to the page. */
  notSent(error: unknown): void {
    this.deps.log.warn(`A message to the history view was lost: ${asTimecardError(error).message}`);
  }

  dispose(): void {
    this.disposed = true;
    this.services.dispose();
    this.minutes.dispose();
    this.refresher.dispose();
    this.list.dispose();
    this.log.dispose();
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
  }

  private listenTo({ store, sync }: SidebarServices): void {
    const request = (): void => this.refresher.request();
    this.subscriptions.push(
      store.onDidChange(() => this.recordsChanged()),
      sync.onDidChangeProgress(request),
      store.onNotice((notice) => {
        this.storeTrouble = troubleAfter(notice, this.storeTrouble);
        request();
      }),
    );
    if (this.surface?.isVisible() === true && !this.loaded) void this.list.prepare();
  }

  /** Reads what the page will show while the editor loads it. */
  private prepare(): void {
    this.refresher.request(this.services.now === undefined ? GATHER_MS : 0);
    void this.list.prepare();
  }

  private pageLoaded(look: Look | undefined): void {
    this.loaded = true;
    this.list.pageLoaded(look);
    this.log.leave();
    this.sendTab();
    if (this.isFresh()) this.show(true);
    else {
      this.refresher.request(0);
      if (look !== undefined) this.list.look(look);
    }
  }

  /** Whether what was read last is what would be read now. */
  private isFresh(): boolean {
    const age = this.readAt === undefined ? Number.POSITIVE_INFINITY : this.deps.clock.now() - this.readAt;
    return this.refresher.isIdle && age >= 0 && age < FRESH_FOR_MS;
  }

  private recordsChanged(): void {
    this.list.changed('records');
    this.log.changed();
    this.refresher.request();
  }

  private unload(): void {
    this.loaded = false;
    this.minutes.follow(undefined);
  }

  private sendTab(): void {
    const wanted = this.wantedTab;
    if (wanted === undefined || !this.isSeen()) return;
    this.wantedTab = undefined;
    this.post(wanted);
  }

  /** Asks every site that something is wrong with, and sends what waits when one of them answers. */
  private async tryAgain(): Promise<void> {
    const connections = (await this.services.get())?.connections;
    if (connections === undefined) return;
    const { answers, problem } = await askAgain(connections);
    if (problem !== undefined) this.post({ type: 'said', text: problem, tone: 'error' });
    if (answers && this.data.now.summary.waiting > 0) await this.deps.run('timecard.sync');
  }

  private sayFailure(type: FromView['type'], thrown: unknown): void {
    const text = this.deps.explain(thrown);
    if (text === undefined) return;
    this.deps.log.error(`The history view's "${type}" failed.`, thrown);
    this.post({ type: 'said', text, tone: 'error' });
  }

  /** Whether somebody sees it. */
  private post(message: ToView): boolean {
    const seen = this.isSeen();
    if (!seen) return false;
    if (message.type === 'said') this.deps.notify(message.text, message.tone);
    // The editor reads its own error messages out.
    if (message.type !== 'said' || message.tone === 'info') this.surface?.post(message);
    return true;
  }

  private isSeen(): boolean {
    return this.loaded && this.surface?.isVisible() === true;
  }

  private async refresh(): Promise<void> {
    if (this.surface === undefined) return;
    const seen = this.isSeen();
    const services = await this.services.get();
    if (services !== undefined) {
      await this.data.read(services);
      this.readAt = this.deps.clock.now();
    }
    if (!this.disposed) this.show(seen);
  }

  /** Once: whatever sends them could fill the log with them. */
  private noteDropped(): void {
    if (this.toldOfDropped) return;
    this.toldOfDropped = true;
    this.deps.log.warn('A message from the history view was dropped because it is not one it can send.');
  }

  /** The user is told, and the list is tried once more; after that it waits for the next change. */
  private listFailed(error: unknown): void {
    const { message } = asTimecardError(error, 'storageDamaged');
    if (message === this.listProblem) return;
    this.deps.log.error('The history view cannot list the records.', error);
    this.listProblem = message;
    this.refresher.request();
  }

  private postList(list: ListUpdate): void {
    this.post({ type: 'list', list });
    if (this.listProblem === undefined) return;
    this.listProblem = undefined;
    this.refresher.request();
  }

  /** @param seen whether the view was seen when the data were asked for; it gets those of after it was shown */
  private show(seen: boolean): void {
    const { summary } = this.data.now;
    this.surface?.showWaiting(summary.waiting, summary.waitingOf);
    if (!seen || !this.isSeen()) return;
    const list = this.list.takeBeginning();
    this.post({ type: 'snapshot', snapshot: this.snapshot(), ...(list === undefined ? {} : { list }) });
    if (list === undefined) this.list.changed('rows');
    if (summary.running !== undefined) this.refreshIssues([summary.running]);
    // Today and this week grow while a record runs.
    this.minutes.follow(summary.running?.timeIn, summary.todayEnds);
  }

  /** Asks Jira what it knows of the issues of these records; that comes back as a change of the store. */
  private refreshIssues(records: readonly TimeRecord[]): void {
    void this.services.now?.issues.refresh(issuesOf(records));
  }

  private snapshot() {
    const { locale, texts, clock, branch, settings } = this.deps;
    return buildSnapshot({
      ...this.data.now,
      ...this.rowContext(),
      version: this.nextVersion(),
      locale,
      zone: clock.zone(),
      weekStart: settings.weekStart(),
      branchKey: branch.current().issueKey,
      notice: this.data.problem ?? this.listProblem ?? this.troubleMessage(),
      texts,
    });
  }

  private rowContext(): RowContext {
    const { connections, signIn } = this.data.now;
    return { connections, signIn, progress: this.services.now?.sync.progress, t: this.deps.t };
  }

  private nextVersion(): number {
    this.version += 1;
    return this.version;
  }

  private troubleMessage(): string | null {
    const trouble = this.storeTrouble;
    return trouble === undefined || trouble.kind === 'signedOut' ? null : trouble.message;
  }
}

/** The issues of some records, in their order. */
function issuesOf(records: readonly TimeRecord[]): readonly IssueRef[] {
  return records.flatMap(({ issueKey: key, connectionId }) => (key === null ? [] : [{ key, connectionId }]));
}
