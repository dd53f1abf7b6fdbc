import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../support/paths.ts';
import type { Outcome } from './stages.ts';

/** The test that leaves a rejection unhandled, to see that such ones are told here. */
const CONTROL_TEST = '✓ bad input in the extension host hears of a rejection that nobody handles';
/** The rejection that test/host/suites/badInput.test.ts leaves unhandled. */
const CONTROL = 'A rejection that nobody handles, to see that it is heard';
const OURS = [ROOT, 'timecard.timecard-for-jira'];
const UNHANDLED = /rejected promise not handled|unhandled ?rejection|uncaught ?exception/i;
/** What a command or a call was refused with is written down as well, and ends with what was called. */
const HANDLED = /timecard\.[A-Za-z]+ \{/;

export interface HostLog {
  /** Errors of the extension that nobody handled, and rejections of whoever. */
  readonly troubles: readonly string[];
  readonly toldOfControl: boolean;
}

/** Reads what the extension hosts below a folder have logged. Throws when there is no such log. */
export async function readHostLog(userData: string): Promise<HostLog> {
  const names = await readdir(userData, { recursive: true });
  const logs = names.filter((name) => /^(?:remote)?exthost\.log$/i.test(path.basename(name)));
  if (logs.length === 0) throw new Error('VS Code left no log of its extension host');
  const texts = await Promise.all(logs.map((name) => readFile(path.join(userData, name), 'utf8')));
  return hostLogOf(texts.flatMap(entriesOf));
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

/** @param entries each with the lines that follow it, such as a stack */
export function hostLogOf(entries: readonly string[]): HostLog {
  const isControl = (entry: string) => entry.includes(CONTROL);
  return {
    troubles: entries.filter((entry) => !isControl(entry) && isTrouble(entry)),
    toldOfControl: entries.some(isControl),
  };
}

export function entriesOf(log: string): readonly string[] {
  return log.split(/\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[)/).map((entry) => entry.trim());
}

function isTrouble(entry: string): boolean {
  if (!OURS.some((name) => entry.includes(name))) return false;
  return UNHANDLED.test(entry) || (entry.includes(' [error] ') && !HANDLED.test(entry));
}
