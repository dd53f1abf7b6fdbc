import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startJira } from '../../../tools/jira/simulator.ts';
import { Dice } from '../../../tools/prove/support/numbers.ts';
import { check, type Scene, settle } from '../../../tools/prove/sync/check.ts';
import { Counts } from '../../../tools/prove/sync/counts.ts';
import { choose, KINDS, onlyKind, replayOf } from '../../../tools/prove/sync/kinds.ts';
import { People } from '../../../tools/prove/sync/people.ts';
import { LapseClock, openWindow } from '../../../tools/prove/sync/window.ts';
import { credentials } from '../app/office.ts';
import { tempFolder } from '../store/helpers.ts';

describe('the look at what a schedule of syncs left', () => {
  let scene: Scene;
  let id = '';

  beforeEach(async () => {
    const jira = await startJira({ deployment: 'cloud' });
    const signIn = credentials(jira);
    const counts = new Counts();
    const clock = new LapseClock();
    const common = { folder: await tempFolder(), token: signIn.token, clock, timeoutMs: 5_000, limits: {} };
    const window = await openWindow({ ...common, counts, random: () => 0.5 });
    await window.connections.add(jira.url, signIn);
    scene = { jira, window, counts, people: new People(jira, clock.now(), counts), dice: new Dice(1) };
    const timeIn = 1_700_000_040_000;
    const wanted = { timeIn, timeOut: timeIn + 1_800_000, notes: 'Review', issueKey: 'DEMO-7' };
    id = (await window.records.add({ ...wanted, source: 'manual' })).id;
    scene.people.wanted.set(id, wanted);
    expect(await settle(scene)).toEqual([]);
  });

  afterEach(async () => {
    await scene.window.store.close();
    await scene.jira.close();
  });

  const worklogId = () => scene.people.ours()[0]?.id ?? '';

  async function newestRow() {
    const [row] = await scene.window.sync.history({ limit: 1 });
    if (row === undefined) throw new Error('The log is empty.');
    return row;
  }

  async function edited() {
    const wanted = scene.people.wanted.get(id);
    if (wanted === undefined) throw new Error('The record is gone.');
    await scene.window.records.update(id, { notes: 'Newer' });
    scene.people.wanted.set(id, { ...wanted, notes: 'Newer' });
    await settle(scene);
  }

  it('finds nothing wrong with a worklog for each record', async () => {
    expect(await check(scene)).toEqual([]);
  });

  it('finds a second worklog', async () => {
    const second = scene.jira.addWorklog('DEMO-7', { timeSpentSeconds: 1_800 });
    expect(await check(scene)).toEqual([`Worklog ${second} on DEMO-7 belongs to 0 records`]);
  });

  it('finds a worklog that is missing', async () => {
    const gone = worklogId();
    scene.jira.deleteWorklog(gone);
    expect(await check(scene)).toEqual([`${id}: its worklog ${gone} is not in Jira`]);
  });

  it('finds a worklog that says something else', async () => {
    scene.jira.editWorklog(worklogId(), { timeSpentSeconds: 60, comment: 'Other' });
    expect(await check(scene)).toEqual([
      `${id}, worklog ${worklogId()}: seconds in Jira: 60, not 1800`,
      `${id}, worklog ${worklogId()}: comment in Jira: Other, not Review`,
    ]);
  });

  it('finds a write that is not in the log', async () => {
    const { url } = scene.jira;
    const headers = { Authorization: scene.jira.authorization('classic') };
    await fetch(`${url}/rest/api/3/issue/10005/worklog/${worklogId()}`, { method: 'DELETE', headers });
    expect(await check(scene)).toContainEqual(expect.stringContaining(`delete ${worklogId()} on 10005 reached Jira`));
  });

  it('finds a row of the log that stays open', async () => {
    const row = await newestRow();
    await scene.window.store.commit((tx) => tx.updateAttempt({ ...row, status: 'pending' }));
    expect(await check(scene)).toContain(`Row ${row.id} of the log (create) stays pending`);
  });

  it('finds a worklog that the log does not tell of', async () => {
    const row = await newestRow();
    await scene.window.store.commit((tx) => tx.updateAttempt({ ...row, status: 'failed' }));
    expect(await check(scene)).toEqual([`Worklog ${worklogId()} was made, and no row of the log tells of it`]);
  });

  it('finds a row that gives a worklog to another record', async () => {
    const timeIn = 1_700_100_000_000;
    const other = { timeIn, timeOut: timeIn + 1_800_000, notes: '', issueKey: null, source: 'manual' } as const;
    const { id: recordId } = await scene.window.records.add(other);
    const row = await newestRow();
    await scene.window.store.commit((tx) => tx.insertAttempt({ ...row, recordId }));
    expect(await check(scene)).toEqual([
      `Row ${row.id + 1} of the log gives worklog ${worklogId()} to ${recordId}, for which it was not made`,
    ]);
  });

  it("finds a row that names somebody else's worklog", async () => {
    const foreign = scene.jira.addWorklog('DEMO-7', { timeSpentSeconds: 1_800 }, scene.jira.users.emma.accountId);
    scene.people.foreign.add(foreign);
    const row = await newestRow();
    await scene.window.store.commit((tx) => tx.insertAttempt({ ...row, worklogId: foreign }));
    expect(await check(scene)).toEqual([
      `Row ${row.id + 1} of the log (create) names worklog ${foreign}, which is somebody else's`,
    ]);
  });

  it.each(['update', 'delete'] as const)('finds what Jira did and the log calls failed (%s)', async (action) => {
    if (action === 'update') await edited();
    else await scene.window.sync.deleteWorklog(id);
    const row = await newestRow();
    expect(row).toMatchObject({ action, status: 'success' });
    expect(await check(scene)).toEqual([]);
    await scene.window.store.commit((tx) => tx.updateAttempt({ ...row, status: 'failed' }));
    expect(await check(scene)).toEqual([
      `1 × ${action} ${row.worklogId} on ${row.issueId} was done by Jira, and the log calls 0 a success`,
    ]);
  });

  it('finds a success that Jira knows nothing of', async () => {
    const row = await newestRow();
    await scene.window.store.commit((tx) => tx.insertAttempt({ ...row, action: 'update' }));
    expect(await check(scene)).toEqual([`Row ${row.id + 1} of the log (update) succeeded, and Jira did no such thing`]);
  });

  it('does not ask for more than can be known', async () => {
    const row = await newestRow();
    const gone = worklogId();
    scene.people.unseen.add(gone);
    await scene.window.store.commit((tx) => tx.updateAttempt({ ...row, status: 'failed' }));
    expect(await check(scene)).toEqual([]);
  });

  it('finds an edit that was lost', async () => {
    const wanted = scene.people.wanted.get(id);
    if (wanted !== undefined) scene.people.wanted.set(id, { ...wanted, notes: 'Newer' });
    expect(await check(scene)).toEqual([`${id}, notes here: Review, not Newer`]);
  });

  it("finds somebody's change that is overwritten without a word", async () => {
    scene.people.touched.add(worklogId());
    scene.jira.editWorklog(worklogId(), { timeSpentSeconds: 3_600 });
    await scene.window.store.commit((tx) => {
      const record = tx.record(id);
      if (record?.worklog) tx.updateRecord({ ...record, worklog: { ...record.worklog, seconds: 3_600 } });
    });
    expect(await settle(scene)).toEqual([`${id}: overwrote somebody's change (synced)`]);
  });
});

describe('what a seed of a schedule stands for', () => {
  const seeds = Array.from({ length: 600 }, (_, n) => n);

  it('is the same with the line that plays it again', () => {
    for (const seed of seeds) {
      const choice = choose(seed);
      const [, only, , again] = replayOf(choice).split(' ');
      expect(choose(Number(again), onlyKind(only))).toEqual(choice);
    }
  });

  it('is of every kind, and of one kind where only that is asked for', () => {
    expect(new Set(seeds.map((seed) => choose(seed).kind))).toEqual(new Set(KINDS));
    for (const kind of KINDS) expect(new Set(seeds.map((seed) => choose(seed, kind).kind))).toEqual(new Set([kind]));
  });

  it('is never of a kind that there is not', () => {
    expect(() => onlyKind('window')).toThrow('--only takes windows, processes, late, not "window"');
  });
});
