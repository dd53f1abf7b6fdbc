import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectOf } from '../../../src/core/issueKey.ts';
import type { OrphanWorklog, TimeRecord } from '../../../src/core/records.ts';
import type { Reader, Tx } from '../../../src/core/storePorts.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { open, record, synced, tempFolder } from './helpers.ts';

const ID = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const KEY = fc.constantFrom(null, 'PROJ-1', 'PROJ-2', 'PROJ2-1', 'PRO-1');
const NOTES = fc.oneof(fc.constantFrom('', 'Abc_%', 'ärger', '100%'), fc.string({ unit: 'grapheme', maxLength: 8 }));
const TIME = fc.integer({ min: 0, max: 20 });

const RECORD: fc.Arbitrary<TimeRecord> = fc
  .record({
    id: ID,
    timeIn: TIME,
    length: fc.option(fc.integer({ min: 1, max: 10 })),
    notes: NOTES.map((text) => text.replaceAll('\0', '')),
    issueKey: KEY,
    inJira: fc.boolean(),
    edited: fc.boolean(),
    removed: fc.boolean(),
    attempt: fc.constantFrom('none' as const, 'open' as const, 'unknown' as const),
    intent: fc.constantFrom('mirror' as const, 'absent' as const, 'leave' as const),
    problem: fc.constantFrom(null, 'network' as const, 'conflict' as const),
  })
  .map(({ length, inJira, edited, removed, problem, ...rest }) => {
    const timeOut = length === null ? null : rest.timeIn + length;
    const plain = record(rest.id, {
      ...rest,
      timeOut,
      deletedAt: removed ? 99 : null,
      problem: problem === null ? null : { reason: problem, message: 'it failed' },
    });
    const inBoth = inJira && timeOut !== null ? synced(plain, `w-${rest.id}`) : plain;
    return edited ? { ...inBoth, notes: `${inBoth.notes}!` } : inBoth;
  });

type RecordOperation = { readonly kind: 'insert' | 'update'; readonly value: TimeRecord };
type OrphanOperation = { readonly kind: 'orphan' | 'noOrphan'; readonly recordId: string; readonly worklogId: string };
type Operation = RecordOperation | OrphanOperation;

const OPERATION: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('insert' as const, 'update' as const), value: RECORD }) },
  fc.record({
    kind: fc.constantFrom('orphan' as const, 'noOrphan' as const),
    recordId: ID,
    worklogId: fc.constantFrom('o1', 'o2'),
  }),
);

/** What the store should hold, in plain lists; records in the order they were inserted. */
interface Model {
  readonly records: readonly TimeRecord[];
  readonly orphans: readonly OrphanWorklog[];
}

function orphan(recordId: string, worklogId: string): OrphanWorklog {
  return { connectionId: 'c1', issueId: '1', issueKey: 'PROJ-9', worklogId, recordId, createdAt: 1 };
}

function stepOrphan({ records, orphans }: Model, { kind, recordId, worklogId }: OrphanOperation): Model | undefined {
  const others = orphans.filter((other) => other.worklogId !== worklogId);
  if (kind === 'noOrphan') return { records, orphans: others };
  if (!records.some(({ id }) => id === recordId)) return undefined;
  return { records, orphans: [...others, orphan(recordId, worklogId)] };
}

function stepRecord({ records, orphans }: Model, { kind, value }: RecordOperation): Model | undefined {
  const exists = records.some(({ id }) => id === value.id);
  if (exists === (kind === 'insert')) return undefined;
  const next = exists ? records.map((old) => (old.id === value.id ? value : old)) : [...records, value];
  const running = next.filter(({ timeOut, deletedAt }) => timeOut === null && deletedAt === null);
  return running.length > 1 ? undefined : { records: next, orphans };
}

/** The model after the operation, or `undefined` when it must be refused. */
function step(model: Model, operation: Operation): Model | undefined {
  return 'value' in operation ? stepRecord(model, operation) : stepOrphan(model, operation);
}

function perform(tx: Tx, operation: Operation): void {
  if ('value' in operation) {
    if (operation.kind === 'insert') tx.insertRecord(operation.value);
    else tx.updateRecord(operation.value);
  } else if (operation.kind === 'orphan') tx.insertOrphan(orphan(operation.recordId, operation.worklogId));
  else tx.removeOrphan('c1', operation.worklogId);
}

function live(model: Model): TimeRecord[] {
  return model.records.filter(({ deletedAt }) => deletedAt === null);
}

function newestFirst(records: readonly TimeRecord[]): TimeRecord[] {
  return [...records].reverse().sort((a, b) => b.timeIn - a.timeIn);
}

