import type { LogOutputChannel } from 'vscode';
import type { Log } from '../core/ports.ts';
import { describeError, redact } from './redact.ts';

/** The log over one output channel. Credentials that slip into a text are hidden. */
export function createLog(channel: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>): Log {
  return {
    info: (message) => channel.info(redact(message)),
    warn: (message) => channel.warn(redact(message)),
    error: (message, error) =>
      channel.error(redact(error === undefined ? message : `${message}: ${describeError(error)}`)),
  };
}
