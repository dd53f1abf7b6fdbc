import type { Fault } from './faults.ts';
import { html, type Reply } from './reply.ts';

/** What happens on the wire. */
export type Outcome =
  | { readonly type: 'reply' | 'truncate'; readonly reply: Reply }
  | { readonly type: 'drop' }
  | { readonly type: 'hang' };

const LOGIN = html(200, '<form id="login"><h1>Example Corp single sign-on</h1><input name="user"></form>');

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

function retryAfter(value: number | 'date' | undefined): Record<string, string> {
  if (value === undefined) return {};
  const text = value === 'date' ? new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000).toUTCString() : String(value);
  return { 'Retry-After': text };
}

function rateLimited(fault: Extract<Fault, { kind: 'rateLimited' }>): Reply {
  const reason = fault.reason === undefined ? {} : { 'RateLimit-Reason': fault.reason };
  const headers = { ...retryAfter(fault.retryAfter), ...reason };
  return { status: 429, json: { errorMessages: ['Rate limit exceeded.'], errors: {} }, headers };
}

function statusReply(fault: Extract<Fault, { kind: 'status' }>): Reply {
  if (fault.body === undefined) return { status: fault.status, json: { errorMessages: ['Simulated.'], errors: {} } };
  const type = /^\s*[[{]/.test(fault.body) ? 'application/json;charset=UTF-8' : 'text/html;charset=UTF-8';
  return { status: fault.status, text: fault.body, type };
}

const reply = (value: Reply): Outcome => ({ type: 'reply', reply: value });

function strikeNow(fault: Fault, elsewhereUrl: string): Outcome {
  switch (fault.kind) {
    case 'drop':
    case 'hang':
      return { type: fault.kind };
    case 'status':
      return reply(statusReply(fault));
    case 'garbage':
      return reply({ status: 200, text: '{"id":"100', type: 'application/json;charset=UTF-8' });
    case 'html':
      return reply(LOGIN);
    case 'redirect':
      return reply({ status: 302, headers: { Location: `${elsewhereUrl}/sso/login` } });
    case 'rateLimited':
      return reply(rateLimited(fault));
    case 'unavailable':
      return reply({ ...html(503, '<h1>Service Unavailable</h1>'), headers: retryAfter(fault.retryAfter) });
    default:
      throw new Error(`No such fault: ${fault.kind}`);
  }
}

/**
 * Lets a fault strike a request.
 * @param work does the request and gives Jira's own answer; called at most once, never for a fault that strikes before.
 */
export async function strike(fault: Fault | undefined, work: () => Reply, elsewhereUrl: string): Promise<Outcome> {
  if (fault === undefined) return reply(work());
  if (fault.kind === 'truncate') return { type: 'truncate', reply: work() };
  if (fault.kind === 'latency') {
    if (fault.when === 'before') await pause(fault.ms);
    const own = work();
    if (fault.when === 'after') await pause(fault.ms);
    return reply(own);
  }
  if ('when' in fault && fault.when === 'after') work();
  return strikeNow(fault, elsewhereUrl);
}
