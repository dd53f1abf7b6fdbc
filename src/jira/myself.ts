import type { JiraUser } from '../core/jiraPorts.ts';
import type { JiraClient } from './client.ts';
import { myselfSchema, userId } from './schemas.ts';

/** The signed-in user; `/myself` is never answered to visitors. */
export async function myself(client: JiraClient, signal?: AbortSignal): Promise<JiraUser> {
  const user = await client.get({ path: ['myself'], signal }, myselfSchema);
  const accountId = userId(user) ?? '';
  return { accountId, displayName: user.displayName ?? user.name ?? accountId, timeZone: knownZone(user.timeZone) };
}

function knownZone(zone: string | null): string | null {
  if (zone === null) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone === '' ? null : zone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
