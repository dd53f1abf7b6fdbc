import * as v from 'valibot';
import { TimecardError } from '../../core/errors.ts';
import { isHtml, jsonOf, type Reply, waitOf } from '../reply.ts';

const errorSchema = v.object({ error: v.string() });

/**
 * What a reply of a token address that is no success means, decided by status and the OAuth error code (RFC 6749,
 * section 5.2; Atlassian answers a dead refresh token with 403 and `invalid_grant`). The server's own words are not
 * shown: they may repeat what was sent.
 */
export function refusalOf(reply: Reply, host: string, step: 'exchange' | 'refresh', now: number): TimecardError {
  const { status } = reply;
  const details = { outcome: 'refused', httpStatus: status } as const;
  const wait = waitOf(reply, now);
  const withWait = wait === undefined ? details : { ...details, retryAfterMs: wait };
  if (status === 429) {
    return new TimecardError('rateLimited', `${host} asks to wait. Try again in a few minutes.`, withWait);
  }
  if (status >= 500) return new TimecardError('server', `${host} has a problem. Try again later.`, withWait);
  if (status === 407 || isHtml(reply)) return inTheWay(status, host);
  const body = v.safeParse(errorSchema, jsonOf(reply));
  if (body.success) {
    const { error } = body.output;
    // Only this one says that the refresh token itself will never do again.
    const reason = step === 'refresh' && error === 'invalid_grant' ? 'signedOut' : 'unauthorized';
    return new TimecardError(reason, wordsFor(error, host, step), details);
  }
  if (status === 401 || status === 403) {
    return new TimecardError('unauthorized', `${host} refused the OAuth app. Check its client id and secret.`, details);
  }
  return new TimecardError('notJira', `${host} did not answer as expected. Check the site’s address.`, details);
}

/** What stands before the host says nothing about the app, and must not count as a refused sign-in. */
function inTheWay(status: number, host: string): TimecardError {
  const details = { outcome: 'refused', httpStatus: status } as const;
  return status === 407
    ? new TimecardError('network', 'The network’s proxy asks for a sign-in. Check the proxy settings.', details)
    : new TimecardError(
        'notJira',
        `${host} sent a web page (${status}). Check whether a proxy, a VPN or a firewall stands before it.`,
        details,
      );
}

function wordsFor(code: string, host: string, step: 'exchange' | 'refresh'): string {
  if (code === 'invalid_grant') {
    return step === 'refresh'
      ? `${host} no longer accepts this sign-in. Sign in again.`
      : `${host} did not accept the answer of the browser. Sign in again.`;
  }
  if (code === 'invalid_client' || code === 'unauthorized_client' || code === 'access_denied') {
    return `${host} does not accept the OAuth app. Check its client id and secret, then sign in again.`;
  }
  return `${host} refused to sign in. Check how the OAuth app is registered, then sign in again.`;
}
