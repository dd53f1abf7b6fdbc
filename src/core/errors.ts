/**
 * Why something failed. The first fourteen come from Jira or a caller's arguments; the `storage*`
 * reasons come from the database file and `cancelled` from the user.
 */
export const REASONS = [
  'unauthorized',
  'scopeMissing',
  'captcha',
  'forbidden',
  'issueNotFound',
  'notEditable',
  'timeTrackingOff',
  'worklogLimit',
  'rateLimited',
  'network',
  'tls',
  'notJira',
  'server',
  'invalid',
  'conflict',
  'signedOut',
  'storageFull',
  'storageReadOnly',
  'storageNewer',
  'storageDamaged',
  'storageBusy',
  'cancelled',
] as const;

export type Reason = (typeof REASONS)[number];

/**
 * What is known about a request that changes something in Jira and that did not succeed:
 * `refused` — Jira answered and did nothing; `notSent` — it never left this machine;
 * `unknown` — Jira may have done it, so nobody may repeat it without looking first.
 */
export type Outcome = 'refused' | 'notSent' | 'unknown';

export interface ErrorDetails {
  readonly outcome?: Outcome;
  /** HTTP status of the reply, when there was one. */
  readonly httpStatus?: number;
  /** How long Jira asked us to wait, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** What a rate limit applies to. */
  readonly limitScope?: 'issue' | 'site';
  readonly cause?: unknown;
}

/** The only error that crosses a room's wall. `message` is for the user; code decides by `reason`. */
export class TimecardError extends Error {
  override readonly name = 'TimecardError';
  readonly outcome: Outcome;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly limitScope: 'issue' | 'site' | undefined;

  constructor(
    readonly reason: Reason,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.outcome = details.outcome ?? 'refused';
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.limitScope = details.limitScope;
  }
}

/** The error for a bad argument; `what` names the argument in the message. */
export function invalid(what: string, problem: string): TimecardError {
  return new TimecardError('invalid', `${what}: ${problem}`);
}

/** Turns anything thrown into a TimecardError, keeping one that already is. */
export function asTimecardError(error: unknown, fallback: Reason = 'server'): TimecardError {
  if (error instanceof TimecardError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TimecardError(fallback, message, { cause: error, outcome: 'unknown' });
}
