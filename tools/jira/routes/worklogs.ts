import { type Call, expands, isCloud, numberParam, requireIssue, requireUser, say } from '../call.ts';
import { takeIssueWrite } from '../limits.ts';
import type { SimIssue, SimUser, SimWorklog } from '../model.ts';
import { presentWorklog } from '../present.ts';
import { ok, type Reply, refuse } from '../reply.ts';
import { applyEstimate, readEstimate, readWorklog } from '../worklogInput.ts';

/** Missing permission: 400 on Cloud, 403 on Data Center. */
const forbidden = (call: Call, text: string) => refuse(isCloud(call) ? 400 : 403, [text]);

function requireTracking(call: Call, status: 400 | 404): void {
  if (!call.world.switches.timeTracking) throw refuse(status, [say(call)('timeTrackingOff')]);
}

function requireWritable(call: Call, issue: SimIssue): void {
  const archived = issue.archived || call.world.project(issue.projectKey)?.archived === true;
  if (archived) throw refuse(400, [say(call)('archived')]);
  if (!issue.editable) throw refuse(400, [say(call)('notEditable')]);
}

/** The worklog in the path, on an issue that the caller sees. */
export function requireWorklog(call: Call): { issue: SimIssue; worklog: SimWorklog } {
  const issue = requireIssue(call, call.params[0] ?? '');
  requireTracking(call, 404);
  const id = call.params[1] ?? '';
  const worklog = issue.worklogs.find((each) => each.id === id);
  if (worklog === undefined) throw refuse(404, [say(call)('worklogNotFound', id)]);
  return { issue, worklog };
}

/**
 * The worklog in the path, which the caller may change.
 * @param status of the refusal, where the resource declares another than worklogs do.
 */
export function requireOwn(
  call: Call,
  verb: 'EDIT' | 'DELETE',
  status?: 403,
): { issue: SimIssue; worklog: SimWorklog; user: SimUser } {
  const { issue, worklog } = requireWorklog(call);
  const user = requireUser(call);
  const own = worklog.author === user.accountId ? (`${verb}_OWN_WORKLOGS` as const) : (`${verb}_ALL_WORKLOGS` as const);
  const allowed = [own, `${verb}_ALL_WORKLOGS` as const].some((each) => call.world.can(user, each, issue));
  const text = say(call)(verb === 'EDIT' ? 'noEditPermission' : 'noDeletePermission');
  if (!allowed) throw status === undefined ? forbidden(call, text) : refuse(status, [text]);
  return { issue, worklog, user };
}

export function worklogAdd(call: Call): Reply {
  const issue = requireIssue(call, call.params[0] ?? '');
  const user = requireUser(call);
  takeIssueWrite(call, issue);
  requireTracking(call, 400);
  if (!call.world.can(user, 'WORK_ON_ISSUES', issue)) throw forbidden(call, say(call)('noWorkPermission'));
  requireWritable(call, issue);
  const input = readWorklog(call, true);
  const estimate = readEstimate(call, 'reduceBy');
  const limit = call.world.switches.worklogLimit;
  if (issue.worklogs.length >= limit) throw refuse(413, [say(call)('limitReached', String(limit))]);
  const worklog = call.world.addWorklog(issue, {
    author: user.accountId,
    updateAuthor: user.accountId,
    comment: input.comment ?? null,
    started: input.started ?? call.world.now(),
    seconds: input.seconds ?? 0,
    visibility: input.visibility ?? null,
    properties: { ...input.properties },
  });
  applyEstimate(issue, estimate, worklog.seconds);
  return { status: 201, json: presentWorklog(call, worklog, expands(call, 'properties')) };
}

/**
 * Oldest first, at most 5000. Only Cloud filters and pages. Whether Data Center's `total` counts what its cap cut off
 * is not documented; here it does not, which is the harder case for a client.
 */
export function worklogList(call: Call): Reply {
  const issue = requireIssue(call, call.params[0] ?? '');
  requireTracking(call, 404);
  if (!isCloud(call)) {
    const worklogs = issue.worklogs.slice(0, 5000).map((log) => presentWorklog(call, log, false));
    return ok({ startAt: 0, maxResults: worklogs.length, total: worklogs.length, worklogs });
  }
  const startAt = numberParam(call, 'startAt', 0, 404);
  const maxResults = Math.min(numberParam(call, 'maxResults', 5000, 404), 5000);
  const after = numberParam(call, 'startedAfter', Number.NEGATIVE_INFINITY);
  const before = numberParam(call, 'startedBefore', Number.POSITIVE_INFINITY);
  const found = issue.worklogs.filter((log) => log.started >= after && log.started < before);
  const page = found.slice(startAt, startAt + maxResults);
  const worklogs = page.map((log) => presentWorklog(call, log, expands(call, 'properties')));
  return ok({ startAt, maxResults, total: found.length, worklogs });
}

export function worklogGet(call: Call): Reply {
  const { worklog } = requireWorklog(call);
  return ok(presentWorklog(call, worklog, isCloud(call) && expands(call, 'properties')));
}

export function worklogUpdate(call: Call): Reply {
  const { issue, worklog, user } = requireOwn(call, 'EDIT');
  takeIssueWrite(call, issue);
  requireWritable(call, issue);
  const input = readWorklog(call, false);
  const estimate = readEstimate(call, undefined);
  const given = [input.started, input.seconds, input.comment, input.visibility];
  if (!isCloud(call) && given.every((each) => each === undefined)) throw refuse(400, [say(call)('worklogNull')]);
  const spent = (input.seconds ?? worklog.seconds) - worklog.seconds;
  Object.assign(worklog, {
    started: input.started ?? worklog.started,
    seconds: input.seconds ?? worklog.seconds,
    comment: input.comment === undefined ? worklog.comment : input.comment,
    visibility: input.visibility ?? worklog.visibility,
    properties: { ...worklog.properties, ...input.properties },
    updateAuthor: user.accountId,
    updated: call.world.now(),
  });
  applyEstimate(issue, estimate, spent);
  return ok(presentWorklog(call, worklog, expands(call, 'properties')));
}

export function worklogDelete(call: Call): Reply {
  const { issue, worklog } = requireOwn(call, 'DELETE');
  takeIssueWrite(call, issue);
  requireWritable(call, issue);
  if (!isCloud(call) && call.query.has('notifyUsers')) throw refuse(400, ['Unknown query parameter "notifyUsers".']);
  const estimate = readEstimate(call, 'increaseBy');
  call.world.removeWorklog(issue, worklog);
  applyEstimate(issue, estimate, -worklog.seconds);
  return { status: 204 };
}
