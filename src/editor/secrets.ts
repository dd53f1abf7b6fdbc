import type { SecretStorage } from 'vscode';
import type { Disposable, Secrets, Sleep } from '../core/ports.ts';

const PREFIX = 'timecard.token.';
/** VS Code passes a secret on to its other windows up to 100 ms after it was stored, then through another process. */
const SHARED_AFTER_MS = 500;

export interface EditorSecrets extends Secrets {
  /** Fires with the connection's id when its token was set, replaced or removed, in any window. */
  onDidChange(listener: (connectionId: string) => void): Disposable;
}

/** Tokens in VS Code's SecretStorage, one entry per connection. */
export function createSecrets(
  storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>,
  sleep: Sleep,
): EditorSecrets {
  return {
    get: async (id) => parseToken(await storage.get(PREFIX + id)),
    set: async (id, token) => storage.store(PREFIX + id, token),
    remove: async (id) => storage.delete(PREFIX + id),
    shared: () => sleep(SHARED_AFTER_MS),
    onDidChange: (listener) =>
      storage.onDidChange(({ key }) => {
        if (key.startsWith(PREFIX)) listener(key.slice(PREFIX.length));
      }),
  };
}

/** An empty or blank entry is no token. */
function parseToken(stored: string | undefined): string | undefined {
  return stored === undefined || stored.trim() === '' ? undefined : stored;
}
