import { l10n } from 'vscode';
import type { Reason } from '../core/errors.ts';
import type { Issue, StatusCategory } from '../core/records.ts';

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
  /** What is wrong with the user's own JQL for assigned issues. */
  readonly complaint: string | undefined;
}

/** One line of the picker: a heading, something to know, or a choice (`issueKey: null` is "no issue"). */
export type IssueLine =
  | { readonly heading: string }
  | { readonly message: string }
  | {
      readonly issueKey: string | null;
      readonly label: string;
      readonly description?: string;
      readonly icon: 'git-branch' | 'circle-slash' | 'edit' | StatusLook['icon'];
      /** Id of a theme colour. */
      readonly color?: string;
      /** Shown whatever was typed. */
      readonly always: boolean;
    };

interface StatusLook {
  readonly icon: 'issues' | 'issue-opened' | 'issue-draft' | 'issue-closed';
  readonly color?: string;
}

/** By the category of an issue's status: a form and a colour for each. */
const STATUS_LOOKS: Readonly<Record<StatusCategory, StatusLook>> = {
  new: { icon: 'issue-opened', color: 'disabledForeground' },
  indeterminate: { icon: 'issue-draft', color: 'charts.blue' },
  done: { icon: 'issue-closed', color: 'charts.green' },
  undefined: { icon: 'issues' },
};

/** The picker's lines, each issue once: what was typed, the branch's, none, recent, assigned, what Jira found. */
export function issueLines(lists: IssueLists): readonly IssueLine[] {
  const seen = new Set<string>();
  const known = knownIssues([...lists.recent, ...lists.assigned, ...lists.found]);
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
  // What Jira found fits what was typed, whatever the filter of the list thinks.
  const foundKeys = new Set(lists.found.map(({ key }) => key));
  const section = (heading: string, issues: readonly Issue[]): IssueLine[] => {
    const lines = fresh(issues).map((issue) => issueLine(known.get(issue.key) ?? issue, foundKeys.has(issue.key)));
    return lines.length === 0 ? [] : [{ heading }, ...lines];
  };
  return [
    ...single(lists.typedKey, l10n.t('the key you typed'), 'edit', true),
    ...single(lists.branchKey, l10n.t('from the branch'), 'git-branch', false),
    ...(lists.offersNone ? [noIssue()] : []),
    ...section(l10n.t('Recent'), lists.recent),
    ...section(l10n.t('Assigned to you'), lists.assigned),
    ...(lists.complaint === undefined ? [] : [{ message: lists.complaint }]),
    ...section(l10n.t('Found in Jira'), lists.found),
    ...(findsNothing(lists) ? [{ message: l10n.t('Jira found nothing. Try other words, or type a key.') }] : []),
  ];
}

/** Why the issues on offer are only those that this machine knows. */
export function onlyRecentText(reason: Reason): string {
  return reason === 'signedOut'
    ? l10n.t('Not connected to Jira: recent issues only, or type a key')
    : l10n.t('Jira cannot be reached: recent issues only, or type a key');
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
  const about = [issue.status, issue.issueType, issue.assignee ?? ''];
  const description = about.filter((text) => text !== '').join(' · ');
  return { issueKey: issue.key, label: label(issue), description, ...STATUS_LOOKS[issue.statusCategory], always };
}

function label({ key, summary }: { key: string; summary: string }): string {
  return summary === '' ? key : `${key} ${summary}`;
}

/** What is known of each issue, by its key. */
export function knownIssues(issues: readonly Issue[]): ReadonlyMap<string, Issue> {
  const known = new Map<string, Issue>();
  for (const issue of issues) {
    if ((known.get(issue.key)?.summary ?? '') === '') known.set(issue.key, issue);
  }
  return known;
}
