import { type Call, isCloud, numberParam, say } from '../call.ts';
import { searchIssues } from '../jql.ts';
import { JqlError } from '../jqlParse.ts';
import type { SimIssue } from '../model.ts';
import { presentIssue } from '../present.ts';
import { escapeHtml, isObject, ok, type Reply, refuse } from '../reply.ts';

const REMOVED =
  'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline ' +
  'is available at https://developer.atlassian.com/changelog/#CHANGE-2046';

/** Cloud's former search. */
export const searchRemoved = (): Reply => ({ status: 410, json: { errorMessages: [REMOVED], errors: {} } });

function run(call: Call, jql: string): readonly SimIssue[] {
  try {
    const { issues, bounded } = searchIssues(call.world, call.user, jql);
    if (isCloud(call) && !bounded) throw refuse(400, [say(call)('unbounded')]);
    return issues;
  } catch (error) {
    if (!(error instanceof JqlError)) throw error;
    // Cloud takes bare words for a text search and finds nothing.
    if (isCloud(call) && error.bareWords) return [];
    throw refuse(400, [error.message]);
  }
}

interface Asked {
  readonly jql: string;
  readonly fields: readonly string[] | undefined;
  readonly maxResults: number;
  readonly startAt: number;
  readonly nextPageToken: string | undefined;
  readonly reconcileIssues: readonly string[];
}

const CLOUD_KEYS = new Set([
  ...['jql', 'fields', 'maxResults', 'nextPageToken', 'expand', 'properties', 'fieldsByKeys', 'reconcileIssues'],
  'failFast',
]);
const DATA_CENTER_KEYS = new Set(['jql', 'startAt', 'maxResults', 'fields', 'validateQuery', 'expand']);

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  jql: (value) => typeof value === 'string',
  fields: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  maxResults: Number.isInteger,
  startAt: Number.isInteger,
  nextPageToken: (value) => typeof value === 'string',
  reconcileIssues: (value) => Array.isArray(value) && value.length <= 50 && value.every(Number.isInteger),
};

function bodyOf(call: Call): Record<string, unknown> {
  const { body } = call;
  const known = isCloud(call) ? CLOUD_KEYS : DATA_CENTER_KEYS;
  const fine =
    isObject(body) &&
    Object.entries(body).every(([key, value]) => known.has(key) && (value === null || (KINDS[key]?.(value) ?? true)));
  if (!fine || !isObject(body)) throw refuse(400, [say(call)('badPayload')]);
  return body;
}

const list = (values: readonly string[]): readonly string[] | undefined =>
  values.length === 0 ? undefined : values.flatMap((value) => value.split(',')).map((value) => value.trim());

function fromQuery(call: Call): Asked {
  return {
    jql: call.query.get('jql') ?? '',
    fields: list(call.query.getAll('fields')),
    maxResults: numberParam(call, 'maxResults', 50),
    startAt: numberParam(call, 'startAt', 0),
    nextPageToken: call.query.get('nextPageToken') ?? undefined,
    reconcileIssues: list(call.query.getAll('reconcileIssues')) ?? [],
  };
}

function fromBody(call: Call): Asked {
  const body = bodyOf(call);
  const strings = (value: unknown): readonly string[] | undefined =>
    Array.isArray(value) ? value.map(String) : undefined;
  return {
    jql: typeof body.jql === 'string' ? body.jql : '',
    fields: strings(body.fields),
    maxResults: typeof body.maxResults === 'number' ? body.maxResults : 50,
    startAt: typeof body.startAt === 'number' ? body.startAt : 0,
    nextPageToken: typeof body.nextPageToken === 'string' ? body.nextPageToken : undefined,
    reconcileIssues: strings(body.reconcileIssues) ?? [],
  };
}

const asked = (call: Call): Asked => (call.method === 'GET' ? fromQuery(call) : fromBody(call));

const tokenFor = (offset: number, jql: string): string =>
  Buffer.from(JSON.stringify({ offset, jql }), 'utf8').toString('base64url');

function offsetOf(token: string | undefined, jql: string): number {
  if (token === undefined) return 0;
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (isObject(value) && value.jql === jql && typeof value.offset === 'number') return value.offset;
  } catch {
    // falls through to the refusal: the token is not one of ours
  }
  throw refuse(400, ['The provided nextPageToken is invalid.']);
}

