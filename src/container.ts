import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { TimecardApi } from './api.ts';
import type { AutoSync } from './app/sync/autoSync.ts';
import { TimecardError } from './core/errors.ts';
import type { Clock, Disposable, Log, Sleep } from './core/ports.ts';
import { onceASecond, usableZone } from './core/zone.ts';
import { type ApiCalls, createApi } from './editor/api.ts';
import { timers, watchAutoSync } from './editor/autoSyncWatch.ts';
import { watchBranchOffers } from './editor/branch/branchOffers.ts';
import { createBranchSource, type WorkspaceBranch } from './editor/branch/branchSource.ts';
import { createCommitSource } from './editor/branch/commitSource.ts';
import type { ErrorBoundary } from './editor/commands/boundary.ts';
import { createCommands } from './editor/commands/commands.ts';
import { watchConnections } from './editor/connectionWatch.ts';
import { createLog } from './editor/log.ts';
import { tellNotices } from './editor/notices.ts';
import { focusedFirst, watchNudges } from './editor/nudges/nudgeWatch.ts';
import { createPresenceFile } from './editor/presence/presenceFile.ts';
import { watchPresence } from './editor/presence/presenceWatch.ts';
import { watchProjects } from './editor/projectsWatch.ts';
import { reviewNotice } from './editor/reviewNotice.ts';
import { createSecrets, type EditorSecrets } from './editor/secrets.ts';
import type { EditorDeps, Services } from './editor/services.ts';
import { createSettings, type EditorSettings } from './editor/settings.ts';
import type { HistoryPages } from './editor/sidebar/historyPages.ts';
import type { SidebarDeps } from './editor/sidebar/sidebar.ts';
import { createStatusBar } from './editor/statusBar/statusBar.ts';
import { handleUris } from './editor/uriHandler.ts';

/** A branch on a slow file system must not keep a click waiting for longer, in ms. */
const BRANCH_WAIT_MS = 1_000;

const zone = () => usableZone(Intl.DateTimeFormat().resolvedOptions().timeZone, new Date().getTimezoneOffset());
const clock: Clock = { now: () => Date.now(), zone: onceASecond(zone, Date.now) };

const sleep: Sleep = async (ms, signal) => {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new TimecardError('cancelled', 'Cancelled.', { outcome: 'notSent', cause: error });
  }
};

/**
 * The composition root, the only place that knows all rooms. What the status bar needs is made at once; the database,
 * Jira and the use cases are loaded and opened after activation, on first use at the latest.
 */
