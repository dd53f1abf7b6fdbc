import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Deployment } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import type { Fault } from '../../../tools/jira/simulator.ts';
import { Office } from './office.ts';

const POST: Pick<Fault, 'method' | 'path'> = { method: 'POST', path: '/worklog(\\?|$)' };

describe.each<Deployment>(['cloud', 'dataCenter'])('syncing with %s', (deployment) => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open(deployment);
  });
  afterEach(() => office.close());

  const push = (...ids: string[]) =>
    ids.length === 0 ? office.window.sync.push(undefined) : office.window.sync.push(ids, { again: true });
  const stateOf = async (id: string) => syncStateOf(await office.record(id));

  it('puts the record into Jira once, with start, duration and notes', async () => {
    const record = await office.finished('DEMO-7', 90, 200, 'Paid with a saved card\nand tested it');
    expect(await stateOf(record.id)).toBe('pending');
    expect(await push()).toMatchObject({ total: 1, succeeded: 1, failed: 0, errors: [] });
    const [worklog, ...others] = office.worklogs('DEMO-7');
    expect(others).toEqual([]);
    expect(worklog).toMatchObject({ started: record.timeIn, timeSpentSeconds: 5400 });
    expect(worklog?.commentText).toContain('Paid with a saved card');
    expect(worklog?.properties).toEqual(deployment === 'cloud' ? { 'timecard.record': { id: record.id } } : {});
    expect(await stateOf(record.id)).toBe('synced');
    expect(await push()).toMatchObject({ total: 0 });
    expect(await push(record.id)).toMatchObject({ total: 1, succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
  });

  const faults: [string, Fault][] = [
    ['is dropped before Jira sees it', { ...POST, kind: 'drop', when: 'before', times: 1 }],
    ['is done and its reply dropped', { ...POST, kind: 'drop', when: 'after', times: 1 }],
    ['is done and answered with 502', { ...POST, kind: 'status', status: 502, when: 'after', times: 1 }],
    ['fails with 500', { ...POST, kind: 'status', status: 500, when: 'before', times: 1 }],
    ['is done and hangs', { ...POST, kind: 'hang', when: 'after', times: 1 }],
    ['hangs without being done', { ...POST, kind: 'hang', when: 'before', times: 1 }],
    ['is done and answered with garbage', { ...POST, kind: 'garbage', when: 'after', times: 1 }],
    ['is answered with garbage', { ...POST, kind: 'garbage', when: 'before', times: 1 }],
    ['is done and answered in part', { ...POST, kind: 'truncate', when: 'after', times: 1 }],
    ['meets a login page', { ...POST, kind: 'html', times: 1 }],
    ['is redirected', { ...POST, kind: 'redirect', times: 1 }],
    ['is limited for 3 s', { ...POST, kind: 'rateLimited', retryAfter: 3, times: 2 }],
    ['is limited until a date', { ...POST, kind: 'rateLimited', retryAfter: 'date', times: 1 }],
    ['is limited without a word', { ...POST, kind: 'rateLimited', times: 1 }],
    ['meets 503 with a wait', { ...POST, kind: 'unavailable', retryAfter: 2, times: 1 }],
    ['meets 503 without one', { ...POST, kind: 'unavailable', times: 1 }],
    ['loses its reply twice', { ...POST, kind: 'drop', when: 'before', times: 2 }],
  ];
  it.each(faults)('makes one worklog when the request %s', async (_name, fault) => {
    const record = await office.finished('DEMO-7');
    office.jira.faults.add(fault);
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    expect(await stateOf(record.id)).toBe('synced');
    expect(office.jira.state.strays()).toEqual([]);
    const log = await office.window.sync.history({ recordId: record.id });
    expect(log.filter((row) => row.status === 'success')).toHaveLength(1);
    expect(log.filter((row) => row.status === 'pending' || row.status === 'unknown')).toEqual([]);
  });

  it('leaves a record in doubt while Jira cannot be asked, and adopts its worklog afterwards', async () => {
    const record = await office.finished('DEMO-7');
    office.jira.faults.add({ ...POST, kind: 'drop', when: 'after', times: 1 });
    const lookUps = office.jira.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
    const first = await push();
    expect(first).toMatchObject({ succeeded: 0, failed: 1 });
    expect(await stateOf(record.id)).toBe('unknown');
    office.jira.faults.remove(lookUps);
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('never posts a record whose earlier fate is unknown without looking', async () => {
    await office.finished('DEMO-7');
    office.jira.faults.add({ ...POST, kind: 'drop', when: 'after', times: 1 });
    await push();
    const calls = office.jira.state
      .requests()
      .map((r) => `${r.method} ${/worklog/.test(r.path) ? 'worklog' : 'other'}`);
    expect(calls.filter((call) => call === 'POST worklog')).toHaveLength(1);
    expect(calls.indexOf('GET worklog')).toBeGreaterThan(calls.indexOf('POST worklog'));
  });

  it('adopts what a window left behind that was closed in the middle', async () => {
    const record = await office.finished('DEMO-7');
    const other = await office.secondWindow({ sleep: () => new Promise(() => undefined) });
    office.jira.faults.add({ ...POST, kind: 'hang', when: 'after', times: 1 });
    // The other window never gets beyond its time-out and stays holding nothing but an open attempt.
    await other.store.commit((tx) => {
      const now = Date.now() - 60_000;
      const current = tx.record(record.id);
      if (current === undefined || current.timeOut === null) throw new Error('no record');
      const { timeIn, timeOut, zone, notes } = current;
      const sent = {
        startedMs: timeIn,
        seconds: 1800,
        comment: 'Tracked with Timecard',
        basis: { timeIn, timeOut, zone, notes },
      };
      const issueId = office.jira.state.issue('DEMO-7').id;
      tx.insertAttempt({
        ...{ recordId: record.id, connectionId: office.connection.id, action: 'create', issueKey: 'DEMO-7', issueId },
        ...{ worklogId: null, status: 'pending', reason: null, error: null, httpStatus: null, startedAt: now },
        ...{ finishedAt: null, sent, batchId: null },
      });
      tx.updateRecord({ ...current, attempt: 'open', connectionId: office.connection.id });
    });
    const session = await other.connections.session(office.connection);
    const issueId = office.jira.state.issue('DEMO-7').id;
    const content = { startedMs: record.timeIn, seconds: 1800, comment: 'Tracked with Timecard' };
    const options = { notifyUsers: false, adjustEstimate: { kind: 'auto' } as const };
    await expect(session.addWorklog(issueId, record.id, content, record.zone, options)).rejects.toMatchObject({
      outcome: 'unknown',
    });
    await office.window.sync.recover();
    expect(await stateOf(record.id)).toBe('unknown');
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
  });

  it('sends each record once from two windows that sync at the same time', async () => {
    const records = [];
    for (let i = 0; i < 6; i += 1)
      records.push(await office.finished(i % 2 === 0 ? 'DEMO-7' : 'DEMO-1', 10, 600 - i * 20));
    const other = await office.secondWindow();
    const ids = records.map((record) => record.id);
    const results = await Promise.all([office.window.sync.push(ids), other.sync.push(ids)]);
    for (const result of results) expect(result).toMatchObject({ total: 6, succeeded: 6, failed: 0 });
    expect(office.worklogs()).toHaveLength(6);
    expect(office.jira.state.peakWrites('DEMO-7')).toBe(1);
  });

  it('updates the worklog of an edited record, and only that', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    const [before] = office.worklogs();
    await office.window.records.update(record.id, { timeOut: record.timeIn + 45 * 60_000, notes: 'longer' });
    expect(await stateOf(record.id)).toBe('pending');
    expect(await push()).toMatchObject({ succeeded: 1 });
    const [after, ...others] = office.worklogs();
    expect(others).toEqual([]);
    expect(after).toMatchObject({ id: before?.id, timeSpentSeconds: 2700 });
    expect(after?.commentText).toContain('longer');
  });

  it.each<[string, Fault]>([
    ['lost before', { method: 'PUT', kind: 'drop', when: 'before', times: 1 }],
    ['lost after', { method: 'PUT', kind: 'drop', when: 'after', times: 1 }],
  ])('updates once when the update is %s it is done', async (_name, fault) => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.records.update(record.id, { notes: 'other words' });
    office.jira.faults.add(fault);
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
    expect(office.worklogs()[0]?.commentText).toContain('other words');
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('sends nothing for a change that disappears in the rounding', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    office.jira.clearRequests();
    await office.window.records.update(record.id, { timeOut: (record.timeOut ?? 0) + 5_000 });
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.jira.state.requests().filter((request) => request.method !== 'GET')).toEqual([]);
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('keeps an edit made while the request was on its way', async () => {
    const record = await office.finished('DEMO-7', 30, 120, 'first');
    office.jira.faults.add({ ...POST, kind: 'latency', ms: 150, when: 'after', times: 1 });
    const pushing = push();
    await untilRequested(office, 'POST');
    await office.window.records.update(record.id, { notes: 'second' });
    await pushing;
    expect(office.worklogs()).toHaveLength(1);
    await push();
    expect(office.worklogs()).toHaveLength(1);
    expect(office.worklogs()[0]?.commentText).toContain('second');
  });

  it('clears away the worklog of a record that was removed while its request was on its way', async () => {
    const record = await office.finished('DEMO-7');
    office.jira.faults.add({ ...POST, kind: 'latency', ms: 150, when: 'after', times: 1 });
    const pushing = push();
    await untilRequested(office, 'POST');
    await office.window.records.remove(record.id);
    await pushing;
    await push();
    expect(office.worklogs()).toEqual([]);
  });

  it('moves a record to another issue, creating there before deleting here', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.records.update(record.id, { issueKey: 'demo-1' });
    const deletes = office.jira.faults.add({ method: 'DELETE', kind: 'status', status: 500, when: 'before' });
    expect(await push()).toMatchObject({ failed: 1 });
    expect(office.worklogs('DEMO-1')).toHaveLength(1);
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    office.jira.faults.remove(deletes);
    expect(await push()).toMatchObject({ succeeded: 1, failed: 0 });
    expect(office.worklogs('DEMO-1')).toHaveLength(1);
    expect(office.worklogs('DEMO-7')).toHaveLength(0);
    expect(await push()).toMatchObject({ total: 0 });
  });

  it('loses no copy when the first half of a move fails', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.records.update(record.id, { issueKey: 'DEMO-99999' });
    expect(await push()).toMatchObject({ failed: 1, errors: [{ reason: 'issueNotFound' }] });
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    await office.window.records.update(record.id, { issueKey: 'DEMO-7' });
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('moves back and forth without losing or doubling', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.records.update(record.id, { issueKey: 'DEMO-1' });
    office.jira.faults.add({ ...POST, kind: 'drop', when: 'after', times: 1 });
    const lookUps = office.jira.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
    await push();
    await office.window.records.update(record.id, { issueKey: 'DEMO-7' });
    office.jira.faults.remove(lookUps);
    await push();
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
    expect(office.worklogs('DEMO-1')).toHaveLength(0);
  });

  it('deletes the worklog of a removed record, also when the first try is cut short', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.records.remove(record.id, 'delete');
    expect(await office.window.records.get(record.id)).toBeUndefined();
    office.jira.faults.add({ method: 'DELETE', kind: 'drop', when: 'after', times: 1 });
    expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
    expect(office.worklogs()).toEqual([]);
    expect(await push()).toMatchObject({ total: 0 });
  });

  it('keeps the worklog of a removed record when told so', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    expect(await office.window.records.remove(record.id, 'keep')).toBe(false);
    await push();
    expect(office.worklogs()).toHaveLength(1);
  });

  it('deletes a worklog and does not send it again until asked by name', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.sync.deleteWorklog(record.id);
    expect(office.worklogs()).toEqual([]);
    expect(await stateOf(record.id)).toBe('local');
    expect(await push()).toMatchObject({ total: 0 });
    expect(await push(record.id)).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
    await expect(office.window.sync.deleteWorklog('nope')).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('undoes a whole sync: exactly its worklogs, but none that was changed in Jira since', async () => {
    const earlier = await office.finished('DEMO-7', 10, 300);
    await push();
    const [one, two, three] = [
      await office.finished('DEMO-7', 20, 200),
      await office.finished('DEMO-1', 20, 160),
      await office.finished('DEMO-7', 20, 120),
    ];
    await push();
    const changed = (await office.record(two.id)).worklog?.worklogId ?? '';
    office.jira.editWorklog(changed, { timeSpentSeconds: 60 });
    const batch = await office.window.sync.lastBatch();
    expect([...(batch?.recordIds ?? [])].sort()).toEqual([one.id, two.id, three.id].sort());
    const undone = await office.window.sync.undo(batch?.id ?? '');
    expect(undone).toMatchObject({ deleted: 2, left: [{ recordId: two.id, reason: 'conflict' }] });
    expect(
      office
        .worklogs()
        .map((worklog) => worklog.id)
        .sort(),
    ).toEqual([(await office.record(earlier.id)).worklog?.worklogId ?? '', changed].sort());
    expect(await stateOf(one.id)).toBe('local');
    expect(await push()).toMatchObject({ total: 0 });
    expect((await office.window.sync.lastBatch())?.recordIds).toEqual([two.id]);
    expect(await push(one.id)).toMatchObject({ succeeded: 1 });
  });

  it('has nothing to undo before the first sync', async () => {
    await office.finished('DEMO-7');
    expect(await office.window.sync.lastBatch()).toBeUndefined();
    expect(await office.window.sync.undo('nope')).toEqual({ deleted: 0, left: [] });
  });

  it('shows a conflict instead of writing over what was changed in Jira', async () => {
    const record = await office.finished('DEMO-7', 30);
    await push();
    const [worklog] = office.worklogs();
    office.jira.editWorklog(worklog?.id ?? '', { timeSpentSeconds: 7200 });
    await office.window.records.update(record.id, { notes: 'mine' });
    expect(await push()).toMatchObject({ failed: 1, errors: [{ reason: 'conflict' }] });
    expect(await stateOf(record.id)).toBe('conflict');
    // What people choose between stands in the words: both stretches, and both comments.
    expect((await office.record(record.id)).problem?.message).toMatch(
      /^Changed in Jira to \d.*–.+, “Tracked with Timecard”\. Here: \d.*–.+, “mine”\. Choose which one to keep\.$/u,
    );
    expect(office.worklogs()[0]?.timeSpentSeconds).toBe(7200);
    await office.window.sync.resolveConflict(record.id, 'mine');
    await push();
    expect(office.worklogs()[0]).toMatchObject({ id: worklog?.id, timeSpentSeconds: 1800 });
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('tells a conflict with the hours counted as the user counts them', async () => {
    office.window.settings.cycle = 'h12';
    const record = await office.finished('DEMO-7', 30);
    await push();
    office.jira.editWorklog(office.worklogs()[0]?.id ?? '', { timeSpentSeconds: 7200 });
    await office.window.records.update(record.id, { notes: 'mine' });
    await push();
    const told = (await office.record(record.id)).problem?.message ?? '';
    expect(told.match(/\d{1,2}:\d{2} [AP]M/gu)).toHaveLength(4);
    expect(told.match(/\d{1,2}:\d{2}/gu)).toHaveLength(4);
  });

  it('takes Jira’s version when asked to', async () => {
    const record = await office.finished('DEMO-7', 30, 120, 'mine');
    await push();
    office.jira.editWorklog(office.worklogs()[0]?.id ?? '', { timeSpentSeconds: 7200 });
    await office.window.records.update(record.id, { notes: 'mine too' });
    await push();
    await office.window.sync.resolveConflict(record.id, 'jira');
    const taken = await office.record(record.id);
    expect(taken).toMatchObject({ timeOut: record.timeIn + 7_200_000, notes: 'mine' });
    expect(syncStateOf(taken)).toBe('synced');
    expect(await push()).toMatchObject({ total: 0 });
  });

  it('asks what to do when an edited worklog was deleted in Jira, and makes it anew when told', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    office.jira.deleteWorklog(office.worklogs()[0]?.id ?? '');
    await office.window.records.update(record.id, { notes: 'still mine' });
    expect(await push()).toMatchObject({ errors: [{ reason: 'conflict' }] });
    await office.window.sync.resolveConflict(record.id, 'mine');
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
  });

  it('lets the others through when one fails, and says why', async () => {
    const good = await office.finished('DEMO-7', 10, 100);
    const bad = await office.finished('DEMO-99999', 10, 80);
    const none = await office.finished(null, 10, 60);
    const result = await push(good.id, bad.id, none.id);
    expect(result).toMatchObject({ total: 3, succeeded: 1, failed: 2 });
    expect(result.errors.map(({ recordId, reason }) => [recordId, reason]).sort()).toEqual(
      [
        [bad.id, 'issueNotFound'],
        [none.id, 'invalid'],
      ].sort(),
    );
    expect(await stateOf(bad.id)).toBe('failed');
    expect((await office.record(bad.id)).problem?.message).not.toBe('');
  });

  it('stops asking a site that refuses the token', async () => {
    for (let i = 0; i < 8; i += 1) await office.finished(`DEMO-${(i % 4) + 1}`, 5, 100 + 10 * i);
    office.jira.revokeToken(deployment === 'cloud' ? 'classic' : 'pat');
    const result = await push();
    expect(result).toMatchObject({ total: 8, succeeded: 0, failed: 8 });
    expect(new Set(result.errors.map((error) => error.reason))).toEqual(new Set(['unauthorized']));
    expect(office.jira.state.requests().length).toBeLessThanOrEqual(8);
  });

  it('says signed out, and asks nothing, when the token is gone', async () => {
    const record = await office.finished('DEMO-7');
    office.window.secrets.tokens.clear();
    office.jira.clearRequests();
    expect(await push(record.id)).toMatchObject({ errors: [{ reason: 'signedOut' }] });
    expect(office.jira.state.requests()).toEqual([]);
  });

  it('asks and sends nothing while the connection is switched off', async () => {
    const synced = await office.finished('DEMO-7', 30, 300);
    await push();
    await office.window.records.update(synced.id, { notes: 'edited' });
    const fresh = await office.finished('DEMO-7');
    await office.window.connections.setActive(office.connection.id, false);
    office.jira.clearRequests();
    const result = await push();
    expect(result.errors.map(({ reason }) => reason)).toEqual(['signedOut', 'signedOut']);
    await expect(office.window.issues.search('checkout')).rejects.toMatchObject({ reason: 'signedOut' });
    expect(office.jira.state.requests()).toEqual([]);
    await office.window.connections.setActive(office.connection.id, true);
    expect(await push()).toMatchObject({ succeeded: 2 });
    expect(await stateOf(fresh.id)).toBe('synced');
    await expect(office.window.connections.setActive('nope', true)).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('waits out an offline Jira and sends when it is back', async () => {
    const record = await office.finished('DEMO-7');
    await office.jira.goOffline();
    expect(await push()).toMatchObject({ errors: [{ reason: 'network' }] });
    expect((await office.record(record.id)).attempt).toBe('none');
    await office.jira.goOnline();
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
  });

  it('follows an issue that was moved to another project', async () => {
    const record = await office.finished('DEMO-7');
    const newKey = 'OPS-700';
    office.jira.moveIssue('DEMO-7', newKey);
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect((await office.record(record.id)).issueKey).toBe(newKey);
    expect(office.worklogs(newKey)).toHaveLength(1);
    expect(await stateOf(record.id)).toBe('synced');
  });

  it('finds its worklogs again after the connection was removed and made anew', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    const token = office.window.secrets.tokens.get(office.connection.id) ?? '';
    await office.window.connections.remove(office.connection.id);
    await office.window.records.update(record.id, { notes: 'edited' });
    expect(await push()).toMatchObject({ errors: [{ reason: 'signedOut' }] });
    const auth =
      deployment === 'cloud'
        ? ({ type: 'apiToken', email: office.jira.users.mia.email, token } as const)
        : ({ type: 'pat', token } as const);
    await office.window.connections.add(office.jira.url, auth);
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
  });

  it('stops when told to, leaving everything consistent', async () => {
    for (let i = 0; i < 6; i += 1) await office.finished('DEMO-7', 5, 100 + 10 * i);
    const stop = new AbortController();
    const result = await office.window.sync.push(undefined, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 2) stop.abort();
      },
    });
    expect(result.cancelled).toBe(true);
    expect(result.succeeded).toBe(2);
    expect(office.worklogs()).toHaveLength(2);
    expect(await push()).toMatchObject({ total: 4, succeeded: 4 });
    expect(office.worklogs()).toHaveLength(6);
  });

  it('counts what was on its way when it was told to stop', async () => {
    for (let i = 0; i < 3; i += 1) await office.finished('DEMO-7', 5, 100 + 10 * i);
    office.jira.faults.add({ kind: 'latency', when: 'before', ms: 300, method: 'POST', path: '/worklog', times: 1 });
    const stop = new AbortController();
    const pushing = office.window.sync.push(undefined, { signal: stop.signal });
    await vi.waitFor(() => expect(office.jira.faults.pending()).toEqual([]));
    stop.abort();
    expect(await pushing).toMatchObject({ succeeded: 1, failed: 0, cancelled: true });
    expect(office.worklogs()).toHaveLength(1);
    expect(await push()).toMatchObject({ total: 2, succeeded: 2 });
  });

  it('does not send what is under a minute when there is no minimum', async () => {
    office.window.settings.roundingValue = { mode: 'nearest', stepMinutes: 1, minimumMinutes: 0 };
    const record = await office.finished('DEMO-7', 0.25);
    expect(await push(record.id)).toMatchObject({ errors: [{ reason: 'invalid' }] });
    expect(office.worklogs()).toEqual([]);
  });

  it('looks before it creates for records that came out of a backup', async () => {
    const record = await office.finished('DEMO-7');
    await push();
    await office.window.store.commit((tx) => {
      const current = tx.record(record.id);
      if (current !== undefined) tx.updateRecord({ ...current, worklog: null, lookFirst: true, lastSyncedAt: null });
    });
    // A second row would own the worklog; after a restore nothing does.
    expect(await push()).toMatchObject({ succeeded: 1 });
    expect(office.worklogs()).toHaveLength(1);
    expect(await stateOf(record.id)).toBe('synced');
  });
});

describe('on Data Center, where worklogs carry no mark', () => {
  it('never adopts the worklog of a twin record', async () => {
    const office = await Office.open('dataCenter');
    try {
      const twin = await office.finished('DEMO-7', 30, 120);
      const other = await office.window.records.add({
        timeIn: twin.timeIn,
        timeOut: twin.timeOut ?? 0,
        issueKey: 'DEMO-7',
        source: 'manual',
      });
      await office.window.sync.push([twin.id]);
      office.jira.faults.add({ ...POST, kind: 'drop', when: 'before', times: 1 });
      expect(await office.window.sync.push([other.id])).toMatchObject({ succeeded: 1 });
      expect(office.worklogs('DEMO-7')).toHaveLength(2);
    } finally {
      await office.close();
    }
  });
});

async function untilRequested(office: Office, method: string): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    if (office.jira.state.requests().some((request) => request.method === method && /worklog/.test(request.path)))
      return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`No ${method} arrived.`);
}
