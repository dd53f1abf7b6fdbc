import { isFault } from './faults.ts';
import type { Incoming } from './incoming.ts';
import type { JiraSimulator } from './jiraSimulator.ts';
import { isObject, ok, type Reply } from './reply.ts';

/** What `POST /__sim/do {"action": …, "args": […]}` may call. */
const ACTIONS = [
  'addIssue',
  'addProject',
  'addWorklog',
  'advance',
  'archive',
  'clearRequests',
  'closeIssue',
  'deleteWorklog',
  'editWorklog',
  'expireAccess',
  'expireToken',
  'hideIssue',
  'makeReadOnly',
  'moveIssue',
  'revokeAccess',
  'revokeToken',
  'set',
  'setCaptcha',
  'setOAuth',
  'setIndexed',
  'setLanguage',
  'setPermission',
  'setTimeZone',
  'setWorklogLimit',
  'turnTimeTrackingOff',
] as const;

function perform(simulator: JiraSimulator, action: string, args: readonly unknown[]): Reply {
  const name = ACTIONS.find((each) => each === action);
  if (name === undefined) return { status: 400, json: { error: `Unknown action. Known: ${ACTIONS.join(', ')}` } };
  const method: unknown = simulator[name];
  if (typeof method !== 'function') return { status: 500, json: { error: `${name} is not callable.` } };
  const result: unknown = Reflect.apply(method, simulator, args);
  return ok({ result: result ?? null });
}

function post(simulator: JiraSimulator, path: string, body: unknown): Reply {
  if (path === '/reset') {
    simulator.reset();
    return { status: 204 };
  }
  if (!isObject(body)) return { status: 400, json: { error: 'A JSON object is needed.' } };
  if (path === '/faults') {
    return isFault(body) ? ok({ id: simulator.faults.add(body) }) : { status: 400, json: { error: 'Not a fault.' } };
  }
  if (path === '/issues') return perform(simulator, 'addIssue', [body]);
  if (path === '/do') {
    return perform(simulator, String(body.action), Array.isArray(body.args) ? body.args : []);
  }
  return { status: 404, json: { error: 'POST /__sim/ reset, faults, issues, do' } };
}

function get(simulator: JiraSimulator, path: string): Reply {
  if (path === '/state') return ok(simulator.state.snapshot());
  if (path === '/requests') return ok(simulator.state.requests());
  if (path === '/faults') return ok(simulator.faults.pending());
  if (path === '/info') return ok(describe(simulator));
  return { status: 404, json: { error: 'GET /__sim/ state, requests, faults, info' } };
}

/** What another process needs to use this simulator. */
export function describe(simulator: JiraSimulator): Readonly<Record<string, unknown>> {
  const { url, gatewayUrl, authUrl, elsewhereUrl, controlUrl, deployment, cloudId, users, tokens } = simulator;
  return { url, gatewayUrl, authUrl, elsewhereUrl, controlUrl, deployment, cloudId, users, tokens };
}

/** The control door for tests in other processes, under `/__sim/` at the site's host. */
export function door(simulator: JiraSimulator, incoming: Incoming): Reply {
  const path = incoming.url.pathname.slice('/__sim'.length);
  try {
    if (incoming.method === 'GET') return get(simulator, path);
    if (incoming.method === 'DELETE' && path === '/faults') {
      simulator.faults.clear();
      return { status: 204 };
    }
    const body: unknown = incoming.body === '' ? {} : JSON.parse(incoming.body);
    return post(simulator, path, body);
  } catch (error) {
    return { status: 400, json: { error: error instanceof Error ? error.message : String(error) } };
  }
}
