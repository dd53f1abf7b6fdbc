import { apiUrl, type Call, say } from '../call.ts';
import { takeIssueWrite } from '../limits.ts';
import { ok, type Reply, refuse } from '../reply.ts';
import { isProperty } from '../worklogInput.ts';
import { requireOwn, requireWorklog } from './worklogs.ts';

const keyOf = (call: Call): string => call.params[2] ?? '';

export function propertyKeys(call: Call): Reply {
  const { worklog } = requireWorklog(call);
  const base = `/issue/${worklog.issueId}/worklog/${worklog.id}/properties`;
  const keys = Object.keys(worklog.properties);
  return ok({ keys: keys.map((key) => ({ self: apiUrl(call, `${base}/${encodeURIComponent(key)}`), key })) });
}

export function propertyGet(call: Call): Reply {
  const { worklog } = requireWorklog(call);
  const key = keyOf(call);
  if (!Object.hasOwn(worklog.properties, key)) throw refuse(404, [say(call)('propertyNotFound', key)]);
  return ok({ key, value: worklog.properties[key] });
}

/** 201 for a new property, 200 for a changed one. No uniqueness is enforced. */
export function propertyPut(call: Call): Reply {
  const { issue, worklog } = requireOwn(call, 'EDIT', 403);
  takeIssueWrite(call, issue);
  const key = keyOf(call);
  if (!isProperty(key, call.body)) throw refuse(400, [say(call)('badPayload')]);
  const status = Object.hasOwn(worklog.properties, key) ? 200 : 201;
  worklog.properties = { ...worklog.properties, [key]: call.body };
  return { status };
}

export function propertyDelete(call: Call): Reply {
  const { issue, worklog } = requireOwn(call, 'EDIT', 403);
  takeIssueWrite(call, issue);
  const key = keyOf(call);
  if (!Object.hasOwn(worklog.properties, key)) throw refuse(404, [say(call)('propertyNotFound', key)]);
  worklog.properties = Object.fromEntries(Object.entries(worklog.properties).filter(([each]) => each !== key));
  return { status: 204 };
}
