import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordEdits } from '../../../src/app/recordEdits.ts';
import { Undo } from '../../../src/app/undo.ts';
import { contentsOf } from '../../../src/core/recordChanges.ts';
import type { TimeRecord } from '../../../src/core/records.ts';
import { Office } from './office.ts';

const MINUTE = 60_000;

describe('undoing changes of records', () => {
  let office: Office;
  let undo: Undo;
  let edits: RecordEdits;

  beforeEach(async () => {
    office = await Office.open('cloud');
    undo = new Undo(office.window);
    edits = new RecordEdits(office.window);
  });
  afterEach(() => office.close());

  const kinds = async () => (await undo.changes()).map(({ kind }) => kind);
  const undoLast = async () => {
    const [last] = await undo.changes();
    await undo.undo(last?.group ?? -1);
  };
  const push = () => office.window.sync.push(undefined);
  const all = () => office.window.store.read((db) => db.records().map(contentsOf));

  it('writes down what was done, and nothing that only a sync did', async () => {
    const { records, timeClock } = office.window;
    const record = await office.finished('DEMO-7');
    await records.update(record.id, { notes: 'b' });
    await records.update(record.id, { notes: 'b' });
    await push();
    await timeClock.clockIn({ issueKey: 'DEMO-1' });
    office.window.clock.ahead += MINUTE;
    await timeClock.clockIn({ issueKey: 'DEMO-2' });
    office.window.clock.ahead += MINUTE;
    await timeClock.clockOut();
    await records.remove(record.id, 'delete');
    expect(await kinds()).toEqual(['remove', 'clockOut', 'switch', 'clockIn', 'edit', 'add']);
  });

  it('takes back an edit, a split and a removal, and Jira follows', async () => {
    const record = await office.finished('DEMO-7', 60);
    await push();
    await office.window.records.update(record.id, { timeOut: record.timeIn + 20 * MINUTE, notes: 'shorter' });
    await push();
    await undoLast();
    await push();
    expect(office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds)).toEqual([3600]);
    await edits.split(record.id, record.timeIn + 20 * MINUTE);
    await push();
    expect(office.worklogs()).toHaveLength(2);
    await undoLast();
    await push();
    expect(office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds)).toEqual([3600]);
    await office.window.records.remove(record.id, 'delete');
    await push();
    expect(office.worklogs()).toEqual([]);
    await undoLast();
    await push();
    expect(office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds)).toEqual([3600]);
  });

  it('lets the timer run again that was stopped or switched by mistake', async () => {
    const { timeClock, clock } = office.window;
    const first = await timeClock.clockIn({ issueKey: 'DEMO-1' });
    clock.ahead += MINUTE;
    await timeClock.clockIn({ issueKey: 'DEMO-2' });
    await undoLast();
    expect(await timeClock.current()).toMatchObject({ id: first.id, timeIn: first.timeIn });
    await timeClock.clockOut();
    await undoLast();
    expect((await timeClock.current())?.id).toBe(first.id);
  });

  it('refuses when the record was changed since, and changes nothing then', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.records.update(record.id, { notes: 'b' });
    const [edit] = await undo.changes();
    await office.window.records.update(record.id, { notes: 'c' });
    const before = await all();
    await expect(undo.undo(edit?.group ?? -1)).rejects.toMatchObject({ reason: 'invalid' });
    await expect(undo.undo(9_999)).rejects.toMatchObject({ reason: 'invalid' });
    expect(await all()).toEqual(before);
  });

  it('gives every earlier state back, in any mixture of changes, and undoing can be undone', async () => {
    const names = Object.keys(steps);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }), async (chosen) => {
        for (const name of chosen) await takenBackAndForth(steps[name] ?? steps.add);
      }),
      { numRuns: 15 },
    );
  });

  type Step = (one: TimeRecord) => Promise<unknown>;

  const steps: Record<string, Step> & { add: Step } = {
    add: () => office.finished('DEMO-7', 30),
    edit: (one) => office.window.records.update(one.id, { notes: `${one.notes}.` }),
    move: (one) => office.window.records.update(one.id, { issueKey: 'DEMO-1' }),
    remove: (one) => office.window.records.remove(one.id),
    split: (one) => edits.split(one.id, Math.floor((one.timeIn + (one.timeOut ?? one.timeIn)) / 2)),
    merge: async (one) => {
      const [other] = await edits.neighbours(one);
      if (other !== undefined) await edits.merge(one.id, other.id);
    },
    undo: () => undoLast(),
  };

  async function takenBackAndForth(step: Step): Promise<void> {
    const before = await all();
    const [one] = await office.window.records.list();
    await (one === undefined ? steps.add : step)(one ?? (await office.finished('DEMO-7', 30)));
    const after = await all();
    if (JSON.stringify(after) === JSON.stringify(before) || one === undefined) return;
    await undoLast();
    expect(await all()).toEqual(before);
    await undoLast();
    expect(await all()).toEqual(after);
  }
});
