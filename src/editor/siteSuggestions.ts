import { parseJiraAddress } from '../core/jiraAddress.ts';
import type { EditorSettings } from './settings.ts';

export interface KnownSite {
  /** The site with its context path. */
  readonly site: string;
  /** It comes from the workspace, which anybody may have written. */
  readonly isSuggestion: boolean;
}

/** Sites to offer before an address is typed: the user's (or their team's) own, then what the workspace suggests. */
export function knownSites(settings: Pick<EditorSettings, 'sites' | 'suggestedSite'>): readonly KnownSite[] {
  const own = [...new Set(settings.sites().flatMap(site))];
  const suggested = site(settings.suggestedSite()).filter((each) => !own.includes(each));
  return [
    ...own.map((each) => ({ site: each, isSuggestion: false })),
    ...suggested.map((each) => ({ site: each, isSuggestion: true })),
  ];
}

/** What is no address of a Jira is not offered; typing it would say why. */
function site(address: string): readonly string[] {
  if (address.trim() === '') return [];
  try {
    return [parseJiraAddress(address)];
  } catch {
    return [];
  }
}
