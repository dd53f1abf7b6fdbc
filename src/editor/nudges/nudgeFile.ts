import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { NudgeFile } from '../../core/nudgePorts.ts';

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
  const file = join(folder, 'nudges.json');
  return {
    read: async () => {
      const parsed = v.safeParse(Mark, await contentsOf(file));
      return parsed.success ? parsed.output : undefined;
    },
    write: async (mark) => {
      const written = `${file}.${randomUUID()}.tmp`;
      try {
        await writeFile(written, JSON.stringify(mark), { mode: 0o600 });
        await rename(written, file);
      } catch (error) {
        await rm(written, { force: true });
        throw error;
      }
    },
  };
}

/** YYYY-MM-DD, and one that exists. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

async function contentsOf(file: string): Promise<unknown> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return parsed;
  } catch {
    return undefined;
  }
}
