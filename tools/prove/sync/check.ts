import type { TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf, wantsWorklog } from '../../../src/core/syncState.ts';
import type { JiraSimulator, StoredWorklog } from '../../jira/simulator.ts';
import type { Dice } from '../support/numbers.ts';
import { checkLog } from './checkLog.ts';
import type { Counts } from './counts.ts';
import type { People } from './people.ts';
import type { ProofWindow } from './window.ts';

export interface Scene {
  readonly jira: JiraSimulator;
  readonly people: People;
  readonly window: ProofWindow;
  readonly counts: Counts;
  readonly dice: Dice;
}

const EVERYTHING = 100_000;
/** Syncs that settle everything at most, with conflicts in between. */
const CALM_SYNCS = 6;

/**
 * Syncs until nothing is due, ending conflicts by choosing one side. Then everything that somebody changed in Jira is
 * edited here as well, so that nobody's change is overwritten without a word.
 * @returns what is wrong
 */
export async function settle(scene: Scene): Promise<readonly string[]> {
  const problems = [...(await syncUntilCalm(scene))];
  const overtaken = await changedBehindOurBack(scene);
  for (const { id } of overtaken) await scene.window.records.update(id, { notes: 'Changed here, too' });
  if (overtaken.length === 0) return problems;
  const { errors } = await scene.window.sync.push(undefined);
  for (const { id } of overtaken) {
    const found = errors.find(({ recordId }) => recordId === id);
    if (found?.reason !== 'conflict')
      problems.push(`${id}: overwrote somebody's change (${found?.message ?? 'synced'})`);
    scene.people.wanted.delete(id);
  }
  return [...problems, ...(await syncUntilCalm(scene))];
}

async function syncUntilCalm(scene: Scene): Promise<readonly string[]> {
  const { window } = scene;
  const problems: string[] = [];
  for (let n = 0; n < CALM_SYNCS; n += 1) {
    const { errors } = await window.sync.push(undefined);
    const failures = errors.filter(({ reason }) => reason !== 'conflict');
    const conflicts = await window.store.read((db) => db.records({ syncState: 'conflict', limit: EVERYTHING }));
    for (const { recordId, reason, message } of failures)
      problems.push(`${recordId} failed with a Jira that is well: ${reason}: ${message}`);
    for (const { id } of conflicts) problems.push(...(await endConflict(scene, id)));
    if ((await window.store.read((db) => db.dueRecordIds())).length === 0) return problems;
  }
  return [...problems, 'Records stay due for ever'];
}

/** It may have gone after a sync looked and before it wrote, or been changed first and deleted after that was told. */
const GONE = /^(The worklog was deleted in Jira|The worklog is no longer in Jira|Changed in Jira to)/;
const CHANGED = /^Changed in Jira to/;

/** Checks what a conflict says, and chooses a side. */
async function endConflict({ jira, people, window, counts, dice }: Scene, id: string): Promise<readonly string[]> {
  const record = await window.store.read((db) => db.record(id, true));
  const worklogId = record?.worklog?.worklogId ?? '';
  const problems: string[] = [];
  counts.add('conflicts');
  if (!people.touched.has(worklogId))
    problems.push(`${id}: a conflict, and nobody changed worklog ${worklogId} in Jira`);
  const says = jira.state.worklog(worklogId) === undefined ? GONE : CHANGED;
  const message = record?.problem?.message ?? '';
  if (!says.test(message)) problems.push(`${id}: the conflict says "${message}", not ${says}`);
  if (record === undefined || syncStateOf(record) !== 'conflict')
    return [...problems, `${id}: not shown as a conflict`];
  await people.resolve(window, id, dice.pick(['mine', 'jira'] as const));
  return problems;
}

/** Records that are synced, and whose worklog somebody changed or deleted since. */
async function changedBehindOurBack({ jira, people, window }: Scene): Promise<readonly TimeRecord[]> {
  const records = await window.store.read((db) => db.records({ limit: EVERYTHING }));
  return records.filter((record) => {
    const { worklog } = record;
    if (worklog === null || !wantsWorklog(record) || !people.touched.has(worklog.worklogId)) return false;
    const there = jira.state.worklog(worklog.worklogId);
    return there === undefined || there.timeSpentSeconds !== secondsOf(record);
  });
}

