import type { Worklog, WorklogVisibility } from '../core/jiraPorts.ts';
import { formatStarted } from '../core/jiraTime.ts';
import { plainText } from '../core/text.ts';
import { adfToText, textToAdf } from './adf.ts';
import type { JiraClient } from './client.ts';
import { type Dialect, estimateQuery, ISSUE_FIELDS, type Lost, RECORD_PROPERTY, toWorklog } from './dialect.ts';
import { incompleteList } from './errors.ts';
import {
  type IssueReply,
  projectPageSchema,
  tokenPageSchema,
  type WorklogReply,
  worklogPageSchema,
} from './schemas.ts';

/** Jira's description allows 5,000, and a smaller page is never refused. */
const PAGE = 50;
const PROJECT_PAGE = 100;
const WORKLOG_PAGE = 1_000;
/** A thousand comments of ten thousand characters. */
const WORKLOG_PAGE_BYTES = 10 * 1024 * 1024;
/** No list we read is longer than this many pages; a server that hands out pages for ever is left. */
const MAX_PAGES = 100;
/** How far from the time sent a lost worklog is looked for first. */
const LOST_WINDOW_MS = 60_000;

/** When the worklogs of a list begin, UTC ms. */
interface Bounds {
  readonly startedAfter?: number;
  readonly startedBefore?: number;
}

/** Jira Cloud, REST v3. Requests follow Atlassian's OpenAPI description of April 2026. */
export const cloud: Dialect = {
  apiPath: '/rest/api/3',
  worklogQuery: { expand: 'properties' },

  writeQuery: ({ adjustEstimate, notifyUsers }, method) => ({ ...estimateQuery(adjustEstimate, method), notifyUsers }),

  worklogBody: ({ recordId, content, zone, options: { visibility } }, method) => ({
    started: formatStarted(content.startedMs, zone),
    timeSpentSeconds: content.seconds,
    ...(content.comment === '' && method === 'POST' ? {} : { comment: textToAdf(content.comment) }),
    ...(visibility === undefined ? {} : { visibility: visibilityBody(visibility) }),
    properties: [{ key: RECORD_PROPERTY, value: { id: recordId } }],
  }),

  commentText: (comment) => (typeof comment === 'string' ? plainText(comment) : adfToText(comment)),

  async search(client, jql, limit, signal) {
    const found: IssueReply[] = [];
    const tokens = new Set<string>();
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES && found.length < limit; page++) {
      const reply = await client.query(
        { path: ['search', 'jql'], body: searchBody(jql, limit, token), signal },
        tokenPageSchema,
      );
      found.push(...reply.issues);
      token = reply.nextPageToken ?? undefined;
      const over =
        token === undefined || token === '' || reply.isLast || reply.issues.length === 0 || tokens.has(token);
      if (over) break;
      tokens.add(token ?? '');
    }
    return found.slice(0, limit);
  },

  async projectKeys(client, signal) {
    const keys: string[] = [];
    for (let page = 0; page < MAX_PAGES && keys.length < MAX_PAGES * PROJECT_PAGE; page++) {
      const query = { startAt: keys.length, maxResults: PROJECT_PAGE };
      const reply = await client.get({ path: ['project', 'search'], query, signal }, projectPageSchema);
      keys.push(...reply.values.map(({ key }) => key));
      if (reply.isLast || reply.values.length === 0 || keys.length >= (reply.total ?? Number.POSITIVE_INFINITY)) break;
    }
    return keys;
  },

  /**
   * By the record's property alone: nobody else's worklog carries it. Near the start that was sent first, which is the
   * shorter list; somebody may have moved it since, so that only the whole issue tells that it is not there.
   */
  async findLost(client, lost) {
    const nearby = lost.anyStart ? [] : await ofRecord(client, lost, near(lost.sent.startedMs));
    return nearby.length > 0 ? nearby : ofRecord(client, lost, {});
  },

  async worklogsBetween(client, issue, { after, before }, signal) {
    const worklogs = await listed(client, issue, { startedAfter: after, startedBefore: before }, signal);
    return worklogs.map((worklog) => toWorklog(worklog, issue, cloud));
  },
};

/** A group may be given by its id, which is a UUID; names, of roles too, go into `value`. */
function visibilityBody({ type, value }: WorklogVisibility): unknown {
  const isId = type === 'group' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  return isId ? { type, identifier: value } : { type, value };
}

function searchBody(jql: string, limit: number, token: string | undefined): unknown {
  return {
    jql,
    fields: ISSUE_FIELDS,
    maxResults: Math.min(limit, PAGE),
    ...(token === undefined ? {} : { nextPageToken: token }),
  };
}

async function ofRecord(client: JiraClient, lost: Lost, bounds: Bounds): Promise<readonly Worklog[]> {
  const worklogs = await listed(client, lost.issueId, bounds, lost.signal);
  return worklogs
    .map((worklog) => toWorklog(worklog, lost.issueId, cloud))
    .filter(({ recordId }) => recordId === lost.recordId);
}

/**
 * A list that cannot be read to its end must not pass for one without the worklog: it would be made twice. `total` is all
 * worklogs or, as Jira's description has it, those of the page, so a full page is never taken for the last one.
 */
async function listed(
  client: JiraClient,
  issue: string,
  bounds: Bounds,
  signal: AbortSignal | undefined,
): Promise<readonly WorklogReply[]> {
  const found: WorklogReply[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { ...bounds, expand: 'properties', startAt: found.length, maxResults: WORKLOG_PAGE };
    const call = { path: ['issue', issue, 'worklog'], query, signal, maxBytes: WORKLOG_PAGE_BYTES };
    const reply = await client.get(call, worklogPageSchema);
    for (const worklog of reply.worklogs) found.push(worklog);
    const isFull = reply.worklogs.length > 0 && reply.worklogs.length >= (reply.maxResults ?? WORKLOG_PAGE);
    if (!isFull && found.length >= (reply.total ?? found.length)) return found;
    if (reply.worklogs.length === 0) break;
  }
  throw incompleteList();
}

function near(startedMs: number): Bounds {
  return { startedAfter: startedMs - LOST_WINDOW_MS, startedBefore: startedMs + LOST_WINDOW_MS };
}
