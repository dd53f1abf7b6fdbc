import { documentText, textDocument } from './adf.ts';
import { apiUrl, type Call, isCloud } from './call.ts';
import type { SimIssue, SimProject, SimUser, SimWorklog } from './model.ts';
import { GROUPS, ROLES } from './seed.ts';
import { formatInstant, prettyDuration } from './time.ts';

const instant = (call: Call, ms: number): string => formatInstant(ms, call.user?.timeZone ?? 'UTC');

function avatars(call: Call, path: string): Record<string, string> {
  const sizes = ['16x16', '24x24', '32x32', '48x48'];
  return Object.fromEntries(sizes.map((size) => [size, `${call.siteUrl}/secure/${path}&size=${size}`]));
}

/** A user as other things mention them. */
export function presentUser(call: Call, user: SimUser): Record<string, unknown> {
  const shared = {
    displayName: user.displayName,
    active: true,
    timeZone: user.timeZone,
    avatarUrls: avatars(call, `useravatar?ownerId=${user.accountId}`),
  };
  if (!isCloud(call)) {
    const self = apiUrl(call, `/user?username=${user.name}`);
    return { self, name: user.name, key: user.key, emailAddress: user.email, ...shared };
  }
  const self = apiUrl(call, `/user?accountId=${user.accountId}`);
  return { self, accountId: user.accountId, accountType: 'atlassian', emailAddress: user.email, ...shared };
}

export function presentProject(call: Call, project: SimProject): Record<string, unknown> {
  return {
    self: apiUrl(call, `/project/${project.id}`),
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: 'software',
    avatarUrls: avatars(call, `projectavatar?pid=${project.id}`),
    ...(isCloud(call) ? { simplified: false, style: 'classic', isPrivate: false } : {}),
    ...(project.archived ? { archived: true } : {}),
  };
}

function presentComment(call: Call, comment: unknown): unknown {
  if (comment === null) return call.api === 2 ? '' : undefined;
  if (call.api === 2) return typeof comment === 'string' ? comment : documentText(comment);
  return typeof comment === 'string' ? textDocument(comment) : comment;
}

function presentVisibility(call: Call, { type, value }: { type: string; value: string }): unknown {
  if (!isCloud(call)) return { type, value };
  const level = (type === 'group' ? GROUPS : ROLES).find(({ name }) => name === value);
  return { type, value, identifier: level?.id ?? value };
}

export function presentWorklog(call: Call, log: SimWorklog, withProperties: boolean): Record<string, unknown> {
  const comment = presentComment(call, log.comment);
  return {
    self: apiUrl(call, `/issue/${log.issueId}/worklog/${log.id}`),
    author: presentUser(call, call.world.user(log.author)),
    updateAuthor: presentUser(call, call.world.user(log.updateAuthor)),
    ...(comment === undefined ? {} : { comment }),
    created: instant(call, log.created),
    updated: instant(call, log.updated),
    ...(log.visibility === null ? {} : { visibility: presentVisibility(call, log.visibility) }),
    started: instant(call, log.started),
    timeSpent: prettyDuration(log.seconds),
    timeSpentSeconds: log.seconds,
    id: log.id,
    issueId: log.issueId,
    ...(withProperties ? { properties: Object.entries(log.properties).map(([key, value]) => ({ key, value })) } : {}),
  };
}

const CATEGORIES = {
  new: { id: 2, colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, colorName: 'green', name: 'Done' },
} as const;

function presentStatus(call: Call, issue: SimIssue): unknown {
  const category = CATEGORIES[issue.statusCategory];
  return {
    self: apiUrl(call, `/status/1000${category.id}`),
    name: issue.status,
    id: `1000${category.id}`,
    statusCategory: { self: apiUrl(call, `/statuscategory/${category.id}`), key: issue.statusCategory, ...category },
  };
}

function allFields(call: Call, issue: SimIssue): Record<string, unknown> {
  const project = call.world.project(issue.projectKey);
  const spent = issue.worklogs.reduce((sum, log) => sum + log.seconds, 0);
  const embedded = issue.worklogs.slice(0, 20);
  return {
    summary: issue.summary,
    status: presentStatus(call, issue),
    issuetype: { self: apiUrl(call, '/issuetype/10001'), id: '10001', name: issue.issueType, subtask: false },
    project: project === undefined ? null : presentProject(call, project),
    assignee: issue.assignee === null ? null : presentUser(call, call.world.user(issue.assignee)),
    resolution: issue.resolution === null ? null : { id: '10000', name: issue.resolution },
    created: instant(call, issue.created),
    updated: instant(call, issue.updated),
    timespent: spent === 0 ? null : spent,
    timetracking: { remainingEstimateSeconds: issue.remainingSeconds, timeSpentSeconds: spent },
    worklog: {
      startAt: 0,
      maxResults: 20,
      total: issue.worklogs.length,
      worklogs: embedded.map((log) => presentWorklog(call, log, false)),
    },
  };
}

function wants(fields: readonly string[], name: string): boolean {
  if (fields.includes(`-${name}`)) return false;
  return fields.some((field) => field === '*all' || field === '*navigable' || field === name || field.startsWith('-'));
}

/** @param fields names as in the `fields` parameter; `['id']` leaves everything else out, as Cloud search does. */
export function presentIssue(call: Call, issue: SimIssue, fields: readonly string[]): Record<string, unknown> {
  if (fields.length === 1 && fields[0] === 'id') return { id: issue.id };
  const chosen = Object.entries(allFields(call, issue)).filter(([name]) => wants(fields, name));
  return {
    expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
    id: issue.id,
    self: apiUrl(call, `/issue/${issue.id}`),
    key: issue.key,
    fields: Object.fromEntries(chosen),
  };
}
