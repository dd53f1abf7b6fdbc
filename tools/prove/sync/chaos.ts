import type { Fault, JiraSimulator } from '../../jira/simulator.ts';
import type { Dice } from '../support/numbers.ts';
import type { Counts } from './counts.ts';

/** How long a request may take while there are faults, in ms. Real windows wait for 30 s. */
export const TIMEOUT_MS = 250;

/** A fault of any kind, for a few of the requests about worklogs or, now and then, for any. */
export function anyFault(dice: Dice): Fault {
  const when = dice.pick(['before', 'after'] as const);
  const kind = dice.pick<Fault>([
    { kind: 'drop', when },
    { kind: 'drop', when },
    { kind: 'status', when, status: dice.pick([500, 502, 503, 504]) },
    { kind: 'status', when: 'after', status: dice.pick([500, 502, 504]) },
    { kind: 'hang', when, times: 1 },
    { kind: 'garbage', when },
    { kind: 'truncate', when: 'after' },
    { kind: 'html' },
    { kind: 'redirect' },
    { kind: 'rateLimited', ...retryAfter(dice) },
    { kind: 'unavailable', ...retryAfter(dice) },
    { kind: 'latency', when, ms: 1 + dice.below(30) },
  ]);
  const method = dice.pick(['POST', 'POST', 'PUT', 'DELETE', 'GET', 'any'] as const);
  return {
    times: 1 + dice.below(4),
    ...kind,
    ...(dice.chance(0.85) ? { path: 'worklog' } : {}),
    ...(method === 'any' ? {} : { method }),
  };
}

/**
 * How long after the timeout they are done, in ms: mostly after the first retry, and before the two seconds have passed
 * after which the sync looks for them.
 */
const LATE_MS = { from: 700, below: 1_650 } as const;

/** A fault that leaves writes in doubt, mostly by having Jira do them when nobody waits any more. */
export function lateFault(dice: Dice): Fault {
  const when = dice.pick(['before', 'after'] as const);
  const ms = TIMEOUT_MS + LATE_MS.from + dice.below(LATE_MS.below - LATE_MS.from);
  const late = { kind: 'latency', when: 'before', ms } as const;
  const kind = dice.pick<Fault>([late, late, late, { ...late, when: 'after' }, { kind: 'drop', when }]);
  return { ...kind, method: dice.pick(['POST', 'POST', 'PUT', 'DELETE']), path: 'worklog', times: 1 + dice.below(2) };
}

function retryAfter(dice: Dice): { readonly retryAfter?: number | 'date' } {
  const value = dice.pick<1 | 5 | 'date' | 'none'>([1, 5, 'date', 'none', 'none']);
  return value === 'none' ? {} : { retryAfter: value };
}

/** What a fault is called in the table. */
function nameOf(fault: Fault): string {
  if (fault.kind === 'status') return `${fault.status >= 500 ? '5xx' : fault.status}, ${worked(fault.when)}`;
  if (fault.kind === 'rateLimited' || fault.kind === 'unavailable') {
    const code = fault.kind === 'rateLimited' ? 429 : 503;
    return `${code} ${fault.retryAfter === undefined ? 'without' : 'with'} Retry-After`;
  }
  if (fault.kind === 'html') return 'login page of a proxy';
  if (fault.kind === 'redirect') return 'redirect to another host';
  if (fault.kind === 'latency') return lateName(fault);
  const words = { drop: 'dropped', hang: 'no answer', garbage: 'garbage', truncate: 'cut off' };
  return `${words[fault.kind]}, ${worked(fault.when)}`;
}

function lateName({ when, ms }: Extract<Fault, { kind: 'latency' }>): string {
  const what = when === 'before' ? 'done late' : 'answered late';
  return ms > TIMEOUT_MS ? `${what}, waited for no more` : `${what}, waited for`;
}

function worked(when: 'before' | 'after'): string {
  return when === 'before' ? 'nothing done' : 'work done';
}

/** Counts the faults that strike, and tells of each request before Jira looks at it. */
export function watchFaults(jira: JiraSimulator, counts: Counts, onRequest: (method: string) => void): void {
  const take = jira.faults.take.bind(jira.faults);
  jira.faults.take = (method, pathAndQuery) => {
    onRequest(method);
    const fault = take(method, pathAndQuery);
    if (fault !== undefined) counts.add(`fault: ${nameOf(fault)}`);
    return fault;
  };
}
