import type { SyncAttempt } from '../../../src/core/records.ts';
import { RECORD_PROPERTY } from '../../../src/jira/dialect.ts';
import type { JiraSimulator, RequestEntry } from '../../jira/simulator.ts';
import type { People } from './people.ts';

interface Scene {
  readonly jira: JiraSimulator;
  readonly people: People;
}

const ACTIONS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', DELETE: 'delete' };
const WORKLOG = /\/issue\/([^/]+)\/worklog(?:\/(\d+))?$/;

/** Every write that reached Jira has its row, and every row says what became of it. @returns what is wrong */
export function checkLog(scene: Scene, attempts: readonly SyncAttempt[]): readonly string[] {
  const writes = scene.jira.state.requests().filter((request) => writeOf(request) !== undefined);
  return [
    ...checkArrived(writes, attempts),
    ...writes.filter(wasDone).flatMap((write) => checkMade(scene, write, attempts)),
    ...checkDone(scene, writes.filter(wasDone), attempts),
    ...attempts.flatMap((attempt) => checkRow(scene, attempt)),
  ];
}

function checkArrived(writes: readonly RequestEntry[], attempts: readonly SyncAttempt[]): readonly string[] {
  const rows = tally(attempts.filter(wasSent).map(rowName));
  return [...tally(writes.flatMap((write) => writeOf(write) ?? []))].flatMap(([write, times]) => {
    const noted = rows.get(write) ?? 0;
    return noted >= times ? [] : [`${times} × ${write} reached Jira, and the log has ${noted}`];
  });
}

/** A worklog that was made is named by a row of its record, unless it was deleted before anybody could find it. */
function checkMade({ people }: Scene, write: RequestEntry, attempts: readonly SyncAttempt[]): readonly string[] {
  const id = write.work?.madeId;
  if (id === undefined || people.unseen.has(id)) return [];
  const rows = attempts.filter((attempt) => attempt.worklogId === id && madeIt(attempt));
  if (rows.length === 0) return [`Worklog ${id} was made, and no row of the log tells of it`];
  const others = rows.filter((row) => !isOf(row, write.body));
  return others.map(
    (row) => `Row ${row.id} of the log gives worklog ${id} to ${row.recordId}, for which it was not made`,
  );
}

function madeIt({ action, status }: SyncAttempt): boolean {
  return status === 'success' && (action === 'create' || action === 'adopt');
}

/** On Cloud a request carries its record; on Data Center no two records have the same start. */
function isOf({ recordId, sent }: SyncAttempt, body: unknown): boolean {
  const { properties, started, timeSpentSeconds } = asCreate(body);
  const mark = properties?.find(({ key }) => key === RECORD_PROPERTY);
  if (mark !== undefined) return JSON.stringify(mark.value).includes(recordId);
  return sent?.startedMs === Date.parse(started ?? '') && sent.seconds === timeSpentSeconds;
}

interface CreateBody {
  readonly started?: string;
  readonly timeSpentSeconds?: number;
  readonly properties?: readonly { readonly key: string; readonly value: unknown }[];
}

function asCreate(body: unknown): CreateBody {
  return typeof body === 'object' && body !== null ? body : {};
}

/** What Jira did to a worklog, as often as it did, is called a success, and nothing that it did not. */
function checkDone(
  { people }: Scene,
  done: readonly RequestEntry[],
  attempts: readonly SyncAttempt[],
): readonly string[] {
  const isKnown = (id: string | null | undefined) => id != null && !people.touched.has(id);
  const changes = done.filter(({ method, path }) => method === 'DELETE' || isKnown(WORKLOG.exec(path)?.[2]));
  const successes = tally(attempts.filter(({ status }) => status === 'success').map(rowName));
  const doneTimes = tally(done.flatMap((write) => writeOf(write) ?? []));
  const missing = [...tally(changes.flatMap((write) => writeOf(write) ?? []))].flatMap(([write, times]) => {
    const told = successes.get(write) ?? 0;
    return told >= times ? [] : [`${times} × ${write} was done by Jira, and the log calls ${told} a success`];
  });
  const updates = attempts.filter(
    ({ status, action, worklogId }) => status === 'success' && action === 'update' && isKnown(worklogId),
  );
  const invented = updates.filter((row) => !doneTimes.has(rowName(row)));
  return [
    ...missing,
    ...invented.map((row) => `Row ${row.id} of the log (update) succeeded, and Jira did no such thing`),
  ];
}

function checkRow({ jira, people }: Scene, { id, status, action, worklogId }: SyncAttempt): readonly string[] {
  const row = `Row ${id} of the log (${action})`;
  if (status === 'pending' || status === 'unknown') return [`${row} stays ${status}`];
  if (status === 'failed') return [];
  if (worklogId === null) return [`${row} succeeded without a worklog`];
  if (people.foreign.has(worklogId)) return [`${row} names worklog ${worklogId}, which is somebody else's`];
  const isThere = jira.state.worklog(worklogId) !== undefined;
  const wasThere = jira.state.deletedWorklogs().some((deleted) => deleted.worklogId === worklogId);
  if (action === 'delete') return isThere ? [`${row} deleted worklog ${worklogId}, which is there`] : [];
  return isThere || wasThere ? [] : [`${row} names worklog ${worklogId}, which never was`];
}

/** Whether Jira did what it was asked for, whoever heard of that. */
function wasDone({ work }: RequestEntry): boolean {
  return work !== undefined && work.status < 300;
}

/** Rows are also made for what failed before anything was sent; deletions do not show that. */
function wasSent({ action, sent }: SyncAttempt): boolean {
  return action === 'delete' || sent !== null;
}

function writeOf({ method, path }: RequestEntry): string | undefined {
  const action = ACTIONS[method];
  const [, issueId = '', worklogId] = WORKLOG.exec(path) ?? [];
  return action === undefined || issueId === '' ? undefined : nameOf(action, issueId, worklogId);
}

function rowName({ action, issueId, worklogId }: SyncAttempt): string {
  return nameOf(action, issueId, worklogId);
}

/** A worklog that is being made has no id yet. */
function nameOf(action: string, issueId: string, worklogId: string | null | undefined): string {
  return action === 'create' ? `create on ${issueId}` : `${action} ${worklogId} on ${issueId}`;
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const name of names) numbers.set(name, (numbers.get(name) ?? 0) + 1);
  return numbers;
}
