import type { WorklogContent } from '../records.ts';

/**
 * What to do with a worklog whose record changed, by comparing three versions:
 * `write` — only the record changed; `settled` — Jira already says what the record says;
 * `conflict` — Jira's version was changed or deleted there since we last agreed.
 */
export type Reconciliation = 'write' | 'settled' | 'conflict';

/**
 * Three-way comparison of one worklog.
 * @param base what we last agreed with Jira
 * @param local what the record asks for; `undefined` when it asks for no worklog
 * @param remote what Jira holds now; `undefined` when it is gone
 */
export function reconcile(
  base: WorklogContent,
  local: WorklogContent | undefined,
  remote: WorklogContent | undefined,
): Reconciliation {
  if (local === undefined) {
    if (remote === undefined) return 'settled';
    return sameContent(base, remote) ? 'write' : 'conflict';
  }
  if (remote === undefined) return 'conflict';
  if (sameContent(local, remote)) return 'settled';
  return sameContent(base, remote) ? 'write' : 'conflict';
}

/** Equal but for a part of a second, and in words; Jira may trim or rewrap white space. */
export function sameContent(a: WorklogContent, b: WorklogContent): boolean {
  return sameStart(a.startedMs, b.startedMs) && a.seconds === b.seconds && words(a.comment) === words(b.comment);
}

/**
 * Whether two starts (UTC ms) are one. Some databases of Jira keep no parts of a second: Oracle cuts them off, MySQL
 * rounds, which may lead into the next second.
 */
export function sameStart(a: number, b: number): boolean {
  return Math.abs(a - b) < 1_000;
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
