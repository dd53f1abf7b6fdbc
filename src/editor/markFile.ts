import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** Something small that is remembered beside the database. */
export interface MarkFile<T> {
  /** `undefined` when there is nothing, or nothing that can be understood. */
  read(): Promise<T | undefined>;
  write(mark: T): Promise<void>;
}

/** A JSON file of its own: cheaper than a commit, and no loss when it is gone. */
export function createMarkFile<T>(folder: string, name: string, schema: v.GenericSchema<unknown, T>): MarkFile<T> {
  const file = join(folder, name);
  return {
    read: async () => {
      const parsed = v.safeParse(schema, await contentsOf(file));
      return parsed.success ? parsed.output : undefined;
    },
    write: async (mark) => {
      // Another window must never read half of it, and no two may write one file.
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

async function contentsOf(file: string): Promise<unknown> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return parsed;
  } catch {
    return undefined;
  }
}
