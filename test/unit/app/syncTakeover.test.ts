import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sleep } from '../../../src/core/ports.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { LapseClock, Office, type WindowOptions } from './office.ts';

/*
 * A machine that slept for an hour wakes with two windows: to one of them the lock of the other looks abandoned, while
 * that one's request is still on its way.
 */

const SOON = { interval: 5, timeout: 10_000 };
/** Longer than a first window waits here for Jira, and shorter than what it would wait before it tries again. */
const SOON_MS = 600;

describe('a window whose lock another one has taken over', () => {
  let office: Office;
  let wake: () => void;
  const clock = new LapseClock();

  beforeEach(async () => {
    const sleeping = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const sleep: Sleep = async (ms, signal) => {
      await sleeping;
      await clock.sleep(ms, signal);
    };
    office = await Office.open('dataCenter', { clock, sleep });
  });
  afterEach(async () => {
    await office.close();
    await rm(again(), { force: true });
  });

  const again = () => `${office.folder}-again`;
  /** Under another name, as the lock's library takes all that one process has of one name for one. */
  async function otherWindow(options: Partial<WindowOptions>) {
    await symlink(office.folder, again());
    return office.secondWindow({ ...options, folder: again() });
  }
  const posts = () => office.sent('POST');
  const open = () =>
    office.window.store.read((db) => [...db.attempts({ status: 'pending' }), ...db.attempts({ status: 'unknown' })]);

  /** The first window has sent a worklog that Jira never gets; then the lock is free. */
  async function cutOff() {
    office.jira.faults.add({ kind: 'hang', when: 'before', method: 'POST', path: '/worklog', times: 1 });
    const pushing = office.window.sync.push(undefined);
    await expect.poll(posts, SOON).toBe(1);
    await rm(join(office.folder, 'sync.lock'), { recursive: true });
    return pushing;
  }

  it('leaves nothing in doubt that the other one has cleared up', async () => {
    const record = await office.finished('DEMO-7');
    const other = await otherWindow({ timeoutMs: 5_000 });
    const first = cutOff();
    await expect.poll(posts, SOON).toBe(1);
    office.jira.faults.add({ kind: 'latency', when: 'after', ms: 1_000, method: 'POST', path: '/worklog', times: 1 });
    expect(await other.sync.push(undefined)).toMatchObject({ succeeded: 1 });
    wake();
    await first;
    expect(await open()).toEqual([]);
    expect(office.worklogs()).toHaveLength(1);
    expect(syncStateOf(await office.record(record.id))).toBe('synced');
  });

  it('has no row left of a deletion that both have sent', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.sync.push(undefined);
    const other = await otherWindow({ timeoutMs: 1_500 });
    await office.window.records.update(record.id, { issueKey: 'DEMO-8' });
    office.jira.faults.add({ kind: 'latency', when: 'after', ms: 300, method: 'DELETE', times: 1 });
    office.jira.faults.add({ kind: 'hang', when: 'after', method: 'DELETE', times: 1 });
    const first = office.window.sync.push(undefined);
    await expect.poll(() => office.sent('DELETE'), SOON).toBe(1);
    await rm(join(office.folder, 'sync.lock'), { recursive: true });
    expect(await other.sync.push(undefined)).toMatchObject({ failed: 0 });
    wake();
    await first;
    expect(await open()).toEqual([]);
    expect(office.worklogs()).toMatchObject([{ issueKey: 'DEMO-8' }]);
  });

  it('does not take its late reply for the newest when the other one has written since', async () => {
    const record = await office.finished('DEMO-7');
    await office.window.sync.push(undefined);
    const other = await otherWindow({ timeoutMs: 5_000 });
    await office.window.records.update(record.id, { notes: 'The first words' });
    office.jira.faults.add({ kind: 'latency', when: 'after', ms: 300, method: 'PUT', times: 1 });
    const first = office.window.sync.push(undefined);
    await expect.poll(() => office.sent('PUT'), SOON).toBe(1);
    await rm(join(office.folder, 'sync.lock'), { recursive: true });
    await other.records.update(record.id, { notes: 'The second words' });
    expect(await other.sync.push(undefined)).toMatchObject({ succeeded: 1 });
    wake();
    await first;
    await other.records.update(record.id, { notes: 'The third words' });
    expect(await other.sync.push(undefined)).toMatchObject({ succeeded: 1 });
    expect(await open()).toEqual([]);
    expect(office.worklogs()).toMatchObject([{ commentText: 'The third words' }]);
  });

  it('does not call failed what the other one is sending, which would be sent twice', async () => {
    const record = await office.finished('DEMO-7');
    const other = await otherWindow({ timeoutMs: 1_500, sleep: async (ms) => void (await delay(ms)) });
    const first = cutOff();
    await expect.poll(posts, SOON).toBe(1);
    office.jira.faults.add({ kind: 'latency', when: 'before', ms: 2_500, method: 'POST', path: '/worklog', times: 1 });
    const second = other.sync.push(undefined);
    await expect.poll(posts, SOON).toBe(2);
    await delay(SOON_MS);
    wake();
    expect(await first).toMatchObject({ errors: [{ reason: 'storageBusy' }] });
    await second;
    await other.sync.push(undefined);
    expect(office.worklogs()).toHaveLength(1);
    expect(await open()).toEqual([]);
    expect(syncStateOf(await office.record(record.id))).toBe('synced');
  });
});
