import fc from 'fast-check';
import { TimecardError } from '../../../src/core/errors.ts';
import { type Attack, attackText } from './patterns.ts';
import { onUsualMachine, STANDSTILL_MS, stopwatch } from './turns.ts';

/** What the texts that the extension reads are made of, and what is special to one of their readers. */
const PIECES = [
  ...[
    'PROJ-1',
    '-',
    '_',
    '/',
    'https://',
    'http://127.0.0.1',
    'browse/',
    'jira/',
    '?',
    '#',
    '"',
    "'",
    '<',
    '>',
    ' ',
    '\t',
  ],
  ...[
    '\n',
    '\r',
    '=',
    '@',
    ';',
    ',',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    '!',
    '|',
    '*',
    'h1.',
    '0',
    '9:15',
    'ago',
    ' h',
    'a',
    'Z',
  ],
  ...[
    'Ä',
    '\ud800',
    '\u202e',
    '\u0001',
    'ATATT',
    'Bearer ',
    'authorization:',
    '%',
    '%2f',
    '$',
    '{branch}',
    ':',
    '::',
    '.',
    '\\',
  ],
  ...['commit: ', '&#92;', '&', '$(x)', '](command:x)', '<b>', '👩‍💻', '2026-11-23', 'T09:00:00', '+', '^', '~'],
];

const some = (minLength: number) =>
  fc.array(fc.constantFrom(...PIECES), { minLength, maxLength: 3 }).map((pieces) => pieces.join(''));

/** Texts of any length of which most repeats one part. */
export const attacks: fc.Arbitrary<Attack> = fc.record({ head: some(0), pump: some(1), tail: some(0) });

/** Texts as somebody might type them, or as no one would. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((pieces) => pieces.join('')),
);

export type Reader = (text: string) => unknown;

/** Reads a text; it may be refused, but only by an error with a reason. */
export function readOrRefuse(read: Reader, text: string): void {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof TimecardError)) throw error;
  }
}

/** As long as any text gets that is not a file. */
const LONG = 100_000;
/** Nothing that is quadratic is done with that length by then. */
const QUICK_MS = STANDSTILL_MS;
/** What is ten times as long may take ten times as long, and more where memory is collected or others want the machine. */
const MOST_TIMES_SLOWER = 30;
/** Nothing that grows with the text takes that long; it is not tried again, nor with a longer text. */
const HOPELESS_MS = 1_000;
const TRIES = 5;

function leastMs(read: Reader, text: string, enough: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries += 1) {
    const passed = stopwatch();
    readOrRefuse(read, text);
    least = Math.min(least, passed());
    if (least > HOPELESS_MS) break;
  }
  return least;
}

/** How long reading a text that is as long as it can be takes, in words; `undefined` when nobody notices it. */
export function standstill(read: Reader, attack: Attack, length: number): string | undefined {
  const least = leastMs(read, attackText(attack, length), STANDSTILL_MS);
  if (least <= STANDSTILL_MS || onUsualMachine(least) <= STANDSTILL_MS) return undefined;
  return `${Math.round(least)} ms for ${length} characters`;
}

/** What is wrong with how long reading takes, in words; `undefined` when it grows with the text and no faster. */
export function slowReading(read: Reader, attack: Attack): string | undefined {
  let complaint: string | undefined;
  for (let tries = 0; tries < 2; tries += 1) {
    complaint = measured(read, attack);
    if (complaint === undefined) break;
  }
  return complaint;
}

function measured(read: Reader, attack: Attack): string | undefined {
  const long = leastMs(read, attackText(attack, LONG), QUICK_MS);
  if (long <= QUICK_MS) return undefined;
  const short = leastMs(read, attackText(attack, LONG / 10), 0);
  if (long <= short * MOST_TIMES_SLOWER) return undefined;
  // Little garbage is collected while reading the short text, so the difference must go on growing.
  const longer = long > HOPELESS_MS ? Number.POSITIVE_INFINITY : leastMs(read, attackText(attack, LONG * 4), long * 8);
  if (longer <= long * 8) return undefined;
  return `${short.toFixed(1)} ms, ten times as long ${long.toFixed(1)} ms, 40 times as long ${longer.toFixed(1)} ms`;
}
