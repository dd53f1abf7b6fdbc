import type { Event } from 'vscode';
import type { TimecardApi } from '../api.ts';
import { asTimecardError } from '../core/errors.ts';

/** The API's calls, which load with the database. */
export type ApiCalls = Pick<TimecardApi, 'timer' | 'records' | 'connections' | 'issues' | 'sync'>;

/**
 * The public API. It is there as soon as the extension is active, before the database is open; every call waits for
 * `calls`. Reference: docs/api.md.
 */
export function createApi(calls: () => Promise<ApiCalls>, onDidChange: Event<void>): TimecardApi {
  const ask = async <T>(question: (calls: ApiCalls) => Promise<T>): Promise<T> => {
    try {
      return await question(await calls());
    } catch (error) {
      // What comes from below us (a missing file, a locked keyring) has no reason of its own.
      throw asTimecardError(error);
    }
  };
  return Object.freeze({
    version: 1,
    timer: Object.freeze<ApiCalls['timer']>({
      current: () => ask(({ timer }) => timer.current()),
      clockIn: (o) => ask(({ timer }) => timer.clockIn(o)),
      clockOut: (o) => ask(({ timer }) => timer.clockOut(o)),
    }),
    records: Object.freeze<ApiCalls['records']>({
      list: (f) => ask(({ records }) => records.list(f)),
      get: (id) => ask(({ records }) => records.get(id)),
      add: (r) => ask(({ records }) => records.add(r)),
      update: (id, patch) => ask(({ records }) => records.update(id, patch)),
      remove: (id, o) => ask(({ records }) => records.remove(id, o)),
    }),
    connections: Object.freeze<ApiCalls['connections']>({
      list: () => ask(({ connections }) => connections.list()),
      add: (c) => ask(({ connections }) => connections.add(c)),
      test: (id) => ask(({ connections }) => connections.test(id)),
      remove: (id) => ask(({ connections }) => connections.remove(id)),
    }),
    issues: Object.freeze<ApiCalls['issues']>({
      search: (text) => ask(({ issues }) => issues.search(text)),
      assigned: () => ask(({ issues }) => issues.assigned()),
      recent: () => ask(({ issues }) => issues.recent()),
      get: (key) => ask(({ issues }) => issues.get(key)),
    }),
    sync: Object.freeze<ApiCalls['sync']>({
      push: (ids) => ask(({ sync }) => sync.push(ids)),
      deleteWorklog: (id) => ask(({ sync }) => sync.deleteWorklog(id)),
      history: (f) => ask(({ sync }) => sync.history(f)),
    }),
    onDidChange,
  });
}
