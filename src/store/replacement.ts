import type { StoreNotice } from '../core/storePorts.ts';
import { localDateTime } from './localTime.ts';

/** Why and by what a damaged or missing database file is replaced. */
export interface Replacement {
  /** Whether the file is gone or damaged, or its journal is one of these. */
  readonly problem: 'gone' | 'damaged' | 'journal';
  /** Completes "was damaged: …" or "was not there: …". */
  readonly why: string;
  /** `file`: what could be read of the file and its journal. */
  readonly source:
    | 'memory'
    | 'file'
    | 'empty'
    | { readonly path: string; readonly madeAt: number; readonly continued: boolean };
  /** Where the damaged file is kept. */
  readonly path?: string;
  readonly told: boolean;
  /** Whether it was found under the lock that the journal is not to be had; a moment before it may have been moved. */
  readonly isSure?: boolean;
  /** Whether what it replaces has been kept under another name. */
  readonly isAside?: boolean;
}

/** Whether everything that was in the journals is in the replacement. */
export function isWhole({ source }: Replacement): boolean {
  return source === 'memory' || (typeof source === 'object' && source.continued);
}

const PROBLEMS = {
  gone: 'The database file is gone',
  damaged: 'The database file was damaged',
  journal: 'The last changes of the database were damaged or removed',
} as const;

function localTime(ms: number, zone: string): string {
  const local = localDateTime(ms, zone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function whatWasDone(source: Replacement['source'], zone: string): string {
  if (source === 'memory') return 'It has been written again from what was in memory.';
  if (source === 'file') return 'What could be read has been kept; the last changes may be missing.';
  if (source === 'empty') return 'There is no backup to restore, so Timecard starts empty.';
  const restored = `The backup of ${localTime(source.madeAt, zone)} has been restored`;
  return source.continued
    ? `${restored}, and with it what was recorded after it.`
    : `${restored}; what was recorded after it is missing.`;
}

/** What the user is told; times in `zone`. */
export function replacementNotice(replacement: Replacement, zone: string): StoreNotice {
  const { problem, why, source, path } = replacement;
  const what = `${PROBLEMS[problem]} (${why}).`;
  const where = path === undefined ? '' : ` The damaged file is kept as ${path}.`;
  return {
    kind: source === 'empty' ? 'startedEmpty' : 'restored',
    message: `${what} ${whatWasDone(source, zone)}${where}`,
    ...(path === undefined ? {} : { path }),
  };
}
