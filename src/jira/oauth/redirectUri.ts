import { invalid } from '../../core/errors.ts';
import { isLoopback } from '../../core/jiraAddress.ts';

/** The address the browser comes back to: https, or http on this machine. Throws `invalid`. */
export function checkedRedirect(redirectUri: string): URL {
  if (!URL.canParse(redirectUri)) throw invalid('redirectUri', 'Enter the callback address of your OAuth app.');
  const url = new URL(redirectUri);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (isSafe && url.username === '' && url.password === '' && url.hash === '') return url;
  throw invalid('redirectUri', 'The callback address must begin with https://, or with http:// on this computer.');
}

/** Whether Timecard itself can be there when the browser comes back. */
export function canListen(url: URL): boolean {
  return url.protocol === 'http:' && isLoopback(url);
}
