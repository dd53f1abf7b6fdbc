import { TimecardError } from '../core/errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The system's error code (`ENOSPC`), when `error` came from the operating system. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = errnoOf(error);
  return code !== undefined && codes.includes(code);
}

/** Whether the disk had no space left. */
export function isFull(error: unknown): boolean {
  return hasCode(error, ...FULL);
}

/** What the user is told when the disk refuses a change; `undefined` when `error` is not the disk's. */
export function diskRefusal(error: unknown, folder: string): TimecardError | undefined {
  const code = errnoOf(error);
  if (code === undefined) return undefined;
  if (FULL.has(code)) {
    const message = `The disk is full, so the change is not saved yet. It is kept in memory and tried again: free some space on the disk of ${folder}.`;
    return new TimecardError('storageFull', message, { cause: error });
  }
  const readOnly = readOnlyFile(error);
  const what = readOnly === undefined ? 'The database folder cannot be written' : `${readOnly} may only be read`;
  const message = `${what} (${code}), so the change is not saved yet. It is kept in memory and tried again: make ${readOnly ?? folder} writable.`;
  return new TimecardError('storageReadOnly', message, { cause: error });
}

/** The file that was found read-only before anything was done to it. */
function readOnlyFile(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'access' || !('path' in error))
    return undefined;
  return typeof error.path === 'string' ? error.path : undefined;
}

/** What the user is told when a lock cannot be made; nothing waits in memory then. */
export function lockRefusal(error: unknown, folder: string): TimecardError | undefined {
  const code = errnoOf(error);
  if (code === undefined) return undefined;
  const reason = FULL.has(code) ? 'storageFull' : 'storageReadOnly';
  const advice = FULL.has(code) ? 'The disk is full: free some space' : 'Make it writable';
  const message = `The database folder ${folder} cannot be written (${code}). ${advice} and try again.`;
  return new TimecardError(reason, message, { cause: error, outcome: 'notSent' });
}

/** The error for a database file that is there and cannot be read. */
export function unreadable(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const message = `The database ${path} cannot be read (${code}). Check its permissions and the disk.`;
  return new TimecardError('storageReadOnly', message, { cause: error });
}