export class Container {
  readonly log: Log;
  readonly api: TimecardApi;
  private readonly disposables: Disposable[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly settings: EditorSettings;
  private readonly secrets: EditorSecrets;
  private readonly branch: WorkspaceBranch;
  private readonly deps: EditorDeps;
  private projectKeys: readonly string[] = [];
  private boundary: ErrorBoundary | undefined;
  private opening: Promise<Services> | undefined;
  private closed = false;
  private historyMade: (pages: HistoryPages) => void = () => undefined;
  private readonly history = new Promise<HistoryPages>((resolve) => {
    this.historyMade = resolve;
  });

  constructor(private readonly context: vscode.ExtensionContext) {
    const channel = vscode.window.createOutputChannel('Timecard', { log: true });
    this.log = createLog(channel);
    this.settings = createSettings(this.log);
    this.secrets = createSecrets(context.secrets, sleep);
    this.branch = createBranchSource({
      projectKeys: () => this.projectKeys,
      pattern: () => this.settings.issueKeyPattern() || undefined,
      log: this.log,
    });
    this.deps = {
      services: () => this.services(),
      clock,
      settings: this.settings,
      branch: this.branch,
      freshBranch: () => this.freshBranch(),
      log: this.log,
      showLog: () => channel.show(),
      history: () => this.history,
    };
    this.api = createApi(() => this.apiCalls(), this.changed.event);
    this.disposables.push(channel, this.changed, this.branch);
  }

  /** Takes commands at once; shows the timer right after activation, and only then opens the database. */
  start(): void {
    this.log.info(`Timecard ${this.version()} is active`);
    const { boundary, disposables } = createCommands(this.deps);
    this.boundary = boundary;
    this.disposables.push(...disposables, handleUris(boundary));
    nextTurn()
      .then(() => this.show())
      .catch((error: unknown) => this.log.error('Timecard could not be shown', error));
  }

  private show(): void {
    if (this.closed) return;
    const ready = nextTurn().then(() => this.services());
    const shared = {
      clock,
      branch: this.branch,
      log: this.log,
      ready,
      reopen: () => this.services(),
      changes: [onSettings, this.secrets.onDidChange],
    };
    this.disposables.push(createStatusBar(shared));
    ready.catch((error: unknown) => this.log.error('The database could not be opened', error));
    this.loadSidebar(shared);
  }

  dispose(): void {
    for (const disposable of this.disposables.splice(0).reverse()) disposable.dispose();
  }

  /** Closes the database; what was acknowledged is on disk already. */
  async close(): Promise<void> {
    this.closed = true;
    const opening = this.opening;
    this.opening = undefined;
    if (opening === undefined) return;
    const [result] = await Promise.allSettled([opening]);
    if (result.status !== 'fulfilled') return;
    await result.value.presence.close();
    await result.value.store.close();
  }

  /** The view comes a moment later: its rules bring a calendar library that activation need not wait for. */
  private loadSidebar(shared: Omit<SidebarDeps, 'extensionUri' | 'settings' | 'many' | 'editing'>): void {
    nextTurn()
      .then(async () => {
        const [{ HistoryPages }, { createManyActions }, { createRowEdits }] = await Promise.all([
          import('./editor/sidebar/historyPages.ts'),
          import('./editor/sidebar/manyActions.ts'),
          import('./editor/sidebar/rowEdits.ts'),
        ]);
        const { settings, boundary } = this;
        if (this.closed || boundary === undefined) return;
        const many: SidebarDeps['many'] = (tell) => createManyActions({ ...this.deps, boundary }, tell);
        const editing: SidebarDeps['editing'] = (tell) => createRowEdits(this.deps, tell);
        const { extensionUri } = this.context;
        const pages = new HistoryPages({ ...shared, settings, many, editing, extensionUri, ready: this.services() });
        this.disposables.push(pages);
        this.historyMade(pages);
      })
      .catch((error: unknown) => this.log.error('The history view could not be made', error));
  }

  private services(): Promise<Services> {
    if (this.closed) return Promise.reject(new TimecardError('cancelled', 'The window is closing.'));
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private async open(): Promise<Services> {
    const { openStore, foldInWorker } = await import('./store/store.ts');
    const wasm = () => readFile(this.context.asAbsolutePath('dist/sql-wasm.wasm'));
    const onThreads = foldInWorker(this.context.asAbsolutePath('dist/foldJournal.js'), wasm);
    const folder = this.context.globalStorageUri.fsPath;
    const store = await openStore({ folder, wasm, ...onThreads, clock, log: this.log });
    try {
      const services = await this.useCases(store);
      if (this.closed) throw new TimecardError('cancelled', 'The window is closing.');
      this.attend(services);
      return services;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Everything that goes along with an open database, whichever try opened it. */
  private attend(services: Services): void {
    const { store, connections, sync } = services;
    if (this.boundary !== undefined) this.disposables.push(tellNotices(store, this.boundary));
    sync.recover().catch((error: unknown) => this.log.error('Unfinished syncs could not be marked', error));
    this.disposables.push(
      store.onDidChange(() => this.changed.fire()),
      watchAutoSync(services.autoSync, this.secrets.onDidChange),
      watchPresence(services.presence, this.log),
      watchBranchOffers({ branch: this.branch, settings: this.settings, log: this.log }, services),
      watchNudges({ settings: this.settings, log: this.log, load: () => this.loadNudges(services) }),
      watchConnections({ store, connections, log: this.log, onProjectKeys: (keys) => this.useProjectKeys(keys) }),
      watchProjects(connections.projects, this.branch),
    );
  }

  private async loadNudges({ store, timeClock, undo }: Services) {
    const [{ Nudges }, { nudgeToasts }, { createNudgeFile }] = await Promise.all([
      import('./app/nudges.ts'),
      import('./editor/nudges/nudgeToasts.ts'),
      import('./editor/nudges/nudgeFile.ts'),
    ]);
    const { boundary, settings, log } = this;
    if (boundary === undefined) throw new TimecardError('cancelled', 'The window is closing.');
    const branch = () => this.branch.current();
    return new Nudges({
      ...{ store, timeClock, clock, settings, log },
      timers: focusedFirst(timers),
      file: createNudgeFile(this.context.globalStorageUri.fsPath),
      tell: nudgeToasts({ services: { timeClock, undo }, settings, branch, zone: () => clock.zone(), boundary }),
    });
  }

  private async useCases(store: Services['store']): Promise<Services> {
    const [
      jira,
      { createOAuthHost },
      { createOAuthRedirects },
      { TimeClock },
      { Records },
      { RecordEdits },
      { Undo },
      { DayCheck },
      { Backfill },
      { RecordList },
      { Absences },
      { Presence },
      { Connections },
      { Issues },
      { Reports },
      { Sync },
      { SyncPreview },
      { SyncLog },
      auto,
    ] = await Promise.all([
      import('./jira/gateway.ts'),
      import('./jira/oauth/oauthHost.ts'),
      import('./jira/oauth/redirects.ts'),
      import('./app/timeClock.ts'),
      import('./app/records.ts'),
      import('./app/recordEdits.ts'),
      import('./app/undo.ts'),
      import('./app/dayCheck.ts'),
      import('./app/backfill.ts'),
      import('./app/recordList.ts'),
      import('./app/absences.ts'),
      import('./app/presence.ts'),
      import('./app/connections.ts'),
      import('./app/issues.ts'),
      import('./app/reports.ts'),
      import('./app/sync/sync.ts'),
      import('./app/sync/preview.ts'),
      import('./app/syncLog.ts'),
      import('./app/sync/autoSync.ts'),
    ]);
    const { log, settings, secrets } = this;
    const random = Math.random;
    const gatewayUrl = jira.gatewayFromEnv(process.env.TIMECARD_ATLASSIAN_GATEWAY);
    const userAgent = `timecard-for-jira/${this.version()}`;
    const gateway = jira.createJiraGateway({
      ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
      ...{ userAgent, sleep, random, clock, log },
    });
    const authUrl = jira.gatewayFromEnv(process.env.TIMECARD_ATLASSIAN_AUTH);
    const stands = {
      ...(authUrl === undefined ? {} : { authUrl }),
      ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
    };
    const oauth = {
      host: createOAuthHost({ ...stands, userAgent, clock, log }),
      redirects: createOAuthRedirects(),
    };
    const connections = new Connections({ store, secrets, gateway, clock, log, stableId, oauth });
    const file = createPresenceFile(this.context.globalStorageUri.fsPath);
    const recording = { store, clock, newId: randomUUID, settings };
    const commits = createCommitSource({ place: () => this.branch.reflogPlace(), log });
    const withCommits = { commits, log };
    const sync = new Sync({ ...recording, connections, sleep, breathe: nextTurn, random, log });
    const preview = new SyncPreview({ store, connections, clock, settings, breathe: nextTurn });
    const onHeld = this.boundary === undefined ? () => undefined : reviewNotice(clock, this.boundary);
    const records = new Records(recording);
    const absences = new Absences({ ...recording, ...withCommits, onDecided: () => autoSync.finished() });
    const presence = new Presence({ store, clock, settings, file, log, absences });
    const noteAway = () => presence.noteAway();
    const waiting = { store, sync, clock, timers, random, settings, log, preview, noteAway, onHeld };
    const autoSync: AutoSync = new auto.AutoSync(waiting);
    return {
      store,
      timeClock: new TimeClock({ ...recording, ...withCommits, onFinished: () => autoSync.finished() }),
      records,
      backfill: new Backfill(store, records),
      recordEdits: new RecordEdits({ ...recording, ...withCommits }),
      undo: new Undo(recording),
      dayCheck: new DayCheck({ ...recording, ...withCommits }),
      absences,
      presence,
      connections,
      issues: new Issues({ store, connections, clock, settings, log }),
      sync,
      preview,
      autoSync,
      recordList: new RecordList({ store, settings, breathe: nextTurn }),
      syncLog: new SyncLog({ store }),
      reports: new Reports({ store, clock, settings }),
    };
  }

  private async apiCalls(): Promise<ApiCalls> {
    const [services, { createApiCalls }] = await Promise.all([this.services(), import('./editor/apiCalls.ts')]);
    return createApiCalls({ services, freshBranch: this.deps.freshBranch, log: this.log });
  }

  private version(): string {
    return String(this.context.extension.packageJSON.version);
  }

  private useProjectKeys(keys: readonly string[]): void {
    this.projectKeys = keys;
    this.branch.reconsider();
  }

  private async freshBranch() {
    await Promise.race([this.branch.refresh(), delay(BRANCH_WAIT_MS, undefined, { ref: false })]);
    return this.branch.current();
  }
}

/** The same short id for the same text on every machine. */
function stableId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Lets everything else that waits have its turn first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function onSettings(listener: () => void): Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('timecard')) listener();
  });
}
