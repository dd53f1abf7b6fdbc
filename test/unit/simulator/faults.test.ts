import { describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../../tools/jira/simulator.ts';
import { type Answer, at, desk, NINE, NINE_MS, send } from './help.ts';

const cloud = desk({ deployment: 'cloud' });
const body = { started: NINE, timeSpentSeconds: 3600 };
const post = (signal?: AbortSignal): Promise<Answer> =>
  cloud.ask('POST', '/issue/DEMO-7/worklog', { body, ...(signal === undefined ? {} : { signal }) });
const arm = (fault: Fault): number => cloud.jira.faults.add({ method: 'POST', path: '/worklog$', times: 1, ...fault });
const count = (): number => cloud.jira.state.worklogs('DEMO-7').length;

describe('faults on demand', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('drops the connection %s the work', async (when, done) => {
    arm({ kind: 'drop', when });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(count()).toBe(done);
    expect((await post()).status).toBe(201);
  });

  it('drops a kept-alive connection without failing the next request on a new one', async () => {
    for (let round = 0; round < 5; round += 1) {
      expect((await cloud.ask('GET', '/myself')).status).toBe(200);
      arm({ kind: 'drop', when: 'after' });
      await expect(post()).rejects.toThrow();
    }
    expect(count()).toBe(5);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('answers with a status %s the work', async (when, done) => {
    arm({ kind: 'status', when, status: 503 });
    expect((await post()).status).toBe(503);
    expect(count()).toBe(done);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('hangs, with the work done %s or not at all', async (when, done) => {
    arm({ kind: 'hang', when });
    const leaving = new AbortController();
    const answer = post(leaving.signal);
    const given = vi.fn();
    answer.then(given, given);
    await vi.waitFor(() => expect(cloud.jira.state.requests()).toHaveLength(1));
    await cloud.ask('GET', '/myself');
    expect(given).not.toHaveBeenCalled();
    leaving.abort();
    await expect(answer).rejects.toThrow();
    expect(count()).toBe(done);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('answers garbage %s the work', async (when, done) => {
    arm({ kind: 'garbage', when });
    const reply = await post();
    expect(reply).toMatchObject({ status: 200, body: '{"id":"100' });
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(count()).toBe(done);
  });

  it('stops in the middle of an answer', async () => {
    arm({ kind: 'truncate', when: 'after' });
    await expect(post()).rejects.toThrow();
    expect(count()).toBe(1);
  });

  it('answers with a login page', async () => {
    arm({ kind: 'html' });
    const reply = await post();
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain('text/html');
    expect(count()).toBe(0);
  });

  it('redirects to a host that is not Jira and notes who follows', async () => {
    arm({ kind: 'redirect' });
    const reply = await post();
    expect(reply.status).toBe(302);
    const target = reply.headers.get('location') ?? '';
    expect(new URL(target).origin).toBe(cloud.jira.elsewhereUrl);
    expect(cloud.jira.state.strays()).toEqual([]);
    await send(cloud.jira, 'GET', target, { token: 'classic' });
    expect(cloud.jira.state.strays()).toMatchObject([{ path: '/sso/login', headers: { authorization: 'Basic ***' } }]);
  });

  it('limits with seconds, with a date and with nothing', async () => {
    arm({ kind: 'rateLimited', retryAfter: 7, reason: 'jira-quota-tenant-based' });
    const seconds = await post();
    expect(seconds.status).toBe(429);
    expect(seconds.headers.get('retry-after')).toBe('7');
    expect(seconds.headers.get('ratelimit-reason')).toBe('jira-quota-tenant-based');
    arm({ kind: 'rateLimited', retryAfter: 'date' });
    const before = Date.now();
    const date = (await post()).headers.get('retry-after') ?? '';
    expect(date).toMatch(/ GMT$/);
    expect(Date.parse(date)).toBeGreaterThanOrEqual(before + 2000);
    arm({ kind: 'unavailable' });
    const unavailable = await post();
    expect(unavailable.status).toBe(503);
    expect(unavailable.headers.get('retry-after')).toBeNull();
    expect(count()).toBe(0);
  });

  it('answers late', async () => {
    arm({ kind: 'latency', when: 'before', ms: 120 });
    const start = performance.now();
    expect((await post()).status).toBe(201);
    expect(performance.now() - start).toBeGreaterThan(100);
  });

  it('strikes as often as told, only where told, until cleared', async () => {
    cloud.jira.faults.add({
      kind: 'status',
      when: 'before',
      status: 500,
      method: 'POST',
      path: 'adjustEstimate=leave',
      times: 2,
    });
    const id = cloud.jira.faults.add({ kind: 'status', when: 'before', status: 502, method: 'GET', path: '/myself$' });
    const leave = async (): Promise<number> =>
      (await cloud.ask('POST', '/issue/DEMO-7/worklog?adjustEstimate=leave', { body })).status;
    expect((await post()).status).toBe(201);
    expect([await leave(), await leave(), await leave()]).toEqual([500, 500, 201]);
    const me = async (): Promise<number> => (await cloud.ask('GET', '/myself')).status;
    expect([await me(), await me()]).toEqual([502, 502]);
    cloud.jira.faults.remove(id);
    expect(await me()).toBe(200);
    expect(cloud.jira.faults.pending()).toEqual([]);
  });

  it('goes offline and comes back at the same address', async () => {
    await post();
    await cloud.jira.goOffline();
    await expect(post()).rejects.toThrow('fetch failed');
    await cloud.jira.goOnline();
    expect((await post()).status).toBe(201);
    expect(count()).toBe(2);
  });

  it('notes what struck and what was answered', async () => {
    arm({ kind: 'drop', when: 'after' });
    await expect(post()).rejects.toThrow();
    await post();
    expect(cloud.jira.state.requests({ method: 'POST', path: /worklog$/ })).toMatchObject([
      { fault: 'drop', body },
      { fault: undefined, status: 201, body },
    ]);
  });
});

describe('the pace', () => {
  const cloud = desk({ deployment: 'cloud', now: () => NINE_MS });
  const log = (key: string): Promise<Answer> => cloud.ask('POST', `/issue/${key}/worklog`, { body });
  const post = (): Promise<Answer> => log('DEMO-7');
  const count = (): number => cloud.jira.state.worklogs('DEMO-7').length;

  it('takes 20 writes on an issue in 2 s and 100 in 30 s', async () => {
    const statuses: number[] = [];
    for (let write = 0; write < 21; write += 1) statuses.push((await post()).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 429]);
    const limited = await post();
    expect(limited.headers.get('ratelimit-reason')).toBe('jira-per-issue-on-write');
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await log('DEMO-4');
    expect(other.status).toBe(201);
    cloud.jira.advance(2000);
    expect((await post()).status).toBe(201);
    expect(count()).toBe(21);
    for (let burst = 0; burst < 4; burst += 1) {
      cloud.jira.advance(2001);
      for (let write = 0; write < 20; write += 1) await post();
    }
    expect(count()).toBe(100);
    cloud.jira.set({ issueWriteLimit: false });
    expect((await post()).status).toBe(201);
  });

  it('takes 50 DELETE a second of one endpoint when bursts are limited', async () => {
    cloud.jira.set({ burstLimit: true, issueWriteLimit: false });
    const remove = async (): Promise<Answer> => cloud.ask('DELETE', '/issue/DEMO-7/worklog/1');
    const replies = await Promise.all(Array.from({ length: 51 }, remove));
    const limited = replies.filter((reply) => reply.status === 429);
    expect(limited).toHaveLength(1);
    expect(limited[0]?.headers.get('ratelimit-reason')).toBe('jira-burst-based');
    cloud.jira.advance(1000);
    expect((await remove()).status).toBe(404);
  });

  it('knows how many writes were open at once', async () => {
    cloud.jira.faults.add({ kind: 'latency', when: 'before', ms: 300, method: 'POST' });
    const other = log('DEMO-4');
    await Promise.all([post(), post(), other]);
    expect(cloud.jira.state.peakWrites('DEMO-7')).toBe(2);
    expect(cloud.jira.state.peakWrites('DEMO-4')).toBe(1);
    expect(cloud.jira.state.peakWrites()).toBe(3);
  });

  it('keeps what was sent exactly once', async () => {
    const { body: reply } = await post();
    expect(cloud.jira.state.worklog(String(at(reply, 'id')))).toMatchObject({
      started: NINE_MS,
      timeSpentSeconds: 3600,
    });
  });
});
