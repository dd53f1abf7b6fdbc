import { Absences } from '../../../src/app/absences.ts';
import { DayCheck } from '../../../src/app/dayCheck.ts';
import { RecordList } from '../../../src/app/recordList.ts';
import { Reports } from '../../../src/app/reports.ts';
import { SyncLog } from '../../../src/app/syncLog.ts';
import { Undo } from '../../../src/app/undo.ts';
import type { Log } from '../../../src/core/ports.ts';
import { describeError } from '../../../src/editor/redact.ts';
import type { HistoryFeed } from '../../../src/editor/sidebar/historyFeed.ts';
import type { ToView } from '../../../src/protocol/messages.ts';
import { type Office, quietLog } from '../app/office.ts';
import { Emitter } from './viewSupport.ts';

/** A log that keeps what it was told, and hides nothing of it. */
export class OpenLog implements Log {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly info = (message: string): void => void this.lines.push(message);
  readonly warn = (message: string): void => void this.lines.push(message);
  readonly error = (message: string, error?: unknown): void => {
    this.lines.push(`${message} ${describeError(error)}`);
    this.errors.push(`${message} ${describeError(error)}`);
  };
}

/** The extension's side of the history view over a real store and a real Jira, without VS Code around it. */
export async function liveView(office: Office, log = new OpenLog()) {
  const { HistoryFeed: Feed } = await import('../../../src/editor/sidebar/historyFeed.ts');
  const { createManyActions } = await import('../../../src/editor/sidebar/manyActions.ts');
  const { createRowEdits } = await import('../../../src/editor/sidebar/rowEdits.ts');
  const { ErrorBoundary } = await import('../../../src/editor/commands/boundary.ts');
  const { errorToast } = await import('../../../src/editor/errorText.ts');
  const { window } = office;
  const { store, clock, settings } = window;
  const newId = () => 'made-up';
  const boundary = new ErrorBoundary(quietLog, () => ({
    ...{ signIn: async () => undefined, editConnection: async () => undefined, openJira: async () => undefined },
    ...{ showHistory: async () => undefined, showLog: async () => undefined },
  }));
  const branchChanged = new Emitter<void>();
  const branch = {
    current: () => ({ branch: 'feature/PROJ-1', issueKey: 'PROJ-1', why: '' }),
    onDidChange: branchChanged.on,
  };
  const posted: ToView[] = [];
  const commands: unknown[][] = [];
  const told: { readonly text: string; readonly tone: string }[] = [];
  const services = {
    ...window,
    undo: new Undo({ store, clock, newId, settings }),
    absences: new Absences({ store, clock, newId, settings }),
    dayCheck: new DayCheck({ store, clock, newId, settings }),
    reports: new Reports({
      store,
      clock,
      settings: { weekStart: () => 1, targets: () => ({ day: 0, week: 0 }) as never },
    }),
    recordList: new RecordList({ store, settings, breathe: () => new Promise((resolve) => setImmediate(resolve)) }),
    syncLog: new SyncLog({ store }),
  };
  const makeFeed = (): HistoryFeed =>
    new Feed({
      ...{ clock, branch, log, settings, locale: 'en', texts: {}, ready: Promise.resolve(services), changes: [] },
      t: (message, ...values) => message.replace(/\{(\d+)\}/gu, (_, index: string) => String(values[Number(index)])),
      run: async (...command) => void commands.push(command),
      notify: (text, tone) => void told.push({ text, tone }),
      many: (tell) =>
        createManyActions(
          {
            ...{ services: async () => services, boundary, branch, clock, log },
            settings: { onRemove: () => 'keep', rememberOnRemove: async () => undefined },
          },
          tell,
        ),
      editing: (tell) => createRowEdits({ clock, log, services: async () => services }, tell),
      explain: (error) => errorToast(error)?.message,
    });
  const feed = makeFeed();
  const surface = {
    isVisible: () => true,
    // What cannot be written as JSON does not get to a page.
    post: (message: ToView) => void posted.push(JSON.parse(JSON.stringify(message)) as ToView),
    showWaiting: () => undefined,
  };
  const attached = feed.attach(surface);
  /** What began has come to its end. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 150));
  await feed.receive({ type: 'ready' });
  await settled();
  return { feed, makeFeed, posted, told, commands, log, services, surface, attached, branchChanged, settled };
}
