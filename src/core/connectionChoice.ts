import { projectOf } from './issueKey.ts';
import type { Connection, Issue } from './records.ts';

/**
 * The site an issue belongs to: of those that are switched on and whose projects have its key, the one the user chose
 * for that project, else the oldest; without one, the default site, else the oldest.
 */
export function connectionForKey(
  connections: readonly Connection[],
  issueKey: string | undefined,
): Connection | undefined {
  const active = activeOnes(connections);
  const fallback = active.find(({ isDefault }) => isDefault) ?? active[0];
  if (issueKey === undefined) return fallback;
  const project = projectOf(issueKey);
  const claimants = active.filter(({ projectKeys }) => projectKeys.includes(project));
  return claimants.find(({ chosenProjects }) => chosenProjects.includes(project)) ?? claimants[0] ?? fallback;
}

/** The sites among which the user has to choose for this key; empty when it is clear. */
export function ambiguousSites(connections: readonly Connection[], issueKey: string): readonly Connection[] {
  const project = projectOf(issueKey);
  const claimants = activeOnes(connections).filter(({ projectKeys }) => projectKeys.includes(project));
  const isChosen = claimants.some(({ chosenProjects }) => chosenProjects.includes(project));
  return claimants.length < 2 || isChosen ? [] : claimants;
}

/** Whether a site that is switched on has a project with this key, as far as is known. */
export function isClaimed(connections: readonly Connection[], issueKey: string): boolean {
  const project = projectOf(issueKey);
  return activeOnes(connections).some(({ projectKeys }) => projectKeys.includes(project));
}

/**
 * The connection with the projects of issues that its site has answered with; the same one when it has them all. When
 * its projects are not known they stay so: next to one that is known, all others would count as none of the user's.
 */
export function withProjectsOf(connection: Connection, issues: readonly Pick<Issue, 'key'>[]): Connection {
  const { projectKeys } = connection;
  if (projectKeys.length === 0) return connection;
  const found = new Set(issues.map(({ key }) => projectOf(key)));
  const missing = [...found].filter((project) => !projectKeys.includes(project));
  return missing.length === 0 ? connection : { ...connection, projectKeys: [...projectKeys, ...missing] };
}

function activeOnes(connections: readonly Connection[]): readonly Connection[] {
  return connections.filter(({ isActive }) => isActive).sort((a, b) => a.createdAt - b.createdAt);
}
