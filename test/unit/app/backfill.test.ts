import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Backfill } from '../../../src/app/backfill.ts';
import { Undo } from '../../../src/app/undo.ts';
import { Office } from './office.ts';

describe('changing many records', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open('cloud');
  });
  afterEach(() => office.close());

  it('proposes issues, changes only what was confirmed, in one commit that can be undone', async () => {
    const { store, records } = office.window;
    const [first, second] = [
      await office.finished(null, 30, 120, 'About DEMO-7'),
      await office.finished(null, 30, 60, 'About DEMO-1'),
    ];
    await office.finished(null, 30, 300, 'About nothing');
    const backfill = new Backfill(store, records);
    const proposals = await backfill.proposals();
    expect(proposals.map(({ recordId, issueKey }) => [recordId, issueKey])).toEqual([
      [second.id, 'DEMO-1'],
      [first.id, 'DEMO-7'],
    ]);
    await backfill.apply(proposals);
    expect((await records.list()).map(({ issueKey }) => issueKey)).toEqual(['DEMO-1', 'DEMO-7', null]);
    expect(await office.window.sync.push(undefined)).toMatchObject({ total: 2, succeeded: 2 });
    const undo = new Undo(office.window);
    const [last] = await undo.changes();
    expect(last).toMatchObject({ kind: 'several' });
    await undo.undo(last?.group ?? -1);
    expect((await records.list()).map(({ issueKey }) => issueKey)).toEqual([null, null, null]);
  });

  it('leaves a record that got an issue or was removed meanwhile, and counts those it changed', async () => {
    const { store, records } = office.window;
    const [one, chosen, gone] = [
      await office.finished(null, 30, 120, 'About DEMO-7'),
      await office.finished(null, 30, 60, 'About DEMO-1'),
      await office.finished(null, 30, 180, 'About DEMO-1'),
    ];
    const backfill = new Backfill(store, records);
    const proposals = await backfill.proposals();
    await records.update(chosen.id, { issueKey: 'PROJ-12' });
    await records.remove(gone.id);
    expect(await backfill.apply(proposals)).toBe(1);
    expect(await records.get(chosen.id)).toMatchObject({ issueKey: 'PROJ-12' });
    expect(await records.get(one.id)).toMatchObject({ issueKey: 'DEMO-7' });
  });

  it('puts a record on the site that its link leads to', async () => {
    const { store, records, clock } = office.window;
    const [site] = await office.window.connections.list();
    const externalLink = `${site?.jiraUrl}/browse/DEMO-7`;
    const timeIn = clock.now() - 7_200_000;
    const { id } = await records.add({ timeIn, timeOut: timeIn + 60_000, externalLink, source: 'manual' });
    const backfill = new Backfill(store, records);
    await backfill.apply(await backfill.proposals());
    expect(await records.get(id)).toMatchObject({ issueKey: 'DEMO-7', connectionId: site?.id });
  });

  it('changes all or none', async () => {
    const { records } = office.window;
    const record = await office.finished('DEMO-7');
    const patches = new Map([
      [record.id, { notes: 'new' }],
      ['nobody', { notes: 'new' }],
    ]);
    await expect(records.updateMany(patches)).rejects.toMatchObject({ reason: 'invalid' });
    expect(await records.get(record.id)).toMatchObject({ notes: '' });
  });
});
