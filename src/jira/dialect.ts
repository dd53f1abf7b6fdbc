import * as v from 'valibot';
import type { EstimateChange, JiraUser, Worklog, WorklogOptions } from '../core/jiraPorts.ts';
import type { WorklogContent } from '../core/records.ts';
import type { JiraClient, Query } from './client.ts';
import { type IssueReply, recordPropertySchema, userId, type WorklogReply } from './schemas.ts';

/** The worklog property that names the record a worklog was made from. */
export const RECORD_PROPERTY = 'timecard.record';

/** The fields an issue is shown with; Cloud's search would give ids only. */
export const ISSUE_FIELDS = ['summary', 'status', 'assignee', 'project', 'issuetype'] as const;

/** What to look for after the reply to a create was lost. */
export interface Lost {
  readonly issueId: string;
  readonly recordId: string;
  readonly sent: WorklogContent;
  /** Where a worklog can be told by its property, do not even try near the start that was sent first. */
  readonly anyStart: boolean;
  /** The signed-in user. */
  readonly me: () => Promise<JiraUser>;
  readonly signal: AbortSignal | undefined;
}

export type WriteMethod = 'POST' | 'PUT' | 'DELETE';

/** What the record of a worklog says, and how Jira is to take it. */
export interface WorklogInput {
  readonly recordId: string;
  readonly content: WorklogContent;
  /** IANA zone whose offset `started` is written with. */
  readonly zone: string;
  readonly options: WorklogOptions;
}

/** Where Jira Cloud (REST v3) and Data Center (REST v2) differ. */
export interface Dialect {
  readonly apiPath: '/rest/api/3' | '/rest/api/2';
  /** Query of requests that answer with one worklog. */
  readonly worklogQuery: Query;
  writeQuery(options: WorklogOptions, method: WriteMethod): Query;
  /** A `PUT` changes a worklog that exists, so that an empty comment must be sent to clear it. */
  worklogBody(input: WorklogInput, method: 'POST' | 'PUT'): unknown;
  commentText(comment: unknown): string;
  /** Issues matching the JQL, at most `limit`, in the order of the JQL. */
  search(client: JiraClient, jql: string, limit: number, signal?: AbortSignal): Promise<readonly IssueReply[]>;
  /** Keys as Jira writes them. */
  projectKeys(client: JiraClient, signal?: AbortSignal): Promise<readonly string[]>;
  findLost(client: JiraClient, lost: Lost): Promise<readonly Worklog[]>;
  /** Everybody's worklogs on an issue that begin in [`after`, `before`), UTC ms; Data Center sends all of them. */
  worklogsBetween(
    client: JiraClient,
    issue: string,
    span: { readonly after: number; readonly before: number },
    signal?: AbortSignal,
  ): Promise<readonly Worklog[]>;
}

/** Jira's worklog in the core's terms; `issueId` stands in where Jira does not say it. */
export function toWorklog(reply: WorklogReply, issueId: string, dialect: Pick<Dialect, 'commentText'>): Worklog {
  return {
    id: reply.id,
    issueId: reply.issueId ?? issueId,
    authorId: reply.author === null ? null : userId(reply.author),
    recordId: recordIdOf(reply),
    startedMs: reply.started,
    seconds: reply.timeSpentSeconds,
    comment: dialect.commentText(reply.comment),
  };
}

/**
 * What becomes of the remaining estimate, the same on Cloud and Data Center. A change knows no `manual`
 * (Atlassian's description), so the estimate is left; a deletion gives back what adding took.
 */
export function estimateQuery(change: EstimateChange, method: WriteMethod): Query {
  if (!('value' in change)) return { adjustEstimate: change.kind };
  if (change.kind === 'new') return { adjustEstimate: 'new', newEstimate: change.value };
  if (method === 'PUT') return { adjustEstimate: 'leave' };
  return { adjustEstimate: 'manual', [method === 'POST' ? 'reduceBy' : 'increaseBy']: change.value };
}

function recordIdOf(reply: WorklogReply): string | null {
  const property = reply.properties.find(({ key }) => key === RECORD_PROPERTY);
  const parsed = v.safeParse(recordPropertySchema, property?.value);
  return parsed.success ? parsed.output.id : null;
}
