import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthSignIn } from '../../../src/app/oauthSignIn.ts';
import { createSecrets } from '../../../src/editor/secrets.ts';
import { MemorySecrets } from './office.ts';

/** Where the browser is sent after the user has said yes or no. */
export async function comesBackTo({ url }: Pick<OAuthSignIn, 'url'>): Promise<string> {
  const reply = await fetch(url, { redirect: 'manual' });
  return reply.headers.get('location') ?? `no redirect: ${await reply.text()}`;
}

/**
 * What two windows see of VS Code's secret storage: each its own writes at once, the other's only when the storage has
 * been flushed (100 ms later) and the other process has been told.
 */
export function secretsOfTwoWindows(lagMs = 120): readonly [MemorySecrets, MemorySecrets] {
  const pair = [new MemorySecrets(), new MemorySecrets()] as const;
  const nothing = { get: unused, store: unused, delete: unused, onDidChange: () => ({ dispose: () => undefined }) };
  const { shared } = createSecrets(nothing, (ms) => sleep(ms));
  for (const [own, other] of [pair, [pair[1], pair[0]] as const]) {
    const set = own.set;
    own.set = async (id, token) => {
      await set(id, token);
      setTimeout(() => other.tokens.set(id, token), lagMs);
    };
    own.shared = shared;
  }
  return pair;
}

function unused(): Promise<never> {
  return Promise.reject(new Error('must not be called'));
}
