import { inferIssueKey, keyFromUrl, projectOf } from './issueKey.ts';
import type { Connection, TimeRecord } from './records.ts';

/** An issue key found for a record that has none, and where. */
export interface KeyProposal {
  readonly recordId: string;
  readonly issueKey: string;
  readonly from: 'link' | 'notes' | 'branch';
  /** The site that a link leads to, when it is clear. */
  readonly connectionId?: string;
}

export interface KnownSites {
  readonly sites: readonly Pick<Connection, 'id' | 'jiraUrl'>[];
  /** Upper-case keys of the projects the user can see. */
  readonly projectKeys: readonly string[];
}

/** More of a text is not looked through. */
const MAX_TEXT = 5_000;
const KEY_IN_TEXT = /(?<![\p{L}\p{N}_-])[A-Za-z][A-Za-z0-9_]{1,30}-[1-9]\d{0,9}(?![\p{L}\p{N}_-])/gu;

/**
 * The key a record without one most likely belongs to: its link to an issue of a known site, else the only key of a
 * real project in its notes, else what its branch says. `undefined` when there is none, or it is not clear.
 */
export function proposeKey(record: TimeRecord, known: KnownSites): KeyProposal | undefined {
  if (record.issueKey !== null) return undefined;
  const recordId = record.id;
  const link = keyOfLink(record.externalLink, known);
  if (link !== undefined) return { recordId, ...link, from: 'link' };
  const notes = onlyKeyIn(record.notes, known);
  if (notes !== undefined) return { recordId, issueKey: notes, from: 'notes' };
  const { issueKey } = inferIssueKey(record.branch ?? '', { projectKeys: known.projectKeys });
  return issueKey === null ? undefined : { recordId, issueKey, from: 'branch' };
}

function keyOfLink(
  link: string | null,
  { sites }: KnownSites,
): Pick<KeyProposal, 'issueKey' | 'connectionId'> | undefined {
  if (link === null || !URL.canParse(link)) return undefined;
  const { origin } = new URL(link);
  const found = sites.filter(({ jiraUrl }) => URL.canParse(jiraUrl) && new URL(jiraUrl).origin === origin);
  const issueKey = found.length === 0 ? undefined : keyFromUrl(link);
  if (issueKey === undefined) return undefined;
  const [only] = found;
  return found.length === 1 && only !== undefined ? { issueKey, connectionId: only.id } : { issueKey };
}

function onlyKeyIn(text: string, { projectKeys }: KnownSites): string | undefined {
  const found = text.slice(0, MAX_TEXT).match(KEY_IN_TEXT) ?? [];
  const keys = new Set(found.map((key) => key.toUpperCase()).filter((key) => projectKeys.includes(projectOf(key))));
  const [only] = keys;
  return keys.size === 1 ? only : undefined;
}
