import { fromRoot } from '../support/paths.ts';
import type { Outcome } from './stages.ts';

/** The test that leaves a rejection unhandled, to see that such ones are told here. */
const CONTROL_TEST = '✓ bad input in the extension host hears of a rejection that nobody handles';
/** The rejection that test/host/suites/badInput.test.ts leaves unhandled. */
const CONTROL = 'A rejection that nobody handles, to see that it is heard';
/** As VS Code names who an error is of; in a path it is no error of ours. */
const OURS = [fromRoot('dist'), '[timecard.timecard-for-jira]', "'timecard.timecard-for-jira'"];
const UNHANDLED = /rejected promise not handled|unhandled ?rejection|uncaught ?exception/i;
/** What a command or a call was refused with is written down as well, and ends with what was called. */
const HANDLED = /timecard\.[A-Za-z]+ \{/;

export interface HostLog {
  /** Errors of the extension that nobody handled, and rejections of whoever. */
  readonly troubles: readonly string[];
  readonly toldOfControl: boolean;
}

/** What the suites came to, with a failure for what the log tells, or for a log that does not tell what it must. */
export function withLog(outcome: Outcome, { troubles, toldOfControl }: HostLog): Outcome {
  const { output = '' } = outcome;
  const isDeaf = output.includes(CONTROL_TEST) && !toldOfControl;
  const failures = [...troubles, ...(isDeaf ? ['It does not tell of a rejection that was left unhandled.'] : [])];
  if (failures.length === 0) return outcome;
  const lines = failures.map((failure) => `  ✗ the extension host’s log: ${failure}`);
  return { ...outcome, failed: outcome.failed + failures.length, output: [output, ...lines].join('\n') };
}

/**
 * What the editor's console tells of the extension host. A log file is written only where VS Code's native logger is
 * built, the console always: the host hands it every error that nobody handled.
 * @param entries such as `error: text`, each with its stack
 */
export function hostLogOf(entries: readonly string[]): HostLog {
  const isControl = (entry: string) => entry.includes(CONTROL);
  return {
    troubles: entries.filter((entry) => !isControl(entry) && isTrouble(entry)),
    toldOfControl: entries.some(isControl),
  };
}

function isTrouble(entry: string): boolean {
  if (!OURS.some((name) => entry.includes(name))) return false;
  return UNHANDLED.test(entry) || (entry.startsWith('error: ') && !HANDLED.test(entry));
}
