import * as v from 'valibot';
import type { AbsenceEntry } from '../core/absence.ts';
import { REASONS } from '../core/errors.ts';
import type { RecordChange } from '../core/recordChanges.ts';
import type { Connection, Issue, OrphanWorklog, SyncAttempt, TimeRecord } from '../core/records.ts';

const LONE_SURROGATES = /[\ud800-\udfff]/gu;

/** SQLite's text ends at NUL and holds only well-formed Unicode; a text is made so before it is stored or compared. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(LONE_SURROGATES, '\ufffd');
}

const text = v.pipe(v.string(), v.transform(storable));
const word = v.pipe(v.string(), v.transform(storable), v.nonEmpty());
const instant = v.pipe(v.number(), v.safeInteger());
const reason = v.picklist(REASONS);

const basis = v.object({ timeIn: instant, timeOut: instant, zone: word, notes: text });
const content = { startedMs: instant, seconds: instant, comment: text };

const snapshot = v.object({
  ...content,
  connectionId: word,
  issueId: word,
  issueKey: word,
  worklogId: word,
  basis,
});

export const timeRecordSchema = v.pipe(
  v.object({
    id: word,
    timeIn: instant,
    timeOut: v.nullable(instant),
    zone: word,
    notes: text,
    externalLink: v.nullable(text),
    source: v.picklist(['timer', 'manual', 'api', 'split']),
    branch: v.nullable(text),
    commits: v.array(v.object({ at: instant, subject: text })),
    connectionId: v.nullable(word),
    issueKey: v.nullable(word),
    worklog: v.nullable(snapshot),
    intent: v.picklist(['mirror', 'absent', 'leave']),
    attempt: v.picklist(['none', 'open', 'unknown']),
    lookFirst: v.boolean(),
    problem: v.nullable(v.object({ reason, message: text })),
    lastSyncedAt: v.nullable(instant),
    createdAt: instant,
    updatedAt: instant,
    deletedAt: v.nullable(instant),
  }),
  v.check((record) => record.timeOut === null || record.timeOut > record.timeIn, 'timeOut must be after timeIn'),
) satisfies v.GenericSchema<unknown, TimeRecord>;

const contents = v.object({
  timeIn: instant,
  timeOut: v.nullable(instant),
  zone: word,
  notes: text,
  externalLink: v.nullable(text),
  issueKey: v.nullable(word),
  connectionId: v.nullable(word),
  intent: v.picklist(['mirror', 'absent', 'leave']),
  removed: v.boolean(),
});

export const changeSchema = v.object({
  id: instant,
  group: instant,
  recordId: word,
  at: instant,
  before: v.nullable(contents),
  after: contents,
}) satisfies v.GenericSchema<unknown, RecordChange>;

const absenceChoice = v.variant('kind', [
  v.object({ kind: v.picklist(['keep', 'discard', 'stop']) }),
  v.object({ kind: v.literal('stopAt'), at: instant }),
  v.object({ kind: v.literal('move'), issueKey: v.nullable(word) }),
]);

export const absenceSchema = v.pipe(
  v.object({
    id: word,
    recordId: word,
    from: instant,
    to: instant,
    crashed: v.boolean(),
    askedAt: instant,
    decision: v.nullable(absenceChoice),
    decidedAt: v.nullable(instant),
    changeGroup: v.nullable(instant),
  }),
  v.check(({ from, to }) => to > from, 'to must be after from'),
) satisfies v.GenericSchema<unknown, AbsenceEntry>;

export const newAttemptSchema = v.object({
  recordId: word,
  connectionId: word,
  action: v.picklist(['create', 'update', 'delete', 'adopt']),
  issueKey: text,
  issueId: text,
  worklogId: v.nullable(word),
  status: v.picklist(['pending', 'success', 'failed', 'unknown']),
  reason: v.nullable(reason),
  error: v.nullable(text),
  httpStatus: v.nullable(instant),
  startedAt: instant,
  finishedAt: v.nullable(instant),
  sent: v.nullable(v.object({ ...content, basis })),
  batchId: v.nullable(word),
});

export const attemptSchema = v.object({
  ...newAttemptSchema.entries,
  id: instant,
}) satisfies v.GenericSchema<unknown, SyncAttempt>;

export const orphanSchema = v.object({
  connectionId: word,
  issueId: word,
  issueKey: word,
  worklogId: word,
  recordId: word,
  createdAt: instant,
}) satisfies v.GenericSchema<unknown, OrphanWorklog>;

export const connectionSchema = v.object({
  id: word,
  jiraUrl: word,
  deployment: v.picklist(['cloud', 'dataCenter']),
  authType: v.picklist(['apiToken', 'pat', 'oauth']),
  email: v.nullable(text),
  cloudId: v.nullable(text),
  accountId: v.nullable(text),
  displayName: v.nullable(text),
  profileZone: v.nullable(text),
  isActive: v.boolean(),
  isDefault: v.boolean(),
  projectKeys: v.array(text),
  chosenProjects: v.array(text),
  lastSuccessAt: v.nullable(instant),
  lastProblem: v.nullable(v.object({ reason, message: text })),
  failedSignIns: instant,
  createdAt: instant,
  updatedAt: instant,
}) satisfies v.GenericSchema<unknown, Connection>;

export const issueSchema = v.object({
  key: word,
  id: text,
  summary: text,
  status: text,
  statusCategory: v.picklist(['new', 'indeterminate', 'done', 'undefined']),
  assignee: v.nullable(text),
  project: text,
  issueType: text,
  url: text,
}) satisfies v.GenericSchema<unknown, Issue>;
