import type { Event } from 'vscode';
import type { TimecardApi } from '../api.ts';

/** The API's calls, which load with the database. */
export type ApiCalls = Pick<TimecardApi, 'timer' | 'records' | 'connections' | 'issues' | 'sync'>;

/**
 * The public API. It is there as soon as the extension is active, before the database is open; every call waits for
 * `calls`. Reference: docs/api.md.
 */
export function createApi(calls: () => Promise<ApiCalls>, onDidChange: Event<void>): TimecardApi {
  return Object.freeze({
    version: 1,
    timer: Object.freeze<ApiCalls['timer']>({
      current: async () => (await calls()).timer.current(),
      clockIn: async (o) => (await calls()).timer.clockIn(o),
      clockOut: async (o) => (await calls()).timer.clockOut(o),
    }),
    records: Object.freeze<ApiCalls['records']>({
      list: async (f) => (await calls()).records.list(f),
      get: async (id) => (await calls()).records.get(id),
      add: async (r) => (await calls()).records.add(r),
      update: async (id, patch) => (await calls()).records.update(id, patch),
      remove: async (id, o) => (await calls()).records.remove(id, o),
    }),
    connections: Object.freeze<ApiCalls['connections']>({
      list: async () => (await calls()).connections.list(),
      add: async (c) => (await calls()).connections.add(c),
      test: async (id) => (await calls()).connections.test(id),
      remove: async (id) => (await calls()).connections.remove(id),
    }),
    issues: Object.freeze<ApiCalls['issues']>({
      search: async (text) => (await calls()).issues.search(text),
      assigned: async () => (await calls()).issues.assigned(),
      recent: async () => (await calls()).issues.recent(),
      get: async (key) => (await calls()).issues.get(key),
    }),
    sync: Object.freeze<ApiCalls['sync']>({
      push: async (ids) => (await calls()).sync.push(ids),
      deleteWorklog: async (id) => (await calls()).sync.deleteWorklog(id),
      history: async (f) => (await calls()).sync.history(f),
    }),
    onDidChange,
  });
}
