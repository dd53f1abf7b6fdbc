import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Connections } from '../app/connections.ts';
import { ambiguousSites } from '../core/connectionChoice.ts';
import { projectOf } from '../core/issueKey.ts';
import type { Log } from '../core/ports.ts';
import { isCancellation } from './errorText.ts';
import { choose } from './quickInput.ts';
import type { Services } from './services.ts';
import { hostOf } from './signInSteps.ts';

/** A site that does not answer must not keep a sync waiting for longer, in ms. */
const SITES_WAIT_MS = 5_000;

type SiteConnections = Pick<Connections, 'list' | 'chooseFor'>;

/**
 * Asks which site is meant when several have a project of this key, and remembers it. Asks nothing when it is clear.
 * Rejects with `cancelled` when the list was closed; nothing is remembered then.
 */
export async function settleSite(connections: SiteConnections, issueKey: string | null): Promise<void> {
  if (issueKey === null) return;
  const sites = ambiguousSites(await connections.list(), issueKey);
  if (sites.length === 0) return;
  const project = projectOf(issueKey);
  const items = sites.map(({ id, jiraUrl, displayName }) => ({
    label: `$(globe) ${hostOf(jiraUrl)}`,
    description: displayName ?? '',
    choice: id,
  }));
  const id = await choose(items, {
    title: vscode.l10n.t('Which Jira does {0} belong to?', issueKey),
    placeholder: vscode.l10n.t('Several sites have a project {0}. Timecard remembers your choice.', project),
  });
  await connections.chooseFor(project, id);
}

/** The same after something that is done already: a closed list only means that it is asked again another time. */
export async function settleSiteAfterwards(
  connections: SiteConnections,
  issueKey: string | null,
  log: Log,
): Promise<void> {
  try {
    await settleSite(connections, issueKey);
  } catch (error) {
    if (!isCancellation(error)) log.error('The site of an issue could not be asked for', error);
  }
}

/**
 * Asks for every key among these records (all that is due when absent) whose site is unclear, each project once. A
 * project that no site was known to have is looked for first: several may have it by now.
 */
export async function settleSitesOf(
  { connections, store }: Pick<Services, 'connections' | 'store'>,
  ids: readonly string[] | undefined,
): Promise<void> {
  const found = await store.read((db) =>
    (ids ?? db.dueRecordIds()).flatMap((id) => {
      const record = db.record(id);
      return record === undefined || record.connectionId !== null || record.issueKey === null ? [] : [record.issueKey];
    }),
  );
  const keys = [...new Set(found)];
  const looking = Promise.all(keys.map((key) => connections.projects.readFor(key)));
  await Promise.race([looking, delay(SITES_WAIT_MS, undefined, { ref: false })]);
  for (const key of keys) await settleSite(connections, key);
}
