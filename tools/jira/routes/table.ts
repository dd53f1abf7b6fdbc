import type { Call } from '../call.ts';
import type { Deployment } from '../model.ts';
import type { Reply } from '../reply.ts';
import { worklogsByIds, worklogsDeleted, worklogsUpdated } from './changes.ts';
import { issueGet } from './issues.ts';
import { propertyDelete, propertyGet, propertyKeys, propertyPut } from './properties.ts';
import { approximateCount, picker, searchClassic, searchJql, searchRemoved } from './search.ts';
import { configuration, myPermissions, myself, projectGet, projectList, projectSearch, serverInfo } from './site.ts';
import { worklogAdd, worklogDelete, worklogGet, worklogList, worklogUpdate } from './worklogs.ts';

export interface Route {
  readonly method: string;
  /** Below `/rest/api/{version}`; `*` is one path segment. */
  readonly path: string;
  readonly handle: (call: Call) => Reply;
  /** Classic scope that scoped tokens need; absent: none. */
  readonly scope?: string;
  readonly only?: Deployment;
}

const READ = 'read:jira-work';
const WRITE = 'write:jira-work';
const USER = 'read:jira-user';
const LOG = '/issue/*/worklog';
const PROPERTIES = `${LOG}/*/properties`;

/** Every resource this Jira serves. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/serverInfo', handle: serverInfo },
  { method: 'GET', path: '/myself', handle: myself, scope: USER },
  { method: 'GET', path: '/configuration', handle: configuration, scope: USER },
  { method: 'GET', path: '/mypermissions', handle: myPermissions, scope: READ },
  { method: 'GET', path: '/project/search', handle: projectSearch, scope: READ, only: 'cloud' },
  { method: 'GET', path: '/project', handle: projectList, scope: READ, only: 'dataCenter' },
  { method: 'GET', path: '/project/*', handle: projectGet, scope: READ },
  { method: 'GET', path: '/issue/picker', handle: picker, scope: READ },
  { method: 'GET', path: '/issue/*', handle: issueGet, scope: READ },
  { method: 'GET', path: LOG, handle: worklogList, scope: READ },
  { method: 'POST', path: LOG, handle: worklogAdd, scope: WRITE },
  { method: 'GET', path: `${LOG}/*`, handle: worklogGet, scope: READ },
  { method: 'PUT', path: `${LOG}/*`, handle: worklogUpdate, scope: WRITE },
  { method: 'DELETE', path: `${LOG}/*`, handle: worklogDelete, scope: WRITE },
  { method: 'GET', path: PROPERTIES, handle: propertyKeys, scope: READ, only: 'cloud' },
  { method: 'GET', path: `${PROPERTIES}/*`, handle: propertyGet, scope: READ, only: 'cloud' },
  { method: 'PUT', path: `${PROPERTIES}/*`, handle: propertyPut, scope: WRITE, only: 'cloud' },
  { method: 'DELETE', path: `${PROPERTIES}/*`, handle: propertyDelete, scope: WRITE, only: 'cloud' },
  { method: 'GET', path: '/worklog/updated', handle: worklogsUpdated, scope: READ },
  { method: 'GET', path: '/worklog/deleted', handle: worklogsDeleted, scope: READ },
  { method: 'POST', path: '/worklog/list', handle: worklogsByIds, scope: READ },
  { method: 'GET', path: '/search', handle: searchRemoved, scope: READ, only: 'cloud' },
  { method: 'POST', path: '/search', handle: searchRemoved, scope: READ, only: 'cloud' },
  { method: 'GET', path: '/search/jql', handle: searchJql, scope: READ, only: 'cloud' },
  { method: 'POST', path: '/search/jql', handle: searchJql, scope: READ, only: 'cloud' },
  { method: 'POST', path: '/search/approximate-count', handle: approximateCount, scope: READ, only: 'cloud' },
  { method: 'GET', path: '/search', handle: searchClassic, scope: READ, only: 'dataCenter' },
  { method: 'POST', path: '/search', handle: searchClassic, scope: READ, only: 'dataCenter' },
];

export interface Match {
  readonly route: Route;
  readonly params: readonly string[];
}

function paramsOf(pattern: string, path: string): readonly string[] | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const fits = wanted.every((part, index) => part === given[index] || (part === '*' && given[index] !== ''));
  if (!fits) return undefined;
  return given.filter((_, index) => wanted[index] === '*').map(decodeURIComponent);
}

/** @returns the route, `405` when only another method fits, `404` when none does. */
export function findRoute(deployment: Deployment, method: string, path: string): Match | 404 | 405 {
  const here = ROUTES.filter((route) => route.only === undefined || route.only === deployment);
  const fitting = here.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const match = fitting.find(({ route }) => route.method === method);
  return match ?? (fitting.length > 0 ? 405 : 404);
}
