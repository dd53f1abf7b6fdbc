import type { FromView } from '../../protocol/messages.ts';
import type { CommandId } from '../commands/ids.ts';

type Messages = { [M in FromView as M['type']]: M };

/** One handler for every message the view can send; one that is missing does not compile. */
export type Handlers = { readonly [T in keyof Messages]: (message: Messages[T]) => Promise<void> | void };

/** What the view can do with many records at once, and with the sync that runs. */
export type ManyHandlers = Pick<
  Handlers,
  'syncAll' | 'syncOne' | 'syncMany' | 'issueMany' | 'removeMany' | 'cancelSync' | 'undo'
>;
/** Editing a record in its row. */
export type EditHandlers = Pick<Handlers, 'beginEdit' | 'check' | 'save' | 'suggest'>;
/** The sync log's tab. */
export type LogHandlers = Pick<Handlers, 'log' | 'leaveLog' | 'exportLog'>;

interface Deps {
  /** Runs a command of this extension. */
  readonly run: (command: CommandId, ...args: readonly unknown[]) => Promise<void>;
  readonly logs: LogHandlers;
  readonly tryAgain: () => Promise<void>;
  readonly ready: Handlers['ready'];
  readonly look: Handlers['look'];
  readonly pickIds: Handlers['pickIds'];
  readonly find: Handlers['find'];
  readonly many: ManyHandlers;
  readonly editing: EditHandlers;
}

/** What each message of the history view does. */
export function createHandlers({ run, many, editing, logs, ...own }: Deps): Handlers {
  return {
    ...many,
    ...editing,
    ...logs,
    ...own,
    clockIn: () => run('timecard.clockIn'),
    clockOut: () => run('timecard.clockOut'),
    pause: () => run('timecard.pause'),
    resume: () => run('timecard.resume'),
    openIssue: ({ id }) => run('timecard.openIssue', id),
    openLink: ({ id }) => run('timecard.openLink', id),
    remove: ({ id }) => run('timecard.deleteRecord', id),
    resolve: ({ id, keep }) => run('timecard.resolveConflict', id, keep),
    switchIssue: () => run('timecard.switchIssue'),
    editNotes: () => run('timecard.editNotes'),
    connect: () => run('timecard.connect'),
    manage: () => run('timecard.manageConnections'),
    addRecord: () => run('timecard.addRecord'),
  };
}

/** Hands a message to its handler. */
export async function dispatch<T extends keyof Messages>(
  handlers: Handlers,
  message: { [K in T]: Messages[K] & { readonly type: K } }[T],
): Promise<void> {
  const handler: Handlers[T] = handlers[message.type];
  await handler(message);
}
