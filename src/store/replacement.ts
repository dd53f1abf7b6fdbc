import type { StoreNotice } from '../core/storePorts.ts';
import { localDateTime } from './localTime.ts';

/** Why and by what a damaged or missing database file is replaced. */
export interface Replacement {
  /** Completes "was damaged: …" or "was not there: …". */
  readonly why: string;
  readonly damaged: boolean;
  readonly source: 'memory' | 'empty' | { readonly path: string; readonly madeAt: number };
  /** Where the damaged file is kept. */
  readonly path?: string;
  readonly told: boolean;
}

function localTime(ms: number, zone: string): string {
  const local = localDateTime(ms, zone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function whatWasDone(source: Replacement['source'], zone: string): string {
  if (source === 'memory') return 'It has been written again from what was in memory.';
  if (source === 'empty') return 'There is no backup to restore, so Timecard starts empty.';
  return `The backup of ${localTime(source.madeAt, zone)} has been restored; what was recorded after it is missing.`;
}

/** What the user is told; times in `zone`. */
export function replacementNotice(replacement: Replacement, zone: string): StoreNotice {
  const { why, damaged, source, path } = replacement;
  const what = damaged ? `The database file was damaged (${why}).` : `The database file is gone (${why}).`;
  const where = path === undefined ? '' : ` The damaged file is kept as ${path}.`;
  return {
    kind: source === 'empty' ? 'startedEmpty' : 'restored',
    message: `${what} ${whatWasDone(source, zone)}${where}`,
    ...(path === undefined ? {} : { path }),
  };
}
