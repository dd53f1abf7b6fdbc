import { type ErrorDetails, type Outcome, type Reason, TimecardError } from '../core/errors.ts';
import { isHtml, isJiraError, isJson, jiraText, type Reply, waitOf } from './reply.ts';

/** What a reply answers. */
export interface Asked {
  /** It changes something in Jira. */
  readonly write: boolean;
  /** It carried a token. */
  readonly signedIn: boolean;
  /** The site, for messages. */
  readonly site: string;
}

interface Verdict {
  readonly reason: Reason;
  readonly advice: string;
}

/**
 * Decides from status, headers and the form of the body, never from Jira's (localised) words, whether a reply is a
 * failure and which. `undefined`: a success whose body is JSON, or 204.
 */
export function failureOf(reply: Reply, asked: Asked, nowMs: number): TimecardError | undefined {
  const verdict = signInVerdict(reply, asked) ?? statusVerdict(reply, asked);
  if (verdict === undefined) return undefined;
  return replyError(reply, asked, verdict.reason, verdict.advice, nowMs);
}

/** A TimecardError about this reply: Jira's own text first, then what to do. */
export function replyError(reply: Reply, asked: Asked, reason: Reason, advice: string, nowMs = 0): TimecardError {
  const said = sentence(jiraText(reply));
  return new TimecardError(reason, said === '' ? advice : `${said} ${advice}`, {
    outcome: asked.write ? outcomeOf(reply) : 'refused',
    httpStatus: reply.status,
    ...limitOf(reply, reason, nowMs),
  });
}

/** The same failure, understood better. */
export function renamed(error: TimecardError, reason: Reason, said: string, advice: string): TimecardError {
  const text = sentence(said);
  return new TimecardError(reason, text === '' ? advice : `${text} ${advice}`, {
    outcome: error.outcome,
    ...(error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
  });
}

/** A clean 4xx is a refusal; 408 and everything else may have been done. 429 is taken as not done (facts, section 2). */
function outcomeOf(reply: Reply): Outcome {
  return reply.status >= 400 && reply.status < 500 && reply.status !== 408 ? 'refused' : 'unknown';
}

function limitOf(reply: Reply, reason: Reason, nowMs: number): ErrorDetails {
  if (reason !== 'rateLimited') return {};
  const wait = waitOf(reply, nowMs);
  const perIssue = /\bjira-per-issue-on-write\b/i.test(reply.headers['ratelimit-reason'] ?? '');
  return { limitScope: perIssue ? 'issue' : 'site', ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

function sentence(text: string): string {
  return text === '' || /[.!?…。]$/.test(text) ? text : `${text}.`;
}

/**
 * A sign-in that failed shows in headers while the status says something else: an expired Cloud token looks like a
 * visitor (200 with nothing in it, 404 for a private issue), and a CAPTCHA may come with 200.
 * Sources: github.com/MrRefactoring/jira.js/issues/418, github.com/go-jira/jira/issues/8.
 */
function signInVerdict(reply: Reply, asked: Asked): Verdict | undefined {
  if (!asked.signedIn || reply.status >= 500 || reply.status === 429 || isRedirect(reply)) return undefined;
  const login = (reply.headers['x-seraph-loginreason'] ?? '').toUpperCase();
  const denied = (reply.headers['x-authentication-denied-reason'] ?? '').toUpperCase();
  if (denied.startsWith('CAPTCHA') || login.includes('AUTHENTICATION_DENIED')) return captcha(asked.site);
  const visitor = (reply.headers['x-ausername'] ?? '').toLowerCase() === 'anonymous';
  return visitor || login.includes('AUTHENTICATED_FAILED') ? unauthorized() : undefined;
}

function statusVerdict(reply: Reply, asked: Asked): Verdict | undefined {
  const { status } = reply;
  if (status < 300) return successVerdict(reply, asked);
  if (isRedirect(reply)) return notJira(asked.site, 'It sends us elsewhere, as sign-in pages and moved sites do.');
  if (isLimit(reply)) return rateLimited();
  if (status >= 500 || status === 408) return server(asked.site);
  if (status === 401) return unauthorized();
  // Proxies say it with a page.
  if (status === 407) return refusalVerdict(status, asked);
  if (isHtml(reply) || (status === 404 && !isJiraError(reply)))
    return notJira(asked.site, `It sent a web page (${status}).`);
  return refusalVerdict(status, asked);
}

function successVerdict(reply: Reply, asked: Asked): Verdict | undefined {
  const usable = reply.status === 204 || (reply.status >= 200 && isJson(reply));
  return usable ? undefined : notJira(asked.site, `It sent no JSON (${reply.status}).`);
}

function isLimit(reply: Reply): boolean {
  return reply.status === 429 || (reply.status === 503 && reply.headers['retry-after'] !== undefined);
}

function refusalVerdict(status: number, asked: Asked): Verdict {
  switch (status) {
    case 407:
      return { reason: 'network', advice: 'The network’s proxy asks for a sign-in. Check the proxy settings.' };
    case 403:
      return {
        reason: 'forbidden',
        advice: 'Jira does not let you do this. Ask a Jira administrator for the permission.',
      };
    case 404:
      return {
        reason: 'issueNotFound',
        advice: 'Check the issue key, and that you may see the issue in Jira.',
      };
    case 410:
      return {
        reason: 'server',
        advice: 'This Jira no longer has what Timecard asked for. Look for an update of Timecard.',
      };
    case 413:
      return {
        reason: 'worklogLimit',
        advice: 'The issue holds as many worklogs as Jira allows. Log on another issue.',
      };
    default:
      return {
        reason: 'invalid',
        advice: `Jira refused this (${status}).${asked.write ? ' Correct the record, then sync again.' : ''}`,
      };
  }
}

function isRedirect(reply: Reply): boolean {
  return reply.status >= 300 && reply.status < 400;
}

function captcha(site: string): Verdict {
  return {
    reason: 'captcha',
    advice: `Jira asks for a CAPTCHA. Sign in to ${site} in a browser once, then try again.`,
  };
}

function unauthorized(): Verdict {
  return {
    reason: 'unauthorized',
    advice: 'Jira did not accept the token. It may have expired or been revoked. Sign in again with a new one.',
  };
}

function rateLimited(): Verdict {
  return { reason: 'rateLimited', advice: 'Jira asks us to slow down. Timecard waits and tries again.' };
}

function server(site: string): Verdict {
  return { reason: 'server', advice: `Jira at ${site} has a problem of its own. Try again later.` };
}

function notJira(site: string, seen: string): Verdict {
  return {
    reason: 'notJira',
    advice: `${site} did not answer as Jira does. ${seen} Check the address, and whether a VPN or single sign-on stands before it.`,
  };
}

/** The error for JSON that is not what Jira's own description says. */
export function misunderstood(reply: Reply, asked: Asked): TimecardError {
  const isObject = isJson(reply);
  const { reason, advice } = isObject
    ? { reason: 'server' as const, advice: `The answer of ${asked.site} was not understood. Try again later.` }
    : notJira(asked.site, 'It sent no JSON.');
  return new TimecardError(reason, advice, {
    outcome: asked.write ? 'unknown' : 'refused',
    httpStatus: reply.status,
  });
}

/** For a list of worklogs whose end Jira keeps to itself. */
export function incompleteList(): TimecardError {
  return new TimecardError(
    'server',
    'Jira did not list all worklogs of the issue, so that a lost one may be among the rest. Try again later.',
  );
}
