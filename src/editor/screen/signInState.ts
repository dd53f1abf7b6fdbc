import type { Connections } from '../../app/connections.ts';
import type { Connection } from '../../core/records.ts';
import { signInsStopped } from '../../core/signInLimit.ts';

export type SignInState =
  | { readonly state: 'none' }
  | { readonly state: 'connected'; readonly connections: readonly Connection[] }
  | { readonly state: 'signedOut'; readonly connection: Connection };

/** Whether the sites in use can be reached with what is stored; one that lacks its token, or was refused too often, counts as signed out. */
export async function signInState(connections: Pick<Connections, 'list' | 'isSignedIn'>): Promise<SignInState> {
  const active = (await connections.list()).filter((connection) => connection.isActive);
  if (active.length === 0) return { state: 'none' };
  const signedIn = await Promise.all(active.map((connection) => connections.isSignedIn(connection)));
  const connection = active.find((each, index) => signedIn[index] !== true || signInsStopped(each));
  return connection === undefined ? { state: 'connected', connections: active } : { state: 'signedOut', connection };
}

/** A site's address as it is shown: without the scheme. */
export function siteName(connection: Connection): string {
  return connection.jiraUrl.replace(/^https?:\/\//, '');
}
