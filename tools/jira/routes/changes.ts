import { apiUrl, type Call, expands, isCloud, numberParam, requireUser, say } from '../call.ts';
import { presentWorklog } from '../present.ts';
import { isObject, ok, type Reply, refuse } from '../reply.ts';

interface Change {
  readonly worklogId: number;
  readonly updatedTime: number;
  readonly properties: readonly unknown[];
}

const PAGE = 1000;
/** Jira leaves the minute before the request out. */
const SETTLING_MS = 60_000;

function changePage(call: Call, name: string, changes: readonly Change[]): Reply {
  const since = numberParam(call, 'since', 0);
  const newest = call.world.now() - SETTLING_MS;
  const found = changes
    .filter(({ updatedTime }) => updatedTime >= since && updatedTime <= newest)
    .toSorted((a, b) => a.updatedTime - b.updatedTime);
  const values = found.slice(0, PAGE);
  const lastPage = found.length <= PAGE;
  const until = values.at(-1)?.updatedTime ?? Math.max(since, newest);
  const link = (from: number): string => apiUrl(call, `/worklog/${name}?since=${from}`);
  const nextPage = lastPage ? {} : { nextPage: link(until) };
  return ok({ values, since, until, self: link(since), ...nextPage, lastPage });
}

/** Of all authors, oldest first. */
export function worklogsUpdated(call: Call): Reply {
  const user = requireUser(call);
  const withProperties = expands(call, 'properties');
  const visible = call.world.issues.filter((issue) => call.world.canSee(user, issue));
  const changes = visible.flatMap((issue) =>
    issue.worklogs.map((log) => ({
      worklogId: Number(log.id),
      updatedTime: log.updated,
      properties: withProperties ? Object.entries(log.properties).map(([key, value]) => ({ key, value })) : [],
    })),
  );
  return changePage(call, 'updated', changes);
}

export function worklogsDeleted(call: Call): Reply {
  requireUser(call);
  const changes = call.world.deleted.map(({ worklogId, deletedAt }) => ({
    worklogId: Number(worklogId),
    updatedTime: deletedAt,
    properties: [],
  }));
  return changePage(call, 'deleted', changes);
}

/** An array, on Data Center too. Worklogs that the caller does not see are silently missing. */
export function worklogsByIds(call: Call): Reply {
  const user = requireUser(call);
  const ids: unknown = isObject(call.body) ? call.body.ids : undefined;
  if (!Array.isArray(ids) || !ids.every(Number.isInteger)) throw refuse(400, [say(call)('badPayload')]);
  if (ids.length === 0 || ids.length > PAGE) throw refuse(400, ['Between 1 and 1000 worklog ids are allowed.']);
  const found = [...new Set(ids.map(String))].flatMap((id) => {
    const hit = call.world.findWorklog(id);
    return hit !== undefined && call.world.canSee(user, hit.issue) ? [hit.worklog] : [];
  });
  return ok(found.map((log) => presentWorklog(call, log, isCloud(call) && expands(call, 'properties'))));
}
