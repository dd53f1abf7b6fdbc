import { hasCode } from './failures.ts';
import { wait } from './wait.ts';

const TRIES = 5;
const PAUSE_MS = 20;

/** Windows refuses to open or replace a file while a reader or a virus scanner has it open. */
export function isOpenElsewhere(error: unknown): boolean {
  return process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY', 'EACCES');
}

/** Tries again for a moment when Windows says that the file is in use, as long as the action `mayRepeat`. */
export async function whenFree<T>(action: () => Promise<T>, mayRepeat: () => boolean = () => true): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await action();
    } catch (error) {
      if (!isOpenElsewhere(error) || tries === TRIES || !mayRepeat()) throw error;
    }
    await wait(PAUSE_MS * tries);
  }
}
