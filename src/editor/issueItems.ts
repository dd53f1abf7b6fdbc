import { l10n } from 'vscode';
import type { Issue } from '../core/records.ts';

/** What the issue picker knows so far. */
export interface IssueLists {
  /** What has been typed. */
  readonly query: string;
  /** The key that was typed or pasted (also within an address), in upper case. */
  readonly typedKey: string | undefined;
  readonly branchKey: string | null;
  readonly offersNone: boolean;
  readonly recent: readonly Issue[];
  readonly assigned: readonly Issue[];
  /** What Jira found for `query`. */
  readonly found: readonly Issue[];
  /** Jira has answered for `query`. */
  readonly isSearched: boolean;
}

/** One line of the picker: a heading, something to know, or a choice (`issueKey: null` is "no issue"). */
export type IssueLine =
  | { readonly heading: string }
  | { readonly message: string }
  | {
      readonly issueKey: string | null;
      readonly label: string;
      readonly description?: string;
      readonly icon: 'git-branch' | 'circle-slash' | 'issues' | 'edit';
      /** Shown whatever was typed. */
      readonly always: boolean;
    };

/** The picker's lines, each issue once: what was typed, the branch's, none, what Jira found, recent, assigned. */
export function issueLines(lists: IssueLists): readonly IssueLine[] {
  const seen = new Set<string>();
  const known = byKey([...lists.recent, ...lists.assigned, ...lists.found]);
  const fresh = (issues: readonly Issue[]) =>
    issues.filter(({ key }) => {
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  const single = (
    key: string | null | undefined,
    description: string,
    icon: 'git-branch' | 'edit',
    always: boolean,
  ) => {
    if (key === null || key === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ issueKey: key, label: label(known.get(key) ?? { key, summary: '' }), description, icon, always }];
  };
  const section = (heading: string, issues: readonly Issue[], always: boolean): IssueLine[] => {
    const lines = fresh(issues).map((issue) => issueLine(issue, always));
    return lines.length === 0 ? [] : [{ heading }, ...lines];
  };
  return [
    ...single(lists.typedKey, l10n.t('the key you typed'), 'edit', true),
    ...single(lists.branchKey, l10n.t('from the branch'), 'git-branch', false),
    ...(lists.offersNone ? [noIssue()] : []),
    ...section(l10n.t('Found in Jira'), lists.found, true),
    ...section(l10n.t('Recent'), lists.recent, false),
    ...section(l10n.t('Assigned to you'), lists.assigned, false),
    ...(findsNothing(lists) ? [{ message: l10n.t('Jira found nothing. Try other words, or type a key.') }] : []),
  ];
}

function findsNothing({ isSearched, typedKey, found }: IssueLists): boolean {
  return isSearched && typedKey === undefined && found.length === 0;
}

function noIssue(): IssueLine {
  return {
    issueKey: null,
    label: l10n.t('No issue'),
    description: l10n.t('stays on this machine'),
    icon: 'circle-slash',
    always: false,
  };
}

function issueLine(issue: Issue, always: boolean): IssueLine {
  const description = [issue.status, issue.issueType].filter((text) => text !== '').join(' · ');
  return { issueKey: issue.key, label: label(issue), description, icon: 'issues', always };
}

function label({ key, summary }: { key: string; summary: string }): string {
  return summary === '' ? key : `${key} ${summary}`;
}

function byKey(issues: readonly Issue[]): ReadonlyMap<string, Issue> {
  const known = new Map<string, Issue>();
  for (const issue of issues) {
    if ((known.get(issue.key)?.summary ?? '') === '') known.set(issue.key, issue);
  }
  return known;
}
