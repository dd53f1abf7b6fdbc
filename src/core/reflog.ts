import type { CommitNote } from './records.ts';
import { cut, plainText } from './text.ts';

/** Git writes one entry a line; a longer line is cut, which costs the end of a long subject. */
const MAX_LINE = 4_096;
const MAX_SUBJECT = 255;
/** More commits in one stretch than anybody reads in a comment; the newest are kept. */
const MAX_COMMITS = 200;

/** `<old> <new> <name> <email> <seconds> <offset>`, what stands before the tab; anchored, so that it cannot wander. */
const HEADER = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*> (\d{1,11}) [+-]\d{4}$/;
/** What `git commit` itself writes; rebasing, pulling, checking out and resetting say something else. */
const COMMIT = /^commit(?: \((initial|merge|amend)\))?: (.*)$/;

interface Entry extends CommitNote {
  readonly from: string;
  readonly to: string;
  readonly isAmend: boolean;
}

function entryOf(line: string): Entry | undefined {
  const text = line.slice(0, MAX_LINE);
  const tab = text.indexOf('\t');
  const header = tab < 0 ? null : HEADER.exec(text.slice(0, tab));
  const action = COMMIT.exec(text.slice(tab + 1).trimEnd());
  if (header === null || action === null) return undefined;
  const [, from = '', to = '', seconds = ''] = header;
  const subject = cut(plainText(action[2] ?? ''), MAX_SUBJECT).trim();
  return { from, to, isAmend: action[1] === 'amend', at: Number(seconds) * 1_000, subject };
}

/**
 * Whether a commit belongs to a stretch of work (UTC ms). Git keeps whole seconds, so one made in the very second of
 * the start counts. A stretch that still runs (`to` null) has no end.
 */
export function isWithin(at: number, from: number, to: number | null): boolean {
  return at >= Math.floor(from / 1_000) * 1_000 && (to === null || at < to);
}

/**
 * The commits that a branch's reflog tells of within [from, to), UTC ms, oldest first; an amended commit replaces what
 * it amends. Lines that are none of git's are passed over.
 */
export function commitsIn(reflog: string, from: number, to: number): readonly CommitNote[] {
  const commits = new Map<string, CommitNote>();
  for (const line of reflog.split('\n')) {
    const entry = entryOf(line);
    if (entry === undefined || entry.subject === '' || !isWithin(entry.at, from, to)) continue;
    if (entry.isAmend) commits.delete(entry.from);
    commits.set(entry.to, { at: entry.at, subject: entry.subject });
  }
  return [...commits.values()].slice(-MAX_COMMITS);
}
