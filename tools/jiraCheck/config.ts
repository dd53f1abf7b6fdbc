import { asTimecardError } from '../../src/core/errors.ts';
import { normalizeIssueKey } from '../../src/core/issueKey.ts';
import { jiraAddressCandidates } from '../../src/core/jiraAddress.ts';
import type { Credentials } from '../../src/core/jiraPorts.ts';

export interface CheckConfig {
  /** Sites the address may mean, likeliest first. */
  readonly sites: readonly string[];
  readonly credentials: Credentials;
  /** Upper case. */
  readonly issueKey: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const HELP = `Checks a real Jira through Timecard's own client. It logs one minute on an issue, changes it and deletes it again.

Set these variables, then run npm run check:jira:
  JIRA_URL    any address of the site, such as https://your-site.atlassian.net
  JIRA_EMAIL  Jira Cloud: the email address of your Atlassian account
              Jira Data Center: leave it out
  JIRA_TOKEN  Jira Cloud: an API token, classic or scoped
              Jira Data Center: a personal access token
  JIRA_ISSUE  an issue you may log work on, such as PROJ-123

docs/connect.md tells how to get a token. Exit code: 0 all passed, 1 something failed, 2 a variable is missing or wrong.`;

/** What the variables say, or what is wrong with them, a sentence each. Never repeats the token. */
export function readConfig(env: Environment): CheckConfig | { readonly problems: readonly string[] } {
  const url = text(env, 'JIRA_URL');
  const email = text(env, 'JIRA_EMAIL');
  const token = text(env, 'JIRA_TOKEN');
  const issue = text(env, 'JIRA_ISSUE');
  const missing = Object.entries({ JIRA_URL: url, JIRA_TOKEN: token, JIRA_ISSUE: issue })
    .filter(([, value]) => value === '')
    .map(([name]) => `${name} is not set.`);
  if (missing.length > 0) return { problems: missing };
  const sites = sitesOf(url);
  const issueKey = normalizeIssueKey(issue);
  if ('problem' in sites) return { problems: [`JIRA_URL: ${sites.problem}`] };
  if (issueKey === undefined) return { problems: ['JIRA_ISSUE: This is not an issue key such as PROJ-123.'] };
  return {
    sites: sites.sites,
    credentials: email === '' ? { type: 'pat', token } : { type: 'apiToken', email, token },
    issueKey,
  };
}

function text(env: Environment, name: string): string {
  return env[name]?.trim() ?? '';
}

function sitesOf(url: string): { readonly sites: readonly string[] } | { readonly problem: string } {
  try {
    return { sites: jiraAddressCandidates(url) };
  } catch (error) {
    return { problem: asTimecardError(error).message.replace(/^jiraUrl: /, '') };
  }
}
