import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AttemptFilter } from '../../../src/core/storePorts.ts';
import { attempt, basisOf, connection, ids, NOON, open, record, synced, tempFolder, withJournal } from './helpers.ts';

const HOUR = 3_600_000;

describe('the sync log', () => {
  it('is asked by record, issue, status and time, together or alone, newest first', async () => {
    const { store } = await open(await tempFolder());
    await store.commit((tx) => {
      tx.insertRecord(record('a'));
      tx.insertRecord(record('b'));
      tx.insertAttempt(attempt('a', { issueKey: 'PROJ-1', status: 'success', startedAt: NOON }));
      tx.insertAttempt(attempt('a', { issueKey: 'PROJ-2', status: 'failed', startedAt: NOON + 1 }));
      tx.insertAttempt(attempt('b', { issueKey: 'PROJ-1', status: 'failed', startedAt: NOON + 2 }));
    });
    const found = async (filter: AttemptFilter) =>
      (await store.read((db) => db.attempts(filter))).map(({ startedAt }) => startedAt - NOON);
    expect(await found({ issueKey: 'PROJ-1' })).toEqual([2, 0]);
    expect(await found({ issueKey: 'PROJ' })).toEqual([]);
    expect(await found({ recordId: 'a' })).toEqual([1, 0]);
    expect(await found({ status: 'failed', issueKey: 'PROJ-1' })).toEqual([2]);
    expect(await found({ from: NOON, to: NOON + 2, issueKey: 'PROJ-1' })).toEqual([0]);
    expect(await found({ limit: Number.MAX_SAFE_INTEGER })).toEqual([2, 1, 0]);
  });
});

describe('a commit', () => {
  it('is on disk when it resolves, for whoever opens the file next', async () => {
    const folder = await tempFolder();
    const first = await open(folder);
    await first.store.commit((tx) => tx.insertRecord(record('a', { notes: 'Grüße 🎉', issueKey: 'PROJ-1' })));
    const second = await open(folder);
    const found = await second.store.read((db) => db.record('a'));
    expect(found).toEqual(record('a', { notes: 'Grüße 🎉', issueKey: 'PROJ-1' }));
    expect(second.notices).toEqual([]);
  });

  it('returns what the change returned', async () => {
    const { store } = await open(await tempFolder());
    expect(await store.commit(() => 42)).toBe(42);
    expect(await store.commit(() => undefined)).toBeUndefined();
  });

  it('changes nothing when the change throws, and passes the exception on', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    const problem = new Error('no');
    const broken = store.commit((tx) => {
      tx.insertRecord(record('a'));
      throw problem;
    });
    await expect(broken).rejects.toBe(problem);
    await store.commit((tx) => tx.insertRecord(record('b')));
    expect(await ids(store)).toEqual(['b']);
    expect(await ids((await open(folder)).store)).toEqual(['b']);
  });

  it('keeps apart changes that are written together', async () => {
    const { store } = await open(await tempFolder());
    const results = await Promise.allSettled(
      ['a', 'b', 'a', 'c'].map((id) => store.commit((tx) => tx.insertRecord(record(id)))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await ids(store)).toEqual(['a', 'b', 'c']);
  });

  it('does not touch the file when nothing changed', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    await store.commit((tx) => tx.insertRecord(record('a')));
    const before = await stat(join(folder, 'timecard.sqlite'), { bigint: true });
    await store.commit((tx) => tx.records());
    const after = await stat(join(folder, 'timecard.sqlite'), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  it('leaves nothing behind but the database, its owner mark and backups', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    for (const id of ['a', 'b', 'c']) await store.commit((tx) => tx.insertRecord(record(id)));
    const left = (await readdir(folder)).filter((name) => !(withJournal && name.endsWith('.journal')));
    expect(left.sort()).toEqual(['backups', 'timecard.sqlite', 'timecard.sqlite.owner']);
  });

  it('of one window is what the other builds on', async () => {
    const folder = await tempFolder();
    const one = await open(folder);
    const two = await open(folder);
    await Promise.all(
      [one, two].flatMap(({ store }, window) =>
        [1, 2, 3, 4, 5].map((n) => store.commit((tx) => tx.insertRecord(record(`${window}-${n}`)))),
      ),
    );
    expect(await ids(one.store)).toHaveLength(10);
    expect(await ids(two.store)).toEqual(await ids(one.store));
  });

  it('tells this window and the others, within two seconds', async () => {
    const folder = await tempFolder();
    const one = await open(folder, { watch: true });
    const two = await open(folder, { watch: true });
    const told = [one, two].map(({ store }) => new Promise<void>((resolve) => store.onDidChange(resolve)));
    const start = performance.now();
    await one.store.commit((tx) => tx.insertRecord(record('a')));
    await Promise.all(told);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await ids(two.store)).toEqual(['a']);
  });

  it('is refused after closing', async () => {
    const { store } = await open(await tempFolder());
    await store.close();
    await expect(store.commit(() => 1)).rejects.toMatchObject({ reason: 'cancelled' });
    await expect(store.read(() => 1)).rejects.toMatchObject({ reason: 'cancelled' });
  });
});

