import { strict as assert } from 'node:assert';
import type { TimecardApi } from '../../../src/api.ts';
import { clear, eventually, minutesAgo, refused, sites, timecard, token } from './support.ts';

/* Another extension uses the API; design section 8. */
describe('the public API', () => {
  let api: TimecardApi;

  before(async () => {
    api = await timecard();
  });
  beforeEach(() => clear(api));
  after(() => clear(api));

  describe('timer', () => {
    it('clocks in and out, and says what runs', async () => {
      assert.equal(await api.timer.current(), undefined);
      const started = await api.timer.clockIn({ issueKey: 'ops-12', notes: 'Look into it', at: minutesAgo(30) });
      assert.equal(started.jiraIssueKey, 'OPS-12');
      assert.equal(started.timeOut, null);
      assert.equal((await api.timer.current())?.id, started.id);
      const finished = await api.timer.clockOut({ notes: 'Done' });
      assert.equal(finished.at(0)?.id, started.id);
      assert.equal(finished.at(-1)?.notes, 'Done');
      assert.notEqual(finished.at(-1)?.timeOut, null);
      assert.equal(await api.timer.current(), undefined);
    });

    it('clocks the running record out when another is begun, at the same instant', async () => {
      const first = await api.timer.clockIn({ issueKey: 'OPS-1', at: minutesAgo(3) });
      const second = await api.timer.clockIn({ issueKey: 'OPS-2' });
      assert.equal((await api.records.get(first.id))?.timeOut, second.timeIn);
    });

    it('takes the key from the branch when none is named, and none for null', async () => {
      assert.equal((await api.timer.clockIn()).jiraIssueKey, 'DEMO-7');
      assert.equal((await api.timer.clockIn({ issueKey: null })).jiraIssueKey, null);
    });

    it('refuses bad arguments by name and changes nothing', async () => {
      await refused('issueKey:', () => api.timer.clockIn({ issueKey: 'not a key' }));
      await refused('at:', () => api.timer.clockIn({ at: 'yesterday' }));
      await refused('at:', () => api.timer.clockIn({ at: minutesAgo(-60) }));
      await refused('notes:', () => Reflect.apply(api.timer.clockIn, undefined, [{ notes: 7 }]));
      await refused('issuekey:', () => Reflect.apply(api.timer.clockIn, undefined, [{ issuekey: 'OPS-1' }]));
      await refused('options:', () => Reflect.apply(api.timer.clockIn, undefined, ['OPS-1']));
      await refused('timer:', () => api.timer.clockOut());
      assert.deepEqual(await api.records.list(), []);
    });
  });

  describe('records', () => {
    it('adds, finds, changes and removes', async () => {
      const added = await api.records.add({
        timeIn: minutesAgo(90),
        timeOut: minutesAgo(30),
        issueKey: 'OPS-3',
        notes: 'Pairing',
        externalLink: 'https://example.com/pr/1',
      });
      assert.equal(added.source, 'api');
      assert.equal(added.syncState, 'pending');
      assert.deepEqual(await api.records.get(added.id), added);
      assert.deepEqual(
        (await api.records.list({ text: 'pairing' })).map(({ id }) => id),
        [added.id],
      );
      assert.deepEqual(await api.records.list({ issueKey: 'OPS-4' }), []);
      assert.deepEqual(await api.records.list({ from: minutesAgo(10) }), []);
      const changed = await api.records.update(added.id, { issueKey: null, externalLink: null });
      assert.equal(changed.jiraIssueKey, null);
      assert.equal(changed.externalLink, null);
      assert.equal(changed.syncState, 'local');
      await api.records.remove(added.id);
      assert.equal(await api.records.get(added.id), undefined);
    });

    it('hands out frozen copies', async () => {
      const added = await api.records.add({ timeIn: minutesAgo(20), timeOut: minutesAgo(10) });
      assert.ok(Object.isFrozen(added));
      assert.throws(() => Object.assign(added, { notes: 'changed' }), TypeError);
    });

    it('refuses bad arguments by name', async () => {
      const good = { timeIn: minutesAgo(20), timeOut: minutesAgo(10) };
      const { id } = await api.records.add(good);
      await refused('timeIn:', () => api.records.add({ ...good, timeIn: '2026-11-23 09:00' }));
      await refused('timeIn:', () => Reflect.apply(api.records.add, undefined, [{ timeOut: good.timeOut }]));
      await refused('timeOut:', () => api.records.add({ ...good, timeOut: good.timeIn }));
      await refused('timeOut:', () => api.records.add({ ...good, timeOut: minutesAgo(-60) }));
      await refused('externalLink:', () => api.records.add({ ...good, externalLink: 'javascript:alert(1)' }));
      await refused('connectionId:', () => api.records.add({ ...good, connectionId: 'none' }));
      await refused('id:', () => Reflect.apply(api.records.get, undefined, [42]));
      await refused('id:', () => api.records.update('none', { notes: 'x' }));
      await refused('id:', () => api.records.remove('none'));
      await refused('worklog:', () => Reflect.apply(api.records.remove, undefined, [id, { worklog: 'burn' }]));
      await refused('limit:', () => api.records.list({ limit: -1 }));
      await refused('syncState:', () => Reflect.apply(api.records.list, undefined, [{ syncState: 'lost' }]));
      await refused('to:', () => api.records.list({ from: minutesAgo(1), to: minutesAgo(2) }));
      assert.equal((await api.records.list()).length, 1);
    });
  });

  it('fires onDidChange after a change', async () => {
    const fired = new Promise<void>((resolve) => {
      const subscription = api.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });
    await api.records.add({ timeIn: minutesAgo(20), timeOut: minutesAgo(10) });
    await fired;
  });

  describe('Jira', () => {
    it('refuses an unknown record before anything is sent', async () => {
      await refused('recordIds:', () => api.sync.push(['none']));
      await refused('recordIds', () => Reflect.apply(api.sync.push, undefined, [[7]]));
      await refused('recordIds:', () => Reflect.apply(api.sync.push, undefined, ['none']));
    });

    it('says that it is not connected', async () => {
      const notConnected = (error: unknown) =>
        error instanceof Error && 'reason' in error && error.reason === 'signedOut';
      await assert.rejects(() => api.issues.search('login'), notConnected);
      await refused('id:', () => api.connections.test('none'));
      await refused('jiraUrl:', () =>
        api.connections.add({ jiraUrl: 'http://example.com', auth: { type: 'pat', token: 'x' } }),
      );
      await refused('auth', () =>
        Reflect.apply(api.connections.add, undefined, [{ jiraUrl: 'https://example.com', auth: {} }]),
      );
    });

    it('connects, syncs once, deletes the worklog and keeps the log', async function () {
      const cloud = sites()?.cloud;
      if (cloud === undefined) return this.skip();
      const auth = { type: 'apiToken', email: cloud.email, token: token(cloud, 'classic') } as const;
      await assert.rejects(() => api.connections.add({ jiraUrl: cloud.url, auth: { ...auth, token: 'wrong' } }));
      assert.deepEqual(await api.connections.list(), []);
      const connection = await api.connections.add({ jiraUrl: `${cloud.url}/browse/DEMO-7`, auth });
      assert.equal(connection.deployment, 'cloud');
      assert.equal(JSON.stringify(await api.connections.list()).includes(auth.token), false);
      assert.equal((await api.connections.test(connection.id)).ok, true);

      const record = await api.records.add({ timeIn: minutesAgo(90), timeOut: minutesAgo(30), issueKey: 'DEMO-7' });
      const pushed = await api.sync.push();
      assert.deepEqual(pushed, { total: 1, succeeded: 1, failed: 0, errors: [] });
      const synced = await api.records.get(record.id);
      assert.equal(synced?.syncState, 'synced');
      assert.ok(synced?.jiraWorklogId);
      assert.deepEqual((await api.sync.push()).total, 0);
      assert.deepEqual(
        (await api.sync.history({ recordId: record.id })).map(({ syncStatus }) => syncStatus),
        ['success'],
      );

      await api.sync.deleteWorklog(record.id);
      assert.equal((await api.records.get(record.id))?.jiraWorklogId, null);
      assert.equal((await api.issues.get('demo-7')).key, 'DEMO-7');
      await eventually('DEMO-7 among the recent issues', async () =>
        (await api.issues.recent()).find(({ key, summary }) => key === 'DEMO-7' && summary !== ''),
      );
    });

    it('connects to Data Center', async function () {
      const site = sites()?.dataCenter;
      if (site === undefined) return this.skip();
      const connection = await api.connections.add({
        jiraUrl: site.url,
        auth: { type: 'pat', token: token(site, 'pat') },
      });
      assert.equal(connection.deployment, 'dataCenter');
      const record = await api.records.add({ timeIn: minutesAgo(60), timeOut: minutesAgo(45), issueKey: 'DEMO-7' });
      assert.equal((await api.sync.push([record.id])).succeeded, 1);
      await api.records.remove(record.id, { worklog: 'delete' });
      assert.equal((await api.sync.push()).total, 0);
    });
  });
});
