import { type Context, createContext, Script } from 'node:vm';

/** Longest branch name the user's pattern is tried on. */
const MAX_BRANCH = 250;
const MAX_PATTERN = 1_000;
/**
 * How long a pattern may take; some take exponential time, and only a timeout stops them. A try in which this process
 * had little of the processor says more about the machine than about the pattern, so the next one is longer.
 */
const TIMEOUTS_MS = [50, 200, 1_000] as const;
/** Time on the processor, in ms, from which on the pattern is to blame. */
const BUSY_MS = 40;

/** What the user's pattern makes of a branch. `why` is one sentence for the user. */
export type PatternAnswer =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unusable'; readonly why: string };

const script = new Script(
  `(() => {
    const match = new RegExp(pattern).exec(branch);
    return match && (match.slice(1).find((group) => group !== undefined) ?? match[0]);
  })()`,
);

let sandbox: Context | undefined;

function runWithin(timeout: number, pattern: string, branch: string): unknown {
  sandbox ??= createContext(Object.create(null));
  Object.assign(sandbox, { pattern, branch });
  return script.runInContext(sandbox, { timeout });
}

function run(pattern: string, branch: string): unknown {
  let failure: unknown;
  for (const timeout of TIMEOUTS_MS) {
    const before = process.cpuUsage();
    try {
      return runWithin(timeout, pattern, branch);
    } catch (error) {
      failure = error;
      const { user, system } = process.cpuUsage(before);
      if (!isTimeout(error) || (user + system) / 1_000 >= BUSY_MS) break;
    }
  }
  throw failure;
}

function isTimeout(error: unknown): boolean {
  return textOf(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** What was thrown comes from the sandbox's own realm, so `instanceof Error` says nothing. */
function textOf(error: unknown, property: 'code' | 'message'): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === 'string' ? value : '';
}

/**
 * Tries the user's regular expression on a branch name: the first group that took part in the match, else the whole
 * match. Never throws, and takes about 50 ms at most, somewhat more on a busy machine.
 */
export function tryOwnPattern(pattern: string, branch: string): PatternAnswer {
  if (pattern.length > MAX_PATTERN) {
    return { kind: 'unusable', why: `Your own pattern is longer than ${MAX_PATTERN} characters.` };
  }
  try {
    const text = run(pattern, branch.slice(0, MAX_BRANCH));
    return typeof text === 'string' && text !== '' ? { kind: 'found', text } : { kind: 'nothing' };
  } catch (error) {
    const tooSlow = isTimeout(error);
    const message = textOf(error, 'message').replace(/\.$/, '');
    const why = tooSlow ? 'Your own pattern takes too long on this branch.' : `Your own pattern is wrong: ${message}.`;
    return { kind: 'unusable', why };
  }
}