/** Looks at every record, every worklog and every row of the sync log. @returns what is wrong */
export async function check(scene: Scene): Promise<readonly string[]> {
  const { jira, people, window, counts } = scene;
  const ids = await window.store.read((db) => [
    ...db.records({ limit: EVERYTHING }).map(({ id }) => id),
    ...[...people.removed.keys()],
  ]);
  const records = await window.store.read((db) => ids.flatMap((id) => db.record(id, true) ?? []));
  const attempts = await window.sync.history({ limit: EVERYTHING });
  counts.add('records', records.length);
  counts.add('worklogs', people.ours().length);
  return [
    ...records.flatMap((record) => checkRecord(scene, record)),
    ...checkWorklogs(scene, records),
    ...checkWanted(people, records),
    ...checkLog(scene, attempts),
    ...jira.state.strays().map(({ path }) => `A redirect was followed to ${path}`),
  ];
}

/** Every worklog of ours belongs to one record, which knows it. */
function checkWorklogs({ people, window: _ }: Scene, records: readonly TimeRecord[]): readonly string[] {
  const owned = records.flatMap(({ worklog }) => (worklog === null ? [] : [worklog.worklogId]));
  const problems = people.ours().flatMap(({ id, issueKey }) => {
    const owners = owned.filter((each) => each === id).length;
    return owners === 1 ? [] : [`Worklog ${id} on ${issueKey} belongs to ${owners} records`];
  });
  return problems;
}

function checkRecord({ jira, people }: Scene, record: TimeRecord): readonly string[] {
  const { id, worklog, attempt } = record;
  if (attempt !== 'none') return [`${id} stays in doubt: ${attempt}`];
  const state = syncStateOf(record);
  if (state !== 'synced' && state !== 'local') return [`${id} stays ${state}: ${record.problem?.message}`];
  const there = worklog === null ? undefined : jira.state.worklog(worklog.worklogId);
  if (worklog !== null && there === undefined && !people.touched.has(worklog.worklogId))
    return [`${id}: its worklog ${worklog.worklogId} is not in Jira`];
  if (record.intent === 'absent') return worklog === null ? [] : [`${id}: its worklog was to be deleted`];
  if (!wantsWorklog(record)) return [];
  if (there === undefined) return [`${id} has no worklog in Jira`];
  return differences(record, there).map((what) => `${id}, worklog ${there.id}: ${what}`);
}

function differences(record: TimeRecord, there: StoredWorklog): readonly string[] {
  const comment = record.notes.trim() === '' ? 'Tracked with Timecard' : record.notes;
  return [
    ...differs('issue in Jira', there.issueKey, record.issueKey),
    ...differs('start in Jira', there.started, record.timeIn),
    ...differs('seconds in Jira', there.timeSpentSeconds, secondsOf(record)),
    ...differs('comment in Jira', words(there.commentText.replace(/\\(?=[^A-Za-z0-9\s])/g, '')), words(comment)),
  ];
}

function differs<T>(what: string, there: T, here: T): readonly string[] {
  return there === here ? [] : [`${what}: ${String(there)}, not ${String(here)}`];
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** All times in the schedules are whole minutes. */
function secondsOf({ timeIn, timeOut }: TimeRecord): number {
  return timeOut === null ? 0 : (timeOut - timeIn) / 1_000;
}

/** The database has what the user asked for. */
function checkWanted(people: People, records: readonly TimeRecord[]): readonly string[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return [...people.wanted].flatMap(([id, wanted]) => {
    const record = byId.get(id);
    if (record === undefined) return [`${id} is lost`];
    const isRemoved = people.removed.has(id) === (record.deletedAt !== null);
    return [
      ...(isRemoved ? [] : [`${id}: removed here is ${people.removed.get(id)}, in the database ${record.deletedAt}`]),
      ...(['timeIn', 'timeOut', 'notes', 'issueKey'] as const).flatMap((field) =>
        differs(`${id}, ${field} here`, record[field], wanted[field]),
      ),
    ];
  });
}
