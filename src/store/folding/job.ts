import type initSqlJs from 'sql.js';
import { type Disk, sameStamp } from '../disk.ts';
import { HEADER_BYTES, setChangeCounter } from '../inspect.ts';
import { decodeEntries, decodeHead, type Entry } from '../journal/lines.ts';
import { replay } from '../journal/replay.ts';
import type { Hooks } from '../options.ts';
import { Sqlite } from '../sqlite.ts';
import type { FoldedFile, FoldJob } from './fold.ts';

/** Marks the database as the file that the journal of `generation` continues. */
export function nameGeneration(db: Sqlite, generation: string, journaled: boolean): void {
  db.run('UPDATE store_file SET generation = ?, journaled = ?', [generation, journaled ? 1 : 0]);
}

async function entriesOf(job: FoldJob, disk: Disk): Promise<readonly Entry[]> {
  const { bytes } = await disk.readFrom(job.journal, 0);
  const journal = Buffer.from(bytes.subarray(0, job.end));
  const head = decodeHead(journal);
  if (head === undefined) throw new Error('The journal cannot be read.');
  const { entries, tail, length } = decodeEntries(journal.subarray(head.length), head.sum);
  if (tail !== 'clean' || head.length + length !== job.end) throw new Error('The journal has changed.');
  return entries;
}

/** `Fold` on the thread that calls it. */
export async function foldHere(
  job: FoldJob,
  sqlJs: initSqlJs.SqlJsStatic,
  disk: Disk,
  hooks: Hooks,
): Promise<FoldedFile> {
  const entries = await entriesOf(job, disk);
  const { bytes, stamp } = await disk.read(job.file);
  if (!sameStamp(stamp, job.stamp)) throw new Error('The database file has changed.');
  const folded = foldedBytes(new Sqlite(sqlJs, bytes), entries, job);
  await hooks.at('exported');
  return { stamp: await disk.writeNew(job.temp, folded, hooks), header: folded.slice(0, HEADER_BYTES) };
}

function foldedBytes(db: Sqlite, entries: readonly Entry[], job: FoldJob): Uint8Array {
  try {
    replay(db, entries);
    nameGeneration(db, job.generation, true);
    const answer = Object.values(db.first('PRAGMA quick_check(1)') ?? {})[0];
    if (answer !== 'ok') throw new Error(`The folded database is not sound: ${String(answer)}`);
    const bytes = db.export();
    setChangeCounter(bytes, job.commits);
    return bytes;
  } finally {
    db.close();
  }
}
