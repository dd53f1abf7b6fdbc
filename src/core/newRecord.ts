import type { RecordSource, TimeRecord } from './records.ts';

/** What a record is begun with; the rest of it follows. Instants are UTC ms, `issueKey` upper case. */
export interface RecordSeed {
  readonly id: string;
  readonly timeIn: number;
  readonly timeOut: number | null;
  readonly zone: string;
  readonly now: number;
  readonly issueKey: string | null;
  readonly notes: string;
  readonly source: RecordSource;
  readonly branch?: string | null;
  readonly commits?: TimeRecord['commits'];
  readonly externalLink?: string | null;
  readonly connectionId?: string | null;
}

/** A record that Jira has never heard of. */
export function newRecord(seed: RecordSeed): TimeRecord {
  const { now, ...given } = seed;
  return {
    branch: null,
    commits: [],
    externalLink: null,
    connectionId: null,
    ...given,
    worklog: null,
    intent: 'mirror',
    attempt: 'none',
    lookFirst: false,
    problem: null,
    lastSyncedAt: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}
