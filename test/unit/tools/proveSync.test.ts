import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startJira } from '../../../tools/jira/simulator.ts';
import { Dice } from '../../../tools/prove/support/numbers.ts';
import { check, type Scene, settle } from '../../../tools/prove/sync/check.ts';
import { Counts } from '../../../tools/prove/sync/counts.ts';
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
    const [row] = await scene.window.sync.history();
    if (row === undefined) throw new Error('The log is empty.');
    await scene.window.store.commit((tx) => tx.updateAttempt({ ...row, status: 'pending' }));
    expect(await check(scene)).toEqual([`Row ${row.id} of the log (create) stays pending`]);
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
