import { projectOf } from './issueKey.ts';
import type { Connection } from './records.ts';

/** The site an issue belongs to: the one whose projects have its key, else the oldest that is switched on. */
export function connectionForKey(
  connections: readonly Connection[],
  issueKey: string | undefined,
): Connection | undefined {
  const active = connections.filter((connection) => connection.isActive).sort((a, b) => a.createdAt - b.createdAt);
  if (issueKey === undefined) return active[0];
  const project = projectOf(issueKey);
  return active.find((connection) => connection.projectKeys.includes(project)) ?? active[0];
}
