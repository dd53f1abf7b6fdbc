import type * as v from 'valibot';
import type { SyncResult } from '../api.ts';
import { asTimecardError, invalid } from '../core/errors.ts';
import type { Credentials } from '../core/jiraPorts.ts';
import type { Log } from '../core/ports.ts';
import { checkIssueKey } from '../core/timeRules.ts';
import type { ApiCalls } from './api.ts';
import * as args from './apiArguments.ts';
import { connectionShape, issueShape, logShape, recordShape } from './apiShapes.ts';
import { parseNamed } from './commands/arguments.ts';
import type { EditorDeps, Services } from './services.ts';

const DEFAULT_LIMIT = 1_000;

export interface ApiDeps {
  readonly services: Services;
  readonly freshBranch: EditorDeps['freshBranch'];
  readonly log: Log;
}

/** The calls of the public API over the same use cases that the commands use. Every argument is checked first. */
export function createApiCalls(deps: ApiDeps): ApiCalls {
  return {
    timer: timerCalls(deps),
    records: recordCalls(deps),
    connections: connectionCalls(deps.services),
    issues: issueCalls(deps.services),
    sync: syncCalls(deps.services),
  };
}

function timerCalls({ services: { timeClock }, freshBranch }: ApiDeps): ApiCalls['timer'] {
  return {
    current: async () => {
      const running = await timeClock.current();
      return running === undefined ? undefined : recordShape(running);
    },
    clockIn: async (o) => {
      const { at, issueKey, ...given } = args.options('options', args.ClockIn, o) ?? {};
      const atMs = args.instant('at', at);
      const branch = await freshBranch();
      // Left out, the branch names the issue, as it does for a click; `null` says that there is none.
      const key = issueKey === undefined ? branch.issueKey : checkIssueKey('issueKey', issueKey);
      const record = await timeClock.clockIn({
        ...args.defined({ ...given, at: atMs }),
        issueKey: key,
        branch: branch.branch,
        source: 'api',
      });
      return recordShape(record);
    },
    clockOut: async (o) => {
      const { at, notes } = args.options('options', args.ClockOut, o) ?? {};
      const records = await timeClock.clockOut(args.defined({ notes, at: args.instant('at', at) }));
      return records.map(recordShape);
    },
  };
}

function recordCalls({ services: { records, sync }, log }: ApiDeps): ApiCalls['records'] {
  return {
    list: async (f) => {
      const filter = args.options('filter', args.ListFilter, f) ?? {};
      const from = args.instant('from', filter.from);
      const to = args.instant('to', filter.to);
      args.checkRange(from, to);
      const issueKey =
        filter.issueKey === undefined ? undefined : (checkIssueKey('issueKey', filter.issueKey) ?? undefined);
      const { syncState, text, offset, limit = DEFAULT_LIMIT } = filter;
      const found = await records.list(args.defined({ from, to, issueKey, syncState, text, offset, limit }));
      return found.map(recordShape);
    },
    get: async (id) => {
      const record = await records.get(args.idArgument('id', id));
      return record === undefined ? undefined : recordShape(record);
    },
    add: async (r) => {
      const { timeIn, timeOut, ...rest } = parseNamed('record', args.NewRecord, r);
      const span = { timeIn: requiredInstant('timeIn', timeIn), timeOut: requiredInstant('timeOut', timeOut) };
      return recordShape(await records.add({ ...args.defined(rest), ...span, source: 'api' }));
    },
    update: async (id, patch) => {
      const recordId = args.idArgument('id', id);
      const { timeIn, timeOut, ...rest } = parseNamed('patch', args.RecordPatch, patch);
      const times = { timeIn: args.instant('timeIn', timeIn), timeOut: args.instant('timeOut', timeOut) };
      return recordShape(await records.update(recordId, args.defined({ ...rest, ...times })));
    },
    remove: async (id, o) => {
      const recordId = args.idArgument('id', id);
      const { worklog } = args.options('options', args.Remove, o) ?? {};
      const tellJira = await records.remove(recordId, worklog);
      if (tellJira) await clearWorklog(sync, recordId, log);
    },
  };
}

/** The record is gone and Jira's part is written down, so a failure here only means that the next sync does it. */
async function clearWorklog(sync: Services['sync'], recordId: string, log: Log): Promise<void> {
  try {
    const { errors } = await sync.push([recordId]);
    for (const { reason, message } of errors) log.warn(`The worklog of a removed record waits (${reason}): ${message}`);
  } catch (error) {
    log.warn(`The worklog of a removed record waits: ${asTimecardError(error).message}`);
  }
}

function connectionCalls({ connections }: Services): ApiCalls['connections'] {
  return {
    list: async () => (await connections.list()).map(connectionShape),
    add: async (c) => {
      const { jiraUrl, auth } = parseNamed('connection', args.NewConnection, c);
      const credentials: v.InferOutput<typeof args.NewConnection>['auth'] & Credentials = auth;
      return connectionShape(await connections.add(jiraUrl, credentials));
    },
    test: async (id) => Object.freeze({ ...(await connections.test(args.idArgument('id', id))) }),
    remove: async (id) => connections.remove(args.idArgument('id', id)),
  };
}

function issueCalls({ issues }: Services): ApiCalls['issues'] {
  return {
    search: async (text) => (await issues.search(parseNamed('text', args.SearchText, text))).map(issueShape),
    assigned: async () => (await issues.assigned()).map(issueShape),
    recent: async () => (await issues.recent()).map(issueShape),
    get: async (key) => issueShape(await issues.get(parseNamed('key', args.SearchText, key))),
  };
}

function syncCalls(services: Services): ApiCalls['sync'] {
  const { sync } = services;
  return {
    push: async (recordIds) => {
      const ids = args.options('recordIds', args.RecordIds, recordIds);
      if (ids !== undefined) await checkKnown(services, ids);
      return syncResult(await sync.push(ids, { again: true }));
    },
    deleteWorklog: async (id) => {
      const recordId = args.idArgument('recordId', id);
      await checkKnown(services, [recordId], 'recordId');
      await sync.deleteWorklog(recordId);
    },
    history: async (f) => {
      const filter = args.options('filter', args.LogFilter, f) ?? {};
      const from = args.instant('from', filter.from);
      const to = args.instant('to', filter.to);
      args.checkRange(from, to);
      const { recordId, status, limit = DEFAULT_LIMIT } = filter;
      return (await sync.history(args.defined({ recordId, status, from, to, limit }))).map(logShape);
    },
  };
}

/** Nothing is sent when one of the ids is wrong. */
async function checkKnown(services: Services, ids: readonly string[], name = 'recordIds'): Promise<void> {
  const unknown = await services.store.read((db) => ids.find((id) => db.record(id) === undefined));
  if (unknown !== undefined) throw invalid(name, `There is no record with the id ${JSON.stringify(unknown)}.`);
}

function syncResult(summary: Awaited<ReturnType<Services['sync']['push']>>): SyncResult {
  const { total, succeeded, failed, errors } = summary;
  const plain = errors.map(({ recordId, reason, message }) => Object.freeze({ recordId, reason, error: message }));
  return Object.freeze({ total, succeeded, failed, errors: plain });
}

function requiredInstant(name: string, value: unknown): number {
  const ms = args.instant(name, value);
  if (ms === undefined) throw invalid(name, 'is missing');
  return ms;
}
