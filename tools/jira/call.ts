import { type MessageKey, message } from './messages.ts';
import type { Host, SimIssue, SimUser } from './model.ts';
import { Refusal, refuse } from './reply.ts';
import type { World } from './world.ts';

/** One request on its way to a handler. */
export interface Call {
  readonly world: World;
  readonly host: Host;
  readonly method: string;
  /** 3 on Cloud's own API, 2 on Data Center (and on Cloud's older API). */
  readonly api: 2 | 3;
  /** Values of the pattern's groups, decoded. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` when the request had no body. */
  readonly body: unknown;
  /** `undefined`: anonymous. */
  readonly user: SimUser | undefined;
  /** The site with its context path; `self` links start with it, also behind the gateway, as Jira's do. */
  readonly siteUrl: string;
}

export type Say = (key: MessageKey, ...values: readonly string[]) => string;

export const say =
  (call: Call): Say =>
  (key, ...values) =>
    message(call.world.switches.language, key, ...values);

export const isCloud = (call: Call): boolean => call.world.deployment === 'cloud';

export const apiUrl = (call: Call, path: string): string => `${call.siteUrl}/rest/api/${call.api}${path}`;

/** The caller, or 401: for resources that anonymous people never get. */
export function requireUser(call: Call): SimUser {
  if (call.user !== undefined) return call.user;
  throw notSignedIn(call.host, say(call)('unauthenticated'), isCloud(call));
}

/** Each door says "401" in its own form. */
export function notSignedIn(host: Host, text: string, cloud: boolean, headers: Record<string, string> = {}): Refusal {
  if (host === 'gateway') return new Refusal({ status: 401, json: { code: 401, message: 'Unauthorized' } });
  const loginReason = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED', ...headers };
  if (cloud) return new Refusal({ status: 401, text, type: 'text/plain;charset=UTF-8', headers: loginReason });
  return new Refusal({ status: 401, json: { message: text, 'status-code': 401 }, headers: loginReason });
}

/** The issue, or the 404 that does not tell "absent" from "not for you". */
export function requireIssue(call: Call, ref: string): SimIssue {
  const issue = call.world.findIssue(ref);
  if (issue !== undefined && call.world.canSee(call.user, issue)) return issue;
  throw refuse(404, [say(call)('issueNotFound')]);
}

/** Reads a whole-number query parameter. */
export function numberParam(call: Call, name: string, fallback: number, badStatus = 400): number {
  const text = call.query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^-?\d+$/.test(text)) throw refuse(badStatus, [`The value '${text}' of '${name}' is not a number.`]);
  return Number(text);
}

/** `expand=a,b` holds `name`. */
export function expands(call: Call, name: string): boolean {
  return call.query.getAll('expand').some((value) => value.split(',').some((part) => part.trim() === name));
}
