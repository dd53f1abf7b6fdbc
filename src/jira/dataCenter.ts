import type { Worklog } from '../core/jiraPorts.ts';
import { formatStarted } from '../core/jiraTime.ts';
import type { JiraClient } from './client.ts';
import { type Dialect, estimateQuery, ISSUE_FIELDS, toWorklog } from './dialect.ts';
import { incompleteList } from './errors.ts';
import { type IssueReply, offsetPageSchema, projectListSchema, worklogPageSchema } from './schemas.ts';
import { textToWiki, wikiToText } from './wiki.ts';

const MAX_PAGES = 20;
/** All worklogs of an issue come in one answer; ten thousand, Jira's limit, were 17 MB in a measured list. */
const LONGEST_LIST_BYTES = 64 * 1024 * 1024;
/** All projects come in one answer, about a kilobyte each. */
const ALL_PROJECTS_BYTES = 10 * 1024 * 1024;

/** Jira Data Center and Server, REST v2. Requests follow the REST reference of 10.3. */
export const dataCenter: Dialect = {
  apiPath: '/rest/api/2',
  worklogQuery: {},

  writeQuery: ({ adjustEstimate }, method) => estimateQuery(adjustEstimate, method),

  worklogBody: ({ content, zone, options: { visibility } }, method) => ({
    started: formatStarted(content.startedMs, zone),
    timeSpentSeconds: content.seconds,
    ...(content.comment === '' && method === 'POST' ? {} : { comment: textToWiki(content.comment) }),
    ...(visibility === undefined ? {} : { visibility: { type: visibility.type, value: visibility.value } }),
  }),

  commentText: (comment) => (typeof comment === 'string' ? wikiToText(comment) : ''),

  async search(client, jql, limit, signal) {
    const found: IssueReply[] = [];
    for (let page = 0; page < MAX_PAGES && found.length < limit; page++) {
      const body = { jql, startAt: found.length, maxResults: limit - found.length, fields: ISSUE_FIELDS };
      const reply = await client.query({ path: ['search'], body, signal }, offsetPageSchema);
      found.push(...reply.issues);
      if (reply.issues.length === 0 || found.length >= reply.total) break;
    }
    return found.slice(0, limit);
  },

  async projectKeys(client, signal) {
    const projects = await client.get({ path: ['project'], signal, maxBytes: ALL_PROJECTS_BYTES }, projectListSchema);
    return projects.map(({ key }) => key);
  },

  /** Worklogs carry no property here: the user's own with the same start, but for a part of a second, and the same duration. */
  async findLost(client, { issueId, sent, me, signal }) {
    const { accountId } = await me();
    const worklogs = await listed(client, issueId, signal);
    return worklogs
      .filter(({ authorId }) => authorId === accountId)
      .filter(({ startedMs, seconds }) => mayBeKeptFor(sent.startedMs, startedMs) && seconds === sent.seconds);
  },

  async worklogsBetween(client, issue, { after, before }, signal) {
    const worklogs = await listed(client, issue, signal);
    return worklogs.filter(({ startedMs }) => startedMs >= after && startedMs < before);
  },
};

/** Oracle cuts parts of a second off, MySQL rounds; others keep the start (UTC ms) as it was sent. */
function mayBeKeptFor(sent: number, kept: number): boolean {
  return kept > sent - 1_000 && kept <= sent + 500;
}

async function listed(client: JiraClient, issue: string, signal: AbortSignal | undefined): Promise<readonly Worklog[]> {
  const call = { path: ['issue', issue, 'worklog'], signal, maxBytes: LONGEST_LIST_BYTES };
  const reply = await client.get(call, worklogPageSchema);
  if (reply.worklogs.length < (reply.total ?? 0)) throw incompleteList();
  return reply.worklogs.map((worklog) => toWorklog(worklog, issue, dataCenter));
}