function isDue(model: Model, value: TimeRecord): boolean {
  const waits = ['pending', 'failed', 'unknown'].includes(syncStateOf(value));
  const runs = value.timeOut === null && value.deletedAt === null;
  return !runs && (waits || model.orphans.some(({ recordId }) => recordId === value.id));
}

/** How much of a stretch lies in [from, to). */
function msIn(from: number, to: number, timeIn: number, timeOut: number): number {
  return Math.max(0, Math.min(timeOut, to) - Math.max(timeIn, from));
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

function expectedAnswers(model: Model) {
  const all = newestFirst(live(model));
  const finished = all.filter(({ timeOut }) => timeOut !== null);
  return {
    records: all,
    page: all.slice(1, 3),
    range: all.filter(({ timeIn }) => timeIn >= 5 && timeIn < 12),
    byKey: all.filter(({ issueKey }) => issueKey === 'PROJ-1'),
    pending: all.filter((value) => syncStateOf(value) === 'pending').length,
    text: all.filter(({ notes }) => notes.toLowerCase().includes('c_%') || notes.includes('C_%')),
    running: all.find(({ timeOut }) => timeOut === null),
    overlapping: all
      .filter(({ timeIn, timeOut }) => timeIn < 12 && (timeOut === null || timeOut > 5))
      .map(({ id }) => id)
      .sort(),
    within: all.reduce((sum, { timeIn, timeOut }) => sum + msIn(5, 12, timeIn, timeOut ?? 15), 0),
    spans: all
      .filter(({ timeIn }) => timeIn >= 5 && timeIn < 12)
      .map(({ id, timeIn, timeOut }) => ({ id, timeIn, timeOut }))
      .sort(byId),
    due: model.records
      .filter((value) => isDue(model, value))
      .sort((a, b) => a.timeIn - b.timeIn || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id),
    waiting: finished.filter((value) => ['pending', 'failed', 'unknown'].includes(syncStateOf(value))).length,
    keys: [...new Set(all.flatMap(({ issueKey }) => (issueKey === null ? [] : [issueKey])))].slice(0, 1),
    projects: [...new Set(all.flatMap(({ issueKey }) => (issueKey === null ? [] : [projectOf(issueKey)])))].sort(),
    owner: model.records.find(({ worklog }) => worklog?.worklogId === 'w-a')?.id,
    removed: model.records.find(({ id }) => id === 'b'),
    orphans: [...model.orphans].map(({ worklogId, recordId }) => `${worklogId} ${recordId}`).sort(),
  };
}

type Answers = ReturnType<typeof expectedAnswers>;

function answers(db: Reader): Answers {
  return {
    records: [...db.records()],
    page: [...db.records({ limit: 2, offset: 1 })],
    range: [...db.records({ from: 5, to: 12 })],
    byKey: [...db.records({ issueKey: 'PROJ-1' })],
    pending: db.countRecords({ syncState: 'pending' }),
    text: [...db.records({ text: 'C_%' })],
    running: db.running(),
    overlapping: db
      .overlapping(5, 12)
      .map(({ id }) => id)
      .sort(),
    within: db.msWithin(5, 12, 15),
    spans: [...db.spans(5, 12)].sort(byId),
    due: [...db.dueRecordIds()],
    waiting: db.countWaiting(),
    keys: [...db.recentIssueKeys(1)],
    projects: [...db.projects(9)],
    owner: db.worklogOwner('c1', 'w-a'),
    removed: db.record('b', true),
    orphans: db
      .orphans()
      .map(({ worklogId, recordId }) => `${worklogId} ${recordId}`)
      .sort(),
  };
}

/** All operations of one commit, or none when one is refused. */
function stepAll(model: Model, operations: readonly Operation[]): Model | undefined {
  return operations.reduce<Model | undefined>((now, operation) => now && step(now, operation), model);
}

describe('any sequence of commits', () => {
  it('leaves what plain lists would hold', async () => {
    const commits = fc.array(fc.array(OPERATION, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    const parent = await tempFolder();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(commits, async (batches) => {
        runs += 1;
        const folder = join(parent, String(runs));
        const { store } = await open(folder);
        let model: Model = { records: [], orphans: [] };
        for (const operations of batches) {
          const next = stepAll(model, operations);
          const done = store.commit((tx) => {
            for (const operation of operations) perform(tx, operation);
            return answers(tx);
          });
          if (next === undefined) await expect(done).rejects.toMatchObject({ reason: 'invalid' });
          else expect(await done).toEqual(expectedAnswers(next));
          model = next ?? model;
        }
        expect(await store.read(answers)).toEqual(expectedAnswers(model));
        const other = await open(folder);
        expect(await other.store.read(answers)).toEqual(expectedAnswers(model));
        await Promise.all([store.close(), other.store.close()]);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
