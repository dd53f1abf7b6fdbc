import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { FileStamp } from '../disk.ts';

/*
 * A journal is a text file of lines `<json> <checksum>`. Each line names the checksum of the line that it follows, so a
 * line that was written on top of another history is told from one that belongs, and both from one that is damaged.
 */

type Value = string | number | null;
// One function and no union: a journal has tens of thousands of values, and whoever reads one waits for it.
const valueSchema = v.custom<Value>(
  (value) => value === null || typeof value === 'string' || typeof value === 'number',
);
const statementSchema = v.tuple([v.string(), v.array(valueSchema)]);
const stampSchema = v.object({ ino: v.string(), mtimeNs: v.string(), size: v.string() });

const headSchema = v.object({
  journal: v.literal(1),
  generation: v.string(),
  /** The last commits that went into this file, oldest first. */
  folded: v.object({ generation: v.string(), commits: v.array(v.string()) }),
  file: stampSchema,
});

const entrySchema = v.object({ after: v.string(), commit: v.string(), changes: v.array(statementSchema) });

/** One SQL statement that changed something, with its values. */
export type Statement = readonly [sql: string, params: readonly Value[]];

export interface JournalHead {
  /** The generation of the file that the journal continues. */
  readonly generation: string;
  readonly folded: { readonly generation: string; readonly commits: readonly string[] };
  /** The stamp of that file when the journal was made; a copy of the file has another one. */
  readonly file: FileStamp;
}

/** One commit: its statements take effect together or not at all. */
export interface Entry {
  readonly commit: string;
  readonly changes: readonly Statement[];
}

/**
 * What follows the last line that belongs: nothing; an unfinished line, or one of a process that had lost its turn;
 * something that is no line of a journal.
 */
export type Tail = 'clean' | 'unfinished' | 'damaged';

export interface Decoded {
  readonly entries: readonly Entry[];
  /** The checksum of the last line that belongs. */
  readonly sum: string;
  /** How many bytes belong. */
  readonly length: number;
  /** How many of them are the last line; 0 without any. */
  readonly lastLine: number;
  readonly tail: Tail;
}

const SUM_LENGTH = 16;
const NEWLINE = 0x0a;

export function newCommitId(): string {
  return randomBytes(8).toString('hex');
}

function sumOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, SUM_LENGTH);
}

function line(content: unknown): { readonly bytes: Buffer; readonly sum: string } {
  const json = JSON.stringify(content);
  const sum = sumOf(json);
  return { bytes: Buffer.from(`${json} ${sum}\n`), sum };
}

export function encodeHead(head: JournalHead): { readonly bytes: Buffer; readonly sum: string } {
  const { ino, mtimeNs, size } = head.file;
  return line({ journal: 1, ...head, file: { ino: `${ino}`, mtimeNs: `${mtimeNs}`, size: `${size}` } });
}

/** @param after the checksum of the line before */
export function encodeEntry(entry: Entry, after: string): { readonly bytes: Buffer; readonly sum: string } {
  return line({ after, ...entry });
}

/** The content and checksum of a line without its end; `undefined` for what is no line. */
function contentOf(bytes: Buffer): { readonly content: unknown; readonly sum: string } | undefined {
  const text = bytes.toString('utf8');
  const json = text.slice(0, -SUM_LENGTH - 1);
  const sum = text.slice(-SUM_LENGTH);
  if (text.at(-SUM_LENGTH - 1) !== ' ' || sumOf(json) !== sum) return undefined;
  return { content: parsed(json), sum };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not JSON, so no line of ours.
    return undefined;
  }
}

/** The checksum of the one line that `bytes` are, with its end; `undefined` when they are not a line. */
export function sumOfLine(bytes: Buffer): string | undefined {
  return bytes.at(-1) === NEWLINE ? contentOf(bytes.subarray(0, -1))?.sum : undefined;
}

/** The first line of a journal; `undefined` for what is no journal, or one of a version that is not known. */
export function decodeHead(
  bytes: Buffer,
): { readonly head: JournalHead; readonly sum: string; readonly length: number } | undefined {
  const end = bytes.indexOf(NEWLINE);
  const found = end === -1 ? undefined : contentOf(bytes.subarray(0, end));
  if (found === undefined) return undefined;
  const result = v.safeParse(headSchema, found.content);
  if (!result.success) return undefined;
  const { generation, folded, file } = result.output;
  const stamp = { ino: BigInt(file.ino), mtimeNs: BigInt(file.mtimeNs), size: BigInt(file.size) };
  return { head: { generation, folded, file: stamp }, sum: found.sum, length: end + 1 };
}

/** A commit that follows the line with the checksum `after`, one that follows another, or no line of a journal. */
function entryOf(bytes: Buffer, after: string): { readonly entry: Entry; readonly sum: string } | 'stray' | 'damaged' {
  const found = contentOf(bytes);
  const result = found === undefined ? undefined : v.safeParse(entrySchema, found.content);
  if (found === undefined || result?.success !== true) return 'damaged';
  const { commit, changes } = result.output;
  return result.output.after === after ? { entry: { commit, changes }, sum: found.sum } : 'stray';
}

/** Reads the lines that follow the one with the checksum `sum`. */
export function decodeEntries(bytes: Buffer, sum: string): Decoded {
  const entries: Entry[] = [];
  let belongs = { sum, length: 0, lastLine: 0 };
  let tail: Tail = 'clean';
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
    const found = entryOf(bytes.subarray(from, end), belongs.sum);
    const lastLine = end + 1 - from;
    from = end + 1;
    if (found === 'damaged') tail = 'damaged';
    else if (found === 'stray') tail = tail === 'clean' ? 'unfinished' : tail;
    else {
      entries.push(found.entry);
      belongs = { sum: found.sum, length: from, lastLine };
      tail = 'clean';
    }
  }
  if (from === bytes.length) return { entries, ...belongs, tail };
  const cut = withoutItsEnd(bytes.subarray(from), belongs.sum);
  if (cut !== undefined) return { entries: [...entries, cut], ...belongs, tail: 'damaged' };
  return { entries, ...belongs, tail: tail === 'clean' ? 'unfinished' : tail };
}

/** A last line of which only the end is missing or wrong. It counts, but nothing can be written after it. */
function withoutItsEnd(rest: Buffer, after: string): Entry | undefined {
  for (const line of [rest, rest.subarray(0, -1)]) {
    const found = entryOf(line, after);
    if (typeof found === 'object') return found.entry;
  }
  return undefined;
}
