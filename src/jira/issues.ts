import { asTimecardError, invalid } from '../core/errors.ts';
import { keyFromUrl, normalizeIssueKey, projectOf } from '../core/issueKey.ts';
import type { Issue, StatusCategory } from '../core/records.ts';
import type { JiraClient } from './client.ts';
import { type Dialect, ISSUE_FIELDS } from './dialect.ts';
import { ASSIGNED_JQL, projectJql, searchTerms, wordsJql } from './jql.ts';
import { type IssueReply, issueSchema } from './schemas.ts';

const MAX_FOUND = 50;
const MAX_ASSIGNED = 100;

/** Finding issues of one site. */
export class Issues {
  constructor(
    private readonly client: JiraClient,
    private readonly dialect: Dialect,
    /** Upper-case keys of the projects the user sees; empty when not known. */
    private readonly projectKeys: readonly string[],
  ) {}

  /** By key (also a former one, in any case) or id; the result carries the present key. */
  async get(keyOrId: string, signal?: AbortSignal): Promise<Issue> {
    const issue = checkedIssue(keyOrId);
    const query = { fields: ISSUE_FIELDS.join(',') };
    return this.toIssue(await this.client.get({ path: ['issue', issue], query, signal }, issueSchema));
  }

  async assigned(jql = ASSIGNED_JQL, signal?: AbortSignal): Promise<readonly Issue[]> {
    return this.byJql(jql, MAX_ASSIGNED, signal);
  }

  /** The issue whose key was typed, then the project's whose keys begin so, then those whose summary has the words. */
  async search(text: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    if (/^https?:\/\//i.test(text.trim())) return this.byAddress(text.trim(), signal);
    const terms = searchTerms(text);
    const lists = await Promise.all([
      terms.key === undefined ? [] : this.ifFound(terms.key, signal),
      this.ofProject(terms.project, terms.prefix, signal),
      this.byWords(terms.words, signal),
    ]);
    return withoutDoubles(lists.flat()).slice(0, MAX_FOUND);
  }

  /** An address of another site names another site's issue, whatever this one has under that key. */
  private async byAddress(address: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    const key = keyFromUrl(address);
    const here = URL.canParse(address) && new URL(address).host === new URL(this.client.endpoint.site).host;
    return key === undefined || !here ? [] : this.ifFound(key, signal);
  }

  private async ifFound(key: string, signal?: AbortSignal): Promise<readonly Issue[]> {
    try {
      return [await this.get(key, signal)];
    } catch (error) {
      if (asTimecardError(error).reason === 'issueNotFound') return [];
      throw error;
    }
  }

  /** Nothing when there is no such project, which Jira answers with 400. */
  private async ofProject(
    project: string | undefined,
    prefix: string,
    signal?: AbortSignal,
  ): Promise<readonly Issue[]> {
    if (project === undefined || !this.mayBeProject(project, prefix)) return [];
    try {
      const issues = await this.byJql(projectJql(project), MAX_FOUND, signal);
      return issues.filter(({ key }) => key.startsWith(prefix));
    } catch (error) {
      if (asTimecardError(error).reason === 'invalid') return [];
      throw error;
    }
  }

  /** A single word is only taken for a project that is known; with a dash it may be one when none are known. */
  private mayBeProject(project: string, prefix: string): boolean {
    return this.projectKeys.includes(project) || (this.projectKeys.length === 0 && prefix.includes('-'));
  }

  private async byWords(words: readonly string[], signal?: AbortSignal): Promise<readonly Issue[]> {
    const jql = wordsJql(words);
    return jql === undefined ? [] : this.byJql(jql, MAX_FOUND, signal);
  }

  private async byJql(jql: string, limit: number, signal?: AbortSignal): Promise<readonly Issue[]> {
    const replies = await this.dialect.search(this.client, jql, limit, signal);
    return withoutDoubles(replies.map((reply) => this.toIssue(reply)));
  }

  private toIssue({ id, key: written, fields }: IssueReply): Issue {
    const key = written.toUpperCase();
    return {
      key,
      id,
      summary: fields.summary ?? '',
      status: fields.status?.name ?? '',
      statusCategory: categoryOf(fields.status?.statusCategory?.key),
      assignee: fields.assignee?.displayName ?? null,
      project: fields.project?.key ?? projectOf(key),
      issueType: fields.issuetype?.name ?? '',
      url: `${this.client.endpoint.site}/browse/${key}`,
    };
  }
}

/** An issue's key or id, safe in a request path. Throws `invalid`. */
export function checkedIssue(keyOrId: string): string {
  const checked = /^\d{1,19}$/.test(keyOrId) ? keyOrId : normalizeIssueKey(keyOrId);
  if (checked === undefined) throw invalid('issue', 'This is not an issue key such as PROJ-123.');
  return checked;
}

function categoryOf(key: string | null | undefined): StatusCategory {
  return key === 'new' || key === 'indeterminate' || key === 'done' ? key : 'undefined';
}

function withoutDoubles(issues: readonly Issue[]): readonly Issue[] {
  return issues.filter(({ id }, index) => issues.findIndex((other) => other.id === id) === index);
}
