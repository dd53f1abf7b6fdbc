import * as v from 'valibot';
import type { NudgeFile } from '../../core/nudgePorts.ts';
import { createMarkFile } from '../markFile.ts';

const Day = v.optional(
  v.pipe(
    v.string(),
    v.check((text) => isDay(text)),
  ),
);
const Mark = v.object({
  told: v.object({ clockOut: Day, late: Day, start: Day, unsynced: Day }),
  shownUntil: v.pipe(v.number(), v.safeInteger()),
});

/** What was told, in a small file beside the database. */
export function createNudgeFile(folder: string): NudgeFile {
  return createMarkFile(folder, 'nudges.json', Mark);
}

/** YYYY-MM-DD, and one that exists. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
