import type { CommitNote, TimeRecord } from './records.ts';
import { isWithin } from './reflog.ts';

/**
 * Gives the commits of records that were made of one another back to the record in whose time they were made; the
 * journal does not keep them. A commit made in none of these records' time stays where it is, as do those of removed
 * records. Returns the records that differ.
 */
export function shareCommits(records: readonly TimeRecord[]): readonly TimeRecord[] {
  const live = records.filter(({ deletedAt }) => deletedAt === null);
  const commits = new Map<TimeRecord, CommitNote[]>(live.map((record) => [record, []]));
  const seen = new Set<string>();
  for (const holder of records) {
    const unseen = holder.commits.filter((commit) => !seen.has(keyOf(commit)));
    for (const commit of unseen) {
      seen.add(keyOf(commit));
      commits.get(homeOf(commit, holder, live))?.push(commit);
    }
  }
  return live.flatMap((record) => {
    const own = (commits.get(record) ?? []).sort((a, b) => a.at - b.at);
    return own.map(keyOf).join('\n') === record.commits.map(keyOf).join('\n') ? [] : [{ ...record, commits: own }];
  });
}

const keyOf = ({ at, subject }: CommitNote) => `${at} ${subject}`;

/** Git counts in whole seconds, so a commit may seem to be made just before the record that it belongs to. */
function homeOf({ at }: CommitNote, holder: TimeRecord, live: readonly TimeRecord[]): TimeRecord {
  const candidates = holder.deletedAt === null ? [holder, ...live] : live;
  return (
    candidates.find(({ timeIn, timeOut }) => at >= timeIn && (timeOut === null || at < timeOut)) ??
    candidates.find(({ timeIn, timeOut }) => isWithin(at, timeIn, timeOut)) ??
    holder
  );
}
