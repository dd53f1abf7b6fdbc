import * as vscode from 'vscode';
import { asTimecardError } from '../../core/errors.ts';
import type { Disposable, Log } from '../../core/ports.ts';
import { actionTitle, type ErrorAction, errorToast } from '../errorText.ts';
import { COMMAND_IDS, type CommandId } from './ids.ts';

/** Arguments come from keybindings, links and other extensions, so they may be anything. */
export type Command = (...args: readonly unknown[]) => Promise<void>;

/** One handler for every command; one that is missing does not compile. */
export type Commands = Readonly<Record<CommandId, Command>>;

/** What the buttons of error toasts do. `retry` runs the failed work again. */
export type ErrorActions = Readonly<Record<Exclude<ErrorAction, 'retry'>, () => Promise<void>>>;

/**
 * The one place where what failed is told: cancellation is silent, the log gets everything, the user a short toast
 * with the one action that fits.
 */
export class ErrorBoundary {
  constructor(
    private readonly log: Log,
    private readonly actions: () => ErrorActions,
  ) {}

  /** Runs work that the user asked for; never rejects. */
  async run(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.tell(name, error, work);
    }
  }

  /** Like `run`, but does not wait: for toasts, which may stay open for ever. */
  start(name: string, work: () => Promise<void>): void {
    void this.run(name, work);
  }

  /** Runs a command. Only a caller who passed bad arguments gets the error back; VS Code shows it, or the caller's code does. */
  async command(id: CommandId, command: Command, args: readonly unknown[]): Promise<void> {
    try {
      await command(...args);
    } catch (error) {
      const gaveArguments = args.some((value) => value !== undefined && value !== null);
      if (gaveArguments && asTimecardError(error).reason === 'invalid') throw error;
      this.tell(id, error, () => command(...args));
    }
  }

  private tell(name: string, error: unknown, again: () => Promise<void>): void {
    const toast = errorToast(error);
    if (toast === undefined) return;
    this.log.error(`${name} failed`, error);
    this.start(name, async () => {
      const { action, message } = toast;
      if (action === undefined) {
        await vscode.window.showErrorMessage(message);
        return;
      }
      const title = actionTitle(action);
      if ((await vscode.window.showErrorMessage(message, title)) !== title) return;
      await (action === 'retry' ? again() : this.actions()[action]());
    });
  }
}

/** Registers every command behind the boundary. */
export function registerCommands(commands: Commands, boundary: ErrorBoundary): Disposable[] {
  return COMMAND_IDS.map((id) =>
    vscode.commands.registerCommand(id, (...args: readonly unknown[]) => boundary.command(id, commands[id], args)),
  );
}
