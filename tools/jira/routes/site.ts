import { apiUrl, type Call, isCloud, numberParam, requireIssue, requireUser } from '../call.ts';
import { PERMISSIONS, type Permission, type SimProject } from '../model.ts';
import { presentProject, presentUser } from '../present.ts';
import { ok, type Reply, refuse } from '../reply.ts';
import { formatInstant } from '../time.ts';

export function serverInfo(call: Call): Reply {
  const cloud = isCloud(call);
  return ok({
    baseUrl: call.siteUrl,
    ...(cloud ? { displayUrl: call.siteUrl } : {}),
    version: cloud ? '1001.0.0-SNAPSHOT' : '10.3.2',
    versionNumbers: cloud ? [1001, 0, 0] : [10, 3, 2],
    deploymentType: cloud ? 'Cloud' : 'Server',
    buildNumber: cloud ? 100_295 : 10_030_002,
    buildDate: formatInstant(Date.UTC(2026, 9, 1), 'UTC'),
    serverTime: formatInstant(call.world.now(), 'UTC'),
    scmInfo: '1f51473f5c7b75c1a69a0090f4832cdc5053702a',
    serverTitle: cloud ? 'Demo shop' : 'Demo shop (own server)',
  });
}

export function myself(call: Call): Reply {
  const user = requireUser(call);
  const empty = { size: 0, items: [] };
  return ok({
    ...presentUser(call, user),
    locale: call.world.switches.language === 'de' ? 'de_DE' : 'en_US',
    groups: empty,
    applicationRoles: empty,
    expand: 'groups,applicationRoles',
  });
}

export function configuration(call: Call): Reply {
  requireUser(call);
  const timeTrackingEnabled = call.world.switches.timeTracking;
  return ok({
    votingEnabled: true,
    watchingEnabled: true,
    unassignedIssuesAllowed: true,
    subTasksEnabled: true,
    issueLinkingEnabled: true,
    timeTrackingEnabled,
    attachmentsEnabled: true,
    ...(timeTrackingEnabled
      ? {
          timeTrackingConfiguration: {
            workingHoursPerDay: 8,
            workingDaysPerWeek: 5,
            timeFormat: 'pretty',
            defaultUnit: 'minute',
          },
        }
      : {}),
  });
}

function permission(call: Call, key: Permission, id: number): [string, unknown] {
  const issueRef = call.query.get('issueKey') ?? call.query.get('issueId');
  const projectKey = call.query.get('projectKey')?.toUpperCase();
  const issues =
    issueRef === null
      ? call.world.issues.filter((issue) => projectKey === undefined || issue.projectKey === projectKey)
      : [requireIssue(call, issueRef)];
  const havePermission = issues.some((issue) => call.world.can(call.user, key, issue));
  const name = key.toLowerCase().replaceAll('_', ' ');
  const type = key === 'ADMINISTER' ? 'GLOBAL' : 'PROJECT';
  return [key, { id: String(id), key, name, type, description: `Ability to ${name}.`, havePermission }];
}

/** Cloud wants the permissions named; Data Center tells all of them. */
export function myPermissions(call: Call): Reply {
  const asked = (call.query.get('permissions') ?? '').split(',').filter((key) => key !== '');
  const unknown = asked.filter((key) => !PERMISSIONS.some((known) => known === key));
  if (isCloud(call) && asked.length === 0) throw refuse(400, ["The 'permissions' query parameter is required."]);
  if (isCloud(call) && unknown.length > 0) throw refuse(400, [`Unrecognized permission: ${unknown.join(', ')}`]);
  const told = isCloud(call) ? PERMISSIONS.filter((key) => asked.includes(key)) : PERMISSIONS;
  return ok({ permissions: Object.fromEntries(told.map((key, index) => permission(call, key, index + 10))) });
}

function visibleProjects(call: Call): readonly SimProject[] {
  const { world, user } = call;
  const visible = ({ key }: SimProject): boolean => {
    const issues = world.issues.filter((issue) => issue.projectKey === key);
    return issues.length === 0 || issues.some((issue) => world.can(user, 'BROWSE_PROJECTS', issue));
  };
  if (user === undefined) return [];
  return world.projects.filter((project) => !project.archived && visible(project));
}

export function projectList(call: Call): Reply {
  return ok(visibleProjects(call).map((project) => presentProject(call, project)));
}

/** Cloud's paged list: 50 a page unless told, 100 at most. */
export function projectSearch(call: Call): Reply {
  const startAt = numberParam(call, 'startAt', 0);
  const maxResults = Math.min(numberParam(call, 'maxResults', 50), 100);
  if (startAt < 0 || maxResults < 1) throw refuse(400, ['The paging parameters are out of range.']);
  const query = (call.query.get('query') ?? '').toLowerCase();
  const keys = call.query.getAll('keys').map((key) => key.toUpperCase());
  const found = visibleProjects(call)
    .filter(({ key, name }) => `${key} ${name}`.toLowerCase().includes(query))
    .filter(({ key }) => keys.length === 0 || keys.includes(key))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const page = found.slice(startAt, startAt + maxResults);
  const isLast = startAt + page.length >= found.length;
  const link = (from: number): string => apiUrl(call, `/project/search?startAt=${from}&maxResults=${maxResults}`);
  return ok({
    self: link(startAt),
    ...(isLast ? {} : { nextPage: link(startAt + maxResults) }),
    maxResults,
    startAt,
    total: found.length,
    isLast,
    values: page.map((project) => presentProject(call, project)),
  });
}

export function projectGet(call: Call): Reply {
  const ref = (call.params[0] ?? '').toUpperCase();
  const found = visibleProjects(call).find(({ id, key }) => key === ref || id === ref);
  if (found === undefined) throw refuse(404, [`No project could be found with key '${call.params[0]}'.`]);
  return ok(presentProject(call, found));
}
