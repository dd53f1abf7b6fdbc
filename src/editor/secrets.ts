import type { SecretStorage } from 'vscode';
import type { Disposable, Secrets } from '../core/ports.ts';

const PREFIX = 'timecard.token.';

export interface EditorSecrets extends Secrets {
  /** Fires with the connection's id when its token was set, replaced or removed, in any window. */
  onDidChange(listener: (connectionId: string) => void): Disposable;
}

/** Tokens in VS Code's SecretStorage, one entry per connection. */
export function createSecrets(storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>): EditorSecrets {
  return {
    get: async (id) => parseToken(await storage.get(PREFIX + id)),
    set: async (id, token) => storage.store(PREFIX + id, token),
    remove: async (id) => storage.delete(PREFIX + id),
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
