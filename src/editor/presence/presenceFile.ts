import * as v from 'valibot';
import type { PresenceFile } from '../../core/ports.ts';
import { createMarkFile } from '../markFile.ts';

const instant = v.pipe(v.number(), v.safeInteger());
const Mark = v.object({
  lastSeen: instant,
  open: v.boolean(),
  questions: v.exactOptional(
    v.pipe(v.array(v.object({ recordId: v.string(), from: instant, to: instant })), v.maxLength(1_000)),
  ),
});

/** The last sign of life in a small file beside the database. */
export function createPresenceFile(folder: string): PresenceFile {
  return createMarkFile(folder, 'presence.json', Mark);
}
