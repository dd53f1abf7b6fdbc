import { parseArgs } from 'node:util';

/** What every proof is called with. */
export interface ProofOptions {
  /** How many runs of each kind. */
  readonly runs: number | undefined;
  /** How long the whole proof may take; it ends with the run that is under way. */
  readonly minutes: number | undefined;
  /** The same seed chooses the same faults; the moments at which they strike are the machine's. */
  readonly seed: number;
  /** About 20 seconds, for `npm test`. */
  readonly short: boolean;
  /** A page of docs to put the tables into. */
  readonly write: string | undefined;
  /** Only the parts with this in their name. */
  readonly only: string | undefined;
}

/** Reads the command line; an option that is not known ends the program with what is. */
export function proofOptions(args: readonly string[]): ProofOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      write: { type: 'string' },
      only: { type: 'string' },
    },
  });
  return {
    runs: optionalNumber('runs', values.runs),
    minutes: optionalNumber('minutes', values.minutes),
    seed: optionalNumber('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31),
    short: values.short,
    write: values.write,
    only: values.only,
  };
}

function optionalNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number, not "${text}"`);
  return value;
}

/** The command line that this proof was started with, for the line above its table. */
export function commandLine(script: string, args: readonly string[]): string {
  const shown = args.filter((arg, index) => arg !== '--write' && args[index - 1] !== '--write');
  return ['npm run', script, ...(shown.length > 0 ? ['--', ...shown] : [])].join(' ');
}