/** Cloud: pages by token, `id` alone unless fields are named, at most 5000 a page. */
export function searchJql(call: Call): Reply {
  const request = asked(call);
  if (request.maxResults < 1) throw refuse(400, ['The maxResults parameter must be at least 1.']);
  const found = run(call, request.jql).filter((issue) => issue.indexed || request.reconcileIssues.includes(issue.id));
  const offset = offsetOf(request.nextPageToken, request.jql);
  const page = found.slice(offset, offset + Math.min(request.maxResults, 5000));
  const end = offset + page.length;
  const { repeatPageToken } = call.world.switches;
  const isLast = end >= found.length && !repeatPageToken;
  const nextPageToken = tokenFor(repeatPageToken ? 0 : end, request.jql);
  const issues = page.map((issue) => presentIssue(call, issue, request.fields ?? ['id']));
  return ok({ issues, ...(isLast ? {} : { nextPageToken }), isLast });
}

export function approximateCount(call: Call): Reply {
  const { body } = call;
  if (!isObject(body) || typeof body.jql !== 'string') throw refuse(400, [say(call)('badPayload')]);
  return ok({ count: run(call, body.jql).filter((issue) => issue.indexed).length });
}

/** Data Center: pages by `startAt`, 50 unless told, 1000 at most whatever was asked for. */
export function searchClassic(call: Call): Reply {
  const request = asked(call);
  const maxResults = Math.min(Math.max(request.maxResults, 0), 1000);
  const found = run(call, request.jql).filter((issue) => issue.indexed);
  const page = found.slice(request.startAt, request.startAt + maxResults);
  return ok({
    expand: 'schema,names',
    startAt: request.startAt,
    maxResults,
    total: found.length,
    issues: page.map((issue) => presentIssue(call, issue, request.fields ?? ['*navigable'])),
  });
}

function highlight(text: string, query: string): string {
  const safe = escapeHtml(text);
  const word = escapeHtml(query.trim());
  if (word === '') return safe;
  return safe.replace(new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), (found) => `<b>${found}</b>`);
}

function suggestion(call: Call, issue: SimIssue, query: string): Record<string, unknown> {
  return {
    ...(isCloud(call) ? { id: Number(issue.id) } : {}),
    key: issue.key,
    keyHtml: highlight(issue.key, query),
    img: '/images/icons/issuetypes/task.svg',
    summary: highlight(issue.summary, query),
    summaryText: issue.summary,
  };
}

function section(call: Call, id: string, label: string, issues: readonly SimIssue[], query: string) {
  const shown = issues.slice(0, 20);
  return {
    id,
    label,
    sub: `Showing ${shown.length} of ${issues.length} matching issues`,
    ...(shown.length === 0 ? { msg: 'No matching issues found' } : {}),
    issues: shown.map((issue) => suggestion(call, issue, query)),
  };
}

/** The picker answers a broken `currentJQL` with an empty section, not with an error. */
function currentSearch(call: Call, jql: string): readonly SimIssue[] {
  try {
    return searchIssues(call.world, call.user, jql).issues;
  } catch (error) {
    if (error instanceof JqlError) return [];
    throw error;
  }
}

/** Suggestions for what was typed so far. `summary` and `keyHtml` are HTML, `summaryText` is not. */
export function picker(call: Call): Reply {
  const query = call.query.get('query') ?? '';
  const fits = (issue: SimIssue): boolean =>
    `${issue.key} ${issue.summary}`.toLowerCase().includes(query.trim().toLowerCase());
  const visible = call.world.issues.filter((issue) => call.world.canSee(call.user, issue) && !issue.archived);
  const history = visible.filter((issue) => issue.assignee === call.user?.accountId).filter(fits);
  const currentJql = call.query.get('currentJQL');
  const current = currentJql === null ? [] : currentSearch(call, currentJql).filter(fits);
  return ok({
    sections: [
      section(call, 'hs', 'History Search', history, query),
      ...(currentJql === null ? [] : [section(call, 'cs', 'Current Search', current, query)]),
    ],
  });
}
