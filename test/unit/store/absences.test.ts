import { describe, expect, it } from 'vitest';
import type { AbsenceEntry } from '../../../src/core/absence.ts';
import { NOON, open, record, tempFolder } from './helpers.ts';

const MINUTE = 60_000;

function absence(id: string, parts: Partial<AbsenceEntry> = {}): AbsenceEntry {
  return {
    ...{ id, recordId: 'r', from: NOON, to: NOON + 30 * MINUTE, crashed: false, askedAt: NOON + 30 * MINUTE },
    ...{ decision: null, decidedAt: null, changeGroup: null },
    ...parts,
  };
}

describe('absences', () => {
  it('come back as they were kept, whatever was decided', async () => {
    const { store } = await open(await tempFolder());
    const all: readonly AbsenceEntry[] = [
      absence('open', { crashed: true }),
      absence('keep', { decision: { kind: 'keep' }, decidedAt: NOON + 1 }),
      absence('discard', { decision: { kind: 'discard' }, decidedAt: NOON + 2, changeGroup: 7 }),
      absence('stop', { decision: { kind: 'stop' }, decidedAt: NOON + 3, changeGroup: 8 }),
      absence('stopAt', { decision: { kind: 'stopAt', at: NOON + MINUTE }, decidedAt: NOON + 4, changeGroup: 9 }),
      absence('move', { decision: { kind: 'move', issueKey: 'PROJ-2' }, decidedAt: NOON + 5, changeGroup: 10 }),
      absence('away', { decision: { kind: 'move', issueKey: null }, decidedAt: NOON + 6, changeGroup: 11 }),
    ];
    await store.commit((tx) => {
      tx.insertRecord(record('r'));
      for (const one of all) tx.insertAbsence(one);
    });
    expect(await store.read((db) => db.absences())).toEqual(all);
    expect(await store.read((db) => db.absences({ decided: false }))).toEqual(all.slice(0, 1));
    expect(await store.read((db) => db.absences({ decided: true }))).toEqual(all.slice(1).toReversed());
    expect(await store.read((db) => db.absences({ changeGroup: 9 }))).toEqual(all.slice(4, 5));
    expect(await store.read((db) => db.absences({ id: 'move' }))).toEqual(all.slice(5, 6));
  });

  it('are found by the time they overlap, oldest first', async () => {
    const { store } = await open(await tempFolder());
    await store.commit((tx) => {
      tx.insertRecord(record('r'));
      tx.insertAbsence(absence('late', { from: NOON + 60 * MINUTE, to: NOON + 90 * MINUTE }));
      tx.insertAbsence(absence('early'));
    });
    const ids = (from: number, to: number) =>
      store.read((db) => db.absences({ from: NOON + from * MINUTE, to: NOON + to * MINUTE }).map(({ id }) => id));
    expect(await ids(0, 90)).toEqual(['early', 'late']);
    expect(await ids(30, 60)).toEqual([]);
    expect(await ids(29, 60)).toEqual(['early']);
  });

  it('are about a record that exists and a stretch that passes', async () => {
    const { store } = await open(await tempFolder());
    const insert = (one: AbsenceEntry) => store.commit((tx) => tx.insertAbsence(one));
    await expect(insert(absence('a', { recordId: 'none' }))).rejects.toMatchObject({ reason: 'invalid' });
    await store.commit((tx) => tx.insertRecord(record('r')));
    await expect(insert(absence('a', { to: NOON }))).rejects.toMatchObject({ reason: 'invalid' });
    await insert(absence('a'));
    expect(await store.read((db) => db.absences())).toHaveLength(1);
  });

  it('are forgotten once 500 newer ones were decided, and never before they are decided', async () => {
    const { store } = await open(await tempFolder());
    await store.commit((tx) => {
      tx.insertRecord(record('r'));
      tx.insertAbsence(absence('open'));
      for (let i = 0; i < 502; i++) tx.insertAbsence(absence(`a${i}`));
      for (let i = 0; i < 502; i++)
        tx.updateAbsence(absence(`a${i}`, { decision: { kind: 'keep' }, decidedAt: NOON + i }));
    });
    const left = await store.read((db) => db.absences().map(({ id }) => id));
    expect(left).toHaveLength(501);
    expect(left).toContain('open');
    expect(left).not.toContain('a1');
    expect(left).toContain('a2');
  });
});
