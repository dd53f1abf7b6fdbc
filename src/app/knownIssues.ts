import { connectionForKey } from '../core/connectionChoice.ts';
import type { Connection, Issue, TimeRecord } from '../core/records.ts';
import type { Reader } from '../core/storePorts.ts';

type Placed = Pick<TimeRecord, 'issueKey' | 'connectionId'>;

/** The issues of records as last seen in Jira; each record's own site is asked, for two sites may share a key. */
export class KnownIssues {
  private readonly connections: readonly Connection[];
  private readonly found = new Map<string, Issue | undefined>();

  constructor(private readonly db: Pick<Reader, 'cachedIssue' | 'connections'>) {
    this.connections = db.connections();
  }

  of(record: Placed): Issue | undefined {
    if (record.issueKey === null) return undefined;
    const place = `${record.connectionId ?? ''} ${record.issueKey}`;
    if (!this.found.has(place)) this.found.set(place, this.look(record.issueKey, record.connectionId));
    return this.found.get(place);
  }

  private look(key: string, connectionId: string | null): Issue | undefined {
    return this.db.cachedIssue(key, connectionId ?? connectionForKey(this.connections, key)?.id);
  }
}
