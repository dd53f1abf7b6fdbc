import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { PresenceFile } from '../../core/ports.ts';

const instant = v.pipe(v.number(), v.safeInteger());
const Mark = v.object({
  lastSeen: instant,
  open: v.boolean(),
  questions: v.exactOptional(
    v.pipe(v.array(v.object({ recordId: v.string(), from: instant, to: instant })), v.maxLength(1_000)),
  ),
});

let written = 0;

/** The last sign of life in a small file beside the database: cheaper than a commit, and no loss when it is gone. */
export function createPresenceFile(folder: string): PresenceFile {
  const file = join(folder, 'presence.json');
  return {
    read: async () => {
      const parsed = v.safeParse(Mark, await contentsOf(file));
      return parsed.success ? parsed.output : undefined;
    },
    write: async (mark) => {
      // Another window must never read half of it. The name is this window's own, so that no two write one file.
      written += 1;
      const temporary = `${file}.${process.pid}-${written % 2}.tmp`;
      await writeFile(temporary, JSON.stringify(mark));
      await rename(temporary, file);
    },
  };
}

async function contentsOf(file: string): Promise<unknown> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return parsed;
  } catch {
    return undefined;
  }
}