describe('the rules of the database', () => {
  it('lets one record run', async () => {
    const { store } = await open(await tempFolder());
    await store.commit((tx) => tx.insertRecord(record('a', { timeOut: null })));
    const second = store.commit((tx) => tx.insertRecord(record('b', { timeOut: null })));
    await expect(second).rejects.toMatchObject({ reason: 'invalid' });
    await store.commit((tx) => tx.insertRecord(record('c')));
    const restarted = store.commit((tx) => tx.updateRecord(record('c', { timeOut: null })));
    await expect(restarted).rejects.toMatchObject({ reason: 'invalid' });
    await store.commit((tx) => {
      tx.updateRecord(record('a'));
      tx.insertRecord(record('b', { timeOut: null }));
    });
    expect((await store.read((db) => db.running()))?.id).toBe('b');
    await store.commit((tx) => tx.updateRecord(record('b', { timeOut: null, deletedAt: NOON })));
    expect(await store.read((db) => db.running())).toBeUndefined();
    await store.commit((tx) => tx.insertRecord(record('d', { timeOut: null })));
  });

  it.each([
    ['an end before the start', { timeOut: NOON - 2 * HOUR }],
    ['an end at the start', { timeOut: NOON - HOUR }],
    ['a part of a millisecond', { timeIn: 0.5 }],
    ['not a number', { timeIn: Number.NaN }],
    ['an empty id', { id: '' }],
  ])('refuses %s', async (_name, change) => {
    const { store } = await open(await tempFolder());
    const refused = store.commit((tx) => tx.insertRecord(record('a', change)));
    await expect(refused).rejects.toMatchObject({ reason: 'invalid', message: expect.stringContaining('record') });
  });

  it('keeps references whole, also after many commits', async () => {
    const { store } = await open(await tempFolder());
    for (let n = 0; n < 5; n += 1) {
      await store.commit((tx) => tx.insertRecord(record(`r${n}`)));
      const refused = store.commit((tx) => tx.insertAttempt(attempt('nobody')));
      await expect(refused).rejects.toMatchObject({ reason: 'invalid' });
    }
    expect(await store.read((db) => db.attempts())).toEqual([]);
  });

  it('refuses to change what is not there', async () => {
    const { store } = await open(await tempFolder());
    await expect(store.commit((tx) => tx.updateRecord(record('a')))).rejects.toMatchObject({ reason: 'invalid' });
    await store.commit((tx) => tx.insertRecord(record('a')));
    const missing = store.commit((tx) => tx.updateAttempt({ ...attempt('a'), id: 7 }));
    await expect(missing).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('keeps text that SQLite cannot hold in a form that stays equal to itself', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    const odd = record('a', { notes: 'a\0b\ud800c', issueKey: 'PROJ-1' });
    await store.commit((tx) => tx.insertRecord(synced(odd, 'w1')));
    const found = await (await open(folder)).store.read((db) => db.record('a'));
    expect(found?.notes).toBe('ab\ufffdc');
    expect(found?.worklog?.basis.notes).toBe(found?.notes);
    expect(await store.read((db) => db.records({ syncState: 'synced' }))).toHaveLength(1);
  });
});

describe('questions', () => {
  it('find texts whatever their case, and take % and _ literally', async () => {
    const { store } = await open(await tempFolder());
    await store.commit((tx) => {
      tx.insertRecord(record('umlaut', { notes: 'ÄRGER mit Straße' }));
      tx.insertRecord(record('percent', { notes: '100% done' }));
      tx.insertRecord(record('plain', { notes: '1000 DONE', issueKey: 'PROJ-9', branch: 'feature/login_page' }));
    });
    const find = async (text: string) => (await store.read((db) => db.records({ text }))).map(({ id }) => id).sort();
    expect(await find('ärger')).toEqual(['umlaut']);
    expect(await find('STRASSE')).toEqual(['umlaut']);
    expect(await find('0%')).toEqual(['percent']);
    expect(await find('done')).toEqual(['percent', 'plain']);
    expect(await find('proj-9')).toEqual(['plain']);
    expect(await find('LOGIN_')).toEqual(['plain']);
    expect(await find('login-')).toEqual([]);
    expect(await store.read((db) => db.countRecords({ text: 'done' }))).toBe(2);
  });

  it('name what a sync has work for', async () => {
    const { store } = await open(await tempFolder());
    const key = { issueKey: 'PROJ-1' };
    await store.commit((tx) => {
      tx.insertRecord(record('local'));
      tx.insertRecord(record('running', { ...key, timeIn: 1, timeOut: null }));
      tx.insertRecord(record('pending', { ...key, timeIn: 5 }));
      tx.insertRecord(record('failed', { ...key, timeIn: 4, problem: { reason: 'network', message: 'x' } }));
      tx.insertRecord(record('unknown', { ...key, timeIn: 3, attempt: 'unknown' }));
      tx.insertRecord(record('conflict', { ...key, timeIn: 2, problem: { reason: 'conflict', message: 'x' } }));
      tx.insertRecord(synced(record('synced', { ...key, timeIn: 6 }), 'w1'));
      tx.insertRecord({ ...synced(record('edited', { ...key, timeIn: 7 }), 'w2'), notes: 'new' });
      tx.insertRecord({ ...synced(record('removed', { ...key, timeIn: 8 }), 'w3'), deletedAt: NOON });
      tx.insertRecord({ ...synced(record('left', { ...key, timeIn: 8 }), 'w4'), deletedAt: NOON, intent: 'leave' });
      tx.insertRecord(synced(record('moved', { ...key, timeIn: 9 }), 'w5'));
      tx.insertOrphan({
        connectionId: 'c1',
        issueId: '2',
        issueKey: 'PROJ-2',
        worklogId: 'w6',
        recordId: 'moved',
        createdAt: NOON,
      });
    });
    const due = await store.read((db) => db.dueRecordIds());
    expect(due).toEqual(['unknown', 'failed', 'pending', 'edited', 'removed', 'moved']);
    const begun = await store.read((db) => db.dueRecordIds('begun'));
    expect(begun).toEqual(['unknown', 'failed', 'removed', 'moved']);
    expect(await store.read((db) => db.countWaiting())).toBe(4);
    expect(await store.read((db) => db.worklogOwner('c1', 'w3'))).toBe('removed');
    expect(await store.read((db) => db.worklogOwner('c1', 'w6'))).toBe('moved');
    expect(await store.read((db) => db.worklogOwner('c2', 'w6'))).toBeUndefined();
    await store.commit((tx) => tx.removeOrphan('c1', 'w6'));
    expect(await store.read((db) => db.dueRecordIds())).not.toContain('moved');
  });

  it('give back attempts, connections and issues as they were put in', async () => {
    const folder = await tempFolder();
    const { store } = await open(folder);
    const one = record('a');
    const sent = { startedMs: 1, seconds: 60, comment: 'c', basis: basisOf(one) };
    const issue = {
      key: 'PROJ-1',
      id: '1',
      summary: '<b>',
      status: 'Open',
      statusCategory: 'new' as const,
      assignee: null,
      project: 'PROJ',
      issueType: 'Bug',
      url: 'https://x',
    };
    const id = await store.commit((tx) => {
      tx.insertRecord(one);
      tx.putConnection(connection('c1'));
      tx.cacheIssues('c1', [issue], 5);
      return tx.insertAttempt(attempt('a', { sent }));
    });
    const other = await open(folder);
    expect(await other.store.read((db) => db.attempts({ recordId: 'a', status: 'pending' }))).toEqual([
      { ...attempt('a', { sent }), id },
    ]);
    await other.store.commit((tx) =>
      tx.updateAttempt({ ...attempt('a', { sent }), id, status: 'success', worklogId: 'w', finishedAt: NOON + 5 }),
    );
    expect(await store.read((db) => db.attempts({ recordId: 'a', status: 'pending' }))).toEqual([]);
    expect(await store.read((db) => db.attempts({ status: 'success', recordId: 'a' }))).toHaveLength(1);
    expect(await store.read((db) => db.connections())).toEqual([connection('c1')]);
    expect(await store.read((db) => db.cachedIssue('PROJ-1'))).toEqual(issue);
    await store.commit((tx) => tx.putConnection(connection('c1', { isActive: false, projectKeys: [] })));
    expect(await store.read((db) => db.connection('c1'))).toEqual(
      connection('c1', { isActive: false, projectKeys: [] }),
    );
    await store.commit((tx) => tx.removeConnection('c1'));
    expect(await store.read((db) => db.cachedIssue('PROJ-1'))).toBeUndefined();
    expect(await store.read((db) => db.connections())).toEqual([]);
  });
});
