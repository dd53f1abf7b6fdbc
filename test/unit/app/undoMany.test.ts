import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Undo } from '../../../src/app/undo.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import { Office } from './office.ts';

/** More than the journal keeps of older changes. */
const MANY = 2_100;
const HOUR = 3_600_000;

describe('undoing a change of more records than the journal keeps of older changes', () => {
  let office: Office;
  let undo: Undo;
  let ids: readonly string[];

  beforeEach(async () => {
    office = await Office.open('cloud');
    const { store, clock } = office.window;
    undo = new Undo(office.window);
    const now = clock.now();
    ids = Array.from({ length: MANY }, (_, n) => `r${n}`);
    await store.commit((tx) => {
      for (const [n, id] of ids.entries()) {
        const timeIn = now - (n + 2) * HOUR;
        const about = { issueKey: null, notes: 'as it was', externalLink: null, connectionId: null };
        tx.insertRecord(
          newRecord({ id, timeIn, timeOut: timeIn + HOUR, zone: 'UTC', now, source: 'manual', ...about }),
        );
      }
    });
  });
  afterEach(() => office.close());

  const changeAll = (notes: string) => office.window.records.updateMany(new Map(ids.map((id) => [id, { notes }])));
  const withNotes = (text: string) => office.window.store.read((db) => db.countRecords({ text }));
  const groups = async () => (await undo.changes()).map(({ group }) => group);

  it('takes all of it back', async () => {
    await changeAll('changed');
    const [newest] = await groups();
    await undo.undo(newest ?? -1);
    expect(await withNotes('as it was')).toBe(MANY);
    const [undoing] = await groups();
    await undo.undo(undoing ?? -1);
    expect(await withNotes('changed')).toBe(MANY);
  });

  it('counts all of it, and tells what each change was', async () => {
    await changeAll('changed');
    const [newest] = await undo.changes();
    expect(newest).toMatchObject({ kind: 'several' });
    expect(newest?.rows).toHaveLength(MANY);
  });

  it('never offers a part of it, and keeps the newer changes', async () => {
    await changeAll('changed');
    const [big] = await groups();
    for (const n of [1, 2]) await office.window.records.update(ids[n] ?? '', { notes: 'once more' });
    expect(await groups()).toEqual([(big ?? 0) + 2, (big ?? 0) + 1]);
    await expect(undo.undo(big ?? -1)).rejects.toMatchObject({ reason: 'invalid' });
    expect(await withNotes('changed')).toBe(MANY - 2);
    await undo.undo((big ?? 0) + 2);
    expect(await withNotes('changed')).toBe(MANY - 1);
  });
});
